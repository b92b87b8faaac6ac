"""Sentences of the domain in Home Assistant's language."""

from functools import partial
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_cached_translations

from ..const import DOMAIN
from ..domain.journal import CAUSE, Sentence, render
from .translations import CATEGORY, SELECTORS, moment_text

OF_CAUSE: Final = f"{SELECTORS}.cause.options"
"""Where the short names of the causes stand, which triggers offer to choose from."""


@callback
def spoken(hass: HomeAssistant, sentence: Sentence) -> str:
    """Put a sentence into words; a key without a text stands for itself."""
    language = hass.config.language
    texts = async_get_cached_translations(hass, language, CATEGORY, DOMAIN)
    causes = async_get_cached_translations(hass, language, SELECTORS, DOMAIN)

    def text(key: str) -> str:
        if key.startswith(CAUSE):
            cause = key.removeprefix(CAUSE)
            return causes.get(f"component.{DOMAIN}.{OF_CAUSE}.{cause}", cause)
        return texts.get(f"component.{DOMAIN}.{CATEGORY}.{key}.message", key)

    return render(sentence, text, partial(moment_text, hass))
