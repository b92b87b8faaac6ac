"""Names from elsewhere: seen at the door where the lock named nobody, or said by hand."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from ..access import Person
from ..doorlock import DoorLockEvent, LockOperation, LockOperationType, OperationSource
from .model import Attribution, Confidence, Evidence
from .observations import Observation, observed

NOT_OBSERVABLE: Final = frozenset(
    {OperationSource.AUTO, OperationSource.SCHEDULE, OperationSource.REMOTE}
)
"""Nobody stood at the door for these: an observation there would contradict the lock."""


def attribute_unexplained(
    *,
    at: datetime,
    observations: Iterable[Observation] = (),
    people: Mapping[str, Person] | None = None,
) -> Attribution:
    """Attribute a state change without an operation: the lock did not say."""
    nobody = Attribution(evidence=(Evidence.NO_OPERATION,))
    return with_observation(nobody, tuple(observations), at, people or {})


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
    if not is_at_the_door(operation):
        return attribution
    inferred = attribution.confidence is Confidence.INFERRED
    bare = _bare(attribution) if inferred else attribution
    if not is_observable(bare):
        return attribution
    return with_observation(bare, tuple(observations), at, people)


def assigned(
    attribution: Attribution,
    person: Person | None,
    *,
    by: str | None = None,
    at: datetime | None = None,
) -> Attribution:
    """Name the actor by hand; None takes the name away.

    `by` is who says so. It proves nothing: no filter that asks for certainty takes it.
    """
    nobody = _bare(attribution)
    return replace(
        nobody,
        person_id=person.id if person else None,
        person=person.name if person else None,
        confidence=Confidence.ASSIGNED if person else Confidence.UNKNOWN,
        evidence=(*nobody.evidence, Evidence.ASSIGNED_BY_HAND),
        assigned_by=by,
        assigned_at=at.isoformat() if at else None,
    )


def is_at_the_door(operation: DoorLockEvent | None) -> bool:
    """Observations name who operated the lock, never who was refused."""
    if operation is None:
        return True
    refused = LockOperationType.NON_ACCESS_USER_EVENT
    return isinstance(operation, LockOperation) and operation.type is not refused


def is_observable(told: Attribution) -> bool:
    """The lock named nobody, and somebody may have stood at the door."""
    if told.confidence is not Confidence.UNKNOWN or told.person is not None:
        return False
    if told.source in NOT_OBSERVABLE:
        return False
    silent = {
        Evidence.SLOT_UNVERIFIED,
        Evidence.BINDINGS_DISAGREE,
        Evidence.SLOTS_DISAGREE,
        Evidence.PERSON_REMOVED,
    }
    by_hand = Evidence.ASSIGNED_BY_HAND in told.evidence
    return not by_hand and silent.isdisjoint(told.evidence)


def with_observation(
    told: Attribution,
    observations: tuple[Observation, ...],
    at: datetime,
    people: Mapping[str, Person],
) -> Attribution:
    """Name who was seen at that time; two that disagree name nobody."""
    bare = _bare(told)
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


def _bare(told: Attribution) -> Attribution:
    """Take back what observations added, so that they can be judged anew."""
    seen = {Evidence.OBSERVATION, Evidence.OBSERVATIONS_DISAGREE}
    evidence = tuple(item for item in told.evidence if item not in seen)
    bare = replace(told, evidence=evidence, observed_by=None)
    if told.confidence is not Confidence.INFERRED:
        return bare
    return replace(bare, person_id=None, person=None, confidence=Confidence.UNKNOWN)
