"""Who shall open what, what was left of it on the locks, and what is being done: on disk."""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field, replace
from functools import partial
import logging
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback

from ..const import DOMAIN
from ..domain import codec
from ..domain.access import (
    AskFor,
    Grant,
    GrantKey,
    Job,
    LockLimits,
    Placement,
    grants_as_dict,
    grants_from_dict,
    job_as_dict,
    job_from_dict,
    key_as_dict,
    key_from_dict,
    sound_grants,
)
from ..domain.doorlock import UserType
from ..store import NotKeptError, StoreFile

_LOGGER = logging.getLogger(__name__)

CHANGES_DELAY: Final = 1.0
"""Seconds after which a use of a code is written."""
DICTS: Final = ("grants", "placements", "jobs", "asks", "learned", "noticed")
"""Fields of what is stored that hold something by its key."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What a lock does not say of itself, and was found by asking it."""

    several_days: bool | None = None
    refused_types: frozenset[UserType] = frozenset()

    def limits(self, told: LockLimits) -> LockLimits:
        """Return what a lock says of itself, with what was learned."""
        return replace(
            told, several_days=self.several_days, refused_types=self.refused_types
        )


@dataclass(slots=True)
class StoredAccess:
    """Content of the store; no code is in it."""

    grants: dict[GrantKey, Grant] = field(default_factory=dict)
    placements: dict[GrantKey, Placement] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    """The job of each door that is not over."""
    asks: dict[GrantKey, AskFor] = field(default_factory=dict)
    """Why an administrator is asked before this access is added."""
    learned: dict[str, Learned] = field(default_factory=dict)
    noticed: dict[str, frozenset[int]] = field(default_factory=dict)
    """Users of each door that nobody asked for, and that an administrator knows of."""
    left_alone: frozenset[GrantKey] = frozenset()
    """Grants whose drift an administrator left as it is."""

    def of_door(self, door_id: str) -> list[Grant]:
        """Return the grants of a door."""
        return [x for key, x in self.grants.items() if key.door_id == door_id]

    def forget(self, key: GrantKey) -> None:
        """Forget a grant of which nothing is left on its lock."""
        for kept in (self.grants, self.placements, self.asks):
            kept.pop(key, None)
        self.left_alone -= {key}

    def copied(self) -> StoredAccess:
        """Return what is here now; later changes do not reach it."""
        memory = copy(self)
        for name in DICTS:
            setattr(memory, name, dict(getattr(self, name)))
        return memory

    def take_back(self, before: StoredAccess, after: StoredAccess) -> None:
        """Undo what changed from `before` to `after`; what changed since then stays."""
        for name in DICTS:
            _take_back(*(getattr(x, name) for x in (self, before, after)))
        self.left_alone -= after.left_alone - before.left_alone
        self.left_alone |= before.left_alone - after.left_alone

    def move_door(self, before: str, after: str) -> None:
        """Take that a door that was removed is in the home again under another id."""
        self.grants = {
            x.key: x for x in (_moved(g, before, after) for g in self.grants.values())
        }
        self.placements = {
            _at(key, before, after): x for key, x in self.placements.items()
        }
        self.asks = {_at(key, before, after): x for key, x in self.asks.items()}
        self.left_alone = frozenset(_at(x, before, after) for x in self.left_alone)
        # What was under way then is not known any more: its places are read anew.
        self.jobs.pop(before, None)
        if before in self.learned:
            self.learned[after] = self.learned.pop(before)
        if before in self.noticed:
            self.noticed[after] = self.noticed.pop(before)


class AccessStore:
    """One private file for the home.

    Nothing is planned or written to a lock while it could not be read.
    """

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Keep it under the id of the home's entry."""
        self._hass = hass
        self.key = f"{DOMAIN}.access.{entry_id}"
        self._file = StoreFile(hass, self.key, self._snapshot)
        self.memory = StoredAccess()
        self._is_accepted = False

    @property
    def is_whole(self) -> bool:
        """Whether everything that was written is here, or somebody agreed to go on."""
        return self._file.problem is None or self._is_accepted

    async def async_load(self) -> None:
        """Read the store; what is damaged keeps everything else from being acted on."""
        content = await self._file.async_load()
        if content is None:
            return
        reader = _Reader(content)
        self.memory = reader.read()
        if reader.is_newer:
            self._file.found_newer()
        elif reader.is_damaged:
            await self._file.async_keep_copy()

    async def async_accept(self) -> None:
        """Go on with what could be read, because an administrator says so.

        Raises NotKeptError where that cannot be written.
        """
        await self._file.async_write_checked()
        await self._file.async_forget_kept()
        self._is_accepted = True

    async def async_save(self) -> None:
        """Write because a user asked for it; raises NotKeptError.

        What could not be written is not wanted then, other than in the home's other files.
        """
        try:
            await self._file.async_write_checked()
        except NotKeptError as err:
            if err.reason == "not_written":
                raise NotKeptError("access_not_written") from err
            raise

    async def async_write(self) -> None:
        """Write before something is sent to a lock; raises NotKeptError."""
        await self._file.async_write()

    @callback
    def schedule(self) -> None:
        """Write soon."""
        self._file.schedule(CHANGES_DELAY)

    async def async_close(self) -> None:
        """Write what changed, and nothing any more."""
        await self._file.async_close()

    async def async_remove(self) -> None:
        """Forget everything."""
        await self._file.async_remove()

    def _snapshot(self) -> Callable[[], dict[str, Any]]:
        return partial(_as_dict, self.memory.copied())


def _take_back[K, V](now: dict[K, V], before: dict[K, V], after: dict[K, V]) -> None:
    for key in before.keys() | after.keys():
        if before.get(key) == after.get(key) or now.get(key) != after.get(key):
            continue
        if key in before:
            now[key] = before[key]
        else:
            del now[key]


def _as_dict(memory: StoredAccess) -> dict[str, Any]:
    return {
        **grants_as_dict(memory.grants.values(), memory.placements),
        "jobs": [job_as_dict(job) for job in memory.jobs.values()],
        "asks": [
            {**key_as_dict(key), "ask": ask.value} for key, ask in memory.asks.items()
        ],
        "learned": [
            codec.present(
                door=door,
                several_days=item.several_days,
                refused_types=sorted(item.refused_types),
            )
            for door, item in memory.learned.items()
        ],
        "noticed": [
            {"door": door, "users": sorted(users)}
            for door, users in memory.noticed.items()
        ],
        "left_alone": [key_as_dict(key) for key in sorted(memory.left_alone)],
    }


class _Reader:
    """Reads the content part by part; notes whether any was damaged or newer."""

    def __init__(self, content: dict[str, Any]) -> None:
        """Begin with nothing read."""
        self._content = content
        self.is_newer = self.is_damaged = False

    def read(self) -> StoredAccess:
        """Return what can be read."""
        grants, placements = self._grants()
        return StoredAccess(
            grants={grant.key: grant for grant in grants},
            placements=placements,
            jobs=self._part("jobs", _jobs),
            asks=self._part("asks", _asks),
            learned=self._part("learned", _learned),
            noticed=self._part("noticed", _noticed),
            left_alone=self._part("left_alone", _left_alone),
        )

    def _grants(self) -> tuple[tuple[Grant, ...], dict[GrantKey, Placement]]:
        for parse in (grants_from_dict, sound_grants):
            try:
                return parse(self._content)
            except codec.UNREADABLE as err:
                self._note(err)
        return (), {}

    def _part[T](self, name: str, parse: Callable[[list[Any]], T]) -> T:
        try:
            return parse(codec.items(self._content, name))
        except codec.UNREADABLE as err:
            self._note(err)
            return parse([])

    def _note(self, err: Exception) -> None:
        _LOGGER.error("What is stored of people and codes is damaged: %r", err)
        if isinstance(err, codec.NewerError):
            self.is_newer = True
        else:
            self.is_damaged = True


def _jobs(items: list[Any]) -> dict[str, Job]:
    found = [job_from_dict(item) for item in items]
    return {job.door_id: job for job in found}


def _asks(items: list[Any]) -> dict[GrantKey, AskFor]:
    return {
        key_from_dict(item): codec.choice(AskFor, item, "ask")
        for item in (codec.mapping(item, "ask") for item in items)
    }


def _learned(items: list[Any]) -> dict[str, Learned]:
    found: dict[str, Learned] = {}
    for item in items:
        data = codec.mapping(item, "learned")
        several = data.get("several_days")
        if several is not None and not isinstance(several, bool):
            raise codec.DamagedError("several_days is neither true nor false")
        kinds = [
            codec.choice(UserType, {"type": kind}, "type")
            for kind in codec.items(data, "refused_types")
        ]
        found[codec.text(data, "door")] = Learned(several, frozenset(kinds))
    return found


def _noticed(items: list[Any]) -> dict[str, frozenset[int]]:
    return {
        codec.text(item, "door"): frozenset(
            codec.integer({"user": user}, "user") for user in codec.items(item, "users")
        )
        for item in (codec.mapping(item, "noticed") for item in items)
    }


def _left_alone(items: list[Any]) -> frozenset[GrantKey]:
    return frozenset(key_from_dict(item) for item in items)


def _at(key: GrantKey, before: str, after: str) -> GrantKey:
    return replace(key, door_id=after) if key.door_id == before else key


def _moved(grant: Grant, before: str, after: str) -> Grant:
    return replace(grant, key=_at(grant.key, before, after))
