"""What is announced on the home network: border routers and Matter devices."""

from .arrivals import ArrivalMonitor
from .border_routers import BorderRouterBrowser
from .discovered import async_find_router
from .lock_records import lock_addresses, published_addresses, remember_addresses
from .matter_services import MatterServiceBrowser

__all__ = [
    "ArrivalMonitor",
    "BorderRouterBrowser",
    "MatterServiceBrowser",
    "async_find_router",
    "lock_addresses",
    "published_addresses",
    "remember_addresses",
]
