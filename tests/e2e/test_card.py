"""The card, the badge, the tile feature, the dashboard and the page in the real frontend."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import Any, Final

from playwright.async_api import ConsoleMessage, Error, Locator, Page
import pytest
import pytest_asyncio

from tests.rig import flows
from tests.rig.family import House
from tests.rig.home_assistant import PORT
from tests.rig.paths import REPOSITORY
from tests.rig.relay import Relay, connect_into
from tests.rig.waiting import wait_until

from .browser import TEXTS, browser
from .conftest import LOGS
from .door import Door
from .seconds import measured

WORDS: Final = TEXTS["common"]
MESSAGES: Final = TEXTS["exceptions"]
CODE: Final = "735194"
GUEST_CODE: Final = "582947"
NEW_CODE: Final = "416928"
FOUND_CODE: Final = "830417"
AXE: Final = REPOSITORY / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS: Final = (320, 390, 768, 1280)
THEMES: Final = ("light", "dark")
OURS: Final = (
    "aqara-lock-card",
    "aqara-lock-badge",
    "aqara-lock-who",
    "aqara-lock-panel",
)
LINE_WITHIN: Final = 1.0
RED_WITHIN: Final = 10.0
QUIET_START: Final = 60
MORE_INFO: Final = "custom_ui_more_info"
ASK_MORE: Final = """entityId => document.querySelector("home-assistant").dispatchEvent(
    new CustomEvent("hass-more-info", { detail: { entityId } }))"""
FOUND: Final = """async () => {
    const found = await axe.run(document, {
        resultTypes: ["violations"],
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    });
    const isOurs = node => node.target.flat().some(x => /aqara-lock/.test(x));
    return found.violations
        .filter(x => ["serious", "critical"].includes(x.impact))
        .flatMap(x => x.nodes.filter(isOurs).map(n => `${x.id}: ${n.target.flat().join(" ")}: ${n.failureSummary}`));
}"""
"""What axe finds in our elements; those of the frontend around them are not ours."""
ASKED_BY_READER: Final = """async () => {
    const { hass } = document.querySelector("home-assistant");
    try {
        await hass.callWS({ type: "aqara_lock/access/cancel" });
        return "allowed";
    } catch (error) {
        return error.code;
    }
}"""
OFFERED: Final = """([lock, core]) => {
    const { hass } = document.querySelector("home-assistant");
    const ours = list => list.filter(x => x.type.startsWith("aqara-lock"));
    const cards = ours(customCards), features = ours(customCardFeatures);
    const card = customElements.get("aqara-lock-card");
    const form = card.getConfigForm();
    const names = form.schema.flatMap(x => x.schema ?? [x]);
    const loaded = performance.getEntriesByType("resource");
    return {
        cards: cards.map(x => x.type),
        badges: ours(customBadges).map(x => x.type),
        features: features.map(x => x.type),
        strategies: ours(customStrategies).map(x => x.strategyType),
        suggested: cards[0].getEntitySuggestion(hass, lock).config,
        not_suggested: cards[0].getEntitySuggestion(hass, core),
        supported: [lock, core].map(id => features[0].isSupported(hass, { entity_id: id })),
        stub: card.getStubConfig(hass),
        modules: new Set(loaded.map(x => x.name).filter(x => x.includes("aqara-lock.js"))).size,
        labels: names.map(x => form.computeLabel(x, hass.localize)),
    };
}"""
TOO_WIDE: Final = """names => {
    const wide = [];
    const walk = (node, inside) => {
        const is = inside || names.includes(node.localName);
        if (is && node.getBoundingClientRect) {
            const box = node.getBoundingClientRect();
            const hidden = getComputedStyle(node).clipPath !== "none";
            if (!hidden && box.width && (box.right > innerWidth + 1 || box.left < -1))
                wide.push(`${node.localName}.${node.className}`);
        }
        for (const child of (node.shadowRoot ?? node).children ?? []) walk(child, is);
        if (node.shadowRoot) for (const child of node.children) walk(child, is);
    };
    walk(document.body, false);
    return wide;
}"""


@dataclass
class Screen:
    """A browser that is logged in, and what it complained of."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Note errors of scripts; pictures that the internet has are not there."""

        def console(message: ConsoleMessage) -> None:
            if message.type == "error" and "Failed to load" not in message.text:
                self.complaints.append(message.text)

        def failed(error: Error) -> None:
            self.complaints.append(str(error))

        self.page.on("console", console)
        self.page.on("pageerror", failed)

    async def open(self, path: str, element: str) -> Locator:
        """Go to a page and wait for one of our elements."""
        await self.page.goto(f"{self.url}{path}")
        found = self.page.locator(element).first
        await found.wait_for()
        return found


@pytest_asyncio.fixture(loop_scope="session")
async def screen(door: Door) -> AsyncIterator[Screen]:
    """Open a browser on the home, with a dashboard that has everything of ours."""
    await make_dashboards(door)
    relay = Relay(connect_into(door.rig.network.ha, PORT))
    port = await relay.listen(0)
    try:
        async with browser(f"http://localhost:{port}") as person:
            await person.log_in(door.rig.ha.username, door.rig.ha.password)
            screen = Screen(person.page, person.url)
            screen.listen()
            yield screen
            assert screen.complaints == []
    finally:
        await relay.close()


async def make_dashboards(door: Door) -> None:
    """Store the dashboards of these tests, once."""
    lock = await door.entity("lock")
    everything = {
        "views": [
            {
                "type": "sections",
                "badges": [{"type": "custom:aqara-lock-badge"}],
                "sections": [
                    {"type": "grid", "cards": [card]}
                    for card in (
                        {"type": "custom:aqara-lock-card", "entity": lock},
                        {
                            "type": "tile",
                            "entity": lock,
                            "features": [{"type": "custom:aqara-lock-who"}],
                        },
                    )
                ],
            }
        ]
    }
    strategy = {"strategy": {"type": "custom:aqara-lock-doors"}}
    known = await door.client.command("lovelace/dashboards/list")
    for path, config in (("the-doors", everything), ("made-doors", strategy)):
        if path not in {board["url_path"] for board in known}:
            await door.client.command(
                "lovelace/dashboards/create", url_path=path, title=path
            )
        await door.client.command("lovelace/config/save", url_path=path, config=config)


async def test_a_line_comes_with_the_operation(door: Door, screen: Screen) -> None:
    await door.done(door.rig.lock.lock(pin=1))
    for _ in range(3):
        # Who opens a page has waited longer than the lock between two reports.
        await screen.open("/the-doors/0", "aqara-lock-history li")
        entries = screen.page.locator("aqara-lock-history li")
        known = await entries.first.get_attribute("data-key")
        await door.rig.lock.unlock(finger=2)
        begun = monotonic()
        first = "aqara-lock-history li:first-child"
        new = screen.page.locator(f"{first}[data-key]:not([data-key='{known}'])").first
        await new.wait_for()
        took = monotonic() - begun
        measured(door.rig, "a line on the card after the operation", took)
        assert took <= LINE_WITHIN
        said = await new.inner_text()
        assert "Ben" in said
        assert "Fingerprint" in said
        await door.done(door.rig.lock.lock(auto=True))
    who = screen.page.locator("aqara-lock-who .who")
    await who.wait_for()
    assert "Ben · Fingerprint" in await who.inner_text()


async def test_unlock_asks_and_the_lock_moves(door: Door, screen: Screen) -> None:
    card = await screen.open("/the-doors/0", "aqara-lock-door")
    lock = await door.entity("lock")
    await card.locator("[data-action=unlock]").click()
    question = WORDS["unlock_question"].split("{")[0]
    assert question in await card.locator(".question").inner_text()
    await screen.page.keyboard.press("Escape")
    await card.locator("[data-action=unlock]").wait_for()
    assert (await door.rig.lock.state())["lock_state"] == "locked"
    # The button has the focus again: the rest goes by keyboard.
    await screen.page.keyboard.press("Enter")
    await card.locator("[data-action=yes]").wait_for()
    await screen.page.keyboard.press("Enter")
    await door.client.wait_state(lock, "unlocked")
    assert (await door.rig.lock.state())["lock_state"] == "unlocked"
    # To lock asks nothing.
    await card.locator("[data-action=lock]").click()
    await door.client.wait_state(lock, "locked")


@pytest.mark.parametrize(
    ("path", "element"),
    [
        ("/the-doors/0", "aqara-lock-history h3"),
        ("/made-doors/0", "aqara-lock-history h3"),
        ("/aqara-lock/today", "aqara-lock-history h3"),
        ("/aqara-lock/people", "aqara-lock-people .box"),
        ("/aqara-lock/health", "aqara-lock-path li"),
        ("/aqara-lock/help", "aqara-lock-panel details"),
    ],
)
async def test_everything_fits_and_can_be_read(
    door: Door, screen: Screen, path: str, element: str
) -> None:
    for theme in THEMES:
        await screen.page.emulate_media(color_scheme=theme)
        await screen.open(path, element)
        await screen.page.add_script_tag(path=AXE)
        for width in WIDTHS:
            await screen.page.set_viewport_size({"width": width, "height": 900})
            await screen.page.locator(element).first.wait_for()
            name = f"{path.strip('/').replace('/', '-')}-{theme}-{width}.png"
            await screen.page.screenshot(
                path=LOGS / "card" / name, animations="disabled"
            )
            assert await screen.page.evaluate(TOO_WIDE, list(OURS)) == [], name
        assert await screen.page.evaluate(FOUND) == []


async def test_the_frontend_is_told_once_of_each_of_them(
    door: Door, screen: Screen
) -> None:
    await screen.open("/the-doors/0", "aqara-lock-card")
    lock, core = await door.entity("lock"), await door.core()
    offered = await screen.page.evaluate(OFFERED, [lock, core])
    assert offered == {
        "cards": ["aqara-lock-card"],
        "badges": ["aqara-lock-badge"],
        "features": ["aqara-lock-who"],
        "strategies": ["dashboard", "section"],
        "suggested": {"type": "custom:aqara-lock-card", "entity": lock},
        "not_suggested": None,
        "supported": [True, False],
        "stub": {"entity": lock},
        "modules": 1,
        "labels": [
            WORDS[f"option_{name}"]
            for name in (
                "entity",
                "name",
                "path",
                "activity",
                "notices",
                "confirm",
                "rows",
            )
        ],
    }


async def test_who_may_open_is_changed_on_the_page(door: Door, screen: Screen) -> None:
    house = House(door.rig)
    person = await house.add_person("Dora")
    change = {"person_id": person, "lock_id": await door.lock_id(), "password": CODE}
    await door.client.command("aqara_lock/access/apply", changes=[change])
    await screen.open("/aqara-lock/people", "aqara-lock-people .box")
    box = screen.page.locator(f"[data-person='{person}']")
    await box.get_by_text(MESSAGES["grant_in_place"]["message"]).wait_for(
        timeout=60_000
    )
    assert await door.rig.lock.code(CODE) == "opens"
    for wish, said, answer in (
        ("off", MESSAGES["switched_off"]["message"], "disabled_user"),
        ("on", MESSAGES["grant_in_place"]["message"], "opens"),
        ("removed", WORDS["people_no_door"], "invalid_credential"),
    ):
        await box.locator(f"[data-wish={wish}]").click()
        await screen.page.screenshot(path=LOGS / "card" / f"people-{wish}.png")
        told = WORDS[f"plan_{wish}"].split("{")[0]
        assert told in await box.locator(".question").inner_text()
        await box.locator("[data-action=yes]").click()
        await box.get_by_text(said).wait_for(timeout=60_000)
        assert await door.rig.lock.code(CODE) == answer
    await house.remove_person("Dora")


async def fits(screen: Screen, name: str) -> None:
    """Look at what is shown at every width in both themes, and ask axe."""
    for theme in THEMES:
        await screen.page.emulate_media(color_scheme=theme)
        for width in WIDTHS:
            await screen.page.set_viewport_size({"width": width, "height": 900})
            await screen.page.screenshot(
                path=LOGS / "card" / f"{name}-{theme}-{width}.png",
                animations="disabled",
            )
            assert await screen.page.evaluate(TOO_WIDE, list(OURS)) == [], name
        await screen.page.add_script_tag(path=AXE)
        assert await screen.page.evaluate(FOUND) == [], theme


async def give_code(form: Locator, code: str) -> None:
    """Type a code twice, look at what happens, and have it done."""
    for name in ("code", "code_again"):
        field = form.locator(f"[name={name}]")
        assert await field.get_attribute("type") == "password"
        await field.fill(code)
    await form.locator("[data-action=next]").click()
    await form.locator(".plan li").first.wait_for(timeout=60_000)
    await form.locator("[data-action=apply]").click()
    await form.wait_for(state="detached")


async def read_at(house: House, name: str) -> str | None:
    """Return when the access of somebody was last read; None while it is changed."""
    people = (await house.view())["people"]
    (grant,) = next(person["grants"] for person in people if person["name"] == name)
    return None if grant["status"] == "pending" else str(grant["read_at"])


async def test_a_guest_made_on_the_page_opens_the_keypad(
    door: Door, screen: Screen
) -> None:
    await screen.open("/aqara-lock/people", "aqara-lock-people .box")
    form = screen.page.locator("aqara-lock-access-form")
    await screen.page.locator("[data-action=add-guest]").click()
    await form.locator("[name=name]").fill("Gina")
    await form.locator("[name=window]").select_option("weekly")
    await fits(screen, "people-weekly")
    await form.locator("[name=window]").select_option("always")
    for name in ("code", "code_again"):
        await form.locator(f"[name={name}]").fill("12345678")
    await form.locator("[data-action=next]").click()
    await form.locator(".plan li").first.wait_for(timeout=60_000)
    await fits(screen, "people-plan")
    await form.locator("[data-action=apply]").click()
    refused = TEXTS["config_subentries"]["guest"]["error"]["code_sequence"]
    await form.get_by_text(refused).wait_for()
    await give_code(form, GUEST_CODE)
    gina = screen.page.locator("tr", has_text="Gina")
    in_place = MESSAGES["grant_in_place"]["message"]
    await gina.get_by_text(in_place).wait_for(timeout=60_000)
    assert await door.rig.lock.code(GUEST_CODE) == "opens"
    await fits(screen, "people-matrix")

    house = House(door.rig)
    before = await read_at(house, "Gina")
    await gina.locator("[data-action=change]").click()
    await give_code(form, NEW_CODE)

    async def is_read_again() -> bool:
        return await read_at(house, "Gina") not in {before, None}

    await wait_until("the new code is on the lock", is_read_again, 60)
    assert await door.rig.lock.code(GUEST_CODE) == "invalid_credential"
    assert await door.rig.lock.code(NEW_CODE) == "opens"

    await gina.locator("[data-action=remove-person]").click()
    await gina.locator("[data-action=yes]").click()
    await gina.wait_for(state="detached")
    gone = WORDS["people_leaving"]
    await screen.page.get_by_text(gone).wait_for(state="detached", timeout=60_000)
    assert await door.rig.lock.code(NEW_CODE) == "invalid_credential"


async def test_a_user_that_is_on_the_lock_is_taken_over(
    door: Door, screen: Screen
) -> None:
    key = {"type": "pin", "index": 9, "code": FOUND_CODE}
    await door.rig.lock.set_user(9, "Zita", credentials=[key])
    await door.rig.lock.set_user(10, "Yann")
    lock = await door.entity("lock")
    await door.client.command(
        "call_service",
        domain="aqara_lock",
        service="check_access",
        target={"entity_id": lock},
        return_response=True,
    )
    await screen.open("/aqara-lock/people", "aqara-lock-people .box")
    lines = screen.page.locator("[data-section=found] li")
    found = lines.filter(has=screen.page.locator("strong", has_text="Zita"))
    other = lines.filter(has=screen.page.locator("strong", has_text="Yann"))
    await other.locator("input").fill("Yannick")
    await found.locator("[data-action=adopt]").click()
    zita = screen.page.locator("tr", has_text="Zita")
    await zita.get_by_text(MESSAGES["grant_in_place"]["message"]).wait_for()
    await found.wait_for(state="detached")
    # What was typed at another line stays there.
    assert await other.locator("input").input_value() == "Yannick"
    assert await door.rig.lock.code(FOUND_CODE) == "opens"
    await zita.locator("[data-action=remove-person]").click()
    await zita.locator("[data-action=yes]").click()
    await zita.wait_for(state="detached")
    gone = screen.page.get_by_text(WORDS["people_leaving"])
    await gone.wait_for(state="detached", timeout=60_000)
    assert await door.rig.lock.code(FOUND_CODE) == "invalid_credential"
    await door.rig.lock.clear_user(10)


async def test_the_history_of_the_radio_is_a_tap_away_once_it_is_kept(
    door: Door, screen: Screen
) -> None:
    await screen.open("/aqara-lock/health", "aqara-lock-path li")
    await screen.page.get_by_text(WORDS["radio_off"]).wait_for()
    # It is off by default: this turns it on.
    quality = await door.entity("link_quality")
    button = screen.page.locator(f"[data-entity='{quality}']")
    await button.wait_for(timeout=120_000)
    await button.click()
    dialog = screen.page.locator("ha-more-info-dialog")
    await dialog.locator("ha-more-info-history").wait_for()
    await screen.page.screenshot(path=LOGS / "card" / "radio.png")


async def test_the_editor_of_the_card_changes_what_is_shown(
    door: Door, screen: Screen
) -> None:
    await screen.open("/the-doors/0?edit=1", "aqara-lock-card")
    mode = screen.page.locator("hui-card-edit-mode")
    ours = mode.filter(has=screen.page.locator("aqara-lock-card"))
    # Under the mouse the button is there after a moment; for the keyboard it always is.
    await ours.locator(".control").focus()
    await screen.page.keyboard.press("Enter")
    editor = screen.page.locator("hui-dialog-edit-card")
    form = editor.locator("hui-form-editor")
    await form.wait_for()
    await form.locator("input[name=name]").fill("Back garden")
    preview = editor.locator("aqara-lock-card")
    await preview.get_by_text("Back garden").first.wait_for()
    await preview.locator("aqara-lock-path").wait_for()
    switch = form.locator("ha-selector-boolean", has_text=WORDS["option_path"])
    await switch.locator("ha-switch").click()
    await preview.locator("aqara-lock-path").wait_for(state="detached")
    await screen.page.screenshot(path=LOGS / "card" / "editor.png")


async def test_who_only_reads_finds_no_page_and_a_card_without_people(
    door: Door, screen: Screen
) -> None:
    username, password = "reader", "only-reads-4711"
    created = await door.client.command(
        "config/auth/create", name="Reader", group_ids=["system-read-only"]
    )
    user_id = created["user"]["id"]
    await door.client.command(
        "config/auth_provider/homeassistant/create",
        user_id=user_id,
        username=username,
        password=password,
    )
    try:
        async with browser(screen.url) as person:
            await person.log_in(username, password)
            reader = Screen(person.page, person.url)
            await reader.open("/the-doors/0", "aqara-lock-card")
            await reader.page.locator("aqara-lock-door").first.wait_for()
            await reader.page.screenshot(path=LOGS / "card" / "reader.png")
            refused = await reader.page.evaluate(ASKED_BY_READER)
            assert refused == "unauthorized"
            await reader.page.goto(f"{reader.url}/aqara-lock/people")
            await reader.page.wait_for_selector("home-assistant-main")
            assert await reader.page.locator("aqara-lock-panel").count() == 0
    finally:
        await door.client.command("config/auth/delete", user_id=user_id)


async def test_the_dialog_shows_who_and_why_where_it_is_wanted(
    door: Door, screen: Screen
) -> None:
    lock = await door.entity("lock")
    await choose_dialog(door, ours=True)
    try:
        await door.client.wait_state(lock, lambda s: MORE_INFO in s.attributes)
        await screen.open("/the-doors/0", "aqara-lock-card")
        await screen.page.evaluate(ASK_MORE, lock)
        dialog = screen.page.locator("ha-more-info-dialog aqara-lock-more-info")
        await dialog.locator("aqara-lock-history h3").wait_for()
        await dialog.locator("aqara-lock-path li").first.wait_for()
        assert await dialog.locator("[data-action=unlock]").count() == 1
    finally:
        await choose_dialog(door, ours=False)
    await door.client.wait_state(lock, lambda s: MORE_INFO not in s.attributes)


async def choose_dialog(door: Door, *, ours: bool) -> None:
    """Choose what the dialog of a lock shows, in the settings of the home."""
    flow = flows.options_flow(door.client)
    answers = {"init": {"next": "settings"}, "settings": {"card_in_dialog": ours}}
    await flow.finish(await flow.start(await door.entry_id()), answers)


async def test_a_home_that_is_off_says_so_and_comes_back(
    door: Door, screen: Screen
) -> None:
    card = await screen.open("/the-doors/0", "aqara-lock-history h3")
    entry: dict[str, Any] = {"entry_id": await door.entry_id()}
    try:
        await door.client.command("config_entries/disable", disabled_by="user", **entry)
        missing = screen.page.locator("aqara-lock-card [data-phase=not_running]")
        await missing.wait_for()
        assert await missing.inner_text() == WORDS["not_running"]
    finally:
        await door.client.command("config_entries/disable", disabled_by=None, **entry)
    await card.wait_for(timeout=60_000)
    assert await missing.count() == 0
    await door.ready()


async def quiet_start_left(door: Door) -> float:
    """Return the seconds until hubs are judged: a minute after the hub was found."""
    hub = await door.client.wait_state(await door.hub_online(), "on")
    found = datetime.fromisoformat(hub.last_changed)
    return max(0, QUIET_START - (datetime.now(UTC) - found).total_seconds())


async def test_a_hub_that_is_gone_turns_the_path_red(
    door: Door, screen: Screen
) -> None:
    card = await screen.open("/the-doors/0", "aqara-lock-card")
    path = screen.page.locator("aqara-lock-path li")
    for link in ("home_assistant", "network", "hub", "lock"):
        is_well = f"[data-link={link}][data-state=ok]"
        await screen.page.locator(f"aqara-lock-path li{is_well}").wait_for()
    quiet = await quiet_start_left(door)
    begun = monotonic()
    await door.rig.hub.unplug()
    broken = screen.page.locator("aqara-lock-path li[data-link=hub][data-state=error]")
    await broken.wait_for(timeout=90_000)
    took = monotonic() - begun
    if not quiet:
        measured(door.rig, "the path on the card is red after the hub went", took)
    assert took <= quiet + RED_WITHIN
    assert await path.nth(3).get_attribute("data-state") == "unknown"
    alarm = card.locator("[role=alert]")
    said = await alarm.inner_text()
    assert "is offline" in said
    assert WORDS["still_works"] in said
    assert "has power" in said
    await card.locator("[data-action=remedy]").click()
    assert "Unplug it" in await alarm.inner_text()
    silent = WORDS["sum_silent"].split("{")[0]
    assert silent in await screen.page.locator("aqara-lock-badge button").inner_text()
    await door.rig.hub.plug()
    well = screen.page.locator("aqara-lock-path li[data-link=lock][data-state=ok]")
    await well.wait_for(timeout=90_000)
    assert await alarm.count() == 0
