"""The running home that a flow works on."""

from collections.abc import Awaitable
from typing import cast

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.data_entry_flow import AbortFlow

from ..access import NotReadError
from ..home import Home
from ..store import NotKeptError


def running_home(entry: ConfigEntry) -> Home:
    """Give the runtime of the home; a flow that needs it ends where it does not run."""
    if entry.state is not ConfigEntryState.LOADED:
        raise AbortFlow("home_not_loaded")
    return cast(Home, entry.runtime_data)


async def keep(write: Awaitable[None]) -> None:
    """Wait for a write; a flow ends where what it was told is not on the disk.

    It also ends where nothing may be decided, because what is stored cannot be read.
    """
    try:
        await write
    except NotKeptError as err:
        raise AbortFlow(err.reason) from err
    except NotReadError:
        raise AbortFlow("access_not_readable") from None


async def require_disk(entry: ConfigEntry) -> None:
    """End a flow whose outcome core writes later, where the disk takes nothing now."""
    if entry.state is ConfigEntryState.LOADED:
        await keep(running_home(entry).async_check_disk())
