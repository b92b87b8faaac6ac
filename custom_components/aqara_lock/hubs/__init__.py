"""The border routers (hubs) that are watched."""

from .hub import WatchedHub
from .locator import HubWhereabouts
from .prober import HubProber, policy_for
from .registry import HomeHubs
from .router_store import RouterMemory
from .store import async_stored_routers

__all__ = [
    "HomeHubs",
    "HubProber",
    "HubWhereabouts",
    "RouterMemory",
    "WatchedHub",
    "async_stored_routers",
    "policy_for",
]
