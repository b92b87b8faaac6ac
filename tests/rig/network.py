"""The rig's network: a LAN, a second subnet and an IPv6-only mesh; and the faults of a LAN.

router 10.99.0.1 ── LAN br0 ── ha .10 · hub .12 · hub2 .13 · phone .14 · guest .20
10.98.0.1 ── LAN br1    (the second subnet, empty until a hub moves there)
hub, hub2 ── MESH br0 ── lock, lock2      hub or hub2 of another network ── MESH br1
"""

from dataclasses import dataclass

from .command import run
from .namespace import Namespace
from .privileges import in_own_user_namespace
from .thread_network import HOME, HUB, HUB2

ULA = "fd99:a:b:1"
"""The LAN's unique local prefix, announced by the hubs."""
ROUTER = "10.99.0.1"
OTHER_ROUTER = "10.98.0.1"
HA_ADDRESS = "10.99.0.10"
PHONE_ADDRESS = "10.99.0.14"
GUEST_ADDRESS = "10.99.0.20"
HOSTS = ("ha", "hub", "hub2", "phone", "lock", "lock2")
MULTICAST_BLOCK = """table bridge multicast { chain forward {
  type filter hook forward priority 0
  ether daddr { 01:00:5e:00:00:fb, 33:33:00:00:00:fb } drop
  }
}"""
OUTAGE = """table bridge outage {
  chain forward { type filter hook forward priority 0; policy drop; }
  chain input { type filter hook input priority 0; policy drop; }
  chain output { type filter hook output priority 0; policy drop; }
}"""
ADVERTISEMENT_BLOCK = """table bridge advertisements { chain forward {
  type filter hook forward priority 0
  icmpv6 type nd-router-advert drop
  }
}"""


@dataclass(frozen=True)
class Port:
    """A network interface of a host and the bridge that it hangs on."""

    host: str
    interface: str
    segment: str
    mac: str


PORTS = (
    Port("ha", "eth0", "lan", "02:00:00:00:00:10"),
    Port("phone", "eth0", "lan", "02:00:00:00:00:14"),
    Port("hub", "eth0", "lan", HUB.mac),
    Port("hub", "mesh0", "mesh", HUB.radio_mac(0)),
    Port("hub2", "eth0", "lan", HUB2.mac),
    Port("hub2", "mesh0", "mesh", HUB2.radio_mac(0)),
    Port("lock", "wpan0", "mesh", "54:ef:44:02:00:40"),
    Port("lock2", "wpan0", "mesh", "54:ef:44:02:00:41"),
)


class Network:
    """The namespaces of one rig and the wires between them."""

    def __init__(self, prefix: str) -> None:
        """Name the namespaces; nothing is made yet."""
        self.prefix = prefix
        self.lan = Namespace(f"{prefix}-lan")
        self.mesh = Namespace(f"{prefix}-mesh")
        self.hosts = {name: Namespace(f"{prefix}-{name}") for name in HOSTS}
        self.ha = self.hosts["ha"]
        self.phone = self.hosts["phone"]
        self._made: list[Namespace] = []

    async def up(self) -> None:
        """Make everything; the hubs' and locks' own configuration is theirs."""
        for namespace in (self.lan, self.mesh, *self.hosts.values()):
            self._made.append(namespace)
            await namespace.create()
        await self._bridges()
        for namespace in self.hosts.values():
            await _host_settings(namespace)
        for port in PORTS:
            await self._plug(port)
        await self._client(self.ha, HA_ADDRESS)
        await self._client(self.phone, PHONE_ADDRESS)

    async def down(self) -> None:
        """Take everything away that was made."""
        while self._made:
            await self._made.pop().delete()

    async def attach(self, host: str, segment: str, bridge: str) -> None:
        """Move a host's wire to another bridge: another subnet, or another Thread network."""
        switch = self.lan if segment == "lan" else self.mesh
        await switch.ip("link", "set", f"v-{host}", "master", bridge)

    async def _bridges(self) -> None:
        """Make the switches; the LAN's also is the home router."""
        for switch in (self.lan, self.mesh):
            for number, bridge in enumerate(("br0", "br1")):
                # Its own one would follow its ports: a hub that moves is no new router.
                await switch.ip(
                    *("link", "add", bridge, "address", f"02:00:00:00:01:{number:02d}"),
                    *("type", "bridge"),
                    *("mcast_snooping", "0", "stp_state", "0", "forward_delay", "0"),
                )
                await switch.ip("link", "set", bridge, "up")
        await self.lan.ip("addr", "add", f"{ROUTER}/24", "dev", "br0")
        await self.lan.ip("addr", "add", f"{OTHER_ROUTER}/24", "dev", "br1")
        await self.lan.sysctl(net__ipv4__ip_forward=1)
        for bridge in ("br0", "br1"):
            await self.mesh.run(
                "sysctl", "-qw", f"net.ipv6.conf.{bridge}.disable_ipv6=1"
            )

    async def _plug(self, port: Port) -> None:
        """Lay a wire between a host and its switch."""
        host = self.hosts[port.host]
        switch = self.lan if port.segment == "lan" else self.mesh
        wire = f"v-{port.host}"
        await host.ip(
            *("link", "add", port.interface, "address", port.mac, "type", "veth"),
            *("peer", "name", wire, "netns", switch.name),
        )
        await switch.run("sysctl", "-qw", f"net.ipv6.conf.{wire}.disable_ipv6=1")
        await switch.ip("link", "set", wire, "master", HOME.bridge, "up")

    async def _client(self, namespace: Namespace, address: str) -> None:
        """Configure an ordinary computer of the LAN that takes routes of border routers."""
        await namespace.sysctl(
            net__ipv6__conf__eth0__accept_ra=1,
            net__ipv6__conf__eth0__accept_ra_rt_info_max_plen=64,
        )
        await namespace.ip("link", "set", "eth0", "up")
        await namespace.ip("addr", "replace", f"{address}/24", "dev", "eth0")
        await namespace.ip("route", "replace", "default", "via", ROUTER)


class Guest:
    """A wire from the LAN to the machine that the rig runs on, for a Matter server out there."""

    def __init__(self, network: Network) -> None:
        """Name the wire after the rig."""
        self._network = network
        self.interface = f"{network.prefix}g"

    async def up(self) -> None:
        """Lay the wire; the machine then takes the hub's route to the mesh (root only)."""
        switch = self._network.lan
        await run(
            *("ip", "link", "add", self.interface, "type", "veth"),
            *("peer", "name", "v-guest", "netns", switch.name),
        )
        await switch.run("sysctl", "-qw", "net.ipv6.conf.v-guest.disable_ipv6=1")
        await switch.ip("link", "set", "v-guest", "master", "br0", "up")
        settings = (
            ("disable_ipv6", 0),
            ("accept_dad", 0),
            ("accept_ra", 2),
            ("accept_ra_rt_info_max_plen", 64),
        )
        for key, value in settings:
            await run("sysctl", "-qw", f"net.ipv6.conf.{self.interface}.{key}={value}")
        await run("ip", "link", "set", self.interface, "up")
        await run("ip", "addr", "add", f"{GUEST_ADDRESS}/24", "dev", self.interface)

    async def down(self) -> None:
        """Take the wire away, and with it its addresses and routes."""
        await run("ip", "link", "delete", self.interface)


async def _host_settings(namespace: Namespace) -> None:
    """Let addresses work at once and ordinary users ping."""
    groups = "0 0" if in_own_user_namespace() else "0 2147483647"
    await namespace.sysctl(
        net__ipv6__conf__all__accept_dad=0,
        net__ipv6__conf__default__accept_dad=0,
        net__ipv4__ping_group_range=groups,
    )
