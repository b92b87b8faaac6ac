"""How fast a battery empties: only what is sure counts."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.aqara_lock.domain.connectivity.battery_drain import (
    BatterySample,
    drop_per_day,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def reported(*ago_and_percent: tuple[float, float]) -> list[BatterySample]:
    """Give reports by days ago and percent."""
    return [
        BatterySample(NOW - timedelta(days=ago), percent)
        for ago, percent in ago_and_percent
    ]


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ([(2, 80), (1, 78), (0.5, 76)], 2.0),
        ([(2, 80)], 0.0),
        ([(3, 20), (2, 100), (0, 90)], 5.0),
        ([(30, 100), (4, 60), (0, 52)], 2.0),
        ([(7, 94), (0, 80)], 2.0),
        ([(7.01, 94), (5, 90), (0, 80)], 2.0),
        ([(4, 90), (2, 90), (0, 82)], 2.0),
        ([(1, 80), (0, 78)], 2.0),
        ([(3, 80), (0, 80)], 0.0),
        ([(3, 30), (2, 20), (0, 100)], None),
        ([(0.999, 80), (0, 78)], None),
        ([(0.9, 80), (0, 60)], None),
        ([(5, 20), (0.5, 100), (0, 60)], None),
        ([(30, 100)], None),
        ([], None),
    ],
)
def test_loss_since_the_last_charge(
    reports: list[tuple[float, float]], expected: float | None
) -> None:
    assert drop_per_day(reported(*reports), NOW) == expected
