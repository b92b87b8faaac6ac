"""Kernel settings for IPv6 on one interface, or on all of them."""

from pathlib import Path
from typing import Final

from ...domain.diagnosis import Fact, Gap, Sysctls
from . import procfs

ALL: Final = "all"
ROUTE_INFO: Final = "accept_ra_rt_info_max_plen"


def read_sysctls(interface: str, root: Path = procfs.SYSCTL) -> Sysctls:
    """Read `net.ipv6.conf.<interface>`."""
    if _lacks_ipv6(root):
        return Sysctls(
            accept_ra=Gap.NOT_CHECKABLE,
            rt_info_max_plen=Gap.NOT_CHECKABLE,
            disable_ipv6=1,
            forwarding=Gap.NOT_CHECKABLE,
        )
    folder = root / "ipv6" / "conf" / interface
    return Sysctls(
        accept_ra=procfs.read_int(folder / "accept_ra"),
        rt_info_max_plen=_route_info(folder),
        disable_ipv6=procfs.read_int(folder / "disable_ipv6"),
        forwarding=procfs.read_int(folder / "forwarding"),
    )


def _lacks_ipv6(root: Path) -> bool:
    """Tell whether the kernel was started without IPv6: then only IPv4 has settings."""
    return (root / "ipv4").exists() and not (root / "ipv6").exists()


def _route_info(folder: Path) -> Fact[int | None]:
    """Read how long a learned route may be; None for a kernel that learns none."""
    length = procfs.read_int(folder / ROUTE_INFO)
    if length is Gap.NOT_CHECKABLE and (folder / "accept_ra").exists():
        return None
    return length
