"""What is announced on the home network: border routers and Matter devices."""

from .arrivals import ArrivalWatch
from .border_routers import BorderRouterWatch
from .discovered import async_find_router
from .lock_records import lock_addresses, published_addresses, remember_addresses
from .matter_services import MatterServiceWatch

__all__ = [
    "ArrivalWatch",
    "BorderRouterWatch",
    "MatterServiceWatch",
    "async_find_router",
    "lock_addresses",
    "published_addresses",
    "remember_addresses",
]
