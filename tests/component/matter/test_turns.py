"""What waits has its turn, whatever became of what was before it."""

import asyncio

from homeassistant.core import HomeAssistant
import pytest

from custom_components.aqara_lock.matter.turns import turns_of


async def turn() -> None:
    """Let the event loop turn for all that waits, one after the other."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_turn_that_fails_keeps_nobody_waiting(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    def fail() -> None:
        raise KeyError("odd")

    turns = turns_of(hass)
    turns.add(lambda: done.append("first"))
    turns.add(fail)
    turns.add(lambda: done.append("last"))
    assert done == []
    await turn()
    assert done == ["first", "last"]
    assert "KeyError: 'odd'" in caplog.text
    turns.add(lambda: done.append("later"))
    await turn()
    assert done[-1] == "later"
