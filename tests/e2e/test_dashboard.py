"""Every block of docs/dashboard.md in a real dashboard, as a person sees it."""

from collections.abc import AsyncIterator
import re
from typing import Any, Final

import pytest
import pytest_asyncio
import yaml

from tests.rig.home_assistant import PORT
from tests.rig.paths import REPOSITORY
from tests.rig.relay import Relay, connect_into

from .browser import Browser, browser
from .conftest import LOGS
from .door import Door
from .switched_on import switched_on

pytestmark = pytest.mark.timeout(300)

PAGE: Final = REPOSITORY / "docs" / "dashboard.md"
BLOCK: Final = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
ENTITY: Final = re.compile(r"\b(?:lock|sensor|binary_sensor|button)\.[a-z0-9_]+\b")
PATH: Final = "front-door"
SENTENCE: Final = "was unlocked by Ben with a fingerprint"
SIZES: Final = {"wide": (1280, 1400), "phone": (390, 1900)}
CUT: Final = """element => {
    const found = [];
    const look = node => {
        if (node.nodeType === Node.ELEMENT_NODE
            && getComputedStyle(node).textOverflow === "ellipsis"
            && node.scrollWidth > node.clientWidth + 1) found.push(node.innerText);
        for (const child of [...(node.shadowRoot?.children ?? []), ...node.children])
            look(child);
    };
    look(element);
    return found;
}"""
"""The texts that end in three dots because there is no room for them."""
KEYS: Final = {
    "lock.front_door": "lock",
    "sensor.front_door_last_unlocked_by": "last_unlocked_by",
    "binary_sensor.front_door_reachable": "responsive",
    "sensor.front_door_lock_problem": "diagnosis",
    "sensor.front_door_connected_through": "served_by",
    "binary_sensor.aqara_hub_m100_hub_online": "border_router",
    "sensor.home_network_network_problem": "diagnosis",
    "sensor.home_network_local_ipv6": "local_ipv6",
    "button.front_door_check_connection": "check_connection",
    "sensor.front_door_last_connection_check": "last_connection_check",
}
"""What each entity id of the page stands for, by the key of its unique id."""


def blocks() -> list[str]:
    """Return the blocks that are cards of Home Assistant's own."""
    found = BLOCK.findall(PAGE.read_text())
    return [x for x in found if x.startswith("type: ") and "custom:" not in x]


async def real(door: Door, written: str) -> str:
    """Return the entity of this home that an id of the page stands for."""
    key, client = KEYS[written], door.client
    if written.startswith(("sensor.home_", "binary_sensor.aqara_")):
        place = await door.entry_id() if written.startswith("sensor.home_") else ""
        entities = await client.entities("aqara_lock")
        ids = (x for x in entities if x["unique_id"].endswith(f"_{key}"))
        entry = next(x for x in ids if x["unique_id"].startswith(place))
        return await switched_on(client, entry)
    return await door.entity(key)


async def cards(door: Door) -> list[dict[str, Any]]:
    """Return the cards of the page with the entities of this home."""
    written = {found for block in blocks() for found in ENTITY.findall(block)}
    here = {name: await real(door, name) for name in sorted(written)}
    return [
        yaml.safe_load(ENTITY.sub(lambda found: here[found[0]], block))
        for block in blocks()
    ]


@pytest_asyncio.fixture(loop_scope="session")
async def person(door: Door) -> AsyncIterator[Browser]:
    """Return a window on the dashboard that is made of the page."""
    await door.client.command(
        "lovelace/dashboards/create",
        url_path=PATH,
        title="Front door",
        mode="storage",
        show_in_sidebar=True,
    )
    view = {"title": "Front door", "cards": await cards(door)}
    await door.client.command(
        "lovelace/config/save", url_path=PATH, config={"views": [view]}
    )
    relay = Relay(connect_into(door.rig.network.ha, PORT))
    port = await relay.listen(0)
    try:
        async with browser(f"http://localhost:{port}") as window:
            await window.log_in(door.rig.ha.username, door.rig.ha.password)
            yield window
    finally:
        await relay.close()


async def look(person: Browser, name: str) -> str:
    """Take a picture at both sizes, light and dark; return what is read."""
    LOGS.mkdir(parents=True, exist_ok=True)
    scheme: Any
    for size, scheme in (("wide", "light"), ("phone", "dark")):
        width, height = SIZES[size]
        await person.page.set_viewport_size({"width": width, "height": height})
        await person.page.emulate_media(color_scheme=scheme)
        await person.page.screenshot(
            path=LOGS / f"dashboard-{name}-{size}.png", animations="disabled"
        )
        cut = await person.page.locator("hui-view").first.evaluate(CUT)
        assert cut == [], f"cut at {width} px"
    return await person.read("hui-view")


async def test_every_block_is_shown_as_the_page_says(
    door: Door, person: Browser
) -> None:
    await door.rig.lock.lock(pin=1)
    await person.open(f"/{PATH}/0")
    await person.page.locator("hui-tile-card").first.wait_for()
    await door.rig.lock.unlock(finger=2)
    await person.page.get_by_text(SENTENCE).first.wait_for()
    said = await look(person, "well")
    assert await person.page.locator("hui-error-card, hui-warning").count() == 0
    assert "Ben" in said.partition(SENTENCE)[0]
    assert "Through" in said
    # The logbook beside it may tell of another day.
    remedy = person.page.locator("hui-markdown-card").get_by_text("What to do:")
    assert not await remedy.is_visible()
    await door.rig.hub.unplug()
    await remedy.wait_for(timeout=90_000)
    said = await look(person, "gone")
    assert "is offline" in said
    assert "has power" in said
    assert "Repairs" in said
    assert "stopped answering" in said
    await door.rig.hub.plug()
    await remedy.wait_for(state="hidden", timeout=120_000)
