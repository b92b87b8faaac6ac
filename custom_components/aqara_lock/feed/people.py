"""People, doors and what each may open, as plain data for administrators; no code is in it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from homeassistant.util import dt as dt_util

from ..access import AccessDoor
from ..domain import codec
from ..domain.access import (
    BY_HOME,
    CredentialSlot,
    DoorPlan,
    FoundUser,
    Grant,
    GrantKey,
    LockUser,
    Person,
    Proposal,
    Step,
    ecosystem_of,
    maker_of,
    proposals,
    window_as_dict,
)
from ..domain.doorlock import CredentialType
from ..home import Home


def people_view(home: Home) -> dict[str, Any]:
    """Return who shall open what and how it stands, and what every lock really has."""
    return {
        "readable": home.access.is_readable,
        "people": [person_view(home, x) for x in home.household.people.values()],
        "doors": [door_view(home, door) for door in home.access.doors.values()],
        "leaving": [
            grant_view(home, grant)
            for key, grant in home.access.grants.items()
            if key.person_id not in home.household.people
        ],
        "found": [
            _proposal_view(home, item)
            for item in proposals(
                home.access.found_users(), home.household.people.values()
            )
        ],
    }


def person_view(home: Home, person: Person) -> dict[str, Any]:
    """Return a person with the doors that it may open."""
    following = home.access.next_change(person.id)
    return codec.present(
        person_id=person.id,
        name=person.name,
        kind=person.kind.value,
        entity_id=person.entity_id,
        next_change=_moment(following),
        grants=[grant_view(home, x) for x in home.access.of_person(person.id)],
    )


def grant_view(home: Home, grant: Grant) -> dict[str, Any]:
    """Return an access with how it stands at its door."""
    key, access = grant.key, home.access
    status, door = access.status(key), access.doors.get(key.door_id)
    failed = door.progress.failed.get(key) if door else None
    placement = access.placements.get(key)
    return codec.present(
        person_id=key.person_id,
        lock_id=key.door_id,
        lock=door.lock.name if door else None,
        effect=key.effect.value,
        means=grant.means.value,
        window=window_as_dict(grant.window),
        wish=grant.wish.value,
        keeper=grant.keeper.value,
        opens=access.has_access(key),
        status=status.state.value if status else None,
        reason=status.reason.value if status and status.reason else None,
        waits_for=status.pending_for.value if status and status.pending_for else None,
        differences=sorted(x.value for x in status.differences) if status else None,
        used=status.is_used if status else None,
        read_at=_moment(status.read_at) if status else None,
        failed=failed.value if failed else None,
        ask=_ask(home, key),
        first_used_at=_moment(placement.first_used_at) if placement else None,
        left_alone=access.is_left_alone(key) or None,
    )


def door_view(home: Home, door: AccessDoor) -> dict[str, Any]:
    """Return what a lock has and can keep, and how far the work at it is."""
    limits, table = door.limits, door.table
    owners = home.access.owners(door.id)
    return codec.present(
        lock_id=door.id,
        name=door.lock.name,
        reachable=door.is_reachable,
        read_at=_moment(table.complete_since),
        known=table.is_known,
        limits={
            "users": limits.users,
            "codes": limits.codes,
            "shortest_code": limits.shortest_code,
            "longest_code": limits.longest_code,
            "weekly_hours": limits.week_day_schedules,
            "dates": limits.year_day_schedules,
            "after_first_use": limits.expiring_minutes is not None,
            "can_codes": limits.has_codes,
        },
        free={
            "users": len(table.free_users(limits)),
            "codes": len(table.free_codes(limits)),
        },
        users=[_user_view(door, user, owners) for user in table.users],
        strangers=sorted(door.strangers()),
        new_strangers=sorted(home.access.new_strangers(door.id)),
        job={
            "state": door.progress.state.value,
            "done": door.progress.done,
            "steps": door.progress.steps,
        },
    )


def plan_view(home: Home, plan: DoorPlan) -> dict[str, Any]:
    """Return what a plan does at a door, what it costs, and what cannot be done."""
    door = home.access.doors[plan.door_id]
    return {
        "lock_id": plan.door_id,
        "lock": door.lock.name,
        "reachable": door.is_reachable,
        "unread": plan.is_unread or bool(plan.unread_schedules),
        "steps": [_step_view(step) for step in plan.steps],
        "messages": {"writes": plan.messages.writes, "reads": plan.messages.reads},
        "cannot": [
            {**_key(key), "reason": reason.value, "by_home": reason in BY_HOME}
            for key, reason in plan.cannot.items()
        ],
        "needs_code": [_key(key) for key in plan.needs_code],
        "waits": [_key(key) for key in plan.waits],
        "notes": [
            {**_key(key), "note": note.value} for key, note in plan.notes.items()
        ],
    }


def _proposal_view(home: Home, proposal: Proposal) -> dict[str, Any]:
    """Return users that nobody here has and that seem to be one person."""
    return codec.present(
        name=proposal.name,
        person_id=proposal.person_id,
        users=[_found_view(home, user) for user in proposal.users],
    )


def _found_view(home: Home, found: FoundUser) -> dict[str, Any]:
    return {
        "lock_id": found.door_id,
        "lock": home.access.doors[found.door_id].lock.name,
        "index": found.user.index,
        "maker": found.maker.value,
    }


def _step_view(step: Step) -> dict[str, Any]:
    return {
        **_key(step.grant),
        "step": type(step).__name__,
        "does": step.turn.value,
    }


def _user_view(
    door: AccessDoor, user: LockUser, owners: Mapping[int, GrantKey]
) -> dict[str, Any]:
    table, owner = door.table, owners.get(user.index)
    fabrics = door.lock.store.memory.fabrics
    return codec.present(
        index=user.index,
        name=user.name,
        status=user.status.name.lower() if user.status else None,
        type=user.type.name.lower() if user.type is not None else None,
        keys=_keys(user.credentials),
        maker=maker_of(user, table).value,
        ecosystem=ecosystem_of(user, fabrics, dt_util.utcnow()),
        person_id=owner.person_id if owner else None,
        read_at=_moment(table.read_at.get(user.index)),
    )


def _keys(credentials: frozenset[CredentialSlot]) -> dict[str, int]:
    """Return how many keys of each kind a user has."""
    kinds = [slot.type for slot in credentials]
    return {
        kind.name.lower(): kinds.count(kind) for kind in CredentialType if kind in kinds
    }


def _key(key: GrantKey) -> dict[str, str]:
    return {
        "person_id": key.person_id,
        "lock_id": key.door_id,
        "effect": key.effect.value,
    }


def _ask(home: Home, key: GrantKey) -> str | None:
    found = home.access.asks.get(key)
    return found.value if found else None


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
