"""What the home remembers on disk, and the repair issues of its files."""

from .file import NotKeptError, StoreFile, async_delete_left_over
from .home_store import HomeStore

__all__ = ["HomeStore", "NotKeptError", "StoreFile", "async_delete_left_over"]
