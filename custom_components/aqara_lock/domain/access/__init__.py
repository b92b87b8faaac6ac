"""Who holds which place on a lock, and which ecosystem stands behind a fabric."""

from .directory import Directory
from .directory_codec import directory_as_dict, directory_from_dict
from .fabrics import (
    ControllerKey,
    Ecosystem,
    Fabric,
    FabricTable,
    parse_fabric,
    parse_fabrics,
)
from .people import CredentialSlot, LockUser, Person, Slot, UserSlot
from .salvage import sound_directory, sound_fabrics
from .user_response import parse_user

__all__ = [
    "ControllerKey",
    "CredentialSlot",
    "Directory",
    "Ecosystem",
    "Fabric",
    "FabricTable",
    "LockUser",
    "Person",
    "Slot",
    "UserSlot",
    "directory_as_dict",
    "directory_from_dict",
    "parse_fabric",
    "parse_fabrics",
    "parse_user",
    "sound_directory",
    "sound_fabrics",
]
