"""The hub as a Matter bridge: two Zigbee locks that reach Home Assistant through it."""

import json
from pathlib import Path
from typing import Any

from . import paths
from .hub import Hub
from .process import Process, Program
from .virtual_lock import LockControl


class BridgedLock(LockControl):
    """A Zigbee lock behind the hub; it has no users and does not say who operated it."""

    async def reachable(self, on: bool) -> None:
        """Let the hub reach the lock over Zigbee, or lose it."""
        await self.act("reachable", on=on)


class Bridge:
    """The bridge's program on the hub: it dies and comes back with the hub's power."""

    def __init__(self, hub: Hub, folder: Path, logs: Path, resolver: Path) -> None:
        """Take the hub; nothing runs yet."""
        self._hub = hub
        self.front = BridgedLock(folder / "bridge-front.sock")
        self.back = BridgedLock(folder / "bridge-back.sock")
        command = (
            *("node", str(paths.BRIDGE_SCRIPT), "--control", str(folder)),
            *("--store", str(folder / "bridge-store"), "--iface", "eth0"),
        )
        program = Program("bridge", hub.namespace, command, logs / "bridge.log")
        self._process = Process(program, resolver)
        self._ready: dict[str, Any] = {}

    @property
    def pairing_code(self) -> str:
        """Return the manual pairing code of the hub's bridge."""
        return str(self._ready["manualPairingCode"])

    async def start(self) -> None:
        """Switch the bridge on in the hub's app; from now on it follows the hub's power."""
        await self.boot()
        self._hub.carry(self)

    async def boot(self) -> None:
        """Run the program and wait until it answers."""
        await self._process.start()
        line = await self._process.wait_for_line("^READY ", timeout=60)
        self._ready = json.loads(line.removeprefix("READY "))

    async def kill(self) -> None:
        """End the program as a power cut does."""
        await self._process.kill()

    async def stop(self) -> None:
        """End the program politely."""
        await self._process.stop()

    async def repair(self) -> None:
        """Bring both locks back: locked and reachable."""
        for lock in (self.front, self.back):
            await lock.reachable(True)
            if (await lock.state())["lock_state"] != "locked":
                await lock.lock(hand=True)
