"""Where the rules on the Matter server and on Thread credentials begin and end."""

from typing import Any

import pytest

from custom_components.aqara_lock.domain.connectivity.connection import Cause
from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Evidence,
    Gap,
    MatterState,
)
from custom_components.aqara_lock.domain.diagnosis.reasoning import diagnose
from tests.scenarios.edge import Edge
from tests.scenarios.home import (
    APPLE,
    AQARA,
    NOW,
    OTHER_MESH,
    ago,
    bridged_lock,
    home,
    host,
    hub,
    lock,
    silent_lock,
    software,
    unrouted_host,
)

AWAY = software(matter=MatterState.RETRYING, matter_lost_at=ago(minutes=1))
ELSEWHERE = host(matter_server_elsewhere=True)


def lost(seconds: float) -> Evidence:
    return home(
        software(matter=MatterState.RETRYING, matter_lost_at=ago(seconds=seconds))
    )


def cut(seconds: float, problem: Cause = Cause.MATTER_UNAVAILABLE) -> Evidence:
    return home(lock(link_problem=problem, link_lost_at=ago(seconds=seconds)))


def replaced(**changes: Any) -> Evidence:
    new = software(server_changed_kind=True)
    return home(new, silent_lock(**{"restored": False} | changes))


MATTER = {
    "integration that is away for half a minute": Edge(
        "matter_unavailable", lost(30), lost(29)
    ),
    "server of one lock that is away for half a minute": Edge(
        "matter_unavailable", cut(30), cut(29)
    ),
    "a lock that is not there is another matter": Edge(
        "matter_unavailable", cut(60), cut(60, Cause.LOCK_REMOVED)
    ),
    "nobody knows how the integration is": Edge(
        "matter_unavailable",
        home(AWAY),
        home(software(matter=Gap.UNKNOWN, matter_lost_at=ago(minutes=1))),
    ),
    "server on another host, while the network is well": Edge(
        "matter_unavailable", home(AWAY, ELSEWHERE), home(ELSEWHERE)
    ),
    "server of another make": Edge(
        "server_changed_kind",
        replaced(),
        home(software(server_changed_kind=False), silent_lock(restored=False)),
    ),
    "lock that is away for a minute since": Edge(
        "server_changed_kind",
        replaced(unavailable_since=ago(seconds=60)),
        replaced(unavailable_since=ago(seconds=59)),
    ),
    "lock of which nobody knows whether it came back": Edge(
        "server_changed_kind", replaced(), replaced(restored=Gap.UNKNOWN)
    ),
    "server with a new identity": Edge(
        "fabric_changed",
        home(software(fabric=2, stored_fabric=1)),
        home(software(fabric=2, stored_fabric=None)),
    ),
    "server whose identity was never stored": Edge(
        "fabric_changed",
        home(software(fabric=2, stored_fabric=1)),
        home(software(fabric=2, stored_fabric=Gap.UNKNOWN)),
    ),
}


@pytest.mark.parametrize("name", MATTER)
def test_matter_server(name: str) -> None:
    MATTER[name].check()


OTHER = {"extended_pan_id": APPLE, "omr_prefix": OTHER_MESH}


def app(version: str, vendor: str | None = "HomeAssistant", **of_record: Any) -> Any:
    own = hub(record={"vendor_name": vendor, **of_record})
    return home(software(addons={"openthread_border_router": version}), own)


def preferred(network: str | None, *parts: Any) -> Evidence:
    return home(software(preferred_network=network), *parts)


def held(*networks: str, sent: bool | Gap = False) -> Any:
    return software(datasets=frozenset(networks), credentials_set=sent)


NAMELESS = lock(extended_pan_id=Gap.UNKNOWN, addresses=())
THREAD = {
    "version that lost mDNS": Edge(
        "border_router_app_broken", app("3.0.0"), app("3.1.0")
    ),
    "version that did not answer": Edge(
        "border_router_app_broken", app("3.2.0"), app("3.2.1")
    ),
    "maker's name with a space": Edge(
        "border_router_app_broken",
        app("3.2.0", "Home Assistant"),
        app("3.2.0", None),
    ),
    "network that no lock is on": Edge(
        "border_router_app_broken",
        app("3.2.0"),
        app("3.2.0", extended_pan_id=APPLE),
    ),
    "another app": Edge(
        "border_router_app_broken",
        app("3.2.0"),
        home(software(addons={"otbr_of_somebody": "3.2.0"}), hub()),
    ),
    "preferred network that has a border router": Edge(
        "preferred_network_empty",
        preferred(APPLE),
        preferred(APPLE, hub(1), hub(2, record=OTHER)),
    ),
    "no network is preferred": Edge(
        "preferred_network_empty", preferred(APPLE), preferred(None)
    ),
    "the lock's network has no border router either": Edge(
        "preferred_network_empty",
        preferred("11" * 8, lock(), lock("back", extended_pan_id=APPLE)),
        preferred("11" * 8, lock(extended_pan_id=APPLE, addresses=())),
    ),
    "credentials that are held": Edge(
        "credentials_missing", home(held(APPLE)), home(held(APPLE, AQARA))
    ),
    "credentials that the server has, or perhaps has": Edge(
        "credentials_missing", home(held()), home(held(sent=Gap.UNKNOWN))
    ),
    "lock whose network nobody knows": Edge(
        "credentials_missing", home(held()), home(held(), NAMELESS)
    ),
    "one of two locks whose network nobody knows": Edge(
        "credentials_missing",
        home(held(), lock(), NAMELESS),
        home(held(AQARA), lock(), NAMELESS),
    ),
    "only Zigbee locks": Edge(
        "credentials_missing", home(held()), home(held(), bridged_lock())
    ),
}


@pytest.mark.parametrize("name", THREAD)
def test_thread_credentials(name: str) -> None:
    THREAD[name].check()


TOO_OLD = lock(link_problem=Cause.MATTER_SERVER_TOO_OLD)
OLD = "server_version_version_too_old"
NEW = "server_version_version_too_new"


@pytest.mark.parametrize(
    ("issues", "shown"),
    [({OLD}, True), ({NEW}, True), ({"ipv6_disabled"}, False), (set(), False)],
)
def test_the_repair_of_home_assistant_for_a_server_is_known(
    issues: set[str], shown: bool
) -> None:
    evidence = home(TOO_OLD, software(core_issues=frozenset(issues)))
    found = {x.id: x for x in diagnose(evidence, NOW).findings}
    assert found["matter_server_too_old"].core_has_repair is shown


def test_the_repair_of_home_assistant_is_for_its_own_cause_alone() -> None:
    issues = software(core_issues=frozenset({"ipv6_disabled", OLD, NEW}))
    findings = diagnose(home(unrouted_host(), issues), NOW).findings
    assert "no_route_to_mesh" in {x.id for x in findings}
    assert not any(x.core_has_repair for x in findings)
