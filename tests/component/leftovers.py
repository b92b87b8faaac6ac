"""What the product left planned or running in the event loop."""

import asyncio
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.util.async_ import get_scheduled_timer_handles

PRODUCT: Final = "aqara_lock"


def left_over(hass: HomeAssistant) -> list[str]:
    """Describe every timer and every task of the product."""
    timers = [
        f"timer {handle._callback!r} {handle._args!r}"
        for handle in get_scheduled_timer_handles(hass.loop)
        if not handle.cancelled()
    ]
    tasks = [f"task {task!r}" for task in asyncio.all_tasks(hass.loop)]
    return [text for text in timers + tasks if f"{PRODUCT}/" in text or _is_ours(text)]


def _is_ours(text: str) -> bool:
    """Return whether a description names a job of the product, and no test of it."""
    return f"custom_components.{PRODUCT}." in text
