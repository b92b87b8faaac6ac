"""The hub gave this host its local address, which runs out while it is away."""

from custom_components.aqara_lock.domain.diagnosis.evidence import AddressFlag
from tests.scenarios.home import (
    adapter,
    address,
    ago,
    case,
    gone_hub,
    home,
    host,
    silent_lock,
)

OLD = address("fd99::5/64", AddressFlag.DEPRECATED)
ADDRESS_RUNS_OUT = case(
    home(
        gone_hub(offline_since=ago(minutes=40)),
        silent_lock(),
        host(adapter("192.168.1.5/24", "fe80::5/64", OLD)),
    ),
    "hub_offline",
    lock="hub_offline",
    home="hub_offline",
)
