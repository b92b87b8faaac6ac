"""A simulated Aqara hub: a Thread border router that can be unplugged."""

from dataclasses import dataclass, replace
import json
from pathlib import Path
import signal
from typing import Any, Protocol

from . import meshcop, paths, radvd
from .namespace import Namespace
from .network import OTHER_ROUTER, ROUTER, ULA, Network
from .process import Process, Program
from .thread_network import HOME, BorderRouter, ThreadNetwork

NO_PROBES = """table inet silent { chain input {
  type filter hook input priority 0
  iifname "eth0" icmp type echo-request drop
  iifname "eth0" icmpv6 type echo-request drop
  iifname "eth0" meta l4proto tcp drop
  iifname "eth0" meta l4proto udp udp dport != 5353 drop
  }
}"""


@dataclass(frozen=True)
class Place:
    """Where a hub hangs."""

    bridge: str
    address: str
    router: str


@dataclass(frozen=True)
class Condition:
    """What a hub is at the moment."""

    network: ThreadNetwork
    powered: bool = False
    thread: bool = True
    moved: bool = False
    prefix: bool = True
    probes: bool = True
    boots: int = 0


class Passenger(Protocol):
    """A further program of the hub, which lives on its power."""

    async def boot(self) -> None:
        """Start with the hub."""

    async def kill(self) -> None:
        """Lose the power."""

    async def stop(self) -> None:
        """End before the hub does."""


class Hub:
    """Two interfaces, radvd, forwarding and an mDNS advertising proxy."""

    def __init__(
        self,
        identity: BorderRouter,
        network: Network,
        folder: Path,
        logs: Path,
        resolver: Path,
    ) -> None:
        """Take the identity and the place for files; nothing runs yet."""
        self.identity = identity
        self.namespace: Namespace = network.hosts[identity.name]
        self._wires = network
        self._radvd_file = folder / f"radvd-{identity.name}.conf"
        self._radvd_pid = folder / f"radvd-{identity.name}.pid"
        self._proxy_file = folder / f"proxy-{identity.name}.json"
        self._radvd = Process(
            self._program("radvd", self._radvd_command, logs), resolver
        )
        self._proxy = Process(
            self._program("mdns", self._proxy_command, logs), resolver
        )
        self._passengers: list[Passenger] = []
        self._is = Condition(network=HOME)

    @property
    def condition(self) -> Condition:
        """Return what the hub is at the moment."""
        return self._is

    @property
    def address(self) -> str:
        """Return the hub's IPv4 address."""
        return self._place.address

    def carry(self, passenger: Passenger) -> None:
        """Let a running program follow the hub's power from now on."""
        self._passengers.append(passenger)

    async def start(self, network: ThreadNetwork = HOME) -> None:
        """Switch the hub on for the first time, on a Thread network."""
        self._is = replace(self._is, network=network)
        await self.plug()

    async def plug(self) -> None:
        """Give the hub power."""
        if self._is.powered:
            return
        self._is = replace(self._is, powered=True, thread=True)
        await self._lan_up()
        await self._mesh_up()
        await self._start_services()

    async def unplug(self, *, goodbye: bool = False) -> None:
        """Cut the power, silently; with `goodbye` it takes its leave on mDNS and of the routes."""
        if not self._is.powered:
            return
        self._is = replace(self._is, powered=False)
        if goodbye:
            await self._stop_services()
        await self.namespace.ip("link", "set", "eth0", "down")
        await self.namespace.ip("link", "set", "mesh0", "down")
        await self._kill_services()

    async def reboot(self) -> None:
        """Cut the power and give it back; the radio comes back with another MAC, `xa` stays."""
        await self.unplug()
        await self._take_next_mac()
        await self.plug()

    async def restart_radio(self) -> None:
        """Restart the radio alone: another MAC, a moment without the mesh, no silence on the LAN."""
        await self.namespace.ip("link", "set", "mesh0", "down")
        await self._take_next_mac()
        await self._mesh_up()

    async def thread_off(self) -> None:
        """Switch the Thread interface off; the hub stays on the LAN."""
        self._is = replace(self._is, thread=False)
        self._proxy.signal(signal.SIGUSR1)
        await self._radvd.stop()
        await self.namespace.sysctl(net__ipv6__conf__all__forwarding=0)
        await self.namespace.ip("link", "set", "mesh0", "down")

    async def thread_on(self) -> None:
        """Switch the Thread interface on again."""
        if self._is.thread:
            return
        self._is = replace(self._is, thread=True)
        await self._mesh_up()
        await self._start_radvd()
        self._proxy.signal(signal.SIGUSR2)

    async def move_to_other_subnet(self) -> None:
        """Carry the hub to another subnet: unplugged here, plugged in there."""
        await self._move(True)

    async def move_back(self) -> None:
        """Carry the hub back to the home's subnet."""
        await self._move(False)

    async def join_network(self, network: ThreadNetwork) -> None:
        """Put the hub on another Thread network, as a factory reset and a new set-up do."""
        await self.unplug(goodbye=True)
        self._is = replace(self._is, network=network)
        await self.plug()

    async def answer_probes(self, on: bool) -> None:
        """Let the hub answer pings and connections, or drop them; it forwards in any case."""
        self._is = replace(self._is, probes=on)
        await self.namespace.forget_table("inet", "silent")
        if not on:
            await self.namespace.nft(NO_PROBES)

    async def announce_prefix(self, on: bool) -> None:
        """Let the hub announce a ULA prefix on the LAN, or not."""
        if self._is.prefix is on:
            return
        self._is = replace(self._is, prefix=on)
        if self._is.powered:
            await self._lan_up()
        if self._radvd.running:
            await self._radvd.kill()
            await self._start_radvd()

    async def repair(self) -> None:
        """Bring the hub back to the state of a healthy home."""
        if not self._is.probes:
            await self.answer_probes(True)
        if self._is.network is not HOME:
            await self.join_network(HOME)
        if self._is.moved:
            await self.move_back()
        await self.plug()
        await self.thread_on()

    async def stop(self) -> None:
        """End the hub's programs."""
        await self._kill_services()

    @property
    def _place(self) -> Place:
        number = self.identity.number
        if self._is.moved:
            return Place("br1", f"10.98.0.{number}", OTHER_ROUTER)
        return Place("br0", f"10.99.0.{number}", ROUTER)

    @property
    def _ula(self) -> str:
        return f"{ULA}::{self.identity.number}"

    async def _move(self, moved: bool) -> None:
        if self._is.moved is moved:
            return
        was_powered = self._is.powered
        await self.unplug()
        self._is = replace(self._is, moved=moved)
        await self._wires.attach(self.identity.name, "lan", self._place.bridge)
        if was_powered:
            await self.plug()

    async def _lan_up(self) -> None:
        """Configure the network side; addresses go with the link, so they are given anew."""
        host, place = self.namespace, self._place
        await host.ip("addr", "flush", "dev", "eth0", "scope", "global")
        await host.sysctl(net__ipv6__conf__eth0__accept_ra=0)
        await host.ip("link", "set", "eth0", "up")
        await host.ip("addr", "replace", f"{place.address}/24", "dev", "eth0")
        await host.ip("route", "replace", "default", "via", place.router)
        if self._is.prefix:
            await host.ip("addr", "replace", f"{self._ula}/64", "dev", "eth0", "nodad")

    async def _take_next_mac(self) -> None:
        self._is = replace(self._is, boots=self._is.boots + 1)
        mac = self.identity.radio_mac(self._is.boots)
        await self.namespace.ip("link", "set", "mesh0", "address", mac)

    async def _mesh_up(self) -> None:
        """Configure the radio side on the bridge of the Thread network."""
        host, network = self.namespace, self._is.network
        await self._attach_radio(network)
        await host.sysctl(
            net__ipv6__conf__all__forwarding=1, net__ipv6__conf__mesh0__accept_ra=0
        )
        await host.ip("addr", "flush", "dev", "mesh0", "scope", "global")
        await host.ip("link", "set", "mesh0", "addrgenmode", "none", "up")
        # The lock must know its router again after a reboot with another radio MAC.
        for prefix in ("fe80", network.omr_prefix):
            address = f"{prefix}::{self.identity.number}/64"
            await host.ip("addr", "replace", address, "dev", "mesh0", "nodad")

    async def _attach_radio(self, network: ThreadNetwork) -> None:
        await self._wires.attach(self.identity.name, "mesh", network.bridge)

    async def _start_services(self) -> None:
        await self._start_radvd()
        advert = meshcop.Advert(self.identity, self._is.network)
        self._proxy_file.write_text(json.dumps(advert.as_dict()))
        await self._proxy.start()
        await self._proxy.wait_for_line("announced")
        for passenger in self._passengers:
            await passenger.boot()

    async def _start_radvd(self) -> None:
        text = radvd.configuration(self._is.network, prefix=self._is.prefix)
        self._radvd_file.write_text(text)
        await self._radvd.start()

    async def _stop_services(self) -> None:
        for passenger in self._passengers:
            await passenger.stop()
        await self._radvd.stop()
        await self._proxy.stop()

    async def _kill_services(self) -> None:
        await self._radvd.kill()
        await self._proxy.kill()
        for passenger in self._passengers:
            await passenger.kill()

    @property
    def _radvd_command(self) -> tuple[str, ...]:
        config, pid = str(self._radvd_file), str(self._radvd_pid)
        return ("radvd", "-n", "-m", "stderr", "-C", config, "-p", pid)

    @property
    def _proxy_command(self) -> tuple[str, ...]:
        return (str(paths.PYTHON), "-m", "tests.rig.mdns_proxy", str(self._proxy_file))

    def _program(self, kind: str, command: tuple[str, ...], logs: Path) -> Program:
        name = f"{self.identity.name}-{kind}"
        environment = {"PYTHONPATH": str(paths.REPOSITORY)}
        return Program(name, self.namespace, command, logs / f"{name}.log", environment)

    def describe(self) -> dict[str, Any]:
        """Return what a person wants to know of the hub."""
        return {
            "name": self.identity.instance,
            "address": self.address,
            "network": self._is.network.name,
            "powered": self._is.powered,
            "thread": self._is.thread,
        }
