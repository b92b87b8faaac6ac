"""Slots of the locks as a person reads them, and as form values."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from homeassistant.helpers.selector import SelectOptionDict

from ..domain.door_lock import CredentialType
from ..domain.people import CredentialSlot, LockUser, Slot, UserSlot
from ..home import Home
from ..watched_lock import WatchedLock

WORDS: Final = {
    CredentialType.PROGRAMMING_PIN: "programming code",
    CredentialType.PIN: "code",
    CredentialType.RFID: "tag",
    CredentialType.FINGERPRINT: "fingerprint",
    CredentialType.FINGER_VEIN: "finger vein",
    CredentialType.FACE: "face",
    CredentialType.ALIRO_CREDENTIAL_ISSUER_KEY: "digital key",
    CredentialType.ALIRO_EVICTABLE_ENDPOINT_KEY: "digital key",
    CredentialType.ALIRO_NON_EVICTABLE_ENDPOINT_KEY: "digital key",
}


@dataclass(frozen=True, slots=True)
class LockSlot:
    """A slot of one lock of the home."""

    lock: WatchedLock
    slot: Slot

    @property
    def value(self) -> str:
        """Give the value that stands for it in a form."""
        if isinstance(self.slot, UserSlot):
            return f"{self.lock.id}/user/{self.slot.user_index}"
        return f"{self.lock.id}/{int(self.slot.type)}/{self.slot.index}"


def describe(lock_slot: LockSlot) -> str:
    """Say which user or credential of which lock is meant."""
    slot, lock = lock_slot.slot, lock_slot.lock
    if isinstance(slot, CredentialSlot):
        return f"{lock.name}: {WORDS[slot.type]} {slot.index}"
    user = lock.log.memory.directory.user(slot.user_index)
    name = f" “{user.name}”" if user and user.name else ""
    return f"{lock.name}: user {slot.user_index}{name}{_credentials(user)}"


def user_slots(home: Home) -> list[LockSlot]:
    """List the users that the locks report."""
    return [
        LockSlot(lock, UserSlot(index))
        for lock in home.locks.values()
        for index in sorted(lock.log.memory.directory.users)
    ]


def bound_slots(home: Home, person_id: str) -> list[LockSlot]:
    """List what is bound to a person."""
    return [
        LockSlot(lock, slot)
        for lock in home.locks.values()
        for slot, binding in lock.log.memory.directory.bindings.items()
        if binding.person_id == person_id
    ]


def options(slots: Iterable[LockSlot]) -> list[SelectOptionDict]:
    """Make the options of a select field."""
    return [SelectOptionDict(value=s.value, label=describe(s)) for s in slots]


def _credentials(user: LockUser | None) -> str:
    if user is None or not user.credentials:
        return ""
    words = sorted({WORDS[slot.type] for slot in user.credentials})
    return f" ({', '.join(words)})"
