"""Repairs of access: each names a door, and nobody who opens it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, issue_registry as ir

from ..const import DOMAIN
from ..domain.access import (
    AskFor,
    GrantKey,
    GrantState,
    GrantStatus,
    Maker,
    Reason,
    Wish,
    maker_of,
)
from .access import Access
from .door import AccessDoor

type _Statuses = Mapping[GrantKey, GrantStatus]

OTHER_MANAGER: Final = "lock_code_manager"
NO_ROOM: Final = frozenset({Reason.TABLE_FULL, Reason.CODES_FULL, Reason.USER_FULL})


class AccessIssue(StrEnum):
    """What an administrator is asked about."""

    STILL_OPENS = "access_still_opens"
    NEEDS_CODE = "access_needs_code"
    WAITS = "access_waits"
    DRIFT = "access_drift"
    STRANGER = "access_stranger"
    NO_ROOM = "access_no_room"
    CLOCK_WRONG = "access_clock_wrong"
    TWO_MANAGERS = "access_two_managers"
    NOT_READABLE = "access_unreadable"


FIXABLE: Final = frozenset(
    {
        AccessIssue.STILL_OPENS,
        AccessIssue.NEEDS_CODE,
        AccessIssue.WAITS,
        AccessIssue.DRIFT,
        AccessIssue.STRANGER,
        AccessIssue.NOT_READABLE,
    }
)
URGENT: Final = frozenset({AccessIssue.STILL_OPENS, AccessIssue.NOT_READABLE})


@dataclass(frozen=True, slots=True)
class _Shown:
    """An issue as it stands in the registry."""

    kind: AccessIssue
    door_id: str
    door: str
    count: int

    @property
    def id(self) -> str:
        """Id of the issue."""
        return f"{self.kind.value}_{self.door_id}"


class AccessIssues:
    """Raises the repairs of access, and takes them back."""

    def __init__(self, hass: HomeAssistant, access: Access) -> None:
        """Follow what is wanted and how it stands."""
        self._hass = hass
        self._access = access
        self._shown: dict[str, _Shown] = {}
        self._end = access.changed.connect(self._follow)

    @callback
    def async_start(self) -> None:
        """Look for the first time; what an earlier run left and is over goes."""
        registry = ir.async_get(self._hass)
        for domain, issue_id in list(registry.issues):
            if domain == DOMAIN and _kind_of(issue_id) is not None:
                ir.async_delete_issue(self._hass, DOMAIN, issue_id)
        self._follow()

    @callback
    def async_stop(self) -> None:
        """Follow no more; the issues stay until the next start."""
        self._end()

    @callback
    def _follow(self) -> None:
        wanted = {issue.id: issue for issue in self._found()}
        for issue_id in self._shown.keys() - wanted.keys():
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
        for issue_id, issue in wanted.items():
            if self._shown.get(issue_id) != issue:
                self._raise(issue)
        self._shown = wanted

    def _raise(self, issue: _Shown) -> None:
        is_urgent = issue.kind in URGENT
        severity = ir.IssueSeverity.ERROR if is_urgent else ir.IssueSeverity.WARNING
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue.id,
            is_fixable=issue.kind in FIXABLE,
            severity=severity,
            data={"access": issue.kind.value, "lock_id": issue.door_id},
            translation_key=issue.kind.value,
            translation_placeholders={"lock": issue.door, "count": str(issue.count)},
        )

    def _found(self) -> Iterator[_Shown]:
        if not self._access.is_readable:
            yield _Shown(AccessIssue.NOT_READABLE, "home", "", 1)
            return
        for door in self._access.doors.values():
            if door.progress.is_over:
                yield from self._of_door(door)

    def _of_door(self, door: AccessDoor) -> Iterator[_Shown]:
        for kind, count in self._counts(door).items():
            if count:
                yield _Shown(kind, door.id, door.lock.name, count)

    def _counts(self, door: AccessDoor) -> Mapping[AccessIssue, int]:
        access, id_ = self._access, door.id
        # Looked at once: it is asked for whenever anything changes.
        standing = _standing(access, id_)
        reasons = [status.reason for status in standing.values()]
        return {
            AccessIssue.STILL_OPENS: len(still_open(access, id_, standing)),
            AccessIssue.NEEDS_CODE: len(without_code(access, id_, standing)),
            AccessIssue.WAITS: len(waiting(access, id_, standing)),
            AccessIssue.DRIFT: len(drifted(access, id_, standing)),
            AccessIssue.STRANGER: len(access.new_strangers(id_)),
            AccessIssue.NO_ROOM: sum(reason in NO_ROOM for reason in reasons),
            AccessIssue.CLOCK_WRONG: reasons.count(Reason.CLOCK_WRONG),
            AccessIssue.TWO_MANAGERS: int(
                bool(standing) and _has_other_manager(self._hass, door)
            ),
        }


def _kind_of(issue_id: str) -> AccessIssue | None:
    """Return what an issue is about; None for one that is no issue of access."""
    return next((x for x in AccessIssue if issue_id.startswith(f"{x.value}_")), None)


def still_open(
    access: Access, door_id: str, standing: _Statuses | None = None
) -> list[GrantKey]:
    """Return the grants of a door that shall not open it, and may."""
    return _in_state(access, door_id, GrantState.STILL_OPENS, standing)


def drifted(
    access: Access, door_id: str, standing: _Statuses | None = None
) -> list[GrantKey]:
    """Return the grants of a door that somebody changed, and that nobody decided on."""
    found = _in_state(access, door_id, GrantState.DIFFERS, standing)
    return [key for key in found if not access.is_left_alone(key)]


def waiting(
    access: Access, door_id: str, standing: _Statuses | None = None
) -> list[GrantKey]:
    """Return the grants of a door whose change was interrupted, and is not made unasked."""
    found = _in_state(access, door_id, GrantState.PENDING, standing)
    return [
        key
        for key in found
        if _is_wanted(access, key)
        and access.asks.get(key, AskFor.CODE) is not AskFor.CODE
    ]


def without_code(
    access: Access, door_id: str, standing: _Statuses | None = None
) -> list[GrantKey]:
    """Return the grants of a door that wait for a code."""
    asked = [
        key
        for key, ask in access.asks.items()
        if key.door_id == door_id and ask is AskFor.CODE
    ]
    found = {*_in_state(access, door_id, GrantState.NEEDS_CODE, standing), *asked}
    return sorted(key for key in found if _is_wanted(access, key))


def _is_wanted(access: Access, key: GrantKey) -> bool:
    grant = access.grants.get(key)
    return grant is not None and grant.wish is Wish.ON


def _in_state(
    access: Access, door_id: str, state: GrantState, standing: _Statuses | None
) -> list[GrantKey]:
    found = _standing(access, door_id) if standing is None else standing
    return sorted(key for key, status in found.items() if status.state is state)


def _standing(access: Access, door_id: str) -> _Statuses:
    """Return how every access at a door stands."""
    keys = [key for key in access.grants if key.door_id == door_id]
    found = {key: access.status(key) for key in keys}
    return {key: status for key, status in found.items() if status is not None}


def _has_other_manager(hass: HomeAssistant, door: AccessDoor) -> bool:
    """Return whether Lock Code Manager has users on a lock, or manages it."""
    table = door.table
    makers = {maker_of(user, table) for user in table.users}
    if Maker.LOCK_CODE_MANAGER in makers:
        return True
    entity_ids = _entity_ids(hass, door)
    return any(
        not entity_ids.isdisjoint(_texts(entry.data) | _texts(entry.options))
        for entry in hass.config_entries.async_entries(OTHER_MANAGER)
    )


def _entity_ids(hass: HomeAssistant, door: AccessDoor) -> set[str]:
    device = door.lock.device
    if device is None:
        return set()
    found = er.async_entries_for_device(er.async_get(hass), device.id)
    return {entry.entity_id for entry in found if entry.domain == "lock"}


def _texts(data: Mapping[str, Any]) -> set[str]:
    """Return the texts of a mapping, and those of its lists."""
    found: set[str] = set()
    for value in data.values():
        items = value if isinstance(value, list) else [value]
        found |= {item for item in items if isinstance(item, str)}
    return found
