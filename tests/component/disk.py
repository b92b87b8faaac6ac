"""A real disk below the stores: files as a kill leaves them, and a disk that is full."""

from collections.abc import Iterator
from contextlib import contextmanager
import errno
import os
from pathlib import Path
import shutil
from typing import Any, Final
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.helpers import storage

from .house import House

REAL: Final[dict[str, Any]] = {
    name: getattr(storage.Store, name)
    for name in ("_async_load", "_async_write_data", "async_remove")
}
"""As they are before the harness puts memory in place of files."""


@contextmanager
def real_files(hass: HomeAssistant, folder: Path) -> Iterator[Path]:
    """Let stores be files in a folder; gives where they are."""
    hass.config.config_dir = str(folder)
    with patch.multiple(storage.Store, **REAL):
        yield folder / ".storage"


@contextmanager
def full_disk() -> Iterator[None]:
    """Let every write fail as on a full disk."""
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with patch("homeassistant.util.file.AtomicWriter.open", side_effect=full):
        yield


class Disk:
    """The files as a kill leaves them."""

    def __init__(self, files: Path) -> None:
        """Keep what is on the disk now."""
        self._files = files
        self._kept = files.with_name("kept")
        shutil.rmtree(self._kept, ignore_errors=True)
        shutil.copytree(files, self._kept)

    async def start_again(self, house: House) -> None:
        """Start Home Assistant with these files; nothing that came later was written."""
        await house.stop()
        shutil.rmtree(self._files)
        shutil.copytree(self._kept, self._files)
        await house.hass.config_entries.async_setup(house.home.entry_id)
        await house.settle()
