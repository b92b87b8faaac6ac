"""What the rig needs from the machine that it runs on."""

import os
import platform
import shutil

from . import paths, privileges

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


def requirements(*, server_url: str | None = None) -> list[str]:
    """Return what is missing, one sentence each; an empty list means that the rig can run."""
    if platform.system() != "Linux":
        return ["The rig needs Linux: it is made of network namespaces."]
    missing = [
        _tool(name, package) for name, package in TOOLS.items() if not _found(name)
    ]
    missing += _files(own_server=server_url is None)
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


def _files(*, own_server: bool) -> list[str]:
    wanted = [paths.HASS, paths.LOCK_SCRIPT, paths.NODE_MODULES]
    if own_server:
        wanted.append(paths.MATTER_SERVER)
    return [
        f"{path} is missing: run scripts/setup." for path in wanted if not path.exists()
    ]
