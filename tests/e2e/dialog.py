"""A person before Home Assistant's dialog who adds a lock, page by page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import json
import re
from typing import Any, Final

from tests.rig.flows import Flow, answer, options_of, subentry_flow
from tests.rig.ha_client import HomeAssistantClient
from tests.rig.paths import PRODUCT
from tests.rig.waiting import wait_until
from tests.rig.websocket import Message

NEXT: Final = "next"
SENTENCES: Final[Mapping[str, Mapping[str, str]]] = json.loads(
    (PRODUCT / "translations" / "en.json").read_text()
)["exceptions"]


@dataclass
class Dialog:
    """The flow that adds a lock, and the page that it shows."""

    flow: Flow
    page: Message
    seen: list[str] = field(default_factory=list)
    pressed: int = 0
    codes: list[str] = field(default_factory=list)
    """Every setup code that was typed."""

    @classmethod
    async def open(cls, client: HomeAssistantClient, entry_id: str) -> Dialog:
        """Press "Add lock"."""
        flow = subentry_flow(client)
        dialog = cls(flow, await flow.start([entry_id, "lock"]))
        dialog.seen.append(dialog.step)
        return dialog

    @property
    def step(self) -> str:
        """Which page is shown."""
        return str(self.page["step_id"])

    @property
    def options(self) -> list[str]:
        """What a page offers next."""
        return [x for x in options_of(self.page, NEXT) if x != "back"]

    @property
    def problem(self) -> str:
        """Which of the ready sentences about a failure is shown, by its key."""
        text = self.page["description_placeholders"]["problem"]
        return next(key for key in SENTENCES if _is_said(key, text))

    async def choose(self, *path: str) -> None:
        """Choose one entry after the other; the rest of a form stays as it is."""
        for option in path:
            assert self.page["type"] == "form", self.page
            assert option in self.options, (self.step, self.options)
            await self._submit({**answer(self.page, {}), NEXT: option})

    async def fill(self, **data: Any) -> None:
        """Fill in a form and press Next."""
        assert self.page["type"] == "form", self.page
        await self._submit({**answer(self.page, {}), **data})

    async def set_out(self, model: str, *path: str) -> None:
        """Say which lock it is and how far it has come, and go on from there."""
        if self.step == "user":
            await self.choose("where")
        await self.fill(model=model, next=path[0])
        await self.wait_if_needed()
        if self.step == "hub":
            # With several hubs the one of the home is chosen beforehand.
            await self.choose("hub_taken")
            await self.wait_if_needed()
        for option in path[1:]:
            await self.choose(option)

    async def wait_if_needed(self) -> None:
        """Wait where a page shows progress."""
        if self.page["type"] in ("progress", "progress_done"):
            await self.wait()

    @property
    def clicks(self) -> int:
        """How often the person pressed a button since the dialog was opened."""
        return self.pressed

    async def enter_code(self, code: str) -> None:
        """Type a setup code and wait for what becomes of it."""
        await self.begin_with_code(code)
        await self.wait()

    async def begin_with_code(self, code: str) -> None:
        """Type a setup code."""
        await self.type_code(code)
        assert (self.page["type"], self.step) == ("progress", "commission"), self.page

    async def type_code(self, code: str) -> None:
        """Type a text where a setup code is asked for."""
        assert self.step in ("share", "share_other", "zigbee"), self.page
        self.codes.append(code)
        await self.fill(code=code)

    async def wait(self, seconds: float = 240) -> None:
        """Wait until a page that shows progress is over; some servers search for 3 minutes."""

        async def over() -> Message | None:
            now = await self.flow.look(self.page)
            return None if now["type"] in ("progress", "progress_done") else now

        self._show(await wait_until(f"end of {self.step}", over, seconds))

    async def close(self) -> None:
        """Press the cross."""
        where = f"{self.flow.path}/{self.page['flow_id']}"
        await self.flow.client.rest("DELETE", where)

    async def _submit(self, data: Mapping[str, Any]) -> None:
        self.pressed += 1
        self._show(await self.flow.submit(self.page, data))

    def _show(self, page: Message) -> None:
        self.page = page
        self.seen.append(str(page.get("step_id") or page["type"]))


def _is_said(key: str, text: str) -> bool:
    """Tell whether a sentence, whatever it is filled in with, is this text."""
    if not key.startswith("commission_"):
        return False
    parts = re.split(r"\{\w+\}", SENTENCES[key]["message"])
    return re.fullmatch(".*".join(map(re.escape, parts)), text, re.DOTALL) is not None
