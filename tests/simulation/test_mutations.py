"""Each check catches a copy of the product that is broken in just that way.

What is broken stands at the outer edge: what a user is given, and what reaches the server.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
import logging
from types import SimpleNamespace
from typing import Any, Final

import pytest

import custom_components.aqara_lock as product

from .home import EVENT_ACTIVITY
from .run import live
from .server import OPERATIONS
from .short import DOOR, at, fault, story
from .story import CUTS, Step
from .world import World

DEEDS: Final = (
    at(30, "finger", index=1, person="?"),
    at(60, "button"),
    at(90, "finger", index=2, person="?"),
)
CALLS: Final = (
    at(30, "user", person="Anna", operation="unlock"),
    at(60, "user", person="Ben", operation="lock"),
)
QUICK: Final = (
    at(30, "user", person="Anna", operation="unlock"),
    at(30.5, "user", person="Ben", operation="lock"),
)
AWAY: Final = (*DEEDS, at(200, "stop"), at(230, "button"), at(900, "start"))
IDLE: Final = (*DEEDS, at(6000, "button"))
HUB: Final = fault("hub", 300, 500)
LOST: Final = fault("hub", 300, 1500)
DEAF: Final = fault("multicast", 300, 900)
CORE: Final = (
    at(30, "core", person="Anna", operation="unlock"),
    at(90, "core", person="Clara", operation="lock"),
)
AGAIN: Final = (at(430, "finger", index=1, person="?"), at(460, "button"))
RESET: Final = (*DEEDS, at(300, "reset"), *AGAIN)
CUT: Final = {how: (*DEEDS, at(200, "cut", how=how), *AGAIN) for how in sorted(CUTS)}
BACK: Final = (*fault("ipv6", 300, 500), at(1200, "button"))

type Lines = list[dict[str, Any]]


def journal(change: Callable[[Lines], Lines]) -> Callable[[World], None]:
    """Let the product give another journal."""

    def mutate(world: World) -> None:
        read = world.home.journal

        async def changed(lock: str, since: Any = None) -> Lines:
            return change(await read(lock, since))

        world.home.journal = changed  # type: ignore[method-assign]

    return mutate


def shows(platform: str, value: str, **attributes: Any) -> Callable[[World], None]:
    """Let an entity of the product show something."""

    def mutate(world: World) -> None:
        read = world.home.state

        def changed(lock: str, of: str, key: str) -> Any:
            if of == platform:
                return SimpleNamespace(state=value, attributes=attributes)
            return read(lock, of, key)

        world.home.state = changed  # type: ignore[method-assign]

    return mutate


def says_of_the_network(value: str) -> Callable[[World], None]:
    """Let the product say this of the home's network."""

    def mutate(world: World) -> None:
        world.home.network_problem = lambda: value  # type: ignore[method-assign]

    return mutate


def lose_line(lines: Lines) -> Lines:
    """Leave the second line out."""
    return lines[:1] + lines[2:]


def lose_last_line(lines: Lines) -> Lines:
    """Leave the last line out."""
    return lines[:-1]


def swap_last_lines(lines: Lines) -> Lines:
    """Give the last two lines the other way round."""
    return [*lines[:-2], *reversed(lines[-2:])]


def double_line(lines: Lines) -> Lines:
    """Give the first line twice."""
    return lines[:1] + lines


def swap_lines(lines: Lines) -> Lines:
    """Give the first two lines the other way round."""
    return lines[1:2] + lines[:1] + lines[2:]


def shift_time(lines: Lines) -> Lines:
    """Date everything a minute late."""
    return [
        {
            **line,
            "occurred_at": (
                datetime.fromisoformat(line["occurred_at"]) + timedelta(minutes=1)
            ).isoformat(),
        }
        for line in lines
    ]


def change_type(lines: Lines) -> Lines:
    """Call everything a jam."""
    return [{**line, "type": "jammed"} for line in lines]


def explain_nothing(lines: Lines) -> Lines:
    """Say of the last line that nothing explains it."""
    return [*lines[:-1], {**lines[-1], "kind": "unexplained"}]


def name_another(lines: Lines) -> Lines:
    """Name the same person everywhere."""
    return [{**line, "person": "Ben"} for line in lines]


def name_the_actor(world: World) -> None:
    """Let the product name everybody rightly, whatever it knows."""
    read = world.home.journal

    async def changed(lock: str, since: Any = None) -> Lines:
        names = {
            deed.number: min(deed.names, default=None)
            for deed in world.locks[lock].deeds
        }
        return [
            {**line, "person": names.get(line.get("event_number"))}
            for line in await read(lock, since)
        ]

    world.home.journal = changed  # type: ignore[method-assign]


def tells(delay: float, number: int = 1001, **data: Any) -> Callable[[World], None]:
    """Let the product tell something of its own on the bus, so long after the beginning."""

    def mutate(world: World) -> None:
        def tell() -> None:
            event = {
                "lock_id": world.home.subentries[DOOR],
                "event_number": number,
                "type": "unlocked",
                **data,
            }
            world.home.hass.bus.async_fire(EVENT_ACTIVITY, event)

        world.when_begun = lambda: world.later(delay, tell)

    return mutate


def sends_again(delay: float) -> Callable[[World], None]:
    """Let the product send each operation once more."""

    def mutate(world: World) -> None:
        receive = world.server.receive

        def again(client: Any, message: Any) -> None:
            receive(client, message)
            if (message.args or {}).get("command_name") in OPERATIONS:
                world.later(delay, receive, client, message)

        world.server.receive = again  # type: ignore[method-assign]

    return mutate


def overtakes(world: World) -> None:
    """Let the product send its second operation before the first."""
    receive = world.server.receive
    held: list[bool] = []

    def late(client: Any, message: Any) -> None:
        operates = (message.args or {}).get("command_name") in OPERATIONS
        if operates and not held:
            held.append(True)
            second = replace(
                message,
                message_id="second",
                args={**message.args, "command_name": "LockDoor"},
            )
            world.later(0.7, receive, client, second)
            world.later(0.8, receive, client, message)
        else:
            receive(client, message)

    world.server.receive = late  # type: ignore[method-assign]


def pings_every(seconds: float) -> Callable[[World], None]:
    """Let the product ping on a timer."""

    def mutate(world: World) -> None:
        def ping() -> None:
            world.later(seconds, ping)
            node_id = world.locks[DOOR].node_id
            for client in world.server.clients:
                world.tasks.add(world.loop.create_task(client.ping_node(node_id)))

        world.when_begun = lambda: world.later(seconds, ping)

    return mutate


def leaves_a_timer(world: World) -> None:
    """Let the product forget a timer when it is unloaded."""
    world.when_begun = lambda: world.loop.call_later(
        10**6, product.async_unload_entry, None, None
    )


def keeps_everything(world: World) -> None:
    """Let the product keep what it should forget."""
    world.when_begun = lambda: world.loop.readers.update(
        {object(): lambda kept=lost: kept for lost in [_lost_objects()]}
    )


def _lost_objects() -> list[Any]:
    kind = type("Kept", (), {"__module__": product.__name__})
    return [kind() for _ in range(500)]


def logs_an_error(world: World) -> None:
    """Let the product fail somewhere."""
    logger = logging.getLogger(product.__name__)
    world.when_begun = lambda: world.later(20, logger.error, "Something went wrong")


BROKEN: Final = {
    "lost": ("[1] lost", DEEDS, journal(lose_line)),
    "twice": ("[1] twice in the journal", DEEDS, journal(double_line)),
    "order": ("[1] order", DEEDS, journal(swap_lines)),
    "time": ("[1] wrong time", DEEDS, journal(shift_time)),
    "type": ("[1] wrong type", DEEDS, journal(change_type)),
    "state": ("[1] wrong state", DEEDS, shows("lock", "jammed")),
    "told_twice": ("[1] told twice", DEEDS, tells(100)),
    "made_up": ("[1] made up", DEEDS, tells(50, number=9999)),
    "late": ("[1] late as news", AWAY, tells(1000, number=1004, type="locked")),
    "name": ("[2] wrong name", DEEDS, journal(name_another)),
    "name_on_bus": ("[2] wrong name", DEEDS, tells(100, person="Nobody")),
    "actor": (
        "[2] wrong actor",
        DEEDS,
        shows("lock", "unlocked", changed_by="Handwerker"),
    ),
    "not_named": ("[3] fault not named", HUB, shows("sensor", "ok")),
    "silent": ("[3] silent too long", BACK, shows("binary_sensor", "off")),
    "two_answers": ("[3] two answers", LOST, shows("binary_sensor", "on")),
    "healthy": ("[3] looks healthy", LOST, shows("lock", "locked")),
    "not_ok": ("[3] not ok", BACK, shows("sensor", "weak_link")),
    "deaf": ("[3] multicast", DEAF, says_of_the_network("ok")),
    "deaf_for_ever": ("[3] multicast", DEAF, says_of_the_network("mdns_blocked")),
    "sent_twice": ("[4] sent twice", CALLS, sends_again(0.01)),
    "sent_late": ("[4] sent late or by itself", CALLS, sends_again(20.0)),
    "out_of_order": ("[4] out of order", QUICK, overtakes),
    "idle": ("[4] sent to an idle lock", IDLE, pings_every(1000.0)),
    "budget": ("[4] ping budget", DEEDS, pings_every(20.0)),
    "suspicion_budget": ("[4] ping budget", DEEDS, pings_every(190.0)),
    "core_name": ("[2] wrong name", CORE, journal(name_another)),
    "reset_lost": ("[1] lost", RESET, journal(lose_last_line)),
    "reset_order": ("[1] order", RESET, journal(swap_last_lines)),
    "told_lost": ("[1] lost", CUT["told"], journal(lose_line)),
    "cut_lost": ("[1] lost", CUT["whole"], journal(lose_last_line)),
    "temporary_lost": ("[1] lost", CUT["temporary"], journal(lose_line)),
    "log": ("[5] error in the log", DEEDS, logs_an_error),
    "memory": ("[5] memory", DEEDS, keeps_everything),
    "unexplained": ("[1] unexplained", DEEDS, journal(explain_nothing)),
    "timer": ("[5] left behind", DEEDS, leaves_a_timer),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_copy_is_caught(name: str) -> None:
    rule, steps, mutate = BROKEN[name]
    assert rule in live(story(*steps), mutate).rules


def test_lock_that_says_nothing_has_a_line_for_each_deed() -> None:
    silent = story(*DEEDS, lock="silent")
    assert live(silent).rules == frozenset()
    assert "[1] silent deed" in live(silent, journal(lose_line)).rules


def test_name_that_is_true_and_not_known_is_caught() -> None:
    unread = story(*DEEDS, lock="no_reads")
    assert live(unread).rules == frozenset()
    assert live(unread, name_the_actor).rules == {"[2] name without evidence"}
    handed_on = story(
        *DEEDS,
        at(120, "slot", index=1, person="Frida"),
        at(135, "finger", index=1, person="?"),
        lock="nameless",
    )
    assert live(handed_on).rules == frozenset()
    assert "[2] name without evidence" in live(handed_on, name_the_actor).rules


def test_core_entity_operates_the_lock() -> None:
    worlds: list[World] = []
    assert live(story(*CORE), worlds.append).rules == frozenset()
    sent = [x.name for x in worlds[0].server.sent if x.name in OPERATIONS]
    assert sent == ["UnboltDoor", "LockDoor"]


@pytest.mark.parametrize("how", CUT)
@pytest.mark.parametrize("manners", ["python", "ohf14"])
def test_cut_off_file_is_no_violation(how: str, manners: str) -> None:
    worlds: list[World] = []
    outcome = live(story(*CUT[how], manners=manners), worlds.append)
    assert [str(item) for item in outcome.violations] == []
    assert worlds[0].truth.was_cut is (how != "temporary")


@pytest.mark.parametrize(
    "steps", [DEEDS, CALLS, CORE, AWAY, IDLE, HUB, DEAF, RESET, BACK]
)
def test_sound_copy_is_not(steps: tuple[Step, ...]) -> None:
    assert [str(item) for item in live(story(*steps)).violations] == []
