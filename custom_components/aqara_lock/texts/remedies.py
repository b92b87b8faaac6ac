"""What to do about a finding, by what was done already and by what this installation has."""

from collections.abc import Callable, Mapping
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.hassio import is_hassio

from ..domain.diagnosis import NONE_TEXT, Advice, MatterState, Settings, TurnedOff
from .translations import message

type Told = dict[str, str]

WHAT_TO_DO: Final = "what_to_do"
ADVICE: Final = "advice"
SETTINGS: Final = "settings"
KERNEL: Final = ("remedy_turned_off_kernel_os", "remedy_turned_off_kernel_other")
OF_INSTALLATION: Final[Mapping[str, tuple[str, str]]] = {
    "restart_host": ("restart_host_os", "restart_host_other"),
    "server_page": ("server_page_app", "server_page_other"),
    "matter_server": ("matter_server_app", "matter_server_other"),
}
"""What is done in another way where Home Assistant has a Supervisor, or has none."""


def what_to_do(hass: HomeAssistant, rule_id: str, told: Told) -> Told:
    """Return the remedy of a finding, where it is not the same for every home.

    `told` are its parameters as text.
    """
    said = _of_installation(hass)
    if SETTINGS in told:
        said["ipv6_settings"] = _ipv6_settings(hass, told[SETTINGS])
    if rule_id in _REMEDIES:
        said[WHAT_TO_DO] = _REMEDIES[rule_id](hass, told | said)
    elif rule_id in _BY_ADVICE:
        key = _BY_ADVICE[rule_id][Advice(told[ADVICE])]
        said[WHAT_TO_DO] = message(hass, key, **told | said)
    elif rule_id in _BY_INSTALLATION:
        said[WHAT_TO_DO] = _here(hass, _BY_INSTALLATION[rule_id], told)
    if rule_id == "next_hop_dead":
        said["lasting"] = _lasting(hass, told)
    return said


def _of_installation(hass: HomeAssistant) -> Told:
    """Say how things are done in this installation."""
    return {name: _here(hass, keys, {}) for name, keys in OF_INSTALLATION.items()}


def _here(hass: HomeAssistant, keys: tuple[str, str], told: Told) -> str:
    """Say what is done by menus where there is a Supervisor, else by commands."""
    by_menu, by_command = keys
    return message(hass, by_menu if is_hassio(hass) else by_command, **told)


def _ipv6_settings(hass: HomeAssistant, settings: str) -> str:
    """Say how this host takes the addresses that are announced; nothing where it does."""
    if settings != Settings.OPEN:
        return ""
    key = "ipv6_settings_choose" if is_hassio(hass) else "ipv6_settings_host"
    return f"{message(hass, key)} "


def _wider_address(hass: HomeAssistant, told: Told) -> str:
    """Say how a host with link-local addresses gets a wider one."""
    is_open = told[SETTINGS] == Settings.OPEN
    key = "ipv6_link_local_only_open" if is_open else "ipv6_link_local_only_set"
    return message(hass, key, **told)


def _ipv6_on(hass: HomeAssistant, told: Told) -> str:
    """Say how IPv6 is turned on, where that is known."""
    where, automatic = told["where"], told[SETTINGS] == Settings.AUTOMATIC
    if where == TurnedOff.UNKNOWN and automatic:
        return message(hass, "remedy_turned_off_nowhere", **_of_installation(hass))
    by_menu = where == TurnedOff.UNKNOWN and is_hassio(hass)
    if by_menu or where == TurnedOff.SETTINGS:
        return message(hass, "remedy_turned_off_settings")
    return _here(hass, KERNEL, told)


def _matter_back(hass: HomeAssistant, told: Told) -> str:
    """Say how the Matter integration comes back."""
    keys = {
        MatterState.NOT_LOADED: "return_of_matter_not_loaded",
        MatterState.MISSING: "return_of_matter_missing",
    }
    state = next((x for x in keys if x == told["state"]), None)
    key = keys[state] if state else "return_of_matter_server"
    return message(hass, key, **_of_installation(hass))


def _fabric(hass: HomeAssistant, told: Told) -> str:
    """Say how locks come to a Matter server that was set up anew, by what it has."""
    is_there = told["found"] != NONE_TEXT
    key = "fabric_changed_add_it" if is_there else "fabric_changed_share_it"
    return message(hass, key, **told)


def _lock(hass: HomeAssistant, told: Told) -> str:
    """Say how a lock comes back that is gone from Matter, by what Matter has instead."""
    is_there = told["found"] != NONE_TEXT
    key = "lock_removed_add_it" if is_there else "lock_removed_share_it"
    return message(hass, key, **told)


def _lasting(hass: HomeAssistant, told: Told) -> str:
    """Say for how long packets go to a hub that is gone."""
    if told[ADVICE] == Advice.WAIT:
        return message(hass, "lasting_short")
    key = "lasting_unknown" if told["since"] == NONE_TEXT else "lasting_since"
    return message(hass, key, **told)


_REMEDIES: Final[dict[str, Callable[[HomeAssistant, Told], str]]] = {
    "ipv6_disabled": _ipv6_on,
    "ipv6_link_local_only": _wider_address,
    "matter_unavailable": _matter_back,
    "fabric_changed": _fabric,
    "lock_removed": _lock,
}
"""Rules whose remedy follows a fact of their own."""
_BY_INSTALLATION: Final[Mapping[str, tuple[str, str]]] = {
    "firewall_timeout": (
        "remedy_firewall_timeout_os",
        "remedy_firewall_timeout_other",
    ),
    "forwarding_ignores_announcements": (
        "remedy_forwarding_ignores_announcements_os",
        "remedy_forwarding_ignores_announcements_other",
    ),
    "kernel_without_route_info": (
        "remedy_kernel_without_route_info_os",
        "remedy_kernel_without_route_info_other",
    ),
    "route_info_ignored": (
        "remedy_route_info_ignored_os",
        "remedy_route_info_ignored_other",
    ),
}
"""Rules whose remedy is a menu of Home Assistant OS, and commands elsewhere."""
_BY_ADVICE: Final[Mapping[str, Mapping[Advice, str]]] = {
    "session_lost": {
        Advice.FIRST: "advice_session_lost_first",
        Advice.NEXT: "advice_session_lost_next",
    },
    "stale_subscription": {
        Advice.FIRST: "advice_stale_subscription_first",
        Advice.NEXT: "advice_stale_subscription_next",
    },
    "prefix_changed": {
        Advice.FIRST: "advice_prefix_changed_first",
        Advice.NEXT: "advice_prefix_changed_next",
    },
    "operations_missing": {
        Advice.FIRST: "advice_operations_missing_first",
        Advice.NEXT: "advice_operations_missing_next",
    },
    "ghost_route": {
        Advice.FIRST: "advice_ghost_route_first",
        Advice.NEXT: "advice_ghost_route_next",
    },
    "duplicate_address": {
        Advice.FIRST: "advice_duplicate_address_first",
        Advice.NEXT: "advice_duplicate_address_next",
    },
    "mesh_silent": {
        Advice.FIRST: "advice_mesh_silent_first",
        Advice.NEXT: "advice_mesh_silent_next",
    },
    "thread_interface_off": {
        Advice.FIRST: "advice_thread_interface_off_first",
        Advice.NEXT: "advice_thread_interface_off_next",
    },
    "router_announcements_missing": {
        Advice.FIRST: "advice_router_announcements_missing_first",
        Advice.NEXT: "advice_router_announcements_missing_next",
    },
    "no_route_to_mesh": {
        Advice.FIRST: "advice_no_route_to_mesh_first",
        Advice.NEXT: "advice_no_route_to_mesh_next",
    },
    "no_source_address": {
        Advice.FIRST: "advice_no_source_address_first",
        Advice.NEXT: "advice_no_source_address_next",
    },
    "next_hop_dead": {
        Advice.WAIT: "advice_next_hop_dead_wait",
        Advice.FIRST: "advice_next_hop_dead_first",
        Advice.NEXT: "advice_next_hop_dead_next",
    },
    "lock_names_nobody": {
        Advice.FIRST: "advice_lock_names_nobody_first",
        Advice.NEXT: "advice_lock_names_nobody_next",
    },
}
"""Rules whose first remedy may have been tried already."""
