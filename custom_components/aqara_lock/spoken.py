"""Sentences of the domain in Home Assistant's language."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_cached_translations

from .const import DOMAIN
from .domain.sentences import Sentence, render
from .messages import CATEGORY


@callback
def spoken(hass: HomeAssistant, sentence: Sentence) -> str:
    """Put a sentence into words; a key without a text stands for itself."""
    texts = async_get_cached_translations(hass, hass.config.language, CATEGORY, DOMAIN)

    def text(key: str) -> str:
        return texts.get(f"component.{DOMAIN}.{CATEGORY}.{key}.message", key)

    return render(sentence, text)
