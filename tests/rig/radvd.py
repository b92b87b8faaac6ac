"""The announcements of a Thread border router, as configuration of radvd(8)."""

from .network import ULA
from .thread_network import ThreadNetwork

MIN_SECONDS, MAX_SECONDS = 3, 10
"""Time between announcements: radvd's lower bounds allow 3 and 4."""
ROUTE_SECONDS = 1800
"""Lifetime of the route to the mesh, as OpenThread border routers announce it."""


def configuration(network: ThreadNetwork, *, prefix: bool) -> str:
    """Return the configuration: a route and maybe a ULA prefix on the LAN, a router on the mesh."""
    return f"""interface eth0 {{
  AdvSendAdvert on; MinRtrAdvInterval {MIN_SECONDS}; MaxRtrAdvInterval {MAX_SECONDS};
  AdvDefaultLifetime 0;
  {_prefix(f"{ULA}::/64", "DeprecatePrefix off;") if prefix else ""}
  route {network.omr_network} {{
    AdvRoutePreference medium; AdvRouteLifetime {ROUTE_SECONDS}; RemoveRoute on; }};
}};
interface mesh0 {{
  AdvSendAdvert on; MinRtrAdvInterval {MIN_SECONDS}; MaxRtrAdvInterval {MAX_SECONDS};
  AdvDefaultLifetime {ROUTE_SECONDS};
  {_prefix(network.omr_network)}
}};
"""


def _prefix(network: str, extra: str = "") -> str:
    return f"""prefix {network} {{ AdvOnLink on; AdvAutonomous on;
    AdvValidLifetime {ROUTE_SECONDS}; AdvPreferredLifetime {ROUTE_SECONDS}; {extra} }};"""
