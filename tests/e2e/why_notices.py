"""What leaves the lock at work and is told all the same: a weak link, other controllers, other apps."""

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.rig.aqara_app import APPLE_HOME
from tests.rig.flows import Flow
from tests.rig.ha_client import State
from tests.rig.home_assistant import DOMAIN
from tests.rig.waiting import wait_until
from tests.rig.websocket import Message

from .door import Door
from .everyday import operate
from .why_watch import LONG, OK, Watch

FIX = "/api/repairs/issues/fix"
DAY = 86_400
EXPIRED, SECOND = "sharing_code_expired", "second_controller"


async def weak_link(door: Door) -> None:
    """The lock's own readings are bad: how it hears its hub, then what it counted."""
    lock, watch = door.rig.lock, await Watch.begin(door)
    await lock.hear_parent(rssi=-92, lqi=1, frame_error_rate=30)
    check = await door.entity("check_connection")
    await door.client.call_service("button", "press", check)
    said = await _measured(watch)
    assert "-92 dBm" in said
    assert "link quality is 1 of 3" in said
    assert "30 % of the radio packets" in said
    await lock.hear_parent(rssi=-58, lqi=3, frame_error_rate=2)
    await _refresh_again(door, "weak_link")
    await watch.well_again()
    counted = await Watch.begin(door)
    await lock.counted(requested=2000, acknowledged=1000, detached=9, aged=DAY)
    await _interview(door)
    said = await _measured(counted)
    assert "50 % of what the lock sent got no receipt" in said
    assert "about 8 times a day" in said
    assert "dBm" not in said
    await _refresh_again(door, "weak_link")
    await counted.well_again()
    assert watch.said(watch.problem) == {OK, "weak_link"}
    assert watch.said(watch.network) <= {OK}
    assert watch.notices == []


async def others_on_the_lock(door: Door) -> None:
    """A code that nobody used and a second controller are told, and no problem; then an app joins."""
    watch = await Watch.begin(door)
    await _share(door)
    await door.rig.controller.close_window(_node(door))
    await _second_controller(door)
    told = await _findings(watch, lambda ids: {EXPIRED, SECOND} <= ids)
    assert all(told[x]["message"] and told[x]["severity"] == "notice" for x in told)
    await _share(door)
    await _findings(watch, lambda ids: EXPIRED not in ids)
    await _app_joins(door)
    assert watch.said(watch.problem) <= {OK}
    assert watch.notices == []


async def _second_controller(door: Door) -> None:
    """Another server of our fabric unlocks and locks, in between commands of our own."""
    twin = await door.rig.twin()
    try:
        await operate(door)
        for command, state in (("UnlockDoor", "unlocked"), ("LockDoor", "locked")):
            await door.done(twin.client.door_lock(_node(door), command))
            await door.client.wait_state(await door.entity("lock"), state)
        await operate(door)
    finally:
        await twin.stop()


async def _app_joins(door: Door) -> None:
    """An ecosystem is asked about once, and settled by saying that it is known."""
    apps = await door.entity("connected_apps")
    before = door.client.state(apps)
    assert before is not None
    await door.rig.lock.join_ecosystem(APPLE_HOME)
    issue = await wait_until(
        "a question about the app", lambda: _issue(door, "new_app")
    )
    assert issue["translation_placeholders"]["app"] == "Apple Home"

    def is_listed(shown: State) -> bool:
        return "Apple Home" in shown.attributes["apps"]

    shown = await door.client.wait_state(apps, is_listed)
    assert int(shown.state) == int(before.state) + 1
    await _refresh_again(door, "new_app")
    await wait_until("no more question", lambda: _is_settled(door))


async def _share(door: Door) -> None:
    """Make a code in Home Assistant, and wait until the Matter server has seen it."""
    kind = "matter/open_commissioning_window"
    await door.client.command(kind, device_id=await door.device_id())
    known = partial(door.rig.controller.window_is_known, _node(door))
    await wait_until("an open window at the Matter server", known)


async def _interview(door: Door) -> None:
    """Have the Matter server read everything anew, as a user may in Home Assistant."""
    kind = "matter/interview_node"
    await door.client.command(kind, device_id=await door.device_id())


async def _measured(watch: Watch) -> str:
    """Wait for the one repair; gives its list of bad measures."""
    await watch.says(watch.problem, "weak_link")
    await watch.repaired_by("weak_link")
    issue = await _issue(watch.door, "weak_link")
    assert issue is not None
    return str(issue["translation_placeholders"]["measured"])


async def _refresh_again(door: Door, cause: str) -> None:
    """Say in a repair that something was done, or that all is as it should be."""
    issue = await _issue(door, cause)
    assert issue is not None
    flow = Flow(door.client, FIX)
    step = await flow.start(DOMAIN, issue_id=issue["issue_id"])
    end = await flow.submit(step, {})
    assert end["type"] == "create_entry", end


async def _issue(door: Door, key: str) -> Message | None:
    """Give a repair of ours by its text."""
    every = (await door.client.command("repairs/list_issues"))["issues"]
    ours = (x for x in every if x["domain"] == DOMAIN)
    return next((x for x in ours if x["translation_key"] == key), None)


async def _is_settled(door: Door) -> bool:
    return await _issue(door, "new_app") is None


async def _findings(
    watch: Watch, fits: Callable[[set[str]], bool]
) -> dict[str, dict[str, Any]]:
    """Wait until the findings of the lock fit; gives them by their id."""

    def is_so(state: State) -> bool:
        return fits({x["id"] for x in state.attributes.get("findings", ())})

    shown = await watch.door.client.wait_state(watch.problem, is_so, LONG)
    return {x["id"]: x for x in shown.attributes["findings"]}


def _node(door: Door) -> int:
    assert door.rig.node is not None
    return door.rig.node
