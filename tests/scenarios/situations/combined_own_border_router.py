"""A border router that runs on this host: its address is the host's own, and so answers always."""

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    AdapterKind,
    Gateway,
    Hearing,
    HubEvidence,
)
from tests.scenarios.home import (
    APPLE,
    FRONT,
    OTHER_MESH,
    adapter,
    ago,
    case,
    gone_hub,
    home,
    host,
    hub,
    lan,
    lock,
    silent_lock,
)

CONTAINERS = adapter("172.30.32.1/23", name="hassio", kind=AdapterKind.OTHER)


def own(number: int = 1, /, **changes: object) -> HubEvidence:
    of_record = {
        "vendor_name": "HomeAssistant",
        "extended_pan_id": APPLE,
        "omr_prefix": OTHER_MESH,
    }
    addresses = ("192.168.1.5", "172.30.32.1", "172.17.0.1")
    return hub(number, record=of_record, addresses=addresses, **changes)


def beside(lock_id: str = "back", /, **changes: object) -> object:
    return lock(lock_id, extended_pan_id=APPLE, addresses=(), **changes)


NO_REFLECTOR = case(home(own(), beside(FRONT), host(adapter(), CONTAINERS)))
DOWN = lan(gateway=Gateway(answers=False, since=ago(seconds=30)))
NETWORK_IS_DOWN = case(
    home(own(2), gone_hub(1), silent_lock(), DOWN),
    "home_network_down",
    lock="home_network_down",
    home="home_network_down",
)
ITS_LOCK_STILL_SPEAKS = case(
    home(
        own(2),
        gone_hub(1),
        silent_lock(),
        beside(last_sign_of_life=ago(seconds=1)),
        DOWN,
    ),
    "home_network_down",
    lock="home_network_down",
    home="home_network_down",
)
ITS_LOCK_IS_WELL = case(
    home(
        own(2),
        gone_hub(1),
        silent_lock("back"),
        beside(FRONT, last_sign_of_life=ago(seconds=1)),
        DOWN,
    ),
    "home_network_down",
    lock="ok",
    home="home_network_down",
)
STOPPED = {"hearing": Hearing.SILENT, "silent_since": ago(minutes=5)}
APP_CRASHED = case(
    home(own(**STOPPED), silent_lock(extended_pan_id=APPLE, addresses=())),
    "thread_interface_off",
    lock="thread_interface_off",
    home="thread_interface_off",
)
LOCK_IS_DEAD = case(
    home(own(), silent_lock(extended_pan_id=APPLE)),
    "lock_unreachable",
    lock="lock_unreachable",
)
UNHEARD_BUT_WELL = case(home(own(**STOPPED), beside(FRONT)))
