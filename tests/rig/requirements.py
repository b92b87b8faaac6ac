"""What the rig needs from the machine that it runs on."""

import os
import platform
import shutil

from . import paths, privileges
from .software import Software

TOOLS = {
    "ip": "iproute2",
    "nft": "nftables",
    "radvd": "radvd",
    "ping": "iputils-ping",
    "nsenter": "util-linux",
    "unshare": "util-linux",
    "setpriv": "util-linux",
    "node": "Node.js 20 or newer",
}
"""Program → Debian package or name."""


def requirements(
    *, server_url: str | None = None, software: Software = Software.PYTHON
) -> list[str]:
    """Return what is missing, one sentence each; an empty list means that the rig can run.

    Without the URL of a Matter server the rig needs one of its own, of this software.
    """
    if platform.system() != "Linux":
        return ["The rig needs Linux: it is made of network namespaces."]
    missing = [
        _tool(name, package) for name, package in TOOLS.items() if not _found(name)
    ]
    missing += _files(None if server_url else software)
    if not missing and (problem := privileges.problem()):
        missing.append(f"Root, or a user namespace: {problem}.")
    return missing


def extend_path() -> None:
    """Make the programs of the system administrator findable for an ordinary user."""
    places = os.environ.get("PATH", "").split(":")
    extra = [place for place in ("/usr/sbin", "/sbin") if place not in places]
    os.environ["PATH"] = ":".join(places + extra)


def _found(name: str) -> bool:
    extend_path()
    return shutil.which(name) is not None


def _tool(name: str, package: str) -> str:
    return f"The program {name} is missing (package {package})."


def _files(software: Software | None) -> list[str]:
    wanted = [paths.HASS, paths.LOCK_SCRIPT, paths.NODE_MODULES]
    if software is not None:
        # A second ecosystem runs on python-matter-server in any case.
        wanted.append(paths.MATTER_SERVER)
    if software is Software.MATTERJS:
        wanted.append(paths.CONTROLLER_MODULES)
    return [
        f"{path} is missing: run scripts/setup." for path in wanted if not path.exists()
    ]
