"""What the diagnosis wants to know of a journal, counted again only when it has changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from .domain.activity import MOVES, Line, LineKind
from .domain.attribution import Method
from .domain.evidence import LocalOperations
from .domain.other_controllers import OwnFabricAct, own_fabric_acts

LOCAL_METHODS_NOBODY_DOES: Final = frozenset(
    {Method.REMOTE, Method.AUTO, Method.SCHEDULE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCounts:
    """Lines since the last restart by kind, operations at the door, and by our fabric."""

    silent_changes: int
    operations: int
    local: LocalOperations
    own_fabric: tuple[OwnFabricAct, ...]


class LineCounter:
    """Remembers the last counts of one journal."""

    def __init__(self) -> None:
        """Begin with nothing counted."""
        self._key: tuple[tuple[Line, ...], datetime | None] | None = None
        self._counts: LineCounts | None = None

    def count(
        self, lines: tuple[Line, ...], restarted_at: datetime | None
    ) -> LineCounts:
        """Count; the journal gives the same lines as long as nothing is new."""
        known = self._key is not None and self._key[0] is lines
        if known and self._key == (lines, restarted_at) and self._counts is not None:
            return self._counts
        self._key, self._counts = (lines, restarted_at), _count(lines, restarted_at)
        return self._counts


def _count(lines: tuple[Line, ...], restarted_at: datetime | None) -> LineCounts:
    since = [
        line.kind
        for line in lines
        if restarted_at is not None and line.occurred_at >= restarted_at
    ]
    return LineCounts(
        silent_changes=since.count(LineKind.UNEXPLAINED),
        operations=since.count(LineKind.EVENT),
        local=_local_operations(lines),
        own_fabric=own_fabric_acts(lines),
    )


def _local_operations(lines: tuple[Line, ...]) -> LocalOperations:
    told = [
        line.attribution
        for line in lines
        if line.kind is LineKind.EVENT
        and line.type in MOVES
        and line.attribution is not None
        and line.attribution.method not in LOCAL_METHODS_NOBODY_DOES
    ]
    nameless = sum(
        who.method is Method.UNKNOWN and who.user_index is None for who in told
    )
    return LocalOperations(total=len(told), nameless=nameless)
