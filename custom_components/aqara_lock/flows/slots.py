"""Slots of the locks as a person reads them, and as form values."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import SelectOptionDict

from ..domain.access import CredentialSlot, LockUser, Slot, UserSlot
from ..domain.doorlock import CredentialType
from ..domain.foreign_names import foreign_name
from ..home import Home
from ..locks import Lock
from ..texts import message

_CREDENTIALS: Final = {
    CredentialType.PROGRAMMING_PIN: "credential_programming_code",
    CredentialType.PIN: "credential_code",
    CredentialType.RFID: "credential_tag",
    CredentialType.FINGERPRINT: "credential_fingerprint",
    CredentialType.FINGER_VEIN: "credential_finger_vein",
    CredentialType.FACE: "credential_face",
    CredentialType.ALIRO_CREDENTIAL_ISSUER_KEY: "credential_digital_key",
    CredentialType.ALIRO_EVICTABLE_ENDPOINT_KEY: "credential_digital_key",
    CredentialType.ALIRO_NON_EVICTABLE_ENDPOINT_KEY: "credential_digital_key",
}


@dataclass(frozen=True, slots=True)
class LockSlot:
    """A slot of one lock of the home."""

    lock: Lock
    slot: Slot

    @property
    def value(self) -> str:
        """Give the value that stands for it in a form."""
        if isinstance(self.slot, UserSlot):
            return f"{self.lock.id}/user/{self.slot.user_index}"
        return f"{self.lock.id}/{int(self.slot.type)}/{self.slot.index}"


def describe(hass: HomeAssistant, lock_slot: LockSlot) -> str:
    """Say which user or credential of which lock is meant."""
    slot, lock = lock_slot.slot, lock_slot.lock
    if isinstance(slot, CredentialSlot):
        kind, index = message(hass, _CREDENTIALS[slot.type]), str(slot.index)
        return message(
            hass, "slot_credential", lock=lock.name, credential=kind, index=index
        )
    user = lock.log.memory.directory.user(slot.user_index)
    whose = {"lock": lock.name, "index": str(slot.user_index)}
    if user is None or user.name is None:
        said = message(hass, "slot_user", **whose)
    else:
        said = message(hass, "slot_user_named", **whose, user=foreign_name(user.name))
    return _with_credentials(hass, said, user)


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


def options(hass: HomeAssistant, slots: Iterable[LockSlot]) -> list[SelectOptionDict]:
    """Make the options of a select field."""
    return [SelectOptionDict(value=s.value, label=describe(hass, s)) for s in slots]


def _with_credentials(hass: HomeAssistant, said: str, user: LockUser | None) -> str:
    if user is None or not user.credentials:
        return said
    kinds = {_CREDENTIALS[slot.type] for slot in user.credentials}
    words = ", ".join(sorted(message(hass, kind) for kind in kinds))
    return message(hass, "slot_with_credentials", slot=said, credentials=words)


def label(hass: HomeAssistant, user: LockUser) -> str:
    """Name a user as the lock does; where it has no name, by the kinds of its keys.

    Not both: the label of a field is cut on a phone.
    """
    index = str(user.index)
    if user.name is None:
        said = message(hass, "user_label", index=index)
        return _with_credentials(hass, said, user)
    return message(hass, "user_label_named", index=index, user=foreign_name(user.name))


def is_listing(lock: Lock) -> bool:
    """Return whether a lock has users that it has not listed yet."""
    node = lock.node
    if node is None or not node.has_users or not node.available:
        return False
    return not lock.log.memory.users_read


async def async_listed(lock: Lock, seconds: float) -> None:
    """Wait until a lock has listed its users, at most for so many seconds."""
    changed = asyncio.Event()
    stop = lock.log.directory.changed.connect(changed.set)
    try:
        async with asyncio.timeout(seconds):
            while is_listing(lock):
                await changed.wait()
                changed.clear()
    except TimeoutError:
        return
    finally:
        stop()
