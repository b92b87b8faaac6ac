"""Times of day as the frontend writes them in Home Assistant's language."""

from datetime import time

from homeassistant.core import HomeAssistant
import pytest

from custom_components.aqara_lock.texts.translations import wall_clock_text


@pytest.mark.parametrize(
    ("language", "wall", "said"),
    [
        ("en", time(0, 5), "12:05 AM"),
        ("en", time(11, 59), "11:59 AM"),
        ("en", time(12, 0), "12:00 PM"),
        ("en", time(15, 47), "3:47 PM"),
        ("en-GB", time(15, 47), "15:47"),
        ("de", time(0, 5), "00:05"),
    ],
)
def test_a_time_of_day_is_written_as_the_frontend_does(
    hass: HomeAssistant, language: str, wall: time, said: str
) -> None:
    """English halves the day; British English and other languages do not."""
    hass.config.language = language
    assert wall_clock_text(hass, wall) == said
