"""A person at a browser: reads the dialog of Home Assistant's frontend and presses its buttons."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import json
from pathlib import Path
import re
from typing import Any, Final

from playwright.async_api import FloatRect, Locator, Page, async_playwright

from tests.rig.paths import PRODUCT

CHROMIUM: Final = "/usr/bin/chromium"
QUIET: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Without these Chromium looks for servers on the internet, and refuses to run as root."""
SIZE: Final = {"width": 760, "height": 1000}
MARGIN: Final = 16
TEXT_FIELD: Final = "input:not([type=radio]):not([type=checkbox])"
TEXTS: Final[Mapping[str, Any]] = json.loads(
    (PRODUCT / "translations" / "en.json").read_text()
)
HOME: Final[Mapping[str, Any]] = TEXTS["config"]["step"]
LOCK: Final[Mapping[str, Any]] = TEXTS["config_subentries"]["lock"]["step"]
UNFILLED: Final = re.compile(r"\{\w+\}|component\.aqara_lock|\bundefined\b")
"""What a text looks like when a placeholder or a translation is missing."""


@dataclass
class Browser:
    """One window with the dialog of a flow; keeps a picture of every step if asked to."""

    page: Page
    url: str
    pictures: Path | None = None
    steps: list[str] = field(default_factory=list)

    async def log_in(self, username: str, password: str) -> None:
        """Fill in the login form."""
        await self.page.goto(self.url)
        await self.page.fill("input[name=username]", username)
        await self.page.fill("input[name=password]", password)
        await self.page.keyboard.press("Enter")
        await self.page.wait_for_selector("home-assistant-main")

    async def open(self, path: str) -> None:
        """Go to a page of the frontend."""
        await self.page.goto(f"{self.url}{path}")

    async def shows(
        self, step: str, texts: Mapping[str, Any] = LOCK, seconds: float = 30
    ) -> str:
        """Wait until the dialog is at a step; return what a person can read there."""
        title = str(texts[step]["title"])
        heading = self.page.get_by_text(title, exact=True).last
        await heading.wait_for(timeout=seconds * 1000)
        if "description" in texts[step]:
            written = self._dialog.locator("ha-markdown").locator("p, ul, ol, table")
            await written.first.wait_for()
        shown = await self._read()
        assert not UNFILLED.search(shown), shown
        await self._picture(step)
        self.steps.append(step)
        return shown

    async def choose(self, step: str, option: str) -> None:
        """Choose what is next on a page, and press Next; the first is chosen already."""
        listed = TEXTS["selector"][f"next_{step}"]["options"]
        if option != next(iter(listed)):
            await self.press(str(listed[option]))
        await self.submit()

    async def press(self, text: str) -> None:
        """Press what carries exactly this text."""
        await self.page.get_by_text(text, exact=True).last.click()

    async def submit(self, label: str = "Next") -> None:
        """Press the button of a form."""
        await self.page.get_by_role("button", name=label, exact=True).last.click()

    async def accept(self, discovered: str) -> None:
        """Press Add on the card of something that was discovered."""
        card = self.page.locator("ha-config-flow-card", has_text=discovered)
        await card.get_by_role("button", name="Add", exact=True).click()

    async def type(self, text: str) -> None:
        """Fill in the last field of the form."""
        await self._dialog.locator(TEXT_FIELD).last.fill(text)

    async def read(self, what: str) -> str:
        """Return what a person can read in a part of the page."""
        return str(await self.page.locator(what).first.evaluate(READ))

    @property
    def _dialog(self) -> Locator:
        return self.page.locator("ha-dialog[open]").last

    async def _read(self) -> str:
        return str(await self._dialog.evaluate(READ))

    async def _picture(self, step: str) -> None:
        if self.pictures is None:
            return
        self.pictures.mkdir(parents=True, exist_ok=True)
        await self.page.evaluate("document.fonts.ready")
        await self._dialog.evaluate(SETTLED)
        place = await self._dialog.locator("dialog").bounding_box()
        await self.page.screenshot(
            path=self.pictures / f"{len(self.steps) + 1:02d}-{step}.png",
            clip=_around(place) if place else None,
            animations="disabled",
        )


READ: Final = """element => {
    const read = node => {
        if (node.nodeType === Node.TEXT_NODE) return node.data;
        if (["STYLE", "SCRIPT"].includes(node.nodeName)) return "";
        const shown = node.nodeName === "SLOT" ? node.assignedNodes() : [];
        const inside = shown.length ? shown : (node.shadowRoot ?? node).childNodes;
        return [...inside].map(read).join(" ");
    };
    return read(element).replace(/\\s+/g, " ");
}"""
"""What a person reads: the text in the shadows of web components as well."""
SETTLED: Final = """element => Promise.all(
    document.getAnimations({subtree: true})
        .filter(each => each.effect.getTiming().iterations !== Infinity)
        .map(each => each.finished.catch(() => {})))"""


def _around(place: FloatRect) -> FloatRect:
    return {
        "x": max(place["x"] - MARGIN, 0),
        "y": max(place["y"] - MARGIN, 0),
        "width": place["width"] + 2 * MARGIN,
        "height": place["height"] + 2 * MARGIN,
    }


@asynccontextmanager
async def browser(url: str, pictures: Path | None = None) -> AsyncIterator[Browser]:
    """Open a window on Home Assistant; closes it at the end."""
    async with async_playwright() as play:
        chromium = await play.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=list(QUIET)
        )
        try:
            page = await chromium.new_page(viewport=SIZE)
            page.set_default_timeout(30_000)
            yield Browser(page, url, pictures)
        finally:
            await chromium.close()
