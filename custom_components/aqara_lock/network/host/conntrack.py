"""How long a firewall on this host remembers a quiet UDP conversation."""

from pathlib import Path
from typing import Final

from ...domain.diagnosis import Fact, Gap
from . import procfs

STREAM_TIMEOUT: Final = Path("netfilter/nf_conntrack_udp_timeout_stream")


def read_udp_stream_timeout(root: Path = procfs.SYSCTL) -> Fact[int | None]:
    """Read the timeout in seconds; None for a kernel that tracks no connections."""
    timeout = procfs.read_int(root / STREAM_TIMEOUT)
    if timeout is Gap.NOT_CHECKABLE and root.exists():
        return None
    return timeout
