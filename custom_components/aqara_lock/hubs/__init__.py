"""The border routers (hubs) that are watched."""

from .hub import Hub, LocksBehind
from .locator import HubLocator
from .prober import HubProber, policy_for
from .registry import HubRegistry
from .router_store import RouterStore
from .store import async_stored_routers

__all__ = [
    "Hub",
    "HubLocator",
    "HubProber",
    "HubRegistry",
    "LocksBehind",
    "RouterStore",
    "async_stored_routers",
    "policy_for",
]
