"""A Matter server as a program, offline: python-matter-server, or the rig's own controller on matter.js."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
import shutil
import tempfile

from . import paths
from .command import run
from .matter_client import MatterClient
from .namespace import Namespace
from .process import Process, Program
from .software import Software
from .websocket import Message

PORT = 5580
URL = f"ws://127.0.0.1:{PORT}/ws"
TEST_VENDOR = 0xFFF1
OWN_NODE_ID = 112233
"""Node id that python-matter-server gives itself."""
READY = "Matter Server successfully initialized|Webserver listening on|READY "
"""What python-matter-server, the OHF server and our controller print when they take connections."""


SEARCH = 10
"""Seconds for which our controller looks for a device in pairing mode; the OHF server does for 180."""
GRACE = 180
"""Seconds that the OHF server calls a node available without a connection."""


@dataclass(frozen=True)
class Controller:
    """What makes one controller this one: its name, its vendor, its port, its node id."""

    name: str
    vendor_id: int = TEST_VENDOR
    port: int = PORT
    node_id: int | None = None
    """None is the server's own choice; only python-matter-server can have another one."""
    software: Software = Software.PYTHON
    grace: int = GRACE
    """Seconds that our controller calls a node available without a connection."""


class MatterServer:
    """One controller with its own store, in the namespace of its computer."""

    def __init__(
        self,
        controller: Controller,
        namespace: Namespace,
        folder: Path,
        logs: Path,
        resolver: Path,
    ) -> None:
        """Take the place; nothing runs yet."""
        name = controller.name
        self._controller = controller
        self._home = folder / name
        self._roots = self._home / "paa"
        self._store = self._home / "store"
        url = f"ws://127.0.0.1:{controller.port}/ws"
        self._connect = partial(MatterClient, url, namespace.socket_for)
        self.client = self._connect()
        program = Program(name, namespace, self._command(), logs / f"{name}.log")
        self._process = Process(program, resolver)

    async def start(self) -> None:
        """Start the server and wait until it takes connections."""
        await self._attestation_roots()
        (self._home / "data").mkdir(parents=True, exist_ok=True)
        await self._process.start()
        await self._process.wait_for_line(READY, timeout=60)

    def listener(self, heard: Callable[[Message], None]) -> MatterClient:
        """Return another client, for one that wants to hear what the server tells."""
        return self._connect(heard=heard)

    def take_data_of(self, other: MatterServer) -> None:
        """Begin with a copy of what another server knows, its fabric's keys included."""
        shutil.copytree(other._store, self._store)

    async def stop(self) -> None:
        """Stop the server; its store stays."""
        await self.client.close()
        await self._process.stop()

    async def kill(self) -> None:
        """Kill the server; its store stays."""
        await self.client.close()
        await self._process.kill()

    async def restart(self) -> None:
        """Stop and start."""
        await self.stop()
        await self.start()

    async def trust_nobody(self) -> None:
        """Start anew without root certificates: no device proves that it is genuine."""
        await self.stop()
        for root in self._roots.glob("*.der"):
            root.unlink()
        await self.start()

    async def trust_again(self) -> None:
        """Start anew with the root certificates of the rig's devices."""
        await self.stop()
        shutil.rmtree(self._roots)
        await self.start()

    async def _attestation_roots(self) -> None:
        """Provide the test roots, fresh enough that the server does not ask the internet."""
        if not self._roots.exists():
            await run("node", str(paths.LOCK_DIR / "paa.mjs"), str(self._roots))
        (self._roots / ".version").write_text(datetime.now(UTC).date().isoformat())

    def _command(self) -> tuple[str, ...]:
        if self._controller.software is Software.MATTERJS:
            return self._matterjs_command()
        return self._python_command()

    def _matterjs_command(self) -> tuple[str, ...]:
        return (
            *("node", str(paths.CONTROLLER_SCRIPT), "--store", str(self._store)),
            *("--port", str(self._controller.port), "--listen", "127.0.0.1"),
            *("--vendor", str(self._controller.vendor_id)),
            *("--iface", "eth0", "--roots", str(self._roots)),
            *("--search", str(SEARCH), "--grace", str(self._controller.grace)),
        )

    def _python_command(self) -> tuple[str, ...]:
        keep = ":".join(
            _under_temporary(
                (
                    self._home,
                    paths.MATTER_SERVER,
                    paths.REPOSITORY,
                    paths.PYTHON.resolve(),
                )
            )
        )
        return (
            *(
                "sh",
                str(paths.RIG / "own_data.sh"),
                str(self._home / "data"),
                keep,
                "--",
            ),
            *(*self._executable(), "--storage-path", str(self._store)),
            *("--port", str(self._controller.port), "--listen-address", "127.0.0.1"),
            *("--vendorid", str(self._controller.vendor_id)),
            *("--primary-interface", "eth0", "--paa-root-cert-dir", str(self._roots)),
            *("--log-level", "info", "--log-level-sdk", "error"),
        )

    def _executable(self) -> tuple[str, ...]:
        if self._controller.node_id is None:
            return (str(paths.MATTER_SERVER),)
        python = paths.MATTER_SERVER.with_name("python")
        script = paths.RIG / "twin_server.py"
        # Without -P our own modules stand before the server's.
        return (str(python), "-P", str(script), str(self._controller.node_id))


def _under_temporary(places: Iterable[Path]) -> list[str]:
    """Return the top folders below /tmp that hold these places."""
    temporary = {Path("/tmp"), Path(tempfile.gettempdir())}
    tops = {
        str(base / place.relative_to(base).parts[0])
        for place in places
        for base in temporary
        if place.is_relative_to(base)
    }
    return sorted(tops)
