"""From a setup code to a lock that is bound: codes, discovery, outcome, models, report."""

from .arrival import Arrival, ArrivalPlace, find_arrivals, find_present
from .binding_report import Ability, BindingReport, Hangs, RouterThere
from .discovery import (
    COMMISSIONABLE,
    OPERATIONAL,
    OperationalInstance,
    ServiceRecord,
    Sighting,
    best_fit,
    best_fits,
    is_closed_lock,
    network_routers,
    sightings_of,
)
from .fabric_id import compressed_fabric_id, decode_public_key
from .lock_models import LockModel, facts, model_of
from .outcome import (
    LEAST_FABRICS,
    LONGEST_SECONDS,
    TYPICAL_SECONDS,
    Commissioned,
    CommissioningFailure,
    CommissioningOutcome,
    Failed,
    FailureFacts,
    ServerWord,
    judge,
)
from .setup_codes import AQARA_VENDOR_ID, SetupCode, SetupCodeError, parse_setup_code
from .sharing import LONGEST_WINDOW, SharingHistory

__all__ = [
    "AQARA_VENDOR_ID",
    "COMMISSIONABLE",
    "LEAST_FABRICS",
    "LONGEST_SECONDS",
    "LONGEST_WINDOW",
    "OPERATIONAL",
    "TYPICAL_SECONDS",
    "Ability",
    "Arrival",
    "ArrivalPlace",
    "BindingReport",
    "Commissioned",
    "CommissioningFailure",
    "CommissioningOutcome",
    "Failed",
    "FailureFacts",
    "Hangs",
    "LockModel",
    "OperationalInstance",
    "RouterThere",
    "ServerWord",
    "ServiceRecord",
    "SetupCode",
    "SetupCodeError",
    "SharingHistory",
    "Sighting",
    "best_fit",
    "best_fits",
    "compressed_fabric_id",
    "decode_public_key",
    "facts",
    "find_arrivals",
    "find_present",
    "is_closed_lock",
    "judge",
    "model_of",
    "network_routers",
    "parse_setup_code",
    "sightings_of",
]
