"""A hub in the store: known again after a restart, even when it is off."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Network, ip_address
import logging
from typing import Any

from homeassistant.core import HomeAssistant

from ..const import DOMAIN
from ..domain import codec
from ..domain.thread import BorderRouter, MeshcopRecord
from ..network.probes import ProbeMethod
from ..store import HomeStore
from .settings import MovedSettings

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Predecessor:
    """The id that a hub had before, and the settings that were moved from it."""

    hub: Mapping[str, Any]
    moved: MovedSettings

    @property
    def id(self) -> str:
        """The border agent id that it was learned with."""
        return str(self.hub["border_agent_id"])

    def is_at_place_of(self, router: BorderRouter) -> bool:
        """Return whether a border router has the name and an address that it had."""
        known = restore_hub(self.hub)
        if known is None or known.router.instance.lower() != router.instance.lower():
            return False
        return known.router.shares_address(router)


@dataclass(frozen=True, slots=True)
class StoredHub:
    """A border router as it was last seen and the probe that it answered.

    `serves` is that it has served a lock, `ignored` that a user deleted it though it is
    announced.
    """

    router: BorderRouter
    method: ProbeMethod | None
    first_seen: datetime | None
    macs: frozenset[str] = frozenset()
    serves: bool = False
    ignored: bool = False
    predecessor: Predecessor | None = None


def store_hub(hub: StoredHub) -> dict[str, Any]:
    """Give the stored form; the Thread state is left out, it would be stale."""
    router, before = hub.router, hub.predecessor
    record = router.record
    return {
        "instance": router.instance,
        "host": router.host,
        "addresses": list(router.addresses),
        "border_agent_id": record.border_agent_id,
        "extended_address": record.extended_address,
        "extended_pan_id": record.extended_pan_id,
        "network_name": record.network_name,
        "vendor_name": record.vendor_name,
        "model_name": record.model_name,
        "omr_prefix": str(record.omr_prefix) if record.omr_prefix else None,
        "method": hub.method,
        "first_seen": hub.first_seen.isoformat() if hub.first_seen else None,
        "macs": sorted(hub.macs),
        "serves": hub.serves,
        "ignored": hub.ignored,
        "replaces": {"hub": dict(before.hub), **before.moved.as_dict()}
        if before
        else None,
    }


def restore_hub(data: Mapping[str, Any]) -> StoredHub | None:
    """Read the stored form; None where it is damaged: the hub will be found anew."""
    try:
        return StoredHub(
            _router(data),
            codec.optional_choice(ProbeMethod, data, "method"),
            codec.optional_moment(data, "first_seen"),
            frozenset(_listed(data, "macs")),
            serves=codec.truth(data, "serves"),
            ignored=codec.truth(data, "ignored"),
            predecessor=_predecessor(data.get("replaces")),
        )
    except ValueError as err:
        _LOGGER.debug("A stored hub is damaged: %s", err)
        return None


async def async_stored_routers(hass: HomeAssistant) -> list[BorderRouter]:
    """Give the hubs that a home knew which does not run now; a damaged store has none."""
    found: list[StoredHub | None] = []
    for entry in hass.config_entries.async_entries(DOMAIN):
        store = HomeStore(hass, entry.entry_id)
        try:
            await store.async_peek()
        except Exception:
            # Who looks only says what is known; set-up is where the file is judged.
            _LOGGER.debug(
                "What the home knew of its hubs cannot be read", exc_info=True
            )
        found += (restore_hub(data) for data in store.memory.hubs.values())
    return [hub.router for hub in found if hub is not None and not hub.ignored]


def _predecessor(data: object) -> Predecessor | None:
    if data is None:
        return None
    content = codec.mapping(data, "replaces")
    hub = codec.mapping(content.get("hub"), "hub")
    codec.text(hub, "border_agent_id")
    return Predecessor(dict(hub), MovedSettings.from_dict(content))


def _router(data: Mapping[str, Any]) -> BorderRouter:
    return BorderRouter(
        instance=codec.text(data, "instance"),
        host=codec.optional_text(data, "host"),
        addresses=tuple(_address(text) for text in _listed(data, "addresses")),
        record=_record(data),
    )


def _listed(data: Mapping[str, Any], key: str) -> list[str]:
    return [codec.text({key: item}, key) for item in codec.items(data, key)]


def _address(text: str) -> str:
    ip_address(text.partition("%")[0])
    return text


def _record(data: Mapping[str, Any]) -> MeshcopRecord:
    prefix = codec.optional_text(data, "omr_prefix")
    return MeshcopRecord(
        border_agent_id=codec.text(data, "border_agent_id"),
        extended_address=codec.text(data, "extended_address"),
        extended_pan_id=codec.text(data, "extended_pan_id"),
        network_name=codec.optional_text(data, "network_name"),
        vendor_name=codec.optional_text(data, "vendor_name"),
        model_name=codec.optional_text(data, "model_name"),
        thread_version=None,
        software_version=None,
        state=None,
        active_timestamp=None,
        partition_id=None,
        omr_prefix=IPv6Network(prefix) if prefix else None,
    )
