"""A hub in the store: known again after a restart, even when it is off."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Network
import logging
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .domain.border_router import BorderRouter
from .domain.meshcop import MeshcopRecord
from .network.reachability import ProbeMethod
from .store import HomeStore

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoredHub:
    """A border router as it was last seen and the probe that it answered."""

    router: BorderRouter
    method: ProbeMethod | None
    first_seen: datetime | None
    macs: frozenset[str] = frozenset()


def store_hub(
    router: BorderRouter,
    method: ProbeMethod | None,
    first_seen: datetime | None,
    macs: Iterable[str] = (),
) -> dict[str, Any]:
    """Give the stored form; the Thread state is left out, it would be stale."""
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
        "method": method,
        "first_seen": first_seen.isoformat() if first_seen else None,
        "macs": sorted(macs),
    }


def restore_hub(stored: dict[str, Any]) -> StoredHub | None:
    """Read the stored form; None when a part that identifies it is missing."""
    try:
        record = _record(stored)
        router = BorderRouter(
            instance=stored["instance"],
            host=stored["host"],
            addresses=tuple(stored["addresses"]),
            record=record,
        )
        method = stored["method"]
        return StoredHub(
            router,
            ProbeMethod(method) if method else None,
            _first_seen(stored),
            frozenset(stored.get("macs", ())),
        )
    except KeyError, ValueError:
        return None


async def async_stored_routers(hass: HomeAssistant) -> list[BorderRouter]:
    """Give the hubs that a home knew which does not run now; a damaged store has none."""
    found: list[StoredHub | None] = []
    for entry in hass.config_entries.async_entries(DOMAIN):
        store = HomeStore(hass, entry.entry_id)
        try:
            await store.async_load()
        except HomeAssistantError:
            _LOGGER.debug("What the home knew of its hubs cannot be read")
        found += (restore_hub(stored) for stored in store.memory.hubs.values())
    return [hub.router for hub in found if hub is not None]


def _first_seen(stored: dict[str, Any]) -> datetime | None:
    """Read since when a hub is known; it was not written down at first."""
    return dt_util.parse_datetime(stored.get("first_seen") or "")


def _record(stored: dict[str, Any]) -> MeshcopRecord:
    prefix = stored["omr_prefix"]
    return MeshcopRecord(
        border_agent_id=stored["border_agent_id"],
        extended_address=stored["extended_address"],
        extended_pan_id=stored["extended_pan_id"],
        network_name=stored["network_name"],
        vendor_name=stored["vendor_name"],
        model_name=stored["model_name"],
        thread_version=None,
        software_version=None,
        state=None,
        active_timestamp=None,
        partition_id=None,
        omr_prefix=IPv6Network(prefix) if prefix else None,
    )
