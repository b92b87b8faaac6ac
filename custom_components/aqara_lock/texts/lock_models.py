"""What a lock model tells, as a table for the set-up guide."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import SelectOptionDict

from ..domain.commissioning import LockModel, facts
from .translations import message


def table(hass: HomeAssistant, model: LockModel) -> str:
    """Give a markdown table: what one wants to know, and what is known."""
    head = message(hass, "model_table_head", model=model_name(hass, model))
    rows = [
        f"| {message(hass, f'model_topic_{topic}')} | {message(hass, f'model_told_{told}')} |"
        for topic, told in facts(model).items()
    ]
    return "\n".join([head, "|---|---|", *rows])


def model_options(hass: HomeAssistant) -> list[SelectOptionDict]:
    """Give the models for a select field."""
    return [
        SelectOptionDict(value=model.value, label=f"{name[:1].upper()}{name[1:]}")
        for model in LockModel
        if (name := model_name(hass, model))
    ]


def model_name(hass: HomeAssistant, model: LockModel) -> str:
    """Name a model, or what it is one of."""
    if model.printed_name is not None:
        return f"Aqara {model.printed_name}"
    if model.is_matter:
        return message(hass, "model_other_matter")
    return message(hass, "model_other_zigbee")
