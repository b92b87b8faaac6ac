"""A border router that runs on this host announces the host's networks for containers."""

from custom_components.aqara_lock.domain.evidence import AdapterKind
from tests.scenarios.home import adapter, case, home, host, hub

CONTAINERS = adapter("172.30.32.1/23", name="hassio", kind=AdapterKind.OTHER)
OWN = hub(
    record={"vendor_name": "HomeAssistant"},
    addresses=("192.168.1.5", "172.30.32.1", "172.17.0.1"),
)
NO_REFLECTOR = case(home(OWN, host(adapter(), CONTAINERS)))
