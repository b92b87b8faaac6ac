"""What the Supervisor says of the host's network, where Home Assistant has one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.hassio import is_hassio

from ...domain.diagnosis import Fact, Gap, IPv6Method, NetworkManager

OWN_APPS: Final = "local"
"""Repository of the apps that lie in a folder of the host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervised:
    """Whether there is a Supervisor, and what it says; without one nothing is checkable."""

    present: bool = False
    manager: Fact[NetworkManager] = Gap.NOT_CHECKABLE
    methods: Mapping[str, IPv6Method] = field(default_factory=dict)
    addons: Fact[Mapping[str, str]] = Gap.NOT_CHECKABLE

    def method_of(self, adapter: str) -> Fact[IPv6Method]:
        """Give the IPv6 setting of an adapter."""
        gap = Gap.UNKNOWN if self.present else Gap.NOT_CHECKABLE
        return self.methods.get(adapter, gap)


@callback
def async_ask_supervisor(hass: HomeAssistant) -> Supervised:
    """Take what the Supervisor integration has; sends nothing."""
    if not is_hassio(hass):
        return Supervised()
    # Its requirements are only installed where it is set up.
    from homeassistant.components import hassio  # noqa: PLC0415

    try:
        info, network = hassio.get_info(hass), hassio.get_network_info(hass)
    except hassio.HassioNotReadyError:
        return Supervised(present=True, manager=Gap.UNKNOWN, addons=Gap.UNKNOWN)
    try:
        apps: Fact[Mapping[str, str]] = parse_apps(hassio.get_addons_list(hass))
    except hassio.HassioNotReadyError:
        apps = Gap.UNKNOWN
    return Supervised(
        present=True,
        manager=parse_manager(info),
        methods=parse_methods(network),
        addons=apps,
    )


def parse_manager(info: object) -> Fact[NetworkManager]:
    """Tell Home Assistant OS from a supervised one, which needs NetworkManager."""
    if not isinstance(info, Mapping):
        return Gap.UNKNOWN
    if info.get("hassos"):
        return NetworkManager.HAOS
    return NetworkManager.NETWORK_MANAGER


def parse_methods(network: object) -> dict[str, IPv6Method]:
    """Read the IPv6 setting of each interface; what has another shape is left out."""
    methods = {}
    interfaces = network.get("interfaces") if isinstance(network, Mapping) else None
    for interface in _mappings(interfaces):
        name, settings = interface.get("interface"), interface.get("ipv6")
        method = settings.get("method") if isinstance(settings, Mapping) else None
        if isinstance(name, str) and isinstance(method, str) and method in IPv6Method:
            methods[name] = IPv6Method(method)
    return methods


def parse_apps(listed: object) -> Fact[dict[str, str]]:
    """Give the version of each app (add-on) by its slug, without its repository.

    One that the user made bears the user's own words, and a version of its own.
    """
    if not isinstance(listed, list):
        return Gap.UNKNOWN
    named = (
        (slug.partition("_"), app.get("version"))
        for app in _mappings(listed)
        if isinstance(slug := app.get("slug"), str)
    )
    return {
        slug: str(version)
        for (repository, _, slug), version in named
        if version and repository != OWN_APPS
    }


def _mappings(listed: object) -> Iterator[Mapping[str, Any]]:
    """Give the members of a list that are mappings; nothing else has a list's shape."""
    members = listed if isinstance(listed, list) else ()
    return (member for member in members if isinstance(member, Mapping))
