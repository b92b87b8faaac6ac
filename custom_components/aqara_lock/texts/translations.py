"""Ready sentences in Home Assistant's language, for events and notifications."""

from datetime import datetime, timedelta
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


def clock_text(moment: datetime) -> str:
    """Say a time of day in the home's time zone."""
    return dt_util.as_local(moment).strftime("%H:%M")


def moment_text(moment: datetime) -> str:
    """Say a time of day, and the day where it is not today."""
    local = dt_util.as_local(moment)
    today = local.date() == dt_util.now().date()
    return local.strftime("%H:%M" if today else "%Y-%m-%d %H:%M")
