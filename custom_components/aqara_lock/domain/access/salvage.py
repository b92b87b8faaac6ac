"""What is sound of a stored directory and fabric table of which a part is damaged."""

from .. import codec
from .directory import Directory
from .directory_codec import directory_from_dict
from .fabrics import FabricTable


def sound_directory(value: object, lock_id: str) -> Directory:
    """Read what is sound of a directory; raises ValueError where nothing is."""
    data = codec.mapping(value, "directory")
    keys = ("users", "bindings", "verified", "touched", "quiet")
    head = {"lock_id": lock_id}
    found = {
        key: codec.sound_items(data, key, directory_from_dict, head) for key in keys
    }
    return directory_from_dict(head | found)


def sound_fabrics(value: object) -> FabricTable:
    """Read what is sound of a fabric table; raises ValueError where nothing is.

    It counts as never read: nobody is told of an app as new that was only damaged.
    """
    data = codec.mapping(value, "fabric table")
    keys = ("spans", "own_nodes")
    return FabricTable.from_dict(
        {key: codec.sound_items(data, key, FabricTable.from_dict, {}) for key in keys}
    )
