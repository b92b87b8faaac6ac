"""Rules on the Thread credentials and the border-router app of Home Assistant."""

from collections.abc import Iterator
from typing import Final

from ..evidence import HubEvidence, known
from .rule import Confidence, Group, Part, Rule, RuleMatch, Severity, Step, listed, rule
from .view import View

BORDER_ROUTER_APP: Final = "openthread_border_router"
BROKEN_VERSIONS: Final = frozenset({"3.0.0", "3.2.0"})
"""Lost mDNS (addons#4634), did not answer (addons#4830)."""
HOME_ASSISTANT_VENDORS: Final = frozenset({"homeassistant", "home assistant"})


@rule(
    group=Group.SOFTWARE,
    step=Step.BORDER_ROUTER,
    severity=Severity.WARNING,
    confidence=Confidence.MEDIUM,
    needs=(Part.ADDONS, Part.HUBS),
    references=("R33", "addons#4634", "addons#4830", "addons#4504"),
)
def border_router_app_broken(view: View) -> Iterator[RuleMatch]:
    """The OpenThread Border Router app has a version that is known to fail."""
    version = (known(view.software.addons) or {}).get(BORDER_ROUTER_APP)
    if version not in BROKEN_VERSIONS:
        return
    networks = {hub.network for hub in view.hubs if _is_home_assistants(hub)}
    locks = [x for x in view.thread_locks if x.network in networks]
    if locks:
        silent = any(map(view.is_silent, locks))
        yield RuleMatch(
            locks=view.ids(locks),
            severity=None if silent else Severity.NOTICE,
            parameters={"version": version or "–"},
        )


@rule(
    group=Group.SOFTWARE,
    step=Step.BORDER_ROUTER,
    severity=Severity.NOTICE,
    needs=(Part.DATASETS, Part.HUBS, Part.LOCKS),
    references=("R29", "core#163045"),
)
def preferred_network_empty(view: View) -> Iterator[RuleMatch]:
    """Home Assistant's preferred Thread network has no border router; the lock's has."""
    preferred = known(view.software.preferred_network)
    if preferred is None or view.hubs_by_network.get(preferred):
        return
    if any(view.hubs_of(lock) for lock in view.thread_locks):
        yield RuleMatch()


@rule(
    group=Group.SOFTWARE,
    step=Step.BORDER_ROUTER,
    severity=Severity.NOTICE,
    needs=(Part.DATASETS, Part.LOCKS),
    references=("R30", "core#121941"),
)
def credentials_missing(view: View) -> Iterator[RuleMatch]:
    """Home Assistant does not hold the credentials of the lock's Thread network."""
    datasets = known(view.software.datasets)
    if datasets is None or view.software.credentials_set is not False:
        return
    networks = {x.network for x in view.thread_locks if x.network}
    if networks - datasets:
        yield RuleMatch(parameters={"networks": listed(networks - datasets)})


def _is_home_assistants(hub: HubEvidence) -> bool:
    vendor = hub.router.record.vendor_name or ""
    return vendor.lower() in HOME_ASSISTANT_VENDORS


RULES: Final[tuple[Rule, ...]] = (
    border_router_app_broken,
    preferred_network_empty,
    credentials_missing,
)
