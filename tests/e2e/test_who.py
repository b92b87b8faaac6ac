"""Who unlocked: every way to operate a lock, on one that tells and on one that does not."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from tests.rig.flows import subentry_flow
from tests.rig.rig import Rig
from tests.rig.software import Software
from tests.rig.websocket import RequestFailed

from . import people, seen
from .attribution_table import PAGE, block_in, table
from .door import Door, facts

SOFTWARE = tuple(Software)
HERE = "Home Assistant"
OTHER = "Matter vendor 0xFFF1"
"""The second controller has a test vendor's fabric."""


@dataclass(frozen=True)
class RouteState:
    """A way to operate a lock, and what its line has to say on each lock."""

    label: str
    act: Callable[[Door], Awaitable[Any]]
    u400: tuple[str, str, str | None, str | None, str]
    u200: tuple[str, str, str | None, str | None, str]

    def __str__(self) -> str:
        """Name the test, by one word."""
        return self.label.replace(" ", "_")


def local(
    label: str, kind: str, method: str, person: str | None = None, **how: Any
) -> RouteState:
    """Describe an operation at the door: the U200 says nothing of it."""

    async def act(door: Door) -> None:
        silent = {} if door.rig.profile == "u400" else {"credential_index": None}
        if kind == "locked":
            await door.rig.lock.unlock(hand=True)
            await door.rig.lock.lock(**how)
        else:
            await door.rig.lock.unlock(**how, **(silent if person else {}))

    sure = "reported" if person else "unknown"
    told = (kind, method, person, None, sure)
    return RouteState(label, act, told, (kind, "unknown", None, None, "unknown"))


def remote(
    label: str, act: Callable[[Door], Awaitable[Any]], *who: str | None
) -> RouteState:
    """Describe a remote operation: every lock says whose fabric it was."""
    person, ecosystem, confidence = who
    told = ("unlocked", "remote", person, ecosystem, str(confidence))
    return RouteState(label, act, told, told)


async def _second_fabric(door: Door) -> None:
    await (await door.rig.second_fabric()).unlock()


async def _user(door: Door) -> None:
    await door.client.call_service("lock", "unlock", await door.entity("lock"))


async def _area(door: Door) -> None:
    """Core's lock is in the area as well: the lock must not get two commands."""
    area = await people.area_of(door.client, await door.device_id())
    before = await door.rig.lock.message_counts()
    target = {"area_id": area}
    await door.client.command(
        "call_service", domain="lock", service="unlock", target=target
    )
    after = await door.rig.lock.message_counts()
    sent = after["invoke"]["UnlockDoor"] - before["invoke"].get("UnlockDoor", 0)
    assert sent == 1


async def _automation(door: Door) -> None:
    await people.automation(door.client, await door.entity("lock"))
    await door.client.rest("POST", f"/api/events/{people.ASKED}", {})
    await door.client.wait_state(await door.entity("lock"), "unlocked")


async def _script(door: Door) -> None:
    name = await people.script(door.client, await door.entity("lock"))
    await door.client.call_service("script", "turn_on", name)
    await door.client.wait_state(await door.entity("lock"), "unlocked")


async def _refused(door: Door) -> None:
    """Somebody may not unlock; then another program of our own fabric does."""
    lock, visitor = await door.entity("lock"), await people.visitor(door.rig)
    with pytest.raises(RequestFailed, match="Unauthorized"):
        await visitor.call_service("lock", "unlock", lock)
    await visitor.close()
    assert (await door.rig.lock.state())["lock_state"] == "locked"
    assert door.rig.node is not None
    await door.rig.controller.door_lock(door.rig.node, "UnlockDoor")


WAYS = (
    local("Fingerprint", "unlocked", "fingerprint", "Ben", finger=2),
    local("PIN", "unlocked", "pin", "Clara", pin=3),
    local("Tag", "unlocked", "tag", "Dana", tag=4),
    local("Digital key (Aliro)", "unlocked", "digital_key", "Anna", aliro=1),
    local("By hand", "unlocked", "manual", hand=True),
    local("Button", "unlocked", "button", button=True),
    local("Auto-lock", "locked", "auto", auto=True),
    local("Schedule", "locked", "schedule", schedule=True),
    remote(
        "Another ecosystem (second fabric)", _second_fabric, None, OTHER, "ecosystem"
    ),
    remote("A Home Assistant user", _user, "Demo", HERE, "matched"),
    remote("A Home Assistant user, by area", _area, "Demo", HERE, "matched"),
    remote("An automation", _automation, None, HERE, "matched"),
    remote("A script that a user ran", _script, "Demo", HERE, "matched"),
    remote("Home Assistant after a refused command", _refused, None, HERE, "ecosystem"),
)
HOMES = {"u400": "home", "u200": "u200_home"}
OBSERVED = "Unlocked at the door, seen by a camera"


@pytest.fixture(params=HOMES, scope="module")
def profile(request: pytest.FixtureRequest, software: Software) -> str:
    """Name the lock: one that tells, then one that does not."""
    name = str(request.param)
    seen.begin(software, name)
    return name


@pytest.fixture(scope="module")
def any_home(profile: str, software: Software, request: pytest.FixtureRequest) -> Rig:
    """Return the home with that lock."""
    found: Rig = request.getfixturevalue(HOMES[profile])
    return found


@pytest_asyncio.fixture(loop_scope="session")
async def entrance(any_home: Rig) -> AsyncIterator[Door]:
    """Return the lock; afterwards it is locked again."""
    door = Door(any_home)
    await door.ready()
    yield door
    await any_home.repair()


@pytest.mark.parametrize("way", WAYS, ids=str)
async def test_every_way_gives_one_right_line(
    entrance: Door, software: Software, profile: str, way: RouteState
) -> None:
    done = await entrance.done(way.act(entrance))
    line = done.lines[-1]
    kind, method, person, ecosystem, confidence = getattr(way, profile)
    assert facts(line) == {
        "type": kind,
        "method": method,
        "ecosystem": ecosystem,
        "person": person,
        "confidence": confidence,
    }
    assert len(done.lines) == (2 if kind == "locked" else 1)
    await entrance.written(line["event_number"])
    lock = await entrance.client.wait_state(await entrance.entity("lock"), kind)
    assert lock.attributes.get("changed_by") == (person or ecosystem)
    await _last_is(entrance, kind, person or ecosystem or "not reported")
    seen.note(software, profile, way.label, line)


async def test_the_lock_says_whether_it_tells(entrance: Door, profile: str) -> None:
    await entrance.done(entrance.rig.lock.unlock(pin=1, credential_index=None))
    told = {"u400": "yes", "u200": "no"}[profile]
    await entrance.client.wait_state(await entrance.entity("reports_who"), told)


async def test_an_observation_fills_what_the_lock_left_open(
    entrance: Door, software: Software, profile: str
) -> None:
    camera = "sensor.doorbell_face"
    await _set(entrance, camera, "off")
    await _observe(entrance, camera)
    done = await entrance.done(entrance.rig.lock.unlock(pin=2, credential_index=None))
    await _set(entrance, camera, "Emma")
    wanted = {"u400": "Ben", "u200": "Emma"}[profile]
    await entrance.client.wait_state(await entrance.entity("last_unlocked_by"), wanted)
    line = next(x for x in await entrance.lines() if x["key"] == done.line["key"])
    sure = {"u400": "reported", "u200": "inferred"}[profile]
    assert (line["person"], line["confidence"]) == (wanted, sure)
    shown = await entrance.written(done.line["event_number"])
    assert shown.attributes.get("person") == done.line.get("person")
    seen.note(software, profile, OBSERVED, line)


async def test_the_readme_shows_what_was_seen(software: Software) -> None:
    shown = block_in(PAGE.read_text()) if PAGE.exists() else None
    if shown is None:
        pytest.skip("The page has no place for the table yet")
    assert shown == table(software)


async def _last_is(door: Door, kind: str, who: str) -> None:
    key = "last_locked_by" if kind == "locked" else "last_unlocked_by"
    await door.client.wait_state(await door.entity(key), who)


async def _set(door: Door, entity_id: str, state: str) -> None:
    await door.client.rest("POST", f"/api/states/{entity_id}", {"state": state})


async def _observe(door: Door, entity_id: str) -> None:
    """Name an entity that sees who is at this door, in the lock's settings."""
    flow = subentry_flow(door.client)
    handler = [await door.entry_id(), "lock"]
    menu = await flow.start(handler, subentry_id=await door.lock_id())
    form = await flow.submit(menu, {"next": "add_observer"})
    given = {
        "entity_id": entity_id,
        "person": "says_name",
        "window": 30,
        "next": "save",
    }
    end = await flow.submit(form, given)
    assert end["reason"] == "reconfigure_successful"
