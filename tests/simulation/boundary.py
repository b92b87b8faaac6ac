"""Where the simulated world meets Home Assistant: every patch of the outside is in this file.

Each stands for something that is not the project's: the clock, the kernel, sockets,
zeroconf, the Matter client, files on a disk. What a module imported by name is found by
its identity, so that moving or renaming modules of the project changes nothing here.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
import pathlib
import random
import socket
import sys
import time
from typing import Any, Final
import uuid

from homeassistant.components import http, matter, zeroconf as ha_zeroconf
from homeassistant.util import dt as dt_util, file as ha_file, package as ha_package
import icmplib
import ifaddr
import pyroute2
import ulid_transform
import zeroconf.asyncio

from .clock import VirtualClock
from .network import Network
from .server import MatterServer

type Patch = tuple[Any, Any]


class _Now:
    """The clock that counts while a run goes on."""

    clock: VirtualClock | None = None
    ids: random.Random = random.Random(0)


_REAL_TIME: Final = time.time
_REAL_MONOTONIC: Final = time.monotonic
_REAL_UTCNOW: Final = dt_util.utcnow
_REAL_NOW: Final = dt_util.now
_REAL_READ_TEXT: Final = pathlib.Path.read_text
_REAL_EXISTS: Final = pathlib.Path.exists
_REAL_WRITE: Final = ha_file.write_utf8_file
_REAL_WRITE_ATOMIC: Final = ha_file.write_utf8_file_atomic


def _time() -> float:
    return _Now.clock.time() if _Now.clock else _REAL_TIME()


def _monotonic() -> float:
    return _Now.clock.monotonic if _Now.clock else _REAL_MONOTONIC()


def _utcnow() -> datetime:
    return _Now.clock.utcnow() if _Now.clock else _REAL_UTCNOW()


def _now(time_zone: tzinfo | None = None) -> datetime:
    if _Now.clock is None:
        return _REAL_NOW(time_zone)
    return _Now.clock.now(time_zone or dt_util.get_default_time_zone())


_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def _ulid(*_: object) -> str:
    """Give an id that is the same in every run of a seed, later ones sorting later."""
    number = (int(_time() * 1000) << 80) | _Now.ids.getrandbits(80)
    digits = [_ALPHABET[(number >> shift) & 31] for shift in range(125, -5, -5)]
    return "".join(digits)


def _uuid4() -> uuid.UUID:
    return uuid.UUID(int=_Now.ids.getrandbits(128), version=4)


class _NetlinkSocket:
    """A socket on which the kernel tells of changes."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._messages = 0
        network.kernel_sockets.append(self)

    def bind(self, _address: object) -> None:
        """Join every group."""

    def fileno(self) -> int:
        """Be no file."""
        return -1

    def notify(self) -> None:
        """Let a message arrive."""
        self._messages += 1

    def recv(self, _size: int) -> bytes:
        """Give a message; what it says is not read."""
        if not self._messages:
            raise BlockingIOError
        self._messages -= 1
        return b"\0"

    def close(self) -> None:
        """End."""
        if self in self._network.kernel_sockets:
            self._network.kernel_sockets.remove(self)


def _socket_class(network: Network) -> type[socket.socket]:
    """Give a class that makes the kernel's sockets emulated ones, and no others."""

    class Socket(socket.socket):
        def __new__(cls, family: int = -1, *args: Any, **kwargs: Any) -> Any:
            if family == socket.AF_NETLINK:
                return _NetlinkSocket(network)
            return super().__new__(cls)

    return Socket


def _proc_files(
    network: Network,
) -> tuple[Callable[..., str], Callable[..., bool]]:
    def read_text(self: pathlib.Path, *args: Any, **kwargs: Any) -> str:
        text = str(self)
        if text.startswith(("/proc/", "/run/")):
            content = network.proc_file(text)
            if content is None:
                raise FileNotFoundError(text)
            return content
        return _REAL_READ_TEXT(self, *args, **kwargs)

    def exists(self: pathlib.Path, *args: Any, **kwargs: Any) -> bool:
        text = str(self)
        if text.startswith(("/proc/", "/run")):
            return network.proc_exists(text)
        return _REAL_EXISTS(self, *args, **kwargs)

    return read_text, exists


class Disk:
    """The disk on which Home Assistant keeps its files; it can be full."""

    def __init__(self) -> None:
        """Begin with room on it."""
        self.is_full = False

    def write(self, filename: str, *args: Any, **kwargs: Any) -> None:
        """Stand for Home Assistant's `write_utf8_file`."""
        self._check(filename)
        _REAL_WRITE(filename, *args, **kwargs)

    def write_atomic(self, filename: str, *args: Any, **kwargs: Any) -> None:
        """Stand for Home Assistant's `write_utf8_file_atomic`."""
        self._check(filename)
        _REAL_WRITE_ATOMIC(filename, *args, **kwargs)

    def _check(self, filename: str) -> None:
        if self.is_full and "/.storage/" in str(filename):
            raise ha_file.WriteError("No space left on device")


async def _nothing(*_: object, **__: object) -> None:
    """Do nothing: no port of this machine is opened."""


def _patches(network: Network, disk: Disk) -> list[Patch]:
    """Give every function of the outside with its stand-in."""

    async def open_connection(address: str, port: int, **_: Any) -> Any:
        return await network.connect(address, port)

    async def async_ping(address: str, **options: Any) -> Any:
        return await network.ping(address, **options)

    def browser(
        zc: Any, types: list[str] | str, handlers: list[Any] | None = None, **_: Any
    ) -> Any:
        return network.browse(zc, types, handlers or [])

    return [
        (_REAL_TIME, _time),
        (_REAL_MONOTONIC, _monotonic),
        (_REAL_UTCNOW, _utcnow),
        (_REAL_NOW, _now),
        (ulid_transform.ulid_now, _ulid),
        (ulid_transform.ulid_at_time, _ulid),
        (uuid.uuid4, _uuid4),
        (_REAL_WRITE, disk.write),
        (_REAL_WRITE_ATOMIC, disk.write_atomic),
        (asyncio.open_connection, open_connection),
        (icmplib.async_ping, async_ping),
        (zeroconf.asyncio.AsyncServiceBrowser, browser),
        (ifaddr.get_adapters, network.adapters),
        (socket.if_nameindex, lambda: [(1, "lo"), (2, "eth0")]),
        (socket.if_nametoindex, lambda name: {"lo": 1, "eth0": 2}[name]),
        (ha_package.is_docker_env, lambda: False),
    ]


ROOTS: Final = (
    "homeassistant",
    "custom_components",
    "matter_server",
    "time",
    "asyncio",
)
"""Where functions that were imported by name are looked for."""


def _replace(patches: list[Patch]) -> list[tuple[dict[str, Any], str, Any]]:
    """Put the stand-ins in; gives what was there."""
    table = {id(original): (original, stand_in) for original, stand_in in patches}
    owners = {getattr(o, "__module__", "") or "" for o, _ in patches}
    undo: list[tuple[dict[str, Any], str, Any]] = []
    for name, module in sorted(sys.modules.items()):
        if name.partition(".")[0] not in ROOTS and name not in owners | _OWNERS:
            continue
        names = getattr(module, "__dict__", {})
        for key, value in list(names.items()):
            found = table.get(id(value))
            if found is not None and found[0] is value:
                undo.append((names, key, value))
                names[key] = found[1]
    return undo


_OWNERS: Final = {
    "ulid_transform",
    "uuid",
    "icmplib",
    "zeroconf.asyncio",
    "ifaddr",
    "socket",
}


@contextmanager
def outside(
    clock: VirtualClock, network: Network, server: MatterServer, disk: Disk, seed: int
) -> Iterator[None]:
    """Put the emulated world in place of the real one."""
    # What is imported later than this must not bind the real functions by name.
    import_product()
    _Now.clock, _Now.ids = clock, random.Random(f"ids {seed}")
    random_state = random.getstate()
    random.seed(seed)
    read_text, exists = _proc_files(network)
    attributes: list[tuple[Any, str, Any]] = [
        (pathlib.Path, "read_text", read_text),
        (pathlib.Path, "exists", exists),
        (socket, "socket", _socket_class(network)),
        (pyroute2, "IPRoute", network.iproute),
        (matter, "MatterClient", server.client_class()),
        (ha_zeroconf, "HaZeroconf", lambda **_: network.zeroconf),
        (ha_zeroconf, "HaAsyncZeroconf", lambda **_: network.async_zeroconf),
        (ha_zeroconf, "install_multiple_zeroconf_catcher", lambda *_: None),
        (http.HomeAssistantHTTP, "start", _nothing),
    ]
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in attributes]
    undo = _replace(_patches(network, disk))
    for owner, name, stand_in in attributes:
        setattr(owner, name, stand_in)
    try:
        yield
    finally:
        for owner, name, value in before:
            setattr(owner, name, value)
        for names, key, value in undo:
            names[key] = value
        random.setstate(random_state)
        _Now.clock = None


def import_product() -> None:
    """Import every module of the project and of what it stands on."""
    import importlib  # noqa: PLC0415
    import pkgutil  # noqa: PLC0415

    import custom_components.aqara_lock as product  # noqa: PLC0415

    for found in pkgutil.walk_packages(product.__path__, product.__name__ + "."):
        importlib.import_module(found.name)
