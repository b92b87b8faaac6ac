"""Stored plain data that is not what it was."""

import pytest

from custom_components.aqara_lock.domain.codec import DamagedError, moment


@pytest.mark.parametrize(
    "text",
    [
        None,
        5,
        "soon",
        "2026-11-22T18:30:00",
        "0001-01-01T00:00:00+14:00",
        "0001-01-01T00:00:00+00:00",
        "1969-12-31T23:59:59+00:00",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_time_that_cannot_be_reckoned_with_is_damage(text: object) -> None:
    with pytest.raises(DamagedError, match="at"):
        moment({"at": text}, "at")


@pytest.mark.parametrize(
    "text", ["1970-01-01T00:00:00+00:00", "2026-11-22T18:30:00+14:00"]
)
def test_time_that_a_clock_shows_is_read(text: str) -> None:
    assert moment({"at": text}, "at").isoformat() == text
