"""Jobs as plain data and back; a job has no code, so that its file has none."""

from collections.abc import Mapping
from typing import Any

from .. import codec
from ..doorlock import UserStatus, UserType
from .grant_codec import grant_as_dict, grant_from_dict, key_as_dict, key_from_dict
from .job import Job
from .steps import (
    ClearSchedule,
    ClearUser,
    Operation,
    ReadSchedule,
    ReadUser,
    ScheduleKind,
    SetCode,
    SetSchedule,
    SetTimeAfterUse,
    SetUser,
    Step,
    Turn,
)
from .table_codec import (
    holding_as_dict,
    holding_from_dict,
    schedule_as_dict,
    schedule_from_dict,
)


def job_as_dict(job: Job) -> dict[str, Any]:
    """Return a job as plain data."""
    return {
        "id": job.id,
        "door": job.door_id,
        "created_at": job.created_at.isoformat(),
        "steps": [step_as_dict(step) for step in job.steps],
        "grants": [grant_as_dict(grant) for grant in job.grants.values()],
        "base": [holding_as_dict(held) for held in job.base.values()],
        "done": job.done,
        "is_sent": job.is_sent,
    }


def job_from_dict(value: object) -> Job:
    """Read a job; raises ValueError: half of a job cannot go on."""
    data = codec.mapping(value, "job")
    steps = tuple(step_from_dict(item) for item in codec.items(data, "steps"))
    grants = [grant_from_dict(item) for item in codec.items(data, "grants")]
    base = [holding_from_dict(item) for item in codec.items(data, "base")]
    done, is_sent = codec.integer(data, "done"), codec.truth(data, "is_sent")
    if not 0 <= done <= len(steps) - is_sent:
        raise codec.DamagedError("done is out of range")
    return Job(
        id=codec.text(data, "id"),
        door_id=codec.text(data, "door"),
        created_at=codec.moment(data, "created_at"),
        steps=steps,
        grants={grant.key: grant for grant in grants},
        base={held.user.index: held for held in base},
        done=done,
        is_sent=is_sent,
    )


def step_as_dict(step: Step) -> dict[str, Any]:
    """Return a step as plain data."""
    head = {"grant": key_as_dict(step.grant), "turn": step.turn.value}
    match step:
        case SetUser():
            facts = codec.present(
                step="set_user",
                operation=step.operation.value,
                name=step.name,
                unique_id=step.unique_id,
                status=step.status,
                type=step.type,
            )
        case ClearUser():
            facts = {"step": "clear_user"}
        case SetCode():
            facts = {
                "step": "set_code",
                "operation": step.operation.value,
                "credential_index": step.credential_index,
            }
        case SetSchedule():
            facts = {
                "step": "set_schedule",
                "index": step.index,
                "schedule": schedule_as_dict(step.schedule),
            }
        case ClearSchedule() | ReadSchedule():
            name = "clear" if isinstance(step, ClearSchedule) else "read"
            facts = {
                "step": f"{name}_schedule",
                "kind": step.kind.value,
                "index": step.index,
            }
        case SetTimeAfterUse():
            return {**head, "step": "set_time_after_use", "minutes": step.minutes}
        case ReadUser():
            facts = {"step": "read_user"}
    return {**head, **facts, "user_index": step.user_index}


def step_from_dict(value: object) -> Step:
    """Read a step; raises ValueError."""
    data = codec.mapping(value, "step")
    name, key = codec.text(data, "step"), key_from_dict(data.get("grant"))
    turn = codec.choice(Turn, data, "turn")
    if name == "set_time_after_use":
        minutes = codec.integer(data, "minutes")
        return SetTimeAfterUse(grant=key, turn=turn, minutes=minutes)
    index = codec.integer(data, "user_index")
    match name:
        case "set_user":
            return SetUser(
                grant=key,
                turn=turn,
                user_index=index,
                operation=codec.choice(Operation, data, "operation"),
                name=codec.optional_text(data, "name"),
                unique_id=codec.optional_integer(data, "unique_id"),
                status=codec.optional_choice(UserStatus, data, "status"),
                type=codec.optional_choice(UserType, data, "type"),
            )
        case "clear_user":
            return ClearUser(grant=key, turn=turn, user_index=index)
        case "read_user":
            return ReadUser(grant=key, turn=turn, user_index=index)
        case "set_code":
            return SetCode(
                grant=key,
                turn=turn,
                user_index=index,
                operation=codec.choice(Operation, data, "operation"),
                credential_index=codec.integer(data, "credential_index"),
            )
        case _:
            return _schedule_step(data, name, key_turn_index=(key, turn, index))


def _schedule_step(
    data: Mapping[str, Any], name: str, *, key_turn_index: tuple[Any, Turn, int]
) -> Step:
    key, turn, user_index = key_turn_index
    index = codec.integer(data, "index")
    if name == "set_schedule":
        return SetSchedule(
            grant=key,
            turn=turn,
            user_index=user_index,
            index=index,
            schedule=schedule_from_dict(data.get("schedule")),
        )
    kind = codec.choice(ScheduleKind, data, "kind")
    if name == "clear_schedule":
        return ClearSchedule(
            grant=key, turn=turn, user_index=user_index, kind=kind, index=index
        )
    if name == "read_schedule":
        return ReadSchedule(
            grant=key, turn=turn, user_index=user_index, kind=kind, index=index
        )
    raise codec.DamagedError(f"{name} is no step")
