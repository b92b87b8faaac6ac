"""The front door: one home, up and down."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from enum import Flag, auto
from pathlib import Path
from types import TracebackType
from typing import Self

from . import privileges, requirements, workspace
from .aqara_app import CONTROLLER as AQARA_APP, AqaraApp
from .bridge import Bridge
from .fabric import SecondFabric
from .home_assistant import HomeAssistant
from .hub import Hub
from .lan import Lan
from .matter_client import MatterClient
from .matter_server import GRACE, OWN_NODE_ID, PORT, Controller, MatterServer
from .mdns_asker import MdnsAsker
from .namespace import Namespace
from .network import Guest, Network
from .relay import Relay, connect_to
from .software import DEFAULT_SOFTWARE, Software
from .thread_network import HUB, HUB2
from .virtual_lock import SECOND, VirtualLock
from .waiting import wait_until
from .websocket import RequestFailed
from .workspace import Workspace


class Part(Flag):
    """What a rig starts by itself; a later part needs the earlier ones."""

    NETWORK = auto()
    HUB = auto()
    LOCK = auto()
    MATTER = auto()
    HOME_ASSISTANT = auto()
    PRODUCT = auto()
    BOUND = auto()
    """The lock is on the Matter server's fabric."""


PATH = Part.NETWORK | Part.HUB | Part.LOCK
COMMISSIONED = PATH | Part.MATTER | Part.BOUND
EVERYTHING = COMMISSIONED | Part.HOME_ASSISTANT | Part.PRODUCT
TWIN = Controller("twin", port=5582, node_id=112299)
NEW_HOME = Part.NETWORK | Part.HUB | Part.MATTER | Part.HOME_ASSISTANT
"""The lock lies in its box, and Home Assistant has nothing but the integration's files."""


STRANGE_SERVER = """The Matter server at {url} could not take the lock in. It has to run on this \
machine, outside of any container, look at all network interfaces (no --primary-interface), and \
trust the test certificates that tests/rig/lock/paa.mjs writes."""


class Missing(RuntimeError):
    """The machine lacks something that the rig needs."""


class Rig:
    """A home: `async with Rig() as rig: await rig.hub.unplug()`."""

    def __init__(
        self,
        profile: str = "u400",
        parts: Part = EVERYTHING,
        *,
        server_url: str | None = None,
        software: Software = DEFAULT_SOFTWARE,
        grace: int = GRACE,
        max_interval: int | None = None,
        logs: Path | None = None,
        beside: Iterable[Path] = (),
        second: str | None = None,
    ) -> None:
        """Describe the home; `second` is the profile of a second lock, `lock2`. `server_url` takes a Matter server that runs elsewhere.

        `software` is what the home's own Matter server runs on; a second ecosystem runs on
        python-matter-server. `grace` and `max_interval` are seconds by which a lock that is
        gone is missed: of our own controller, and of the lock's reports.
        `logs` is a folder that outlives the rig; without it the logs go with the rig.
        `beside` are the folders of integrations that Home Assistant gets beside ours.
        """
        self.profile = profile
        self.server_url = server_url
        self.software = software
        self._grace = grace
        self._max_interval = max_interval
        self.node: int | None = None
        self.node2: int | None = None
        """The second lock's node, where there is one."""
        self._second_profile = second
        self._parts = parts
        self._logs = logs
        self._beside = tuple(beside)
        self._stack = AsyncExitStack()
        self._second: SecondFabric | None = None
        self._app: AqaraApp | None = None

    async def __aenter__(self) -> Self:
        """Start the wanted parts; takes everything down again when one fails."""
        _require(self.server_url, self.software)
        await workspace.reap()
        try:
            await self._up()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End everything that was started."""
        await self._stack.aclose()

    async def second_fabric(self) -> SecondFabric:
        """Return a second controller that has the lock on a fabric of its own."""
        if self._second is None:
            phone = Controller("phone-matter-server")
            server = self._server(phone, self.network.phone)
            self._second = SecondFabric(server)
            self._stack.push_async_callback(server.stop)
            assert self.node is not None
            await self._second.join(self.controller, self.node)
        return self._second

    @property
    def locks(self) -> list[VirtualLock]:
        """Return the locks of the home."""
        return [self.lock] if self._second_profile is None else [self.lock, self.lock2]

    async def twin(self) -> MatterServer:
        """Start a second server with a copy of the first one's data, which the lock lets in.

        It is another controller of the same fabric. Who starts it stops it. Both are
        python-matter-server.
        """
        assert self.software is Software.PYTHON
        assert self.node is not None
        assert TWIN.node_id is not None
        await self.controller.let_in(self.node, OWN_NODE_ID, TWIN.node_id)
        server = self._server(TWIN, self.network.phone)
        server.take_data_of(self.matter)
        self._stack.push_async_callback(server.stop)
        await server.start()
        await server.client.wait_available(self.node)
        return server

    async def aqara_app(self) -> AqaraApp:
        """Return the running Aqara app of the phone; it has no lock at first."""
        if self._app is None:
            server = self._server(AQARA_APP, self.network.phone)
            self._app = AqaraApp(server)
            self._stack.push_async_callback(server.stop)
            await server.start()
        return self._app

    async def commission(self) -> int:
        """Commission every lock by the first controller and return the node id of the first."""
        try:
            self.node = await self.controller.commission(self.lock.pairing_code)
        except RequestFailed as err:
            if self.server_url is None:
                raise
            raise Missing(STRANGE_SERVER.format(url=self.server_url)) from err
        if self._second_profile is not None:
            self.node2 = await self.controller.commission(self.lock2.pairing_code)
        return self.node

    async def commission_bridge(self) -> int:
        """Start the hub's Matter bridge and commission it by the first controller."""
        await self.bridge.start()
        return await self.controller.commission(self.bridge.pairing_code)

    async def reaches_lock(
        self, seconds: float = 1, lock: VirtualLock | None = None
    ) -> bool:
        """Tell whether the Home Assistant host reaches a lock, the first one, by IPv6 right now."""
        address = await (lock or self.lock).address()
        return address is not None and await self.network.ha.reaches(address, seconds)

    async def wait_for_path(
        self, timeout: float = 30, lock: VirtualLock | None = None
    ) -> None:
        """Wait until the Home Assistant host reaches a lock, the first one."""

        async def reached() -> bool:
            return await self.reaches_lock(lock=lock)

        await wait_until("path to the lock", reached, timeout)

    async def repair(self) -> None:
        """Undo every fault and wait until the lock is reachable."""
        await self.hub2.unplug(goodbye=True)
        await self.hub.repair()
        await self.lan.repair()
        for lock in self.locks:
            if lock.running:
                await lock.repair()
                await self.wait_for_path(lock=lock)

    async def _up(self) -> None:
        self._space = Workspace.create()
        self._stack.callback(self._space.remove)
        self._folder = self._space.folder
        if self._logs is None:
            self._logs = self._folder / "logs"
        self._logs.mkdir(parents=True, exist_ok=True)
        self._make_parts()
        await self._start(Part.NETWORK, self._start_network)
        await self._start(Part.HUB, self._start_hub)
        async with asyncio.TaskGroup() as together:
            together.create_task(self._start(Part.LOCK, self._start_lock))
            together.create_task(self._start(Part.MATTER, self._start_matter))
            together.create_task(
                self._start(Part.HOME_ASSISTANT, self._start_home_assistant)
            )
        if Part.BOUND in self._parts:
            await self.commission()
        await self._start(Part.PRODUCT, self._start_product)

    async def _start(self, part: Part, start: Callable[[], Awaitable[None]]) -> None:
        if part in self._parts:
            await start()

    def _make_parts(self) -> None:
        """Make the objects of all parts, so that a test can start them one by one."""
        space, logs = self._space, self.logs
        network = Network(space.prefix)
        self.network = network
        self.hub = Hub(HUB, network, space.folder, logs, space.resolver)
        self.hub2 = Hub(HUB2, network, space.folder, logs, space.resolver)
        self.lan = Lan(network, (self.hub, self.hub2))
        where = (space.folder, logs, space.resolver)
        self.bridge = Bridge(self.hub, *where)
        self.lock = VirtualLock(
            network, self.profile, *where, max_interval=self._max_interval
        )
        self.lock2 = VirtualLock(
            network,
            self._second_profile or self.profile,
            *where,
            max_interval=self._max_interval,
            place=SECOND,
        )
        first = Controller("matter-server", software=self.software, grace=self._grace)
        self.matter = self._server(first, network.ha)
        self.ha = HomeAssistant(network.ha, *where, self._beside)
        self.controller = self._controller()

    @property
    def logs(self) -> Path:
        """Return the folder of the log files."""
        assert self._logs is not None
        return self._logs

    @property
    def folder(self) -> Path:
        """Return the rig's own folder, which goes with it."""
        return self._folder

    def _server(self, controller: Controller, namespace: Namespace) -> MatterServer:
        return MatterServer(
            controller, namespace, self._folder, self.logs, self._space.resolver
        )

    def _controller(self) -> MatterClient:
        if self.server_url is None:
            return self.matter.client
        return MatterClient(self.server_url)

    async def _start_network(self) -> None:
        self._stack.push_async_callback(self.network.down)
        await self.network.up()
        for device in (self.hub, self.hub2, self.lock, self.lock2):
            self._stack.push_async_callback(device.stop)

    async def _start_hub(self) -> None:
        await self.hub.start()
        await self.lan.wait_for_route()

    async def _start_lock(self) -> None:
        for lock in self.locks:
            await lock.start()
            await self.wait_for_path(lock=lock)

    async def _start_matter(self) -> None:
        if self.server_url is None:
            self._stack.push_async_callback(self.matter.stop)
            await self.matter.start()
        else:
            await self._reach_out(self.server_url)

    async def _reach_out(self, url: str) -> None:
        """Connect a Matter server of the machine with the rig's LAN and with Home Assistant."""
        guest = Guest(self.network)
        self._stack.push_async_callback(guest.down)
        await guest.up()
        asker = MdnsAsker(guest.interface)
        self._stack.push_async_callback(asker.stop)
        asker.start()
        relay = Relay(connect_to(url))
        self._stack.push_async_callback(relay.close)
        await relay.listen_in(self.network.ha, PORT)
        self._stack.push_async_callback(self.controller.close)

    async def _start_home_assistant(self) -> None:
        self._stack.push_async_callback(self.ha.stop)
        await self.ha.start()

    async def _start_product(self) -> None:
        await self.ha.install_product(locks=len(self.locks))


def _require(server_url: str | None, software: Software) -> None:
    """Raise Missing with everything that the machine lacks; obtain the right to make networks."""
    missing = requirements.requirements(server_url=server_url, software=software)
    if missing:
        raise Missing("\n".join(missing))
    privileges.obtain()
