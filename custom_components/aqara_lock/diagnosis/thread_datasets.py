"""The Thread networks whose credentials Home Assistant holds; no key is looked at."""

from dataclasses import dataclass
from typing import Final

from homeassistant.core import HomeAssistant

from ..domain.diagnosis import Fact, Gap

THREAD: Final = "thread"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadDatasets:
    """Extended PAN ids of the stored networks, and of the preferred one."""

    networks: Fact[frozenset[str]] = Gap.UNKNOWN
    preferred: Fact[str | None] = Gap.UNKNOWN


async def async_read_datasets(hass: HomeAssistant) -> ThreadDatasets:
    """Read core's store; without its Thread integration nothing is known."""
    if THREAD not in hass.config.components:
        return ThreadDatasets()
    # Its requirements are only installed where it is set up.
    from homeassistant.components.thread.dataset_store import async_get_store  # noqa: PLC0415

    store = await async_get_store(hass)
    networks = {
        dataset.id: dataset.extended_pan_id.lower()
        for dataset in store.datasets.values()
    }
    return ThreadDatasets(
        networks=frozenset(networks.values()),
        preferred=networks.get(store.preferred_dataset or ""),
    )
