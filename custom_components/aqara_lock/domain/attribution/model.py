"""What is said of an actor: who, how, through which ecosystem, how sure, and on what it rests."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from .. import codec
from ..doorlock import CredentialType, OperationSource


class Method(StrEnum):
    """How the lock was operated."""

    PIN = "pin"
    FINGERPRINT = "fingerprint"
    FINGER_VEIN = "finger_vein"
    FACE = "face"
    TAG = "tag"
    DIGITAL_KEY = "digital_key"
    MANUAL = "manual"
    BUTTON = "button"
    AUTO = "auto"
    SCHEDULE = "schedule"
    REMOTE = "remote"
    APP = "app"
    UNKNOWN = "unknown"


class Confidence(StrEnum):
    """How sure the actor is, from the lock's own word down to nothing."""

    REPORTED = "reported"
    MATCHED = "matched"
    ASSIGNED = "assigned"
    """Somebody said so afterwards: as true as who said it, and no word of the lock."""
    INFERRED = "inferred"
    ECOSYSTEM = "ecosystem"
    UNKNOWN = "unknown"

    @property
    def rank(self) -> int:
        """0 is the surest."""
        return list(Confidence).index(self)


class Evidence(StrEnum):
    """Stable ids of what an attribution rests on, or fails for."""

    BOUND_USER_INDEX = "bound_user_index"
    BOUND_CREDENTIAL = "bound_credential"
    BOUND_GUEST = "bound_guest"
    BINDINGS_DISAGREE = "bindings_disagree"
    SLOTS_DISAGREE = "slots_disagree"
    LOCK_USER_NAME = "lock_user_name"
    SLOT_UNVERIFIED = "slot_unverified"
    OWN_FABRIC = "own_fabric"
    OWN_COMMAND = "own_command"
    CORE_TRANSITION = "core_transition"
    FABRIC = "fabric"
    OPERATION_SOURCE = "operation_source"
    OBSERVATION = "observation"
    OBSERVATIONS_DISAGREE = "observations_disagree"
    ASSIGNED_BY_HAND = "assigned_by_hand"
    NO_OPERATION = "no_operation"
    PERSON_REMOVED = "person_removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Who did it; absent facts are None.

    `person` is the name to show. It stands without `person_id` for somebody who is
    no person of the household: a lock's own user, a Home Assistant user, a visitor.
    `assigned_by` is the name of who said so by hand, `assigned_at` the ISO time of it.
    """

    method: Method = Method.UNKNOWN
    source: OperationSource | None = None
    person_id: str | None = None
    person: str | None = None
    user_index: int | None = None
    user_name: str | None = None
    ecosystem: str | None = None
    fabric_id: int | None = None
    controller: str | None = None
    controller_id: str | None = None
    credential_type: CredentialType | None = None
    credential_index: int | None = None
    origin: str | None = None
    origin_name: str | None = None
    ha_user_id: str | None = None
    context_id: str | None = None
    command_id: str | None = None
    observed_by: str | None = None
    confidence: Confidence = Confidence.UNKNOWN
    evidence: tuple[Evidence, ...] = ()
    assigned_by: str | None = None
    assigned_at: str | None = None

    @property
    def names_somebody(self) -> bool:
        """Tell whether a person is named."""
        return self.person is not None

    @property
    def actor(self) -> str | None:
        """What `changed_by` shows: the person, else the ecosystem."""
        return self.person or self.ecosystem

    def as_dict(self) -> dict[str, Any]:
        """Give plain data for a store."""
        facts = {name: getattr(self, name) for name in _PLAIN}
        return codec.present(
            **facts,
            method=self.method.value,
            confidence=self.confidence.value,
            source=_value(self.source),
            credential_type=_value(self.credential_type),
            evidence=[item.value for item in self.evidence],
        )

    @classmethod
    def from_dict(cls, value: object) -> Attribution:
        """Read plain data; raises ValueError that names the damaged field."""
        data = codec.mapping(value, "attribution")
        texts = {name: codec.optional_text(data, name) for name in _TEXTS}
        numbers = {name: codec.optional_integer(data, name) for name in _NUMBERS}
        facts: dict[str, Any] = {**texts, **numbers}
        return cls(
            **facts,
            method=codec.choice(Method, data, "method"),
            confidence=codec.choice(Confidence, data, "confidence"),
            source=codec.optional_choice(OperationSource, data, "source"),
            credential_type=codec.optional_choice(
                CredentialType, data, "credential_type"
            ),
            evidence=tuple(
                codec.choice(Evidence, {"evidence": item}, "evidence")
                for item in codec.items(data, "evidence")
            ),
        )


_NUMBERS: Final = ("user_index", "fabric_id", "credential_index")
_TEXTS: Final = (
    "person_id",
    "person",
    "user_name",
    "ecosystem",
    "controller",
    "controller_id",
    "origin",
    "origin_name",
    "ha_user_id",
    "context_id",
    "command_id",
    "observed_by",
    "assigned_by",
    "assigned_at",
)
_PLAIN: Final = _NUMBERS + _TEXTS


def _value(member: OperationSource | CredentialType | None) -> int | None:
    return None if member is None else int(member)
