"""Whether a host on the home network answers."""

from .gateway import GatewayMonitor, RouterIdentity, identify
from .reachability import HostBusy, ProbeMethod, answers_echo, find_method, probe

__all__ = [
    "GatewayMonitor",
    "HostBusy",
    "ProbeMethod",
    "RouterIdentity",
    "answers_echo",
    "find_method",
    "identify",
    "probe",
]
