"""Who did it, how, through which ecosystem, and how sure that is (DESIGN: who unlocked)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from ..access import ControllerKey, Directory, Ecosystem, Fabric, FabricTable, Person
from ..doorlock import (
    ALL_INDICES,
    Actor,
    DoorLockEvent,
    LockOperation,
    LockOperationError,
    LockOperationType,
    LockUserChange,
    OperationSource,
)
from .commands import Command, Origin, Sender, explains, is_proven
from .inference import (
    add_observations,
    assigned,
    attribute_unexplained,
    is_at_the_door,
    is_observable,
    with_observation,
)
from .methods import METHOD_OF_SOURCE, method_of
from .model import Attribution, Confidence, Evidence, Method
from .observations import Observation
from .slots import named_by_slots, user_index_of

__all__ = [
    "SELF_EXPLAINED",
    "Attribution",
    "Confidence",
    "Evidence",
    "Method",
    "Surroundings",
    "add_observations",
    "assigned",
    "attribute",
    "attribute_unexplained",
    "is_own_remote",
]

SELF_EXPLAINED: Final = frozenset(
    {
        OperationSource.MANUAL,
        OperationSource.AUTO,
        OperationSource.BUTTON,
        OperationSource.SCHEDULE,
    }
)


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
    if not (is_at_the_door(operation) and is_observable(found)):
        return found
    return with_observation(found, around.observations, around.at, around.people)


def _by_lock(actor: Actor, around: Surroundings) -> Attribution:
    credential = next(
        (item for item in actor.credentials if item.type is not None), None
    )
    told = Attribution(
        method=method_of(actor, around.directory),
        source=actor.source,
        user_index=user_index_of(actor),
        credential_type=credential.type if credential else None,
        credential_index=credential.index if credential else None,
    )
    named = named_by_slots(told, actor, around.directory, around.people)
    return _by_remote(named or _by_source(told), actor, around)


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


def _by_source(told: Attribution) -> Attribution:
    if told.source not in SELF_EXPLAINED:
        return told
    return replace(told, evidence=(Evidence.OPERATION_SOURCE,))


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
    own = command.sender is Sender.OWN
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
    return _named_by_command(traced, command, around)


def _named_by_command(
    traced: Attribution, command: Command, around: Surroundings
) -> Attribution:
    if command.user_id is None and command.origin_name is None:
        return traced
    if command.user_id is None or command.origin is Origin.AUTOMATION:
        return replace(traced, confidence=Confidence.MATCHED)
    person = around.people.get(command.person_id) if command.person_id else None
    return replace(
        traced,
        person_id=person.id if person else None,
        person=person.name if person else command.user_name,
        confidence=Confidence.MATCHED,
    )
