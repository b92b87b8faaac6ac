"""A disk of a few megabytes in a mount namespace of its own, which can be filled up."""

from collections.abc import Iterator
from contextlib import contextmanager
import errno
import os
from pathlib import Path
import subprocess
from typing import Final

from tests.rig import privileges

SIZE: Final = 8
"""Megabytes."""
CHUNK: Final = 1 << 16


class SmallDisk:
    """A disk of which a file takes all the room there is, or none."""

    def __init__(self, folder: Path) -> None:
        """Take where it is mounted."""
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Take all the room there is, to the last byte."""
        with self._filler.open("ab", buffering=0) as file:
            size = CHUNK
            while size:
                try:
                    file.write(bytes(size))
                except OSError as err:
                    if err.errno != errno.ENOSPC:
                        raise
                    size //= 2

    def empty(self) -> None:
        """Give the room back."""
        self._filler.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """Mount a tmpfs that only this process and its children see.

    Raises NotAllowed where this system does not let us.
    """
    privileges.obtain()
    os.unshare(os.CLONE_NEWNS)
    _run("mount", "--make-rprivate", "/")
    _run("mount", "-t", "tmpfs", "-o", f"size={SIZE}m", "none", str(folder))
    try:
        yield SmallDisk(folder)
    finally:
        _run("umount", str(folder))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
