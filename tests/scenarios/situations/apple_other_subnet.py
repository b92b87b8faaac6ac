"""The Apple TV is in another Wi-Fi than the hub."""

from custom_components.aqara_lock.domain.access.fabrics import Ecosystem
from custom_components.aqara_lock.domain.diagnosis.evidence import HubEvidence
from tests.scenarios.home import APPLE, OTHER_MESH, case, home, hub, lock


def apple(ipv4: str, number: int = 5) -> HubEvidence:
    of_record = {
        "vendor_name": "Apple Inc.",
        "network_name": "MyHome1",
        "extended_pan_id": APPLE,
        "omr_prefix": OTHER_MESH,
    }
    return hub(number, name="Apple TV", addresses=(ipv4,), record=of_record)


IN_APPLE_HOME = lock(apps=frozenset({Ecosystem.APPLE_HOME, Ecosystem.AQARA_HOME}))
FOUND = case(
    home(hub(), apple("192.168.7.9"), IN_APPLE_HOME),
    "apple_other_subnet",
    notices=("several_thread_networks",),
    home="apple_other_subnet",
)
NEAR_MISS = case(home(hub(), apple("192.168.1.9"), IN_APPLE_HOME))
NOT_USED_WITH_APPLE = case(
    home(hub(), apple("192.168.7.9"), lock(apps=frozenset({Ecosystem.AQARA_HOME}))),
    notices=("apple_other_subnet",),
)
NOT_KNOWN_WHO_USES_IT = case(
    home(hub(), apple("192.168.7.9"), lock()), notices=("apple_other_subnet",)
)
A_HOMEPOD_IS_NEAR = case(
    home(hub(), apple("192.168.7.9"), apple("192.168.1.9", 6), IN_APPLE_HOME),
    notices=("apple_other_subnet",),
)
