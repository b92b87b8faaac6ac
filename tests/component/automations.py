"""Triggers and conditions as Home Assistant itself sets them up from a configuration."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import logging
from typing import Any

from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant
from homeassistant.helpers import condition, config_validation as cv, trigger

_LOGGER = logging.getLogger(__name__)


@dataclass
class Runs:
    """What a trigger gave to its action, and what it said it did not trigger for."""

    variables: list[Mapping[str, Any]] = field(default_factory=list)
    contexts: list[Context | None] = field(default_factory=list)
    refused: list[Any] = field(default_factory=list)
    stop: CALLBACK_TYPE = lambda: None

    async def take(
        self, variables: dict[str, Any], context: Context | None = None
    ) -> None:
        """Stand for the action."""
        self.variables.append(variables["trigger"])
        self.contexts.append(context)

    def refuse(
        self, _variables: object, info: Any, _context: Context | None = None
    ) -> None:
        """Stand for the trace."""
        self.refused.append(info)

    def of(self, key: str) -> list[Any]:
        """Give one variable of every run; None where it was absent."""
        return [run.get(key) for run in self.variables]


async def attached(
    hass: HomeAssistant,
    key: str,
    target: Mapping[str, Any],
    options: Mapping[str, Any] | None = None,
) -> Runs:
    """Attach a trigger of the product."""
    config: dict[str, Any] = {"trigger": f"aqara_lock.{key}", "target": dict(target)}
    if options is not None:
        config["options"] = dict(options)
    valid = await trigger.async_validate_trigger_config(
        hass, cv.TRIGGER_SCHEMA([config])
    )
    runs = Runs()
    stop = await trigger.async_initialize_triggers(
        hass, valid, runs.take, "test", "test", _LOGGER.log, did_not_trigger=runs.refuse
    )
    assert stop is not None
    runs.stop = stop
    return runs


async def holds(
    hass: HomeAssistant,
    key: str,
    target: Mapping[str, Any],
    options: Mapping[str, Any] | None = None,
) -> bool | None:
    """Check a condition of the product."""
    config: dict[str, Any] = {"condition": f"aqara_lock.{key}", "target": dict(target)}
    if options is not None:
        config["options"] = dict(options)
    valid = await condition.async_validate_condition_config(
        hass, cv.CONDITION_SCHEMA(config)
    )
    checker = await condition.async_from_config(hass, valid)
    answer = checker(hass)
    checker.async_unload()
    return answer
