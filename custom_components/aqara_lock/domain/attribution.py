"""Who did it, how, through which ecosystem, and how sure that is (DESIGN: who unlocked)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from . import stored
from .commands import Command, OwnCommand, explains, is_proven
from .directory import Directory
from .door_lock import (
    ALL_INDICES,
    CredentialType,
    LockOperationType,
    OperationSource,
    UserType,
)
from .fabrics import ControllerKey, Ecosystem, Fabric, FabricTable
from .observations import Observation, observed
from .operations import (
    Actor,
    DoorLockEvent,
    LockOperation,
    LockOperationError,
    LockUserChange,
)
from .people import CredentialSlot, LockUser, Person, Slot, UserSlot


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Who did it; absent facts are None.

    `person` is the name to show. It stands without `person_id` for somebody who is
    no person of the household: a lock's own user, a Home Assistant user, a visitor.
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
        return stored.present(
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
        data = stored.mapping(value, "attribution")
        texts = {name: stored.optional_text(data, name) for name in _TEXTS}
        numbers = {name: stored.optional_integer(data, name) for name in _NUMBERS}
        facts: dict[str, Any] = {**texts, **numbers}
        return cls(
            **facts,
            method=stored.choice(Method, data, "method"),
            confidence=stored.choice(Confidence, data, "confidence"),
            source=stored.optional_choice(OperationSource, data, "source"),
            credential_type=stored.optional_choice(
                CredentialType, data, "credential_type"
            ),
            evidence=tuple(
                stored.choice(Evidence, {"evidence": item}, "evidence")
                for item in stored.items(data, "evidence")
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
)
_PLAIN: Final = _NUMBERS + _TEXTS


def _value(member: OperationSource | CredentialType | None) -> int | None:
    return None if member is None else int(member)


METHOD_OF_CREDENTIAL: Final[Mapping[CredentialType, Method]] = {
    CredentialType.PROGRAMMING_PIN: Method.PIN,
    CredentialType.PIN: Method.PIN,
    CredentialType.RFID: Method.TAG,
    CredentialType.FINGERPRINT: Method.FINGERPRINT,
    CredentialType.FINGER_VEIN: Method.FINGER_VEIN,
    CredentialType.FACE: Method.FACE,
    CredentialType.ALIRO_CREDENTIAL_ISSUER_KEY: Method.DIGITAL_KEY,
    CredentialType.ALIRO_EVICTABLE_ENDPOINT_KEY: Method.DIGITAL_KEY,
    CredentialType.ALIRO_NON_EVICTABLE_ENDPOINT_KEY: Method.DIGITAL_KEY,
}

METHOD_OF_SOURCE: Final[Mapping[OperationSource, Method]] = {
    OperationSource.MANUAL: Method.MANUAL,
    OperationSource.PROPRIETARY_REMOTE: Method.APP,
    OperationSource.KEYPAD: Method.PIN,
    OperationSource.AUTO: Method.AUTO,
    OperationSource.BUTTON: Method.BUTTON,
    OperationSource.SCHEDULE: Method.SCHEDULE,
    OperationSource.REMOTE: Method.REMOTE,
    OperationSource.RFID: Method.TAG,
    OperationSource.ALIRO: Method.DIGITAL_KEY,
}

BIOMETRICS: Final = (Method.FINGERPRINT, Method.FINGER_VEIN, Method.FACE)

SELF_EXPLAINED: Final = frozenset(
    {
        OperationSource.MANUAL,
        OperationSource.AUTO,
        OperationSource.BUTTON,
        OperationSource.SCHEDULE,
    }
)

NOT_OBSERVABLE: Final = frozenset(
    {OperationSource.AUTO, OperationSource.SCHEDULE, OperationSource.REMOTE}
)
"""Nobody stood at the door for these: an observation there would contradict the lock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What else is known when an operation is attributed.

    `fabrics`' history is asked for `at`, observations for their windows around `at`.
    """

    at: datetime
    directory: Directory
    fabrics: FabricTable = field(default_factory=FabricTable)
    command: Command | None = None
    observations: tuple[Observation, ...] = ()
    people: Mapping[str, Person] = field(default_factory=dict)
    labels: Mapping[ControllerKey, str] = field(default_factory=dict)


def attribute(
    operation: DoorLockEvent,
    *,
    at: datetime,
    directory: Directory,
    fabrics: FabricTable | None = None,
    command: Command | None = None,
    observations: Iterable[Observation] = (),
    people: Mapping[str, Person] | None = None,
    labels: Mapping[ControllerKey, str] | None = None,
) -> Attribution | None:
    """Say who did it; None for events that nobody does (alarms, the door itself).

    `command` is what CommandLedger.match gave for the time of reception, which the
    ledger alone judges: the lock's clock may differ from ours. It names its actor
    only for a remote operation of our own fabric. A bound person needs `people`.
    """
    around = Surroundings(
        at=at,
        directory=directory,
        fabrics=fabrics or FabricTable(),
        command=command,
        observations=tuple(observations),
        people=people or {},
        labels=labels or {},
    )
    if isinstance(operation, LockOperation):
        return _operation(operation, around)
    if isinstance(operation, LockOperationError):
        return _by_lock(operation.actor, around)
    if isinstance(operation, LockUserChange):
        return _by_remote(_change(operation), operation.actor, around)
    return None


def attribute_unexplained(
    *,
    at: datetime,
    observations: Iterable[Observation] = (),
    people: Mapping[str, Person] | None = None,
) -> Attribution:
    """Attribute a state change without an operation: the lock did not say."""
    nobody = Attribution(evidence=(Evidence.NO_OPERATION,))
    return _with_observation(nobody, tuple(observations), at, people or {})


def add_observations(
    attribution: Attribution,
    operation: DoorLockEvent | None,
    *,
    at: datetime,
    observations: Iterable[Observation],
    people: Mapping[str, Person],
) -> Attribution:
    """Amend a line with late observations; what the lock named stays as it is.

    `operation` None is a state change without an operation.
    """
    if not _is_at_the_door(operation):
        return attribution
    inferred = attribution.confidence is Confidence.INFERRED
    bare = _without_observation(attribution) if inferred else attribution
    if not _is_observable(bare):
        return attribution
    return _with_observation(bare, tuple(observations), at, people)


def assigned(attribution: Attribution, person: Person | None) -> Attribution:
    """Name the actor by hand; None takes the name away."""
    nobody = _without_observation(attribution)
    return replace(
        nobody,
        person_id=person.id if person else None,
        person=person.name if person else None,
        confidence=Confidence.MATCHED if person else Confidence.UNKNOWN,
        evidence=(*nobody.evidence, Evidence.ASSIGNED_BY_HAND),
    )


def unverified_user(operation: DoorLockEvent, directory: Directory) -> int | None:
    """Give the user index to read (GetUser) before this operation can name anybody."""
    if not isinstance(operation, LockOperation | LockOperationError):
        return None
    index = _user_index(operation.actor)
    if index is None:
        slots = _credential_slots(operation.actor)
        owners = (directory.owner_of(slot) for slot in slots)
        index = next((owner.index for owner in owners if owner), None)
    if index is None or directory.is_verified(UserSlot(index)):
        return None
    return index


def is_own_remote(actor: Actor, fabrics: FabricTable) -> bool:
    """Tell whether our own controller sent the command that the lock reports."""
    if actor.source is not OperationSource.REMOTE or actor.fabric_index is None:
        return False
    if actor.fabric_index != fabrics.own_index:
        return False
    return not fabrics.own_nodes or actor.source_node in fabrics.own_nodes


def _operation(operation: LockOperation, around: Surroundings) -> Attribution:
    found = _by_lock(operation.actor, around)
    if is_own_remote(operation.actor, around.fabrics):
        found = _by_command(found, operation.type, around)
    if not (_is_at_the_door(operation) and _is_observable(found)):
        return found
    return _with_observation(found, around.observations, around.at, around.people)


def _by_lock(actor: Actor, around: Surroundings) -> Attribution:
    credential = next(
        (item for item in actor.credentials if item.type is not None), None
    )
    told = Attribution(
        method=_method(actor, around.directory),
        source=actor.source,
        user_index=_user_index(actor),
        credential_type=credential.type if credential else None,
        credential_index=credential.index if credential else None,
    )
    return _by_remote(_by_slots(told, actor, around), actor, around)


def _change(change: LockUserChange) -> Attribution:
    """A change of a slot is told by the slot, not done by the user in it."""
    index = change.actor.user_index
    return Attribution(
        method=METHOD_OF_SOURCE.get(change.actor.source, Method.UNKNOWN)
        if change.actor.source is not None
        else Method.UNKNOWN,
        source=change.actor.source,
        user_index=index if index and index < ALL_INDICES else None,
    )


def _user_index(actor: Actor) -> int | None:
    """User indices start at 1; some locks report 0 for nobody."""
    index = actor.user_index
    return index if index is not None and 0 < index < ALL_INDICES else None


def _credential_slots(actor: Actor) -> tuple[CredentialSlot, ...]:
    """Older SDKs put the user index into the credential of a remote operation.

    connectedhomeip#24985
    """
    if actor.source is OperationSource.REMOTE:
        return ()
    return tuple(
        CredentialSlot(item.type, item.index)
        for item in actor.credentials
        if item.type is not None
    )


def _by_slots(told: Attribution, actor: Actor, around: Surroundings) -> Attribution:
    slots = _slots(told.user_index, actor, around.directory)
    if not slots:
        return _by_source(told)
    directory = around.directory
    if any(not directory.is_verified(slot) for slot in slots):
        return replace(told, evidence=(Evidence.SLOT_UNVERIFIED,))
    user = _holder(slots, directory)
    named = _user_name(told, user)
    bound = [slot for slot in slots if directory.binding_of(slot)]
    people = {directory.person_of(slot) for slot in bound}
    if len(people) > 1:
        return replace(told, evidence=(Evidence.BINDINGS_DISAGREE,))
    return _bound(named, bound, people.pop(), around) if people else named


def _by_source(told: Attribution) -> Attribution:
    if told.source not in SELF_EXPLAINED:
        return told
    return replace(told, evidence=(Evidence.OPERATION_SOURCE,))


def _slots(
    user_index: int | None, actor: Actor, directory: Directory
) -> tuple[Slot, ...]:
    """Give the slots to judge by; a credential of another user than reported is none."""
    credentials = _credential_slots(actor)
    if user_index is None:
        return tuple(slot for slot in credentials if _is_known(slot, directory))
    owned = (
        slot
        for slot in credentials
        if (owner := directory.owner_of(slot)) is None or owner.index == user_index
    )
    bound = (slot for slot in owned if slot in directory.bindings)
    return (UserSlot(user_index), *bound)


def _is_known(slot: CredentialSlot, directory: Directory) -> bool:
    return slot in directory.bindings or directory.owner_of(slot) is not None


def _holder(slots: tuple[Slot, ...], directory: Directory) -> LockUser | None:
    owners = {
        owner.index: owner for slot in slots if (owner := directory.owner_of(slot))
    }
    return next(iter(owners.values())) if len(owners) == 1 else None


def _user_name(told: Attribution, user: LockUser | None) -> Attribution:
    if user is None:
        return told
    with_index = replace(told, user_index=user.index)
    if user.name is None or user.type is UserType.FORCED:
        return with_index
    return replace(
        with_index,
        user_name=user.name,
        person=user.name,
        confidence=Confidence.REPORTED,
        evidence=(Evidence.LOCK_USER_NAME,),
    )


def _bound(
    named: Attribution,
    bound: list[Slot],
    person_id: str | None,
    around: Surroundings,
) -> Attribution:
    users = any(isinstance(slot, UserSlot) for slot in bound)
    basis = Evidence.BOUND_USER_INDEX if users else Evidence.BOUND_CREDENTIAL
    evidence = (basis, *named.evidence)
    if person_id is None:
        guest = (Evidence.BOUND_GUEST, *evidence)
        return replace(named, confidence=Confidence.REPORTED, evidence=guest)
    person = around.people.get(person_id)
    if person is None:
        return named
    return replace(
        named,
        person_id=person.id,
        person=person.name,
        confidence=Confidence.REPORTED,
        evidence=evidence,
    )


def _by_remote(told: Attribution, actor: Actor, around: Surroundings) -> Attribution:
    if actor.source is not OperationSource.REMOTE or actor.fabric_index is None:
        return told
    own = actor.fabric_index == around.fabrics.own_index
    fabric = around.fabrics.at(actor.fabric_index, around.at)
    if fabric is None and not own:
        return told
    through = _through(fabric, actor.source_node, around)
    sure = told.confidence is not Confidence.UNKNOWN
    return replace(
        told,
        ecosystem=Ecosystem.HOME_ASSISTANT.value if own else through.ecosystem,
        fabric_id=through.fabric_id,
        controller=through.controller,
        controller_id=through.controller_id,
        confidence=told.confidence if sure else Confidence.ECOSYSTEM,
        evidence=(*told.evidence, Evidence.OWN_FABRIC if own else Evidence.FABRIC),
    )


def _through(
    fabric: Fabric | None, node: int | None, around: Surroundings
) -> Attribution:
    if fabric is None:
        return Attribution()
    through = Attribution(ecosystem=str(fabric.ecosystem), fabric_id=fabric.fabric_id)
    if node is None:
        return through
    key = ControllerKey(fabric.fabric_id, fabric.vendor_id, node)
    label = around.labels.get(key)
    return replace(through, controller=label, controller_id=key.id)


def _by_command(
    told: Attribution, operation: LockOperationType | None, around: Surroundings
) -> Attribution:
    command = around.command
    if command is None or not is_proven(command) or not explains(command, operation):
        return told
    own = isinstance(command, OwnCommand)
    traced = replace(
        told,
        origin=command.origin.value,
        origin_name=command.origin_name,
        ha_user_id=command.user_id,
        context_id=command.context_id,
        command_id=command.id,
        evidence=(
            *told.evidence,
            Evidence.OWN_COMMAND if own else Evidence.CORE_TRANSITION,
        ),
    )
    if told.confidence is Confidence.REPORTED:
        return traced
    return _named_by_command(traced, command, around)


def _named_by_command(
    traced: Attribution, command: Command, around: Surroundings
) -> Attribution:
    if command.user_id is None and command.origin_name is None:
        return traced
    if command.user_id is None:
        return replace(traced, confidence=Confidence.MATCHED)
    person = around.people.get(command.person_id) if command.person_id else None
    return replace(
        traced,
        person_id=person.id if person else None,
        person=person.name if person else command.user_name,
        confidence=Confidence.MATCHED,
    )


def _is_at_the_door(operation: DoorLockEvent | None) -> bool:
    """Observations name who operated the lock, never who was refused."""
    if operation is None:
        return True
    refused = LockOperationType.NON_ACCESS_USER_EVENT
    return isinstance(operation, LockOperation) and operation.type is not refused


def _is_observable(told: Attribution) -> bool:
    """The lock named nobody, and somebody may have stood at the door."""
    if told.confidence is not Confidence.UNKNOWN or told.person is not None:
        return False
    if told.source in NOT_OBSERVABLE:
        return False
    silent = {Evidence.SLOT_UNVERIFIED, Evidence.BINDINGS_DISAGREE}
    by_hand = Evidence.ASSIGNED_BY_HAND in told.evidence
    return not by_hand and silent.isdisjoint(told.evidence)


def _with_observation(
    told: Attribution,
    observations: tuple[Observation, ...],
    at: datetime,
    people: Mapping[str, Person],
) -> Attribution:
    bare = _without_observation(told)
    seen = observed(observations, at)
    if seen.disagree:
        evidence = (*bare.evidence, Evidence.OBSERVATIONS_DISAGREE)
        return replace(bare, evidence=evidence)
    if seen.observation is None:
        return bare
    person = people.get(seen.observation.person_id or "")
    name = person.name if person else seen.observation.name
    if name is None:
        return bare
    return replace(
        bare,
        person_id=person.id if person else None,
        person=name,
        observed_by=seen.observation.entity_id,
        confidence=Confidence.INFERRED,
        evidence=(*bare.evidence, Evidence.OBSERVATION),
    )


def _without_observation(told: Attribution) -> Attribution:
    """Take back what observations added, so that they can be judged anew."""
    seen = {Evidence.OBSERVATION, Evidence.OBSERVATIONS_DISAGREE}
    evidence = tuple(item for item in told.evidence if item not in seen)
    bare = replace(told, evidence=evidence, observed_by=None)
    if told.confidence is not Confidence.INFERRED:
        return bare
    return replace(bare, person_id=None, person=None, confidence=Confidence.UNKNOWN)


def _method(actor: Actor, directory: Directory) -> Method:
    if actor.source is OperationSource.BIOMETRIC:
        return _biometric(actor, directory)
    if actor.source not in (None, OperationSource.UNSPECIFIED):
        return METHOD_OF_SOURCE[actor.source]
    return next(iter(_credential_methods(actor)), Method.UNKNOWN)


def _biometric(actor: Actor, directory: Directory) -> Method:
    """Name the kind of biometric; where the lock does not tell, the only one it has."""
    told = [item for item in _credential_methods(actor) if item in BIOMETRICS]
    if told:
        return told[0]
    held = {
        METHOD_OF_CREDENTIAL[slot.type]
        for user in directory.users.values()
        for slot in user.credentials
    }
    kinds = held.intersection(BIOMETRICS) or {Method.FINGERPRINT}
    return next(iter(kinds)) if len(kinds) == 1 else Method.UNKNOWN


def _credential_methods(actor: Actor) -> list[Method]:
    return [
        METHOD_OF_CREDENTIAL[item.type]
        for item in actor.credentials
        if item.type is not None
    ]
