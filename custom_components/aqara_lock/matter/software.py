"""State and versions of core's Matter integration and its server."""

from collections.abc import Iterator
from dataclasses import dataclass

from homeassistant.components.matter.const import DOMAIN as MATTER_DOMAIN
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant

from ..domain.diagnosis import MatterState


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterSoftware:
    """What is known of the Matter server; absent facts are None.

    `fabrics` are the compressed fabric ids of all loaded entries.
    """

    state: MatterState
    url: str | None = None
    schema: int | None = None
    version: str | None = None
    thread_credentials_set: bool | None = None
    fabrics: frozenset[int] = frozenset()


def read_software(hass: HomeAssistant) -> MatterSoftware:
    """Look at the first Matter entry, the loaded one first."""
    entries = hass.config_entries.async_entries(MATTER_DOMAIN)
    if not entries:
        return MatterSoftware(state=MatterState.MISSING)
    loaded = [entry for entry in entries if entry.state is ConfigEntryState.LOADED]
    entry = (loaded or entries)[0]
    url = entry.data.get(CONF_URL)
    if not loaded:
        return MatterSoftware(state=_not_ready(entry), url=url)
    info = entry.runtime_data.adapter.matter_client.server_info
    if info is None:
        return MatterSoftware(state=MatterState.RETRYING, url=url)
    return MatterSoftware(
        state=MatterState.READY,
        url=url,
        schema=info.schema_version,
        version=info.sdk_version,
        thread_credentials_set=info.thread_credentials_set,
        fabrics=frozenset(_fabrics(loaded)),
    )


def _not_ready(entry: ConfigEntry) -> MatterState:
    if entry.state is ConfigEntryState.SETUP_RETRY:
        return MatterState.RETRYING
    return MatterState.NOT_LOADED


def _fabrics(loaded: list[ConfigEntry]) -> Iterator[int]:
    for entry in loaded:
        info = entry.runtime_data.adapter.matter_client.server_info
        if info is not None:
            yield info.compressed_fabric_id
