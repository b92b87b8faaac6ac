"""Thread networks of the rig and the border routers on them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ThreadNetwork:
    """A Thread network: name, extended PAN id, partition and off-mesh routable prefix."""

    name: str
    extended_pan_id: str
    partition_id: str
    active_timestamp: str
    omr_prefix: str
    """The first four groups of the /64, such as `fd11:22:33:44`."""
    bridge: str
    """The bridge in the mesh namespace that stands for the radio."""

    @property
    def omr_network(self) -> str:
        """Return the off-mesh routable prefix as a network."""
        return f"{self.omr_prefix}::/64"


HOME = ThreadNetwork(
    name="AqaraHome-1718",
    extended_pan_id="a1b2c3d4e5f60718",
    partition_id="3ade68b1",
    active_timestamp="0000000000010000",
    omr_prefix="fd11:22:33:44",
    bridge="br0",
)
OTHER = ThreadNetwork(
    name="MyHome42",
    extended_pan_id="5ca1ab1e0ddba115",
    partition_id="71c0ffee",
    active_timestamp="0000000000020000",
    omr_prefix="fd11:22:33:55",
    bridge="br1",
)


@dataclass(frozen=True)
class BorderRouter:
    """What makes one hub this hub."""

    name: str
    """The name of its namespace."""
    number: int
    """The last byte of its addresses and MAC."""
    instance: str
    host: str
    border_agent_id: str
    extended_address: str
    state_bitmap: int
    vendor: str = "Aqara"
    model: str = "Aqara Hub M100"
    version: str = "1.4.0"

    @property
    def mac(self) -> str:
        """Return the MAC of the network side, which never changes."""
        return f"54:ef:44:00:00:{self.number:02d}"

    def radio_mac(self, boots: int) -> str:
        """Return the MAC of the Thread radio, which Aqara hubs change at every start."""
        return f"56:ef:44:{boots:02x}:00:{self.number:02d}"


STATE_LEADER = 0x00001FB1
"""Connection mode 1, Thread active, high availability, backbone router active, role leader."""
STATE_ROUTER = 0x000004B1
"""As above, role router."""
STATE_THREAD_OFF = 0x00000029
"""Connection mode 1, Thread interface initialised but not active, high availability."""

HUB = BorderRouter(
    name="hub",
    number=12,
    instance="Aqara Hub M100 #0012",
    host="Aqara-Hub-M100-0012",
    border_agent_id="9f1c0a6e52d84b37a05de14c7b2f8812",
    extended_address="54ef4410aa000012",
    state_bitmap=STATE_LEADER,
)
HUB2 = BorderRouter(
    name="hub2",
    number=13,
    instance="Aqara Hub M100 #0013",
    host="Aqara-Hub-M100-0013",
    border_agent_id="2b7de94410cf4f5ab6a3887e05d19c13",
    extended_address="54ef4410aa000013",
    state_bitmap=STATE_ROUTER,
)
