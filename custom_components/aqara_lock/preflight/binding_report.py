"""Verifies how a lock is bound, because somebody asked, and keeps the report."""

import logging

from homeassistant.core import HomeAssistant, callback

from ..const import DOMAIN
from ..domain.commissioning import BindingReport, RouterThere, model_of
from ..domain.connectivity import ConnectionCheck
from ..domain.diagnosis import Evidence, HubEvidence
from ..domain.thread import LockPath
from ..home import Home, find_home, find_lock
from ..locks import CheckEndedError, CheckLimitError, Lock
from ..matter import LinkError

_LOGGER = logging.getLogger(__name__)


async def async_verify(hass: HomeAssistant, lock_id: str) -> BindingReport | None:
    """Ping a lock, read who is connected to it, and report.

    Talks to the lock by radio, so only on request. What it does not answer is missing.
    None where the lock is not there any more. A reload meanwhile ends the check, and the
    lock that runs then is asked once more.
    """
    try:
        check = await _ask(hass, lock_id)
    except CheckEndedError:
        await _wait_for_reload(hass)
        check = await _ask(hass, lock_id)
    if (home := find_home(hass)) is None:
        return None
    await home.diagnosis.async_refresh()
    home, lock = find_home(hass), find_lock(hass, lock_id)
    if home is None or lock is None:
        return None
    report = take_report(home, lock, check)
    lock.keep_binding(report)
    return report


async def _ask(hass: HomeAssistant, lock_id: str) -> ConnectionCheck | None:
    """Ask the lock; a check of the same hour stands for one too many.

    None where it cannot be asked. Raises CheckEndedError.
    """
    lock = find_lock(hass, lock_id)
    if lock is None or not lock.is_linked:
        return None
    await _read_apps(lock)
    try:
        return await lock.async_check_connection()
    except CheckLimitError:
        return lock.checker.result


async def _wait_for_reload(hass: HomeAssistant) -> None:
    """Wait until the home that ended is set up again, if somebody does that just now."""
    for entry in hass.config_entries.async_entries(DOMAIN):
        async with entry.setup_lock:
            _LOGGER.debug("The home is %s by now", entry.state)


async def _read_apps(lock: Lock) -> None:
    try:
        await lock.log.directory.async_read_fabrics()
    except LinkError as err:
        _LOGGER.debug("The apps of %s could not be read: %s", lock.name, err.failure)


@callback
def take_report(home: Home, lock: Lock, check: ConnectionCheck | None) -> BindingReport:
    """Put together what is known now and the check that was just made; asks nobody."""
    evidence = home.diagnosis.evidence
    path = home.paths.path_of(lock)
    meant = _hub(evidence, lock.preferred_hub_id)
    node = lock.node
    return BindingReport(
        at=lock.log.now(),
        lock_name=lock.name,
        is_bridged=lock.is_bridged,
        model=_model(lock),
        meant_hub=lock.preferred_hub_id,
        meant_hub_name=meant.name if meant else None,
        meant_hub_live=meant.is_live if meant else None,
        meant_network=meant.network if meant else None,
        meant_network_name=meant.router.record.network_name if meant else None,
        network=path.extended_pan_id,
        network_name=_network_name(evidence, path.extended_pan_id),
        served_by=path.serving,
        path_evidence=path.evidence,
        routers=_routers(evidence, path),
        ecosystems=lock.log.memory.fabrics.apps,
        fabrics_used=node.commissioned_fabrics if node else None,
        fabrics_supported=node.supported_fabrics if node else None,
        check=check,
        battery_percent=node.battery_percent if node else None,
        features=node.features if node else None,
        reports_who=lock.reports_who,
    )


def _model(lock: Lock) -> str:
    told = lock.device.model if lock.device else None
    name = told or (lock.node.product_name if lock.node else None)
    return model_of(name, bridged=lock.is_bridged).value


def _hub(evidence: Evidence, hub_id: str | None) -> HubEvidence | None:
    return next((hub for hub in evidence.hubs if hub.id == hub_id), None)


def _network_name(evidence: Evidence, network: str | None) -> str | None:
    names = {
        hub.router.record.network_name
        for hub in evidence.hubs
        if hub.network == network
    }
    return min(names - {None}, default=None, key=str)


def _routers(evidence: Evidence, path: LockPath) -> tuple[RouterThere, ...]:
    there = [hub for hub in evidence.hubs if hub.id in path.routers]
    return tuple(
        RouterThere(
            id=hub.id,
            name=hub.name,
            is_aqara=hub.router.record.is_aqara,
            is_live=hub.is_live,
        )
        for hub in sorted(there, key=lambda hub: (hub.name, hub.id))
    )
