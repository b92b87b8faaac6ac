"""Flows as the frontend drives them: show, fill in, choose, wait."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
import json
from pathlib import Path
from typing import Any, Final, Self

from homeassistant.components.repairs import DOMAIN as REPAIRS_DOMAIN
from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    SOURCE_ZEROCONF,
    SubentryFlowContext,
)
from homeassistant.data_entry_flow import FlowManager, FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import async_fire_time_changed_exact

from custom_components import aqara_lock
from custom_components.aqara_lock.const import DOMAIN
from custom_components.aqara_lock.flows.steps import BACK, CONF_NEXT

from .fake_lan import FakeHub
from .house import House
from .nodes import U400_NODE, u400

TURNS: Final = 50
TEXTS: Final = json.loads(
    (Path(aqara_lock.__file__).parent / "translations" / "en.json").read_text()
)
CODE: Final = "34970112332"
"""A manual code that can be right; it names no maker (the example of the specification)."""


@dataclass
class Flow:
    """One flow and the step that it shows."""

    house: House
    manager: FlowManager[Any, Any, Any]
    shown: Any
    in_haste: bool = False
    """Something else goes on meanwhile that nobody shall wait for."""
    issue: str | None = None
    """Key of the texts of a repair."""

    @property
    def step(self) -> str:
        """Id of the step."""
        assert self.shown["type"] in (
            FlowResultType.FORM,
            FlowResultType.MENU,
            FlowResultType.SHOW_PROGRESS,
        ), self.shown
        step: str = self.shown["step_id"]
        return step

    @property
    def choices(self) -> list[str]:
        """What the page offers next, without the way back."""
        return [x for x in self.offered if x != BACK]

    @property
    def offered(self) -> list[str]:
        """Everything that the page offers next."""
        if self.shown["type"] is FlowResultType.MENU:
            return list(self.shown["menu_options"])
        return list(self.labels(CONF_NEXT))

    @property
    def goes_on(self) -> bool:
        """Whether the page is one that offers what is next."""
        if self.shown["type"] is FlowResultType.MENU:
            return True
        schema = self.shown.get("data_schema")
        return schema is not None and CONF_NEXT in self.fields

    @property
    def said(self) -> dict[str, str]:
        """What the texts of the step are filled in with."""
        return dict(self.shown["description_placeholders"])

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong with what was filled in."""
        return dict(self.shown["errors"] or {})

    @property
    def is_done(self) -> bool:
        """Whether the flow made or changed what it is for."""
        reason = self.shown.get("reason")
        made = self.shown["type"] is FlowResultType.CREATE_ENTRY
        return made or reason in ("reconfigure_successful", "lock_ready")

    @property
    def is_told_by_us(self) -> bool:
        """Whether the end is told in this integration's words, not the framework's."""
        return self.shown.get("translation_domain") is None

    @property
    def aborted(self) -> str | None:
        """Why the flow ended early."""
        reason: str | None = self.shown.get("reason")
        return reason

    def labels(self, field: str) -> dict[str, str]:
        """Labels of a select field by value."""
        options = self._field(field)[1].config["options"]
        return {
            item if isinstance(item, str) else item["value"]: (
                item if isinstance(item, str) else item["label"]
            )
            for item in options
        }

    def preset(self, field: str) -> Any:
        """What a field holds before anybody fills it in."""
        marker = self._field(field)[0]
        suggested = (marker.description or {}).get("suggested_value")
        if suggested is not None or not callable(marker.default):
            return suggested
        return marker.default()

    def preset_section(self, name: str) -> dict[str, Any]:
        """What the fields of a section hold before anybody fills them in."""
        fields = self._field(name)[1].schema.schema
        given = {str(x): (x.description or {}).get("suggested_value") for x in fields}
        return {key: value for key, value in given.items() if value is not None}

    def is_folded(self, name: str) -> bool:
        """Whether a section is shut until it is opened."""
        folded: bool = self._field(name)[1].options["collapsed"]
        return folded

    @property
    def presets(self) -> dict[str, Any]:
        """What the form holds before anybody fills it in."""
        given = {name: self.preset(name) for name in self.fields}
        return {name: value for name, value in given.items() if value is not None}

    @property
    def fields(self) -> list[str]:
        """Names of the fields."""
        return [str(marker) for marker in self.shown["data_schema"].schema]

    def _field(self, name: str) -> tuple[Any, Any]:
        schema = self.shown["data_schema"].schema
        found: tuple[Any, Any] = next(i for i in schema.items() if i[0] == name)
        return found

    async def fill(self, **given: Any) -> Self:
        """Fill the form in; `None` leaves a field out.

        What is next is what the page proposes, where nothing else is given.
        """
        if self.goes_on:
            given = {CONF_NEXT: self.preset(CONF_NEXT), **given}
        return await self._go({k: v for k, v in given.items() if v is not None})

    async def choose(self, *steps: str) -> Self:
        """Choose from the menu, and from the menus that follow."""
        for step in steps:
            assert step in self.offered, (self.step, self.offered)
            if self.shown["type"] is FlowResultType.MENU:
                await self._go({"next_step_id": step})
            else:
                await self._go({**self.presets, CONF_NEXT: step})
        return self

    async def _go(self, given: dict[str, Any] | None) -> Self:
        self.shown = await self.manager.async_configure(self.shown["flow_id"], given)
        self.require_labels()
        if self.waits or self.in_haste:
            return self
        await self.house.settle()
        return self

    def require_labels(self) -> None:
        """Require a text for every field of a repair.

        The frontend shows the name of a field that has no text, but not in a repair.
        """
        if self.issue is None or self.shown["type"] is not FlowResultType.FORM:
            return
        step = TEXTS["issues"][self.issue]["fix_flow"]["step"][self.step]
        assert set(self.fields) <= set(step.get("data", {})), (self.issue, self.step)

    @property
    def waits(self) -> bool:
        """Whether the flow shows that something goes on."""
        return self.shown["type"] is FlowResultType.SHOW_PROGRESS

    def close(self) -> None:
        """Close the dialog."""
        self.manager.async_abort(self.shown["flow_id"])

    async def wait(self) -> Self:
        """Wait until the flow goes on by itself; a quick one has done so already."""
        if not self.waits:
            return self
        flow_id = self.shown["flow_id"]
        step = self.step
        if not self.in_haste:
            await self.house.settle()
        await self.house.wait_for(lambda: self._step_now(flow_id) != step)
        return await self._go(None)

    async def refresh_view(self) -> Self:
        """Have the step that is shown shown again, as a reloaded page does."""
        return await self._go(None)

    async def still_waits(self) -> bool:
        """Tell whether the flow goes on to wait."""
        flow_id = self.shown["flow_id"]
        for _ in range(TURNS):
            await asyncio.sleep(0)
        self.shown = await self.manager.async_configure(flow_id, None)
        return self.shown["type"] is FlowResultType.SHOW_PROGRESS

    def _step_now(self, flow_id: str) -> str | None:
        flows = self.manager.async_progress()
        return next((f["step_id"] for f in flows if f["flow_id"] == flow_id), None)

    async def let_time_pass(self, seconds: float) -> None:
        """Let time pass while the flow waits."""
        self.house.clock.tick(timedelta(seconds=seconds))
        async_fire_time_changed_exact(self.house.hass)


async def begin_home(house: House) -> Flow:
    """Add the integration."""
    manager = house.hass.config_entries.flow
    shown = await manager.async_init(DOMAIN, context={"source": SOURCE_USER})
    return Flow(house, manager, shown)


async def discover(house: House, hub: FakeHub) -> Flow:
    """Let Home Assistant discover a hub; binary values are lost on the way."""
    manager = house.hass.config_entries.flow
    address = ip_address(hub.addresses[0])
    info = ZeroconfServiceInfo(
        ip_address=address,
        ip_addresses=[address],
        hostname=hub.host,
        name=hub.instance,
        port=49191,
        properties={"vn": hub.vendor},
        type=hub.type,
    )
    context = {"source": SOURCE_ZEROCONF}
    return Flow(
        house, manager, await manager.async_init(DOMAIN, context=context, data=info)
    )


async def add_lock(house: House) -> Flow:
    """Begin to add a lock."""
    return await _subentry_flow(house, "lock", SubentryFlowContext(source=SOURCE_USER))


async def bind_lock(house: House, *steps: str, model: str = "u400") -> Flow:
    """Begin to set up a lock of a model step by step, and go on from where it is now."""
    flow = await add_lock(house)
    if flow.step == "user":
        await flow.choose("where")
    if not steps:
        return flow
    await flow.fill(model=model, next=steps[0])
    return await flow.choose(*steps[1:])


async def add_person(house: House, **given: Any) -> Flow:
    """Begin to add a person; fills in who it is, if that is given."""
    context = SubentryFlowContext(source=SOURCE_USER)
    flow = await _subentry_flow(house, "person", context)
    return await flow.fill(**given) if given else flow


async def add_guest(house: House) -> Flow:
    """Begin to add a guest."""
    context = SubentryFlowContext(source=SOURCE_USER)
    return await _subentry_flow(house, "guest", context)


async def reconfigure(house: House, kind: str, subentry_id: str) -> Flow:
    """Open the settings of a subentry."""
    context = SubentryFlowContext(source=SOURCE_RECONFIGURE, subentry_id=subentry_id)
    return await _subentry_flow(house, kind, context)


async def _subentry_flow(house: House, kind: str, context: SubentryFlowContext) -> Flow:
    manager = house.hass.config_entries.subentries
    shown = await manager.async_init((house.home.entry_id, kind), context=context)
    return Flow(house, manager, shown)


async def open_options(house: House) -> Flow:
    """Open the options of the home."""
    manager = house.hass.config_entries.options
    return Flow(house, manager, await manager.async_init(house.home.entry_id))


async def fix(house: House, issue_id: str) -> Flow:
    """Open a repair."""
    assert await async_setup_component(house.hass, REPAIRS_DOMAIN, {})
    await house.settle()
    manager = house.hass.data[REPAIRS_DOMAIN]["flow_manager"]
    issue = ir.async_get(house.hass).async_get_issue(DOMAIN, issue_id)
    shown = await manager.async_init(DOMAIN, data={"issue_id": issue_id})
    flow = Flow(house, manager, shown, issue=issue.translation_key if issue else None)
    flow.require_labels()
    return flow


async def bind(house: House, name: str, *users: int, **given: Any) -> str:
    """Add a person who is these users of the first lock; gives the subentry's id."""
    flow = await add_person(house, name=name, **given)
    await flow.choose("pick")
    lock_id = house.subentry_id()
    await flow.fill(slots=[f"{lock_id}/user/{index}" for index in users])
    assert flow.is_done
    return subentry_id_of(house, name)


def subentry_id_of(house: House, title: str) -> str:
    """Find a subentry by its title."""
    every = house.home.subentries.values()
    found: str = next(i.subentry_id for i in every if i.title == title)
    return found


def person_id_of(house: House, title: str) -> str:
    """Give a person's id."""
    person = house.home.subentries[subentry_id_of(house, title)]
    person_id: str = person.data["person_id"]
    return person_id


async def added_to_matter(house: House) -> Flow:
    """Bind a new U400 that another app has, up to the report."""
    ways = ("other_ecosystem", "share_other")
    flow = await bind_lock(house, *ways)
    house.matter.new_devices[U400_NODE] = u400()
    await flow.fill(code=CODE)
    await flow.wait()
    await flow.fill()
    return await flow.wait()
