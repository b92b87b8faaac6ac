"""What feeds damaged input finds what it is meant to find, and finds it again."""

from collections.abc import Callable
import logging
from typing import Any

import pytest

from custom_components.aqara_lock.domain.codec import DamagedError
from tests.fuzz import surfaces, watch
from tests.fuzz.run import made, run
from tests.fuzz.surfaces import SURFACES, Surface
from tests.fuzz.watch import Watch

LOGGER = logging.getLogger("custom_components.aqara_lock.fuzzed")
CODE = "73915628"


@pytest.mark.parametrize("name", SURFACES)
def test_real_samples_are_read(name: str) -> None:
    surface = SURFACES[name]
    judge = Watch()
    with judge.watching():
        for sample in surface.samples():
            found = judge.run(surface.work, sample, surface.expected)
            assert found is None, sample
    assert judge.steps > 0


@pytest.mark.parametrize("name", SURFACES)
def test_seed_and_number_make_the_same_input(name: str) -> None:
    surface = SURFACES[name]
    inputs = [
        [made(surface, surface.samples(), name, 3, number) for number in range(50)]
        for _ in range(2)
    ]
    assert repr(inputs[0]) == repr(inputs[1])
    assert len({repr(item) for item in inputs[0]}) > 20


def raises(_given: Any) -> None:
    raise KeyError("x")


def shows(given: Any) -> None:
    raise DamagedError(f"{given} is no time") from None


def causes(given: Any) -> None:
    try:
        shows(given)
    except DamagedError as err:
        raise DamagedError("damaged") from err


def logs(given: Any) -> None:
    LOGGER.debug("Read %s", given)


def fails_quietly(_given: Any) -> None:
    LOGGER.error("It failed")


def runs_for_ever(_given: Any) -> None:
    while True:
        len("")


def grows(_given: Any) -> str:
    return "x" * (watch.MOST_OUT + 1)


@pytest.mark.parametrize(
    ("work", "what"),
    [
        (raises, "raises KeyError"),
        (shows, "shows a code in the text"),
        (causes, "shows a code in the text"),
        (logs, "shows a code in the log"),
        (fails_quietly, "logs an error"),
        (runs_for_ever, "takes more steps"),
        (grows, "grows without bound"),
    ],
)
def test_fault_is_found_and_found_again(
    monkeypatch: pytest.MonkeyPatch, work: Callable[[Any], object], what: str
) -> None:
    bad = Surface(lambda: [CODE], work, (DamagedError,), lambda given: (str(given),))
    bad = Surface(bad.samples, work, bad.expected, bad.secrets, lambda _, given: given)
    monkeypatch.setitem(SURFACES, "bad", bad)
    found = [(n, fault.what) for n, _, fault in run("bad", 1, range(3), Watch())]
    assert [number for number, _ in found] == [0, 1, 2]
    assert all(text.startswith(what) for _, text in found)
    again = [(n, fault.what) for n, _, fault in run("bad", 1, [2], Watch())]
    assert again == [found[2]]


def test_error_that_is_meant_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    good = Surface(lambda: ["x"], shows, (DamagedError,))
    monkeypatch.setitem(SURFACES, "good", good)
    assert list(run("good", 1, range(30), Watch())) == []


def test_place_of_a_fault_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def work(_given: Any) -> None:
        surfaces.parse_gateway("a\nb")

    monkeypatch.setitem(SURFACES, "place", Surface(lambda: ["x"], work))
    ((_, _, fault),) = run("place", 1, [1], Watch())
    assert "default_gateway.py" in fault.where
