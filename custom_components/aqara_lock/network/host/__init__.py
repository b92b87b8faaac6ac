"""What this host says of itself: adapters, addresses, routes, kernel settings, clock."""

from .clock import read_synchronised
from .kernel_monitor import KernelMonitor
from .neighbours import read_neighbours
from .netlink import open_netlink
from .reading import HostMonitor, async_read_host
from .supervisor import async_ask_supervisor

__all__ = [
    "HostMonitor",
    "KernelMonitor",
    "async_ask_supervisor",
    "async_read_host",
    "open_netlink",
    "read_neighbours",
    "read_synchronised",
]
