"""The stand-in of the Aqara app: it has the lock first, and shares it by windows and codes."""

from .fabric import SecondFabric
from .matter_client import CommissioningWindow
from .matter_server import Controller
from .thread_network import HOME, ThreadNetwork
from .virtual_lock import VirtualLock

AQARA = 0x115F
APPLE_HOME, GOOGLE, AMAZON, SMARTTHINGS = 0x1349, 0x6006, 0x1217, 0x110A
"""Vendor ids of ecosystems, as a lock's fabric table has them."""
CONTROLLER = Controller("aqara-app", vendor_id=AQARA, port=5581)
SHORTEST_WINDOW = 180
"""Seconds (Matter core §11.19.8.1)."""


class AqaraApp(SecondFabric):
    """Aqara Home on the phone: its fabric has Aqara's vendor id."""

    async def bind(self, lock: VirtualLock, network: ThreadNetwork = HOME) -> int:
        """Take a factory-new lock in, connect it to the hub, and return its node id."""
        await lock.join(network)
        self.node = await self.server.client.commission(lock.pairing_code)
        return self.node

    async def share(self, seconds: int = SHORTEST_WINDOW) -> CommissioningWindow:
        """Connect another app: opens a window with a new code; an earlier code dies."""
        await self.stop_sharing()
        return await self.server.client.open_window(self._bound, seconds)

    async def stop_sharing(self) -> None:
        """Close the window, if one is open: its code dies."""
        await self.server.client.close_window(self._bound)

    async def is_sharing(self) -> bool:
        """Ask the lock whether a window is open: it closes one after twenty wrong codes."""
        return await self.server.client.window_is_open(self._bound)

    async def remove(self) -> None:
        """Delete the lock from the app; other apps keep it."""
        await self.server.client.remove(self._bound)
        self.node = None

    @property
    def _bound(self) -> int:
        assert self.node is not None, "the app has no lock"
        return self.node
