"""Causes that several rules name as their parents."""

from typing import Final

NO_WAY_TO_THE_MESH: Final = (
    "home_network_down",
    "container_bridged",
    "ipv6_disabled",
    "ipv6_link_local_only",
    "no_source_address",
    "forwarding_ignores_announcements",
    "kernel_without_route_info",
    "route_info_ignored",
    "ipv6_multicast_blocked",
    "router_announcements_missing",
    "no_route_to_mesh",
    "next_hop_dead",
    "other_subnet",
    "hub_offline",
    "hub_left_wifi",
    "hub_switched_off",
    "thread_interface_off",
    "no_border_router",
    "wrong_thread_network",
)
"""Each of these alone keeps every packet from the Thread network of a lock."""
NO_LOCK_AT_THE_SERVER: Final = (
    "matter_unavailable",
    "matter_server_too_old",
    "fabric_changed",
    "lock_removed",
    "not_a_lock",
    "server_changed_kind",
)
"""Each of these alone keeps the Matter server from a lock that may be well."""
