"""The whole binding in the real frontend: a person, a browser, an app and a factory-new lock.

With `GUIDE_PICTURES` set to a folder, a picture of every step is kept there: these are the
pictures of the guide (`scripts/make_guide`).
"""

import os
from pathlib import Path

import pytest

from tests.rig.home_assistant import DOMAIN, PORT
from tests.rig.relay import Relay, connect_into
from tests.rig.rig import NEW_HOME, Rig

from .browser import HOME, Browser, browser
from .conftest import LOGS, SERVER_URL

pytestmark = pytest.mark.timeout(480)

PICTURES = os.environ.get("GUIDE_PICTURES")
USER = 2
"""The virtual lock's user whose finger touches the reader."""


async def test_a_new_lock_is_bound_in_the_browser() -> None:
    pictures = Path(PICTURES) if PICTURES else None
    async with Rig(parts=NEW_HOME, server_url=SERVER_URL, logs=LOGS / "guide") as rig:
        await rig.ha.add_matter()
        relay = Relay(connect_into(rig.network.ha, PORT))
        port = await relay.listen(0)
        try:
            async with browser(f"http://localhost:{port}", pictures) as person:
                await person.log_in(rig.ha.username, rig.ha.password)
                await _set_up_home(person)
                await _bind(person, rig)
                await _name_who(person, rig)
        finally:
            await relay.close()
        await _is_there(rig)


async def _set_up_home(person: Browser) -> None:
    """From the discovered hub to the home."""
    await person.open("/config/integrations/dashboard")
    await person.accept("Aqara Lock")
    said = await person.shows("discovery_confirm", HOME)
    assert "Aqara Hub M100" in said
    await person.submit(HOME["discovery_confirm"]["submit"])
    said = await person.shows("checked", HOME)
    assert said.count("✅") == 8, said
    await person.choose("checked", "go_on")
    await person.shows("at_hand", HOME)
    await person.submit("Submit")
    await person.shows("not_at_hand", HOME)
    await person.choose("not_at_hand", "create")


async def _bind(person: Browser, rig: Rig) -> None:
    """Hub first, page by page, as the app and the lock go along."""
    app = await rig.aqara_app()
    await person.shows("user")
    await person.choose("user", "which")
    await person.shows("which")
    await person.submit()
    said = await person.shows("tells")
    assert "Aqara U400" in said
    for step, option in (
        ("tells", "where"),
        ("where", "new_lock"),
        ("unpacked", "reset"),
        ("reset", "prepare"),
        ("prepare", "aqara_app"),
        ("aqara_app", "connect_hub"),
        ("connect_hub", "where_am_i"),
    ):
        if step != "tells":
            await person.shows(step)
        await person.choose(step, option)
    said = await person.shows("where_am_i")
    assert "👉 Connect it to the hub" in said
    await person.choose("where_am_i", "term_back")
    await person.choose("connect_hub", "watch")
    await person.shows("watch")
    await app.bind(rig.lock)
    await person.shows("arrived")
    await person.choose("arrived", "calibrate")
    await person.shows("calibrate")
    await person.choose("calibrate", "share")
    await person.shows("share")
    await person.choose("share", "code")
    await person.shows("code")
    window = await app.share()
    await person.type(window.code)
    await person.submit("Add the lock")
    await person.shows("replace", seconds=60)
    await person.submit("Submit")
    said = await person.shows("report", seconds=60)
    assert "Aqara Home ✅" in said
    assert "Home Assistant ✅" in said
    assert "Apple Home –" in said


async def _name_who(person: Browser, rig: Rig) -> None:
    """Teach a person by doing."""
    await person.choose("report", "apple_home")
    await person.shows("apple_home")
    await person.choose("apple_home", "who")
    await person.shows("who")
    await person.choose("who", "who_is_it")
    await person.shows("who_is_it")
    await person.type("Dana")
    await person.submit()
    await person.shows("who_touch")
    await rig.lock.unlock(finger=USER)
    said = await person.shows("who_seen")
    assert f"user {USER}" in said
    await person.page.get_by_text("Yes, that was Dana", exact=True).last.click()
    await person.page.get_by_text("Known so far: Dana").wait_for()
    await person.choose("who", "finish")
    await person.page.get_by_text("is ready.").wait_for()


async def _is_there(rig: Rig) -> None:
    """The lock is watched, and the next touch carries the name."""
    await rig.lock.lock(hand=True)
    await rig.lock.unlock(finger=USER)
    by = await rig.ha.wait_for_product_entity("sensor", "last_unlocked_by")
    await rig.ha.client.wait_state(by, "Dana")
    entries = await rig.ha.client.command("config_entries/get", domain=DOMAIN)
    assert [entry["state"] for entry in entries] == ["loaded"]
