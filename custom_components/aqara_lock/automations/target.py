"""What automations point at: the home across reloads, and locks by the standard target."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, ClassVar, cast

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.const import CONF_OPTIONS, CONF_TARGET
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.condition import ConditionConfig
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.target import (
    TargetSelection,
    async_extract_referenced_entity_ids,
)
from homeassistant.helpers.trigger import TriggerConfig
from homeassistant.helpers.typing import ConfigType
import probatio

from ..const import DOMAIN
from ..home import Home, find_home
from ..locks import Lock

type LockTie = Callable[[Lock], CALLBACK_TYPE]


class Target:
    """Entities, devices, areas, floors and labels that an automation names."""

    def __init__(self, hass: HomeAssistant, config: ConfigType) -> None:
        """Initialize with the target of a trigger or condition."""
        self._hass = hass
        self._selection = TargetSelection(config)

    @callback
    def has(self, lock: Lock) -> bool:
        """Return whether a lock is meant: any of its own entities is."""
        return lock.id in self._subentry_ids()

    @callback
    def locks(self) -> list[Lock]:
        """Return the locks that are meant, as far as the home is loaded."""
        home = find_home(self._hass)
        ids = self._subentry_ids()
        return [lock for lock in home.locks.values() if lock.id in ids] if home else []

    def _subentry_ids(self) -> set[str | None]:
        found = async_extract_referenced_entity_ids(self._hass, self._selection)
        registry = er.async_get(self._hass)
        entries = map(
            registry.async_get, found.referenced | found.indirectly_referenced
        )
        return {x.config_subentry_id for x in entries if x and x.platform == DOMAIN}


class _LockFollower:
    """Ties in with every lock of the home, and anew when the home is reloaded."""

    def __init__(self, hass: HomeAssistant, tie: LockTie) -> None:
        """Initialize with the home as it is."""
        self._hass = hass
        self._tie = tie
        self._home: Home | None = None
        self._ties: list[CALLBACK_TYPE] = []
        self._unlisten = async_dispatcher_connect(
            hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed
        )
        self._follow(find_home(hass))

    @callback
    def stop(self) -> None:
        """Untie."""
        self._unlisten()
        self._follow(None)

    @callback
    def _entry_changed(self, _change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry.domain == DOMAIN:
            self._follow(find_home(self._hass))

    def _follow(self, home: Home | None) -> None:
        if home is self._home:
            return
        for untie in self._ties:
            untie()
        self._home = home
        self._ties = list(self._ties_to(home)) if home else []

    def _ties_to(self, home: Home) -> Iterable[CALLBACK_TYPE]:
        yield home.lock_added.connect(self._added)
        yield from map(self._tie, home.locks.values())

    @callback
    def _added(self, lock: Lock) -> None:
        self._ties.append(self._tie(lock))


@callback
def follow_locks(hass: HomeAssistant, tie: LockTie) -> CALLBACK_TYPE:
    """Follow every lock, now and later; `tie` returns what ends it."""
    return partial(_LockFollower.stop, _LockFollower(hass, tie))


def options_schema(*options: Any) -> probatio.Schema:
    """Return the schema of a target with these options; each further one is a check."""
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
        """Initialize with target and options."""
        self._target = Target(hass, config.target or {})
        self._options = config.options or {}
