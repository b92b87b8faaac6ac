"""Evidence: what is known now, each part known, unknown or not checkable."""

from .fact import Fact, Gap, known
from .host import (
    Adapter,
    AdapterKind,
    AddressFlag,
    Announcements,
    HostAddress,
    HostEvidence,
    IPv6Class,
    IPv6Method,
    NetworkManager,
    Sysctls,
)
from .hub import Hearing, HubEvidence, PowerSwitch
from .lan import Gateway, LanEvidence
from .lock import (
    Battery,
    BatteryLevel,
    FabricCount,
    FailedCommand,
    Firmware,
    LocalOperations,
    LockEvidence,
    PingSeries,
    RadioLink,
    Refusal,
    Request,
    Sharing,
    Siblings,
    Transport,
)
from .snapshot import Evidence
from .software import InstallType, MatterState, SoftwareEvidence

__all__ = [
    "Adapter",
    "AdapterKind",
    "AddressFlag",
    "Announcements",
    "Battery",
    "BatteryLevel",
    "Evidence",
    "FabricCount",
    "Fact",
    "FailedCommand",
    "Firmware",
    "Gap",
    "Gateway",
    "Hearing",
    "HostAddress",
    "HostEvidence",
    "HubEvidence",
    "IPv6Class",
    "IPv6Method",
    "InstallType",
    "LanEvidence",
    "LocalOperations",
    "LockEvidence",
    "MatterState",
    "NetworkManager",
    "PingSeries",
    "PowerSwitch",
    "RadioLink",
    "Refusal",
    "Request",
    "Sharing",
    "Siblings",
    "SoftwareEvidence",
    "Sysctls",
    "Transport",
    "known",
]
