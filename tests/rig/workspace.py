"""The rig's folder, its lock against the reaper, and the reaper of rigs whose owner died."""

from contextlib import suppress
from dataclasses import dataclass
import fcntl
import os
from pathlib import Path
import secrets
import shutil
import signal
import tempfile

from .command import CommandFailed, run
from .privileges import NETNS

STEM = "aqara-rig-"
REFUSING_RESOLVER = "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n"


@dataclass(frozen=True)
class Workspace:
    """A folder with a short path (unix sockets allow 107 bytes), owned while its lock is held."""

    prefix: str
    folder: Path
    lock: int

    @classmethod
    def create(cls) -> Workspace:
        """Make the folder of a new rig with a prefix that nobody else uses."""
        prefix = f"al{secrets.token_hex(3)}"
        folder = Path(tempfile.gettempdir()) / f"{STEM}{prefix}"
        folder.mkdir(mode=0o700)
        (folder / "resolv.conf").write_text(REFUSING_RESOLVER)
        handle = os.open(folder / "owner", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return cls(prefix, folder, handle)

    @property
    def resolver(self) -> Path:
        """Return the resolv.conf that refuses at once."""
        return self.folder / "resolv.conf"

    def remove(self) -> None:
        """Take the folder away and let go of the lock."""
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self.lock)


async def reap() -> list[str]:
    """Clean up after rigs whose owner died; returns their prefixes."""
    folders = Path(tempfile.gettempdir()).glob(f"{STEM}*")
    dead = [folder for folder in folders if _abandoned(folder)]
    for folder in dead:
        await _clean(folder)
    return [folder.name.removeprefix(STEM) for folder in dead]


def _abandoned(folder: Path) -> bool:
    """Tell whether the rig of this folder is ours to clean: own folder, lock free."""
    try:
        own = folder.stat().st_uid == os.geteuid()
    except FileNotFoundError:
        return False
    return own and _lock_free(folder / "owner")


def _lock_free(path: Path) -> bool:
    """Tell whether nobody holds the owner's lock."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        return True
    finally:
        os.close(handle)


async def _clean(folder: Path) -> None:
    """End what is left of one rig."""
    prefix = folder.name.removeprefix(STEM)
    names = [path.name for path in NETNS.glob(f"{prefix}-*")] if NETNS.is_dir() else []
    for name in names:
        await _end_processes(name)
    for name in names:
        with suppress(CommandFailed):
            await run("ip", "netns", "delete", name)
    shutil.rmtree(folder, ignore_errors=True)


async def _end_processes(name: str) -> None:
    """Kill the processes inside a namespace."""
    with suppress(CommandFailed):
        for pid in (await run("ip", "netns", "pids", name)).split():
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
