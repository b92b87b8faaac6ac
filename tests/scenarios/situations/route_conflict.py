"""The host has its own Thread radio, but the home network wins."""

from custom_components.aqara_lock.domain.diagnosis.evidence import Adapter, AdapterKind
from tests.scenarios.home import adapter, case, home, host, route

OWN = Adapter(name="wpan0", kind=AdapterKind.THREAD)
FOUND = case(
    home(
        host(
            adapter(),
            OWN,
            routes=(
                route(metric=105),
                route(interface="wpan0", metric=120, next_hop=None),
            ),
        )
    ),
    notices=("route_conflict",),
)
NEAR_MISS = case(
    home(
        host(
            adapter(),
            OWN,
            routes=(
                route(metric=120),
                route(interface="wpan0", metric=105, next_hop=None),
            ),
        )
    )
)
