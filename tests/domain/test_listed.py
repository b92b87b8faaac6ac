"""Names of what the home network announces, as one text of bounded length."""

from custom_components.aqara_lock.domain.diagnosis.reasoning import (
    MOST_WITHOUT_LOCKS,
    diagnose,
)
from custom_components.aqara_lock.domain.diagnosis.rules.rule import MOST_LISTED, listed
from tests.scenarios.home import NOW, home, hub, lock


def test_names_stand_once_and_in_order() -> None:
    assert listed(["b", "a", "b"]) == "a, b"
    assert listed([]) == ""


def test_more_names_than_a_home_has_are_cut() -> None:
    names = [f"{number:03}" for number in range(5000)]
    assert listed(names[:MOST_LISTED]) == ", ".join(names[:MOST_LISTED])
    assert listed(names) == ", ".join([*names[:MOST_LISTED], "…"])


def test_hubs_that_no_lock_depends_on_make_no_crowd_of_findings() -> None:
    forged = [
        hub(
            number,
            name=f"E{number}",
            addresses=(f"10.66.0.{number}",),
        )
        for number in range(2, 60)
    ]
    found = diagnose(home(lock(), hub(), *forged), NOW)
    counted = [x for x in found.findings if x.id == "other_subnet"]
    assert len(counted) == MOST_WITHOUT_LOCKS
