"""Who sets addresses and routes on this host, and whether this is the host's network at all."""

from collections.abc import Callable, Iterable
from ipaddress import IPv4Interface, IPv4Network
import os
from pathlib import Path
import re
from socket import if_nametoindex
from typing import Final

from homeassistant.util.package import is_docker_env

from ...domain.diagnosis import Adapter, Fact, Gap, NetworkManager, lan_adapters
from . import procfs

CONTAINER_POOLS: Final = (
    (IPv4Network("172.16.0.0/12"), 16),
    (IPv4Network("192.168.0.0/16"), 20),
    (IPv4Network("10.88.0.0/16"), 16),
    (IPv4Network("10.89.0.0/16"), 24),
)
"""Networks that Docker and Podman hand out by default, with their prefix length."""
CONTAINER_HOST: Final = re.compile(
    r"docker\d+|hassio|podman\d+|cni\S*|br-[0-9a-f]{12}|flannel\S*|cali\S+|cilium\S*"
    r"|vxlan\.calico|kube-\S+|weave|antrea-\S+"
)
"""Interfaces that exist on the host of containers only."""
KUBERNETES: Final = "KUBERNETES_SERVICE_HOST"
POD_POOLS: Final = (
    IPv4Network("10.42.0.0/16"),
    IPv4Network("10.244.0.0/16"),
    IPv4Network("10.233.64.0/18"),
)
"""Networks of pods by default: k3s and RKE2, kubeadm and flannel, Kubespray."""
SINGLE: Final = 32
"""Prefix length that Calico and Cilium give a pod, and nobody on a home network has."""


def read_manager(names: Iterable[str], root: Path = procfs.RUN) -> Fact[NetworkManager]:
    """Look what NetworkManager and systemd-networkd say of interfaces."""
    if is_docker_env() or not root.exists():
        return Gap.NOT_CHECKABLE
    try:
        indexes = [str(if_nametoindex(name)) for name in names]
    except OSError as err:
        return procfs.failed("interface numbers", err)
    devices = root / "NetworkManager" / "devices"
    links = root / "systemd" / "netif" / "links"
    by_network_manager = _any(devices, indexes, is_managed)
    by_networkd = _any(links, indexes, is_configured)
    if by_network_manager is True:
        return NetworkManager.NETWORK_MANAGER
    if by_networkd is True:
        return NetworkManager.NETWORKD
    return (
        Gap.UNKNOWN
        if None in {by_network_manager, by_networkd}
        else NetworkManager.NONE
    )


def is_managed(text: str) -> bool:
    """Read NetworkManager's state of a device."""
    return "managed=true" in text.split()


def is_configured(text: str) -> bool:
    """Read networkd's state of a link; each but `unmanaged` is in its hands."""
    states = (x.partition("=")[2] for x in text.split() if x.startswith("ADMIN_STATE="))
    return any(state != "unmanaged" for state in states)


def is_bridged(adapters: Iterable[Adapter]) -> Fact[bool]:
    """Tell whether Home Assistant is in a container with a network of its own.

    In a container on the host's network the host's bridges for containers are seen.
    """
    if not is_docker_env():
        return False
    every = tuple(adapters)
    if any(CONTAINER_HOST.fullmatch(adapter.name) for adapter in every):
        return False
    addresses = [
        address.interface
        for adapter in lan_adapters(every)
        for address in adapter.addresses
        if isinstance(address.interface, IPv4Interface)
    ]
    if not addresses:
        return Gap.UNKNOWN
    return all(_is_of_container(address) for address in addresses)


def _is_of_container(address: IPv4Interface) -> bool:
    length = address.network.prefixlen
    if KUBERNETES in os.environ and _is_of_pod(address):
        return True
    return any(
        address in pool and length == expected for pool, expected in CONTAINER_POOLS
    )


def _is_of_pod(address: IPv4Interface) -> bool:
    if address.network.prefixlen == SINGLE:
        return True
    return any(address in pool for pool in POD_POOLS)


def _any(
    folder: Path, indexes: Iterable[str], judge: Callable[[str], bool]
) -> bool | None:
    """Tell whether a file says so; None when one could not be read."""
    texts = [procfs.read(folder / index) for index in indexes]
    if any(judge(text) for text in texts if isinstance(text, str)):
        return True
    return None if Gap.UNKNOWN in texts else False
