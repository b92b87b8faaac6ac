"""What triggers and conditions that ask locks themselves have in common: target and options."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from homeassistant.const import CONF_OPTIONS, CONF_TARGET
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.condition import ConditionConfig
from homeassistant.helpers.trigger import TriggerConfig
from homeassistant.helpers.typing import ConfigType
import probatio

from .targets import Target


def options_schema(*options: Any) -> probatio.Schema:
    """Give the schema of a target with these options; each further one is a check."""
    return probatio.Schema(
        {
            probatio.Required(CONF_TARGET): cv.TARGET_FIELDS,
            probatio.Required(CONF_OPTIONS, default={}): probatio.All(*options),
        }
    )


class Targeted:
    """Means locks by a target; comes before Home Assistant's class in the bases."""

    _schema: ClassVar[probatio.Schema] = options_schema({})
    _target: Target
    _options: Mapping[str, Any]

    @classmethod
    async def async_validate_config(
        cls, hass: HomeAssistant, config: ConfigType
    ) -> ConfigType:
        """Validate target and options."""
        return cast(ConfigType, cls._schema(config))

    def _aim(
        self, hass: HomeAssistant, config: TriggerConfig | ConditionConfig
    ) -> None:
        """Take target and options."""
        self._target = Target(hass, config.target or {})
        self._options = config.options or {}
