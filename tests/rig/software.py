"""What a Matter server of the rig can run on."""

from enum import StrEnum
import os


class Software(StrEnum):
    """What a controller runs on."""

    PYTHON = "python"
    """python-matter-server, the last of its line."""
    MATTERJS = "matterjs"
    """The rig's own controller, on the stack of the server that owners run."""


DEFAULT_SOFTWARE = Software(os.environ.get("AQARA_LOCK_RIG_CONTROLLER") or "python")
"""Software of a rig's first controller, where the rig is not told."""
