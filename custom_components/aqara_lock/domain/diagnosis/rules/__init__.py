"""All rules, in the order of decision: one small rule per root cause."""

from typing import Final

from . import (
    host_ipv6,
    host_next_hop,
    host_routes,
    host_system,
    hub,
    lan,
    lock_health,
    lock_limits,
    lock_silence,
    network_down,
    software,
    software_thread,
    thread_network,
)
from .host_ipv6 import Settings, TurnedOff
from .host_routes import announcement_due, no_route_to_mesh
from .lan import MDNS_PATIENCE, near_address
from .rule import Confidence, Group, Parameter, Part, Rule, RuleMatch, Scope, Severity
from .thread_network import mesh_silent
from .tried import Advice
from .view import CUT, HOST_GRACE, ROUTE_GRACE, View
from .weak_radio import Measure

_GROUPS: Final = (
    software.RULES,
    network_down.RULES,
    lan.RULES,
    hub.RULES,
    thread_network.RULES,
    host_routes.RULES,
    host_next_hop.RULES,
    host_ipv6.RULES,
    host_system.RULES,
    lock_silence.RULES,
    lock_health.RULES,
    software_thread.RULES,
    lock_limits.RULES,
)
RULES: Final[tuple[Rule, ...]] = tuple(
    sorted((rule for group in _GROUPS for rule in group), key=lambda rule: rule.step)
)
"""Rules that never change the state of a diagnosis sensor."""

__all__ = [
    "CUT",
    "HOST_GRACE",
    "MDNS_PATIENCE",
    "ROUTE_GRACE",
    "RULES",
    "Advice",
    "Confidence",
    "Group",
    "Measure",
    "Parameter",
    "Part",
    "Rule",
    "RuleMatch",
    "Scope",
    "Settings",
    "Severity",
    "TurnedOff",
    "View",
    "announcement_due",
    "mesh_silent",
    "near_address",
    "no_route_to_mesh",
]
