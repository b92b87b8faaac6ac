"""The card in a real browser, over a page that plays Home Assistant: states that are rare."""

from collections.abc import AsyncIterator
import json
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Page, async_playwright
import pytest_asyncio

from tests.rig.paths import PRODUCT

from .browser import CHROMIUM, QUIET, TEXTS

HARNESS: Final = Path(__file__).with_name("card_harness.js")
MODULE: Final = PRODUCT / "frontend" / "aqara-lock.js"
WORDS: Final = TEXTS["common"]
ACTIVITY: Final = TEXTS["entity"]["event"]["activity"]["state_attributes"]
UPDATES: Final = 2000
MOST_GROWTH: Final = 2_000_000
"""Bytes that a browser's heap may differ by when nothing is kept: its own caches."""
GROWTH: Final = """async updates => {
    const add = number => tell("activity",
        {lines: [line(number)], removed: [], initial: false});
    const heap = async () => {
        await settled(); gc(); await settled(); gc();
        return performance.memory.usedJSHeapSize;
    };
    for (let number = 2000; number < 2300; number++) { add(number); await null; }
    const before = await heap();
    for (let number = 0; number < updates; number++) {
        add(3000 + number);
        await card.updateComplete;
        if (number % 50 === 0) await settled();
    }
    const after = await heap();
    const list = card.shadowRoot.querySelector("aqara-lock-history").shadowRoot;
    return {growth: after - before, entries: list.querySelectorAll("li").length};
}"""


def texts() -> dict[str, str]:
    """Return the texts by the keys that the frontend asks for."""
    start = "component.aqara_lock"
    found = {f"{start}.common.{key}": text for key, text in WORDS.items()}
    for attribute, said in ACTIVITY.items():
        path = f"{start}.entity.event.activity.state_attributes.{attribute}.state"
        found |= {f"{path}.{key}": text for key, text in said.get("state", {}).items()}
    states = ("locked", "unlocked", "jammed")
    return found | {
        f"component.lock.entity_component._.state.{state}": state.capitalize()
        for state in states
    }


@pytest_asyncio.fixture(loop_scope="session")
async def page() -> AsyncIterator[Page]:
    """Return a page with the module and what plays Home Assistant."""
    async with async_playwright() as play:
        chromium = await play.chromium.launch(
            executable_path=CHROMIUM,
            headless=True,
            args=[*QUIET, "--enable-precise-memory-info", "--js-flags=--expose-gc"],
        )
        try:
            page = await chromium.new_page()
            complaints: list[str] = []
            page.on("pageerror", lambda error: complaints.append(str(error)))
            await page.set_content("<!doctype html><body></body>")
            await page.add_script_tag(path=HARNESS)
            await page.add_script_tag(content=MODULE.read_text(), type="module")
            await page.evaluate("t => { window.texts = t }", texts())
            await page.wait_for_function("!!customElements.get('aqara-lock-card')")
            yield page
            assert complaints == []
        finally:
            await chromium.close()


async def show(
    page: Page,
    lines: str = "[line(1)]",
    config: dict[str, Any] | None = None,
    change: str = "",
    attributes: dict[str, Any] | None = None,
    count: int = 1,
) -> None:
    """Show a card; `change` is done to what plays Home Assistant before."""
    wanted = {"entity": "lock.d0"} if config is None else config
    await page.evaluate(
        f"""async ([config, attributes, count]) => {{
            window.hass = home(texts, count, attributes);
            {change};
            await show(hass, config, {lines});
        }}""",
        [wanted, attributes or {}, count],
    )


async def calls(page: Page) -> list[Any]:
    """Return the actions and commands that the card sent."""
    await page.evaluate("settled()")
    return list(json.loads(await page.evaluate("JSON.stringify(calls)")))


async def test_a_code_is_left_to_the_dialog_of_home_assistant(page: Page) -> None:
    await show(page, attributes={"code_format": "^\\d{6}$"})
    await page.locator("[data-action=unlock]").click()
    await page.wait_for_function("fired.length === 1")
    assert await page.evaluate("fired") == ["lock.d0"]
    assert await page.locator("[data-action=yes]").count() == 0
    assert await calls(page) == []


async def test_with_a_default_code_none_is_sent(page: Page) -> None:
    code = "hass.options = {lock: {default_code: '123456'}}"
    await show(page, change=code, attributes={"code_format": "^\\d{6}$"})
    await page.locator("[data-action=unlock]").click()
    await page.locator("[data-action=yes]").click()
    assert await calls(page) == [["lock", "unlock", {}, {"entity_id": "lock.d0"}]]
    assert await page.evaluate("fired") == []


async def test_without_confirmation_it_acts_at_once(page: Page) -> None:
    await show(page, config={"entity": "lock.d0", "confirm": False})
    await page.locator("[data-action=unlock]").click()
    await page.wait_for_function("calls.length === 1")


async def test_a_lost_connection_is_said_and_nothing_can_be_pressed(
    page: Page,
) -> None:
    await show(page)
    await page.evaluate("card.hass = {...hass, connected: false}")
    lost = page.get_by_text(WORDS["connection_lost"])
    await lost.wait_for()
    assert await page.locator("[data-action=unlock]").is_disabled()
    await page.evaluate("card.hass = {...hass}")
    await lost.wait_for(state="detached")
    assert await page.locator("[data-action=unlock]").is_enabled()


async def test_who_may_not_read_the_lock_sees_its_state_alone(page: Page) -> None:
    await show(page, lines="[]", change="hass.shown = []")
    await page.get_by_text(WORDS["not_ours"]).wait_for()
    assert await page.locator("[data-action=unlock]").count() == 1
    assert await page.locator("aqara-lock-history").count() == 0


async def test_a_lock_that_was_removed_is_said(page: Page) -> None:
    await show(page, change="delete hass.states['lock.d0']")
    await page.get_by_text(WORDS["no_such_lock"]).wait_for()


async def test_refusals_are_folded_and_can_be_seen(page: Page) -> None:
    denied = "{type: 'denied', person: undefined, reason: 'invalid_credential'}"
    await show(page, lines=f"[1, 2, 3].map(n => line(n, {denied}))")
    await page.get_by_text(WORDS["refused_times"].replace("{count}", "3")).wait_for()
    assert await page.locator("aqara-lock-history li").count() == 1
    await page.get_by_role("button", name=WORDS["unfold"]).click()
    entries = page.locator("aqara-lock-history ol.inner li")
    assert await entries.count() == 3
    reason = ACTIVITY["reason"]["state"]["invalid_credential"]
    assert reason in await entries.first.inner_text()


async def test_a_gap_stands_between_what_is_known(page: Page) -> None:
    gap = "line(2, {kind: 'gap', type: undefined, person: undefined, sentence: 'Home Assistant was away', until: line(5).occurred_at})"
    await show(page, lines=f"[line(6), {gap}, line(1)]")
    entry = page.locator("aqara-lock-history li.gap")
    said = await entry.inner_text()
    assert "Home Assistant was away" in said
    assert "12:02" in said
    assert "12:05" in said


async def test_certainty_is_in_plain_words(page: Page) -> None:
    await show(page, lines="[line(1, {confidence: 'inferred'}), line(0)]")
    entries = page.locator("aqara-lock-history li")
    word = ACTIVITY["confidence"]["state"]["inferred"]
    assert word in await entries.nth(0).inner_text()
    assert word not in await entries.nth(1).inner_text()


async def test_names_filter_the_history(page: Page) -> None:
    await show(page, lines="[line(3), line(2, {person: 'Ben'}), line(1)]")
    await page.locator("aqara-lock-history select").select_option("Ben")
    entries = page.locator("aqara-lock-history li")
    await page.wait_for_function(
        "card.shadowRoot.querySelector('aqara-lock-history')"
        ".shadowRoot.querySelectorAll('li').length === 1"
    )
    assert "Ben" in await entries.first.inner_text()


async def test_somebody_is_named_on_an_entry(page: Page) -> None:
    change = (
        "hass.states['person.ben'] = {entity_id: 'person.ben', state: 'home',"
        " attributes: {friendly_name: 'Ben'}}"
    )
    await show(page, lines="[line(1, {person: undefined})]", change=change)
    await page.get_by_role("button", name=WORDS["who_was_this"]).click()
    await page.get_by_role("button", name="Ben").click()
    assert await calls(page) == [
        [
            "aqara_lock",
            "assign_operation",
            {"line": "e0.1.1", "person": "Ben"},
            {"entity_id": "event.d0"},
        ]
    ]


async def test_a_name_from_outside_is_text(page: Page) -> None:
    await show(page, lines="[line(1, {person: '<img src=x onerror=boom()>'})]")
    said = await page.locator("aqara-lock-history li").first.inner_text()
    assert "<img src=x" in said


async def test_twenty_doors_and_a_thousand_entries(page: Page) -> None:
    lines = (
        "Array.from({length: 1000}, (_, n) => line(1000 - n, {lock_id: `l${n % 20}`}))"
    )
    await show(page, lines=lines, config={"rows": 50}, count=20)
    assert await page.locator("aqara-lock-door").count() == 20
    assert await page.locator("aqara-lock-history li").count() == 50
    said = WORDS["sum_all"].replace("{count}", "20")
    await page.get_by_text(said).wait_for()


async def test_memory_stays_over_many_updates(page: Page) -> None:
    await show(page, lines="Array.from({length: 50}, (_, n) => line(50 - n))")
    found = await page.evaluate(GROWTH, UPDATES)
    print(f"heap after {UPDATES} updates: {found['growth']:+} bytes")
    assert found["entries"] == 6
    assert found["growth"] < MOST_GROWTH
