"""Short stories of what the simulation found once: each was wrong, and is right now."""

from typing import Final

import pytest

from .run import live
from .server import MANNERS
from .short import at, fault, story
from .story import Step

QUIET: Final = at(1800, "quiet")
"""Lets the story go on until every bound is over."""

FOUND: Final[dict[str, tuple[str, tuple[Step, ...]]]] = {
    # A kept cause of a lock that is being checked, whose pings never work.
    "router_for_ten_seconds": ("no_ping", (*fault("router", 111.3, 121.7), QUIET)),
    "hub_for_a_minute": ("no_ping", (*fault("hub", 613.6, 684.7), QUIET)),
    "thread_for_a_minute": ("no_ping", (*fault("thread", 300, 366), QUIET)),
    # A lock that kept an event and reports it before its server has it back.
    "operation_behind_a_missing_source": (
        "plain",
        (
            at(50, "button"),
            *fault("global", 100, 3700),
            at(101, "finger", index=1, person="?"),
        ),
    ),
    "operation_behind_ipv6": (
        "slow_clock",
        (*fault("ipv6", 300, 624), at(370, "tag", index=1, person="?")),
    ),
    "two_operations_of_a_wrong_clock": (
        "fast_clock",
        (
            *fault("route", 300, 1920),
            at(1080, "latch", index=3, person="?"),
            at(1740, "finger", index=3, person="?"),
        ),
    ),
    "server_away_before_the_first_line": (
        "plain",
        (*fault("server", 100, 107), at(101, "wrong")),
    ),
    # Pings of a check that got lost before the cure are no weak link.
    "check_across_a_cure": (
        "jamming",
        (*fault("ipv6", 300, 357), at(329, "check"), QUIET),
    ),
    # A lock that keeps twenty events, and did not change its position meanwhile.
    "more_than_a_lock_keeps": (
        "plain",
        (
            at(30, "finger", index=1, person="?"),
            *fault("radio", 60, 1800),
            *(at(100 + 40 * n, "finger", index=2, person="?") for n in range(25)),
        ),
    ),
    # The first events of a home are dropped: no number was known before them.
    "fresh_home_of_a_lock_that_keeps_too_few": (
        "half_open",
        (
            *fault("hub", 60, 1800),
            *(at(100 + 40 * n, "finger", index=2, person="?") for n in range(25)),
        ),
    ),
    # What a gap ends with is dated by a clock that is a little late.
    "gap_that_ends_by_a_late_clock": (
        "late_clock",
        (
            at(30, "finger", index=1, person="?"),
            *fault("thread", 60, 1800),
            *(at(100 + 20 * n, "finger", index=2, person="?") for n in range(22)),
        ),
    ),
    # A radio that is off for a minute: state and operation come together, and late.
    "report_that_is_held_up": (
        "plain",
        (
            at(20, "finger", index=1, person="?"),
            *fault("radio", 300, 372),
            at(301, "hand"),
            at(303, "finger", index=2, person="?"),
            at(331, "hand"),
            at(380, "finger", index=2, person="?"),
        ),
    ),
    # Matter's own entity shows nothing where a door is unlocked already.
    "unlock_by_core_right_after_an_opening": (
        "plain",
        (
            at(60, "user", person="Emil", operation="open"),
            at(64.5, "core", person="Clara", operation="unlock"),
        ),
    ),
    # A late clock dates the second unlock near the first, which nothing was told of.
    "second_unlock_of_a_late_clock": (
        "late_clock",
        (
            *fault("router", 300, 308.5),
            at(390, "button"),
            at(702, "finger", index=1, person="?"),
            at(704, "user", person="Ben", operation="unlock"),
            at(757, "automation", operation="unlock"),
        ),
    ),
    # A clock that is 40 s late, and a radio that is off for as long as is no news any more.
    "reports_of_a_late_clock_that_are_held_up": (
        "late_clock",
        (
            at(250, "finger", index=1, person="?"),
            *fault("radio", 300, 372),
            at(301, "finger", index=2, person="?"),
            *fault("radio", 1300, 1372),
            at(1325, "finger", index=2, person="?"),
        ),
    ),
    # The first ping of a check is lost to a router that restarts.
    "check_at_the_end_of_a_cause": (
        "jamming",
        (*fault("router", 300, 314.8), at(301.2, "check"), QUIET),
    ),
    # A command that is out when Aqara Lock is reloaded.
    "reload_during_a_command": (
        "plain",
        (
            *fault("radio", 299, 400),
            at(300, "user", person="Anna", operation="unlock"),
            at(304, "user", person="Ben", operation="lock"),
            at(306, "reload"),
            at(330, "user", person="Ben", operation="unlock"),
        ),
    ),
}


def in_order(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Give the steps as they follow each other."""
    return tuple(sorted(steps, key=lambda step: step.at))


@pytest.mark.parametrize("manners", MANNERS)
@pytest.mark.parametrize("name", FOUND)
def test_story(name: str, manners: str) -> None:
    lock, steps = FOUND[name]
    outcome = live(story(*in_order(steps), lock=lock, manners=manners))
    assert [str(item) for item in outcome.violations] == []
