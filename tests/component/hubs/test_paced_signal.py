"""A listener that is called at once, and no more often than it can bear."""

from custom_components.aqara_lock.domain.budget import Budget
from custom_components.aqara_lock.hubs.paced_signal import AT_ONCE, PAUSE, PacedSignal

from ..house import House


async def test_many_calls_are_made_as_one_a_moment_later(house: House) -> None:
    called: list[int] = []
    signal = PacedSignal(house.hass)
    signal.connect(lambda: called.append(1))
    for _ in range(1000):
        signal.send()
    most = Budget(AT_ONCE).left(0)
    assert len(called) == most
    await house.tick(PAUSE)
    assert len(called) == most + 1
    await house.tick(PAUSE)
    assert len(called) == most + 1
    signal.send()
    signal.stop()
    signal.stop()
    await house.tick(PAUSE)
    assert len(called) == most + 1
