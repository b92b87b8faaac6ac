"""The right to make network namespaces: as root, or as the root of an own user namespace."""

import os
from pathlib import Path
import subprocess

NETNS = Path("/run/netns")
"""Where `ip netns` keeps the names of its namespaces."""


class NotAllowed(RuntimeError):
    """This system does not let the rig make network namespaces."""


def in_own_user_namespace() -> bool:
    """Tell whether user 0 of this process is only the root of a user namespace."""
    return Path("/proc/self/uid_map").read_text().split() != ["0", "0", "4294967295"]


def obtain() -> None:
    """Get the right; without root, by moving this process into a user namespace.

    Has to come before the process starts a thread. Raises NotAllowed.
    """
    if os.geteuid() == 0:
        return
    try:
        _enter_user_namespace()
        _private_run()
    except (OSError, subprocess.CalledProcessError) as err:
        raise NotAllowed(f"no user namespace: {err}") from err


def _enter_user_namespace() -> None:
    """Become root of a new user namespace with an own mount namespace (user_namespaces(7))."""
    user, group = os.geteuid(), os.getegid()
    os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNS)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"0 {user} 1")
    Path("/proc/self/gid_map").write_text(f"0 {group} 1")


def _private_run() -> None:
    """Give this process an own /run, because `ip netns` keeps its names there."""
    resolver = Path("/etc/resolv.conf").resolve()
    subprocess.run(["mount", "--make-rprivate", "/"], check=True, capture_output=True)
    subprocess.run(
        ["mount", "-t", "tmpfs", "none", "/run"], check=True, capture_output=True
    )
    NETNS.mkdir()
    if resolver.is_relative_to("/run"):
        resolver.parent.mkdir(parents=True, exist_ok=True)
        resolver.touch()


def problem() -> str | None:
    """Say why namespaces cannot be made here, or None; tries it in a process of its own."""
    if os.geteuid() == 0:
        probe = ["unshare", "--net", "--mount", "true"]
    else:
        probe = ["unshare", "--user", "--map-root-user", "--mount", "--net", "true"]
    try:
        done = subprocess.run(probe, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "unshare (util-linux) is missing"
    if done.returncode:
        return f"this system allows no network namespaces ({done.stderr.strip()})"
    return None
