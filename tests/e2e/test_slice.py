"""The main job on real parts: who unlocked, and why it stopped answering."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from tests.rig.ha_client import Event, State
from tests.rig.home_assistant import DOMAIN
from tests.rig.software import Software
from tests.rig.waiting import TimedOut, wait_until

from .door import ACTIVITY, Door, facts

SOFTWARE = tuple(Software)
QUIET_START = 60
"""Seconds after its start in which the integration judges no hub."""
SOON = 10
"""Seconds in which a user shall learn that the hub is gone."""
LAST_THAT_RECORDS_ALWAYS = 11
"""Schema of python-matter-server; later servers keep events for a listener only."""


async def test_unlock_by_finger_names_the_user(door: Door) -> None:
    lock, since = await door.entity("lock"), len(door.client.events)
    done = await door.done(door.rig.lock.unlock(finger=2))
    number = done.line["event_number"]
    shown = await door.written(number)
    assert shown.attributes["event_type"] == "unlocked"
    assert shown.attributes["person"] == "Ben"
    assert shown.attributes["method"] == "fingerprint"
    assert shown.attributes["confidence"] == "reported"
    state = await door.client.wait_state(lock, "unlocked")
    assert state.attributes["changed_by"] == "Ben"
    actors = _actors(door.client.events[since:], lock, "unlocked")
    assert set(actors) <= {None, "Ben"}
    assert (await door.state("last_unlocked_by")).state == "Ben"


async def test_commands_from_home_assistant_carry_its_user(door: Door) -> None:
    user = (await door.client.command("auth/current_user"))["id"]
    lock, since = await door.entity("lock"), len(door.client.events)
    for action, state in (("unlock", "unlocked"), ("lock", "locked")):
        done = await door.done(door.client.call_service("lock", action, lock))
        assert (await door.rig.lock.state())["lock_state"] == state
        shown = await door.client.wait_state(lock, state)
        assert shown.attributes["changed_by"] == "Demo"
        assert facts(done.line) == {
            "type": state,
            "method": "remote",
            "ecosystem": "Home Assistant",
            "person": "Demo",
            "confidence": "matched",
        }
        await door.written(done.line["event_number"])
    fired = [e for e in door.client.events[since:] if e.type == ACTIVITY]
    assert [event.context["user_id"] for event in fired] == [user, user]


async def test_a_jam_is_shown_until_the_bolt_is_free(door: Door) -> None:
    lock = await door.entity("lock")
    done = await door.done(door.rig.lock.jam())
    assert done.line["type"] == "jammed"
    await door.client.wait_state(lock, "jammed")
    await door.rig.lock.jam(on=False)
    await door.client.wait_state(lock, "locked")


async def test_it_works_on_after_the_matter_server_was_killed(door: Door) -> None:
    lock = await door.entity("lock")
    await door.rig.matter.kill()
    await door.client.wait_state(lock, "unavailable")
    await door.rig.matter.start()
    await door.client.wait_state(lock, "locked", timeout=60)
    await door.followed()
    done = await door.done(door.rig.lock.unlock(pin=3))
    assert facts(done.line) == {
        "type": "unlocked",
        "method": "pin",
        "ecosystem": None,
        "person": "Clara",
        "confidence": "reported",
    }
    await door.client.wait_state(lock, _is("unlocked", "Clara"))


async def test_an_unplugged_hub_is_named_while_core_still_waits(door: Door) -> None:
    core, notices = await door.core(), await door.entity("connection")
    before = await door.state("connection")
    limit = SOON + await _quiet_start_left(door)
    await door.rig.hub.unplug()
    said = await door.client.wait_state(notices, _new(before, "unresponsive"), limit)
    assert said.attributes["cause"] == "hub_offline"
    assert said.attributes["last_known_state"] == "locked"
    assert "M100" in said.attributes["message"]
    waiting = door.client.state(core)
    assert waiting is not None
    assert waiting.state == "locked"
    assert (await door.state("lock")).attributes["assumed_state"] is True
    assert (await door.state("responsive")).state == "off"
    await door.rig.hub.plug()
    back = await door.client.wait_state(notices, _new(said, "recovered"), timeout=120)
    assert back.attributes["cause"] == "hub_offline"
    assert (await door.state("responsive")).state == "on"
    assert not (await door.state("lock")).attributes.get("assumed_state")


async def test_a_matter_entry_that_is_not_loaded_at_start_is_said(door: Door) -> None:
    problem, lock = await door.entity("diagnosis"), await door.entity("lock")
    await door.rig.matter.stop()
    await door.client.wait_state(lock, "unavailable")
    await door.client.call_service(
        "homeassistant", "reload_config_entry", entry_id=await door.entry_id()
    )
    await door.client.wait_state(problem, "matter_unavailable", timeout=60)
    (matter,) = await door.client.config_entries("matter")
    assert matter["state"] == "setup_retry"
    await door.rig.matter.start()
    await door.client.wait_state(problem, "ok", timeout=90)
    await door.followed()
    done = await door.done(door.rig.lock.unlock(finger=1))
    assert done.line["person"] == "Anna"


async def test_a_restart_of_home_assistant_fires_nothing_twice(door: Door) -> None:
    done = await door.done(door.rig.lock.unlock(tag=2))
    await door.written(done.line["event_number"])
    before, shown = await door.lines(), await door.state("activity")
    await door.rig.ha.stop()
    await door.rig.lock.lock(pin=2)
    await door.rig.ha.start()
    await door.ready()
    restored = await door.state("activity")
    assert restored.state == shown.state
    assert restored.attributes["event_number"] == done.line["event_number"]
    fresh = await door.done(door.rig.lock.unlock(finger=2))
    await door.written(fresh.line["event_number"])
    fired = [e.data["event_number"] for e in door.client.events if e.type == ACTIVITY]
    assert fired == [fresh.line["event_number"]]
    lines = await door.lines()
    assert lines[: len(before)] == before
    missed, last = lines[len(before) :]
    assert facts(last) == facts(fresh.line)
    if missed["kind"] == "gap":
        assert door.rig.controller.info["schema_version"] > LAST_THAT_RECORDS_ALWAYS
        return
    assert facts(missed) == {
        "type": "locked",
        "method": "pin",
        "ecosystem": None,
        "person": "Ben",
        "confidence": "reported",
    }


async def test_a_disabled_device_is_paused_and_comes_back(door: Door) -> None:
    lock, device = await door.entity("lock"), await door.device_id()
    notice = (await door.state("connection")).state
    await _disable(door, device, "user")
    await wait_until("the lock's pause", lambda: _is_gone(door, lock))
    await _disable(door, device, None)
    await door.client.wait_state(lock, "locked", timeout=90)
    done = await door.done(door.rig.lock.unlock(finger=3))
    assert done.line["person"] == "Clara"
    assert (await door.state("connection")).state == notice


async def test_a_removed_lock_leaves_core_as_it_was(door: Door) -> None:
    core, ours = await door.core(), await door.entity("lock")
    assert core == f"{ours}_matter"
    assert (await door.registered(core))["hidden_by"] == "integration"
    assert (await _device(door))["via_device_id"] is None
    done = await door.done(door.rig.lock.unlock(finger=2))
    locks = await door.rig.ha.wait_for_product_entity("sensor", "locks")
    await door.client.wait_state(locks, "1")
    left = await _removed(door)
    await door.rig.ha.add_lock(await door.entry_id())
    await door.ready()
    assert left == []
    assert (await door.core(), await door.entity("lock")) == (core, ours)
    told = [(x.get("event_number"), x.get("person")) for x in await door.lines()]
    assert (done.line["event_number"], "Ben") in told
    again = await door.done(door.rig.lock.unlock(finger=2))
    assert again.line["person"] == "Ben"


async def test_a_removed_home_leaves_core_as_it_was(door: Door) -> None:
    entry = await door.entry_id()
    await door.client.rest("DELETE", f"/api/config/config_entries/entry/{entry}")
    left = await _left_behind(door)
    entities, devices = await door.client.entities(DOMAIN), await door.client.devices()
    await door.rig.ha.add_lock(await door.rig.ha.add_home())
    await door.ready()
    assert left == []
    assert entities == []
    assert not any(entry in device["config_entries"] for device in devices)


async def test_a_lock_that_is_commissioned_again_keeps_its_journal(door: Door) -> None:
    done = await door.done(door.rig.lock.unlock(aliro=1))
    lock, problem = await door.entity("lock"), await door.entity("diagnosis")
    await door.rig.controller.send("remove_node", node_id=door.rig.node)
    await door.client.wait_state(problem, "lock_removed")
    # matter.js sends no events after a factory reset within one process.
    await door.rig.lock.power_cycle()
    await door.rig.commission()
    await door.client.wait_state(problem, "ok", timeout=60)
    await door.ready()
    assert f"-{door.rig.node:016X}-" in str((await _device(door))["identifiers"])
    assert await door.entity("lock") == lock
    assert (await door.registered(await door.core()))["hidden_by"] == "integration"
    # Matter's dialog for codes opens the first lock entity of the device.
    entities = await door.client.entities()
    device = await door.device_id()
    found = [e for e in entities if e["device_id"] == device]
    locks = [e["platform"] for e in found if e["entity_id"].startswith("lock.")]
    assert locks[-1] == DOMAIN
    assert set(locks[:-1]) == {"matter"}
    assert done.line in await door.lines()
    again = await door.done(door.rig.lock.unlock(finger=2))
    assert again.line["person"] == "Ben"


def _actors(events: list[Event], entity_id: str, state: str) -> list[str | None]:
    """Return whom an entity named each time that it was written in a state."""
    written = (e.data["new_state"] for e in events if e.type == "state_changed")
    ours = (new for new in written if new and new["entity_id"] == entity_id)
    return [
        new["attributes"].get("changed_by") for new in ours if new["state"] == state
    ]


def _is(state: str, changed_by: str) -> Callable[[State], bool]:
    return lambda found: (
        found.state == state and found.attributes.get("changed_by") == changed_by
    )


def _new(before: State, kind: str) -> Callable[[State], bool]:
    """Fit a notice of a kind that came after another one."""
    return lambda found: (
        found.state != before.state and found.attributes.get("event_type") == kind
    )


async def _quiet_start_left(door: Door) -> float:
    """Return the seconds until hubs are judged: a minute after the hub was found."""
    hub = await door.client.wait_state(await door.hub_online(), "on")
    found = datetime.fromisoformat(hub.last_changed)
    return max(0, QUIET_START - (datetime.now(UTC) - found).total_seconds())


async def _device(door: Door) -> dict[str, object]:
    wanted = await door.device_id()
    return next(d for d in await door.client.devices() if d["id"] == wanted)


async def _is_gone(door: Door, entity_id: str) -> bool:
    state = door.client.state(entity_id)
    return state is None or state.state == "unavailable"


async def _disable(door: Door, device: str, by: str | None) -> None:
    kind = "config/device_registry/update"
    await door.client.command(kind, device_id=device, disabled_by=by)


async def _removed(door: Door) -> list[tuple[str, str, object, object]]:
    """Remove the lock; return what is left of it."""
    await door.client.command(
        "config_entries/subentries/delete",
        entry_id=await door.entry_id(),
        subentry_id=await door.lock_id(),
    )
    return await _left_behind(door)


async def _left_behind(door: Door) -> list[tuple[str, str, object, object]]:
    """Return what still differs from before after a while; the removal takes a moment."""

    async def nothing() -> bool:
        return await _differences(door) == []

    with suppress(TimedOut):
        await wait_until("registries as before", nothing, 10)
    return await _differences(door)


async def _differences(door: Door) -> list[tuple[str, str, object, object]]:
    """Return what differs in the registries from before the home was added."""
    before, after = door.rig.ha.registries_before, await door.rig.ha.registries()
    assert before
    facts = [
        (place, name, was.get(name), now.get(name))
        for place in before | after
        for was, now in [(before.get(place, {}), after.get(place, {}))]
        for name in was | now
    ]
    return [fact for fact in facts if _in_order(fact[2]) != _in_order(fact[3])]


def _in_order(value: object) -> object:
    """Sort lists: sets of the registry come in any order."""
    return sorted(value, key=str) if isinstance(value, list) else value
