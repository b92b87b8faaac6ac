"""Repairs for hubs that more than one device claims to be."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from ..domain.foreign_names import foreign_name

ISSUE_PREFIX: Final = "hub_conflict_"
TAG_BYTES: Final = 8


class HubConflicts:
    """Keeps one repair for each hub whose identity is disputed."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin with none."""
        self._hass = hass
        self._raised: dict[str, str] = {}

    @callback
    def follow(self, disputed: Mapping[str, str]) -> None:
        """Raise what is disputed now, given by id and name, and take the rest back."""
        for hub_id in self._raised.keys() - disputed.keys():
            del self._raised[hub_id]
            ir.async_delete_issue(self._hass, DOMAIN, _issue_id(hub_id))
        for hub_id, name in disputed.items():
            if self._raised.get(hub_id) != name:
                self._raised[hub_id] = name
                self._raise(hub_id, name)

    @callback
    def forget(self) -> None:
        """Take every repair back."""
        self.follow({})

    def _raise(self, hub_id: str, name: str) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            _issue_id(hub_id),
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key="hub_conflict",
            translation_placeholders={"hub": foreign_name(name)},
        )


def _issue_id(hub_id: str) -> str:
    """Name a repair without the id of a hub: diagnostics show the name."""
    tag = blake2b(hub_id.encode(), digest_size=TAG_BYTES).hexdigest()
    return f"{ISSUE_PREFIX}{tag}"
