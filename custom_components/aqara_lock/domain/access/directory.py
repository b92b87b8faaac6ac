"""Users of one lock, which of their slots are verified, and who is bound to them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeIs

from ..doorlock import (
    ALL_INDICES,
    CredentialType,
    DataOperationType,
    LockDataType,
    LockUserChange,
)
from .changed_data import SCHEDULES, credential_type_of
from .people import (
    NOBODY,
    UNREAD,
    Binding,
    CredentialSlot,
    LockUser,
    Slot,
    SlotContent,
    UserSlot,
    fingerprint,
    holds,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Immutable; every transition gives a new one without bindings that fell.

    A slot is verified when it was read, or bound by hand, and nothing happened to
    it since. `touched` are users whose change was seen as it happened.
    """

    lock_id: str
    users: Mapping[int, LockUser] = field(default_factory=dict)
    bindings: Mapping[Slot, Binding] = field(default_factory=dict)
    verified: frozenset[Slot] = frozenset()
    touched: frozenset[int] = frozenset()
    quiet: frozenset[int] = frozenset()

    def user(self, index: int) -> LockUser | None:
        """Give what was last read of a user index; None for an empty or unread one."""
        return self.users.get(index)

    def owner_of(self, slot: Slot) -> LockUser | None:
        """Give the user that holds a slot, as last read."""
        if isinstance(slot, UserSlot):
            return self.users.get(slot.user_index)
        owners = (user for user in self.users.values() if slot in user.credentials)
        return next(owners, None)

    def is_verified(self, slot: Slot) -> bool:
        """Tell whether what is known of a slot can be relied on."""
        if slot in self.verified:
            return True
        owner = self.owner_of(slot)
        return owner is not None and UserSlot(owner.index) in self.verified

    def binding_of(self, slot: Slot) -> Binding | None:
        """Give the binding of a slot if the slot is verified."""
        return self.bindings.get(slot) if self.is_verified(slot) else None

    def person_of(self, slot: Slot) -> str | None:
        """Give the id of the person bound to a verified slot; None for a guest too."""
        binding = self.binding_of(slot)
        return binding.person_id if binding else None

    def is_quiet(self, user_index: int) -> bool:
        """Tell whether the household asked not to be asked about a user index."""
        return user_index in self.quiet

    def with_user(self, user: LockUser) -> Directory:
        """Take what was just read of a user index."""
        if not user.occupied:
            return self.without_user(user.index)
        seen = user.index in self.touched
        kept = (self._checked(item, user, seen) for item in self.bindings.values())
        # A credential belongs to one user: what was read last says to whom.
        others = {
            index: replace(other, credentials=other.credentials - user.credentials)
            for index, other in self.users.items()
        }
        return replace(
            self,
            users={**others, user.index: user},
            bindings={item.slot: item for item in kept if item},
            verified=self.verified | {UserSlot(user.index)},
            touched=self.touched - {user.index},
            quiet=self._quiet_after(user),
        )

    def without_user(self, index: int) -> Directory:
        """Take that a user index was just read and is empty."""
        slot = UserSlot(index)
        unlisted = self._unlisted(slot)
        bindings = {
            key: item
            for key, item in self.bindings.items()
            if key != slot and item.fingerprint.user_index != index
        }
        if unlisted:
            bindings[slot] = unlisted
        return replace(
            self,
            users={key: user for key, user in self.users.items() if key != index},
            bindings=bindings,
            verified=self.verified | {slot},
            touched=self.touched - {index},
            quiet=self.quiet if unlisted else self.quiet - {index},
        )

    def after_gap(self) -> Directory:
        """Take that changes may have gone unseen: no slot is verified any more."""
        return replace(self, verified=frozenset(), touched=frozenset())

    def after_change(self, change: LockUserChange) -> Directory:
        """Take a change of the table; a cleared or newly filled slot loses its person."""
        if change.data_type in SCHEDULES:
            return self
        if change.data_type is LockDataType.USER_INDEX:
            return self._after_user_change(change)
        kind = credential_type_of(change.data_type)
        if kind is None or change.operation is None:
            return self._after_unknown_change(change.actor.user_index)
        return self._after_credential_change(change, kind)

    def is_changed_by(self, change: LockUserChange, user_index: int) -> bool:
        """Tell whether a change may put somebody else behind a user index."""
        slot = UserSlot(user_index)
        sure = replace(self, verified=self.verified | {slot})
        return slot not in sure.after_change(change).verified

    def bind(self, slot: Slot, person_id: str | None, at: datetime) -> Directory:
        """Bind a slot to a person, or to a guest nobody names.

        Read the slot first where the lock can be read: an unread slot keeps its
        person only until the next gap or change.
        """
        verified = self.is_verified(slot)
        owner = self.owner_of(slot) if verified else None
        blank = NOBODY if verified else UNREAD
        binding = Binding(
            lock_id=self.lock_id,
            slot=slot,
            person_id=person_id,
            fingerprint=fingerprint(owner) if owner else blank,
            bound_at=at,
        )
        known = self if verified else self._forget([slot])
        return replace(
            known,
            bindings={**self.bindings, slot: binding},
            verified=self.verified | {slot},
        )

    def unbind(self, slot: Slot) -> Directory:
        """Take a binding away."""
        kept = {key: item for key, item in self.bindings.items() if key != slot}
        return replace(self, bindings=kept)

    def without_person(self, person_id: str) -> Directory:
        """Take all bindings of a person away."""
        kept = {
            key: item
            for key, item in self.bindings.items()
            if item.person_id != person_id
        }
        return replace(self, bindings=kept)

    def hush(self, user_index: int) -> Directory:
        """Never ask again who this user index is, until it changes hands."""
        return replace(self, quiet=self.quiet | {user_index})

    def _checked(
        self, binding: Binding, user: LockUser, change_seen: bool
    ) -> Binding | None:
        """Give the binding with a fresh fingerprint, or None when it fell."""
        slot = binding.slot
        if not _concerns(binding, user):
            return binding
        unread = binding.fingerprint.content is SlotContent.UNREAD
        adopted = unread and slot in self.verified
        if not adopted and not holds(binding, user, change_seen=change_seen):
            return None
        return replace(binding, fingerprint=fingerprint(user))

    def _quiet_after(self, user: LockUser) -> frozenset[int]:
        before = self.users.get(user.index)
        if before is None or (before.name, before.unique_id) == (
            user.name,
            user.unique_id,
        ):
            return self.quiet
        return self.quiet - {user.index}

    def _unlisted(self, slot: UserSlot) -> Binding | None:
        """Keep a binding of a user that this lock reports but does not list."""
        binding = self.bindings.get(slot)
        if binding is None or slot not in self.verified:
            return None
        if binding.fingerprint.content is SlotContent.USER:
            return None
        return replace(binding, fingerprint=NOBODY)

    def _after_user_change(self, change: LockUserChange) -> Directory:
        index = change.data_index
        if index is None:
            index = change.actor.user_index
        if change.operation is DataOperationType.MODIFY and _is_one(index):
            return self._touch({index})
        if change.operation is not None and _is_one(index):
            return self._emptied_slot(index)
        if change.operation is DataOperationType.CLEAR and index == ALL_INDICES:
            return Directory(lock_id=self.lock_id)
        return self._after_unknown_change(index)

    def _after_unknown_change(self, index: int | None) -> Directory:
        if not _is_one(index):
            return self.after_gap()
        return self._forget(self._slots_of(index), keep_users=True)

    def _after_credential_change(
        self, change: LockUserChange, kind: CredentialType
    ) -> Directory:
        slots = self._credential_slots(kind, change.data_index)
        owners = {user.index for slot in slots if (user := self.owner_of(slot))}
        if _is_one(change.actor.user_index):
            owners.add(change.actor.user_index)
        fallen = {slot for slot in slots if self._credential_falls(slot, change)}
        touched = self._touch(owners)
        return replace(
            touched,
            bindings={
                key: item for key, item in self.bindings.items() if key not in fallen
            },
            verified=touched.verified - slots,
        )

    def _credential_slots(
        self, kind: CredentialType, index: int | None
    ) -> set[CredentialSlot]:
        if _is_one(index):
            return {CredentialSlot(kind, index)}
        held = {slot for user in self.users.values() for slot in user.credentials}
        bound = {slot for slot in self.bindings if isinstance(slot, CredentialSlot)}
        return {slot for slot in held | bound if slot.type is kind}

    def _credential_falls(self, slot: CredentialSlot, change: LockUserChange) -> bool:
        binding = self.bindings.get(slot)
        if binding is None:
            return False
        if change.operation is DataOperationType.CLEAR:
            return True
        user_index = binding.fingerprint.user_index
        return user_index is None or user_index != change.actor.user_index

    def _slots_of(self, index: int) -> list[Slot]:
        bound = [
            slot
            for slot, item in self.bindings.items()
            if item.fingerprint.user_index == index
        ]
        return [UserSlot(index), *bound]

    def _touch(self, indices: Iterable[int]) -> Directory:
        """Unverify users whose change was seen; one in doubt stays in doubt."""
        touched = set(indices)
        sure = {index for index in touched if UserSlot(index) in self.verified}
        slots = {slot for index in touched for slot in self._slots_of(index)}
        return replace(
            self, verified=self.verified - slots, touched=self.touched | sure
        )

    def _forget(self, slots: list[Slot], *, keep_users: bool = False) -> Directory:
        gone = {slot.user_index for slot in slots if isinstance(slot, UserSlot)}
        users = {
            index: user
            for index, user in self.users.items()
            if keep_users or index not in gone
        }
        return replace(
            self,
            users=users,
            verified=self.verified - set(slots),
            touched=self.touched - gone,
        )

    def _emptied_slot(self, index: int) -> Directory:
        slots = self._slots_of(index)
        user = self.users.get(index)
        held = user.credentials if user else frozenset()
        fallen = {*slots, *held}
        forgotten = self._forget(slots)
        return replace(
            forgotten,
            bindings={
                key: item for key, item in self.bindings.items() if key not in fallen
            },
            verified=forgotten.verified - fallen,
            quiet=self.quiet - {index},
        )


def _is_one(index: int | None) -> TypeIs[int]:
    return index is not None and 0 < index < ALL_INDICES


def _concerns(binding: Binding, user: LockUser) -> bool:
    slot = binding.slot
    if slot == UserSlot(user.index):
        return True
    return isinstance(slot, CredentialSlot) and (
        slot in user.credentials or binding.fingerprint.user_index == user.index
    )
