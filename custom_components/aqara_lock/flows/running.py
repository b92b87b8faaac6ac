"""The running home that a flow works on."""

from typing import cast

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.data_entry_flow import AbortFlow

from ..home import Home


def running_home(entry: ConfigEntry) -> Home:
    """Give the runtime of the home; a flow that needs it ends where it does not run."""
    if entry.state is not ConfigEntryState.LOADED:
        raise AbortFlow("home_not_loaded")
    return cast(Home, entry.runtime_data)
