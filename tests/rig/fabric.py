"""A second ecosystem: another controller, on another computer, with the lock on its own fabric."""

from .matter_client import MatterClient
from .matter_server import MatterServer


class SecondFabric:
    """What the other ecosystem can do with the lock."""

    def __init__(self, server: MatterServer) -> None:
        """Take the controller; it does not run yet."""
        self.server = server
        self.node: int | None = None

    async def join(self, first: MatterClient, node: int) -> None:
        """Start the controller and take the lock in through a window that the first one opens."""
        await self.server.start()
        self.node = await self.take(first, node)

    async def take(self, first: MatterClient, node: int) -> int:
        """Take a lock in through a window that the first controller opens; returns its node id here."""
        window = await first.open_window(node)
        return await self.server.client.commission(window.code)

    async def unlock(self) -> None:
        """Unlock by the other ecosystem."""
        await self._command("UnlockDoor")

    async def lock(self) -> None:
        """Lock by the other ecosystem."""
        await self._command("LockDoor")

    async def _command(self, name: str) -> None:
        assert self.node is not None
        await self.server.client.door_lock(self.node, name)
