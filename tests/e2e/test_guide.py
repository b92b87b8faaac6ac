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
    assert "Tell me when" in said
    await person.submit("Submit")


async def _bind(person: Browser, rig: Rig) -> None:
    """Hub first, page by page, as the app and the lock go along."""
    app = await rig.aqara_app()
    said = await person.shows("where")
    assert "Aqara U400" in said
    await person.choose("where", "new_lock")
    said = await person.shows("aqara_app")
    assert "is in order" in said
    await person.choose("aqara_app", "connect_hub")
    await person.shows("connect_hub")
    await person.choose("connect_hub", "where_am_i")
    said = await person.shows("where_am_i")
    assert "You are here: Connect it to the hub" in said
    await person.choose("where_am_i", "back")
    await person.shows("connect_hub")
    await app.bind(rig.lock)
    await person.choose("connect_hub", "watch")
    await person.shows("arrived")
    await person.choose("arrived", "share")
    await person.shows("share")
    window = await app.share()
    await person.type(window.code)
    await person.choose("share", "commission")
    await person.shows("door", seconds=60)
    await person.choose("door", "add")
    said = await person.shows("report", seconds=60)
    assert "On the hub: yes" in said
    await person.choose("report", "report_details")
    said = await person.shows("report_details")
    assert "Aqara Home (yes)" in said
    assert "Home Assistant (yes)" in said
    assert "Apple Home (no)" in said
    await person.choose("report_details", "report")
    await person.shows("report")


async def _name_who(person: Browser, rig: Rig) -> None:
    """See who is who, and teach a person by doing."""
    await person.choose("report", "users")
    await person.shows("who")
    await person.choose("who", "who_is_it")
    await person.shows("who_is_it")
    await person.type("Dana")
    await person.choose("who_is_it", "who_touch")
    await person.shows("who_touch")
    await rig.lock.unlock(finger=USER)
    said = await person.shows("who_seen")
    assert f"user {USER}" in said
    await person.choose("who_seen", "who_take")
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
