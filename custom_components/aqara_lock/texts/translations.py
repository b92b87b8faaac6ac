"""Ready sentences in Home Assistant's language, for events and notifications."""

from datetime import datetime, time, timedelta
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import (
    async_get_cached_translations,
    async_get_translations,
)
from homeassistant.util import dt as dt_util

from ..const import DOMAIN

CATEGORY: Final = "exceptions"
SELECTORS: Final = "selector"
NOON: Final = 12
HALVE_THE_DAY: Final = ("en",)
"""Languages in which the frontend writes 3:47 PM unless a user chose otherwise."""


async def async_load_messages(hass: HomeAssistant) -> None:
    """Read the sentences once, so that `message` needs no disk."""
    for category in (CATEGORY, SELECTORS):
        await async_get_translations(hass, hass.config.language, category, [DOMAIN])


@callback
def message(hass: HomeAssistant, key: str, **placeholders: str) -> str:
    """Give a sentence of `translations`; the key itself where there is none."""
    return text(hass, CATEGORY, f"{key}.message").format(**placeholders)


@callback
def text(hass: HomeAssistant, category: str, key: str) -> str:
    """Give any text of `translations` as it stands; its key where there is none."""
    texts = async_get_cached_translations(hass, hass.config.language, category, DOMAIN)
    full_key = f"component.{DOMAIN}.{category}.{key}"
    return texts.get(full_key, key.removesuffix(".message"))


def duration_text(duration: timedelta) -> str:
    """Say a duration in minutes and seconds."""
    minutes, seconds = divmod(int(duration.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def clock_text(hass: HomeAssistant, moment: datetime) -> str:
    """Say a time of day in the home's time zone."""
    return wall_clock_text(hass, dt_util.as_local(moment).time())


def wall_clock_text(hass: HomeAssistant, wall: time) -> str:
    """Say a time of day as the frontend writes it in Home Assistant's language."""
    if hass.config.language not in HALVE_THE_DAY:
        return f"{wall:%H:%M}"
    half = "AM" if wall.hour < NOON else "PM"
    return f"{wall.hour % NOON or NOON}:{wall:%M} {half}"


def moment_text(hass: HomeAssistant, moment: datetime) -> str:
    """Say a time of day, and the day where it is not today."""
    local = dt_util.as_local(moment)
    if local.date() == dt_util.now().date():
        return wall_clock_text(hass, local.time())
    return wall_moment_text(hass, local)


def wall_moment_text(hass: HomeAssistant, wall: datetime) -> str:
    """Say a day and a time of day that are local already."""
    return f"{wall:%Y-%m-%d} {wall_clock_text(hass, wall.time())}"
