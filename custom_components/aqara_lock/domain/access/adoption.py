"""Users that are already on the locks, as people of the household over several doors."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ..doorlock import CredentialType, UserStatus, UserType
from .grants import Effect, Grant, GrantKey, Holding, Means, Placement, Wish
from .lock_names import is_lock_name_of, lock_name
from .matching import effect_of
from .people import LockUser, Person, UserSlot
from .schedules import NO_SCHEDULES, window_of
from .table import RESTRICTED_TYPES, DoorTable, Maker, maker_of
from .windows import ALWAYS, AsFound, Once, Window

_MEANS = {
    CredentialType.PIN: Means.CODE,
    CredentialType.RFID: Means.TAG,
    CredentialType.FINGERPRINT: Means.FINGERPRINT,
    CredentialType.FINGER_VEIN: Means.FINGERPRINT,
    CredentialType.FACE: Means.FACE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundUser:
    """A user of a door that no grant has."""

    door_id: str
    held: Holding
    maker: Maker
    person_id: str | None = None

    @property
    def user(self) -> LockUser:
        """The user as the lock says it."""
        return self.held.user


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Users that seem to be one person; `person_id` is one that is known already.

    `name` is to be confirmed or changed; it is None where no lock gives one.
    """

    name: str | None
    person_id: str | None
    users: tuple[FoundUser, ...]


def found_users(
    table: DoorTable, known: Iterable[int], managed: Iterable[int] = ()
) -> tuple[FoundUser, ...]:
    """Return the users of a door whose index no grant has and nobody else manages.

    A user of Lock Code Manager is left to it.
    """
    skipped = {*known, *managed}
    found: list[FoundUser] = []
    for user in table.users:
        maker = maker_of(user, table)
        held = table.holding(user.index)
        if user.index in skipped or maker is Maker.LOCK_CODE_MANAGER or held is None:
            continue
        person_id = table.directory.person_of(UserSlot(user.index))
        found.append(
            FoundUser(
                door_id=table.door_id, held=held, maker=maker, person_id=person_id
            )
        )
    return tuple(found)


def proposals(
    found: Iterable[FoundUser], people: Iterable[Person]
) -> tuple[Proposal, ...]:
    """Return who the users of several doors seem to be.

    An assignment decides, then a name; on one door nobody is two users of one name and
    effect. A user without a name stands alone.
    """
    by_id = {person.id: person for person in people}
    groups: dict[tuple[str, str, int], list[FoundUser]] = {}
    for item in found:
        person = by_id.get(item.person_id or "") or _named(item.user, by_id.values())
        if person is not None:
            kind, name = "person", person.id
        elif item.user.name:
            kind, name = "name", lock_name(item.user.name).casefold()
        else:
            kind, name = "nameless", f"{item.door_id} {item.user.index}"
        turn = 0
        while any(_clash(item, other) for other in groups.get((kind, name, turn), [])):
            turn += 1
        groups.setdefault((kind, name, turn), []).append(item)
    return tuple(
        Proposal(
            name=by_id[name].name if kind == "person" else users[0].user.name,
            person_id=name if kind == "person" else None,
            users=tuple(users),
        )
        for (kind, name, _), users in groups.items()
    )


def adopted(person: Person, found: FoundUser, at: datetime) -> tuple[Grant, Placement]:
    """Return the grant of a user as it stands, and its placement: nothing is written."""
    user = found.user
    is_off = user.status is UserStatus.OCCUPIED_DISABLED
    key = GrantKey(person.id, found.door_id, effect_of(user))
    grant = Grant(
        key=key,
        window=_window(found.held),
        means=_means(user),
        wish=Wish.OFF if is_off else Wish.ON,
    )
    codes = sorted(s for s in user.credentials if s.type is CredentialType.PIN)
    placement = Placement(
        left=found.held,
        proved_at=at,
        credential=codes[0] if codes else None,
        name_asked=lock_name(person.name),
    )
    return grant, placement


def taken_as_found(grant: Grant, held: Holding) -> Grant:
    """Return a grant that wants what somebody made of it: drift that is adopted."""
    is_off = held.user.status is UserStatus.OCCUPIED_DISABLED
    return Grant(
        key=grant.key,
        window=_window(held),
        means=grant.means,
        wish=Wish.OFF if is_off else Wish.ON,
        keeper=grant.keeper,
    )


def _window(held: Holding) -> Window:
    """Return the window of a user; what no window says is left as it is."""
    kind = held.user.type
    if kind is UserType.UNRESTRICTED or effect_of(held.user) is not Effect.OPENS:
        return ALWAYS
    if kind is UserType.DISPOSABLE:
        return Once()
    if kind in RESTRICTED_TYPES:
        return window_of(held.schedules or NO_SCHEDULES) or AsFound()
    return AsFound()


def _means(user: LockUser) -> Means:
    kinds = {_MEANS.get(slot.type, Means.KEY) for slot in user.credentials}
    return next((means for means in Means if means in kinds), Means.CODE)


def _named(user: LockUser, people: Iterable[Person]) -> Person | None:
    if not user.name:
        return None
    found = [person for person in people if _is_called(user.name, person)]
    return found[0] if len(found) == 1 else None


def _is_called(name: str, person: Person) -> bool:
    plain = lock_name(name)
    return is_lock_name_of(person.name, plain) or (
        plain.casefold() == lock_name(person.name).casefold()
    )


def _clash(one: FoundUser, other: FoundUser) -> bool:
    return one.door_id == other.door_id and (
        effect_of(one.user) is effect_of(other.user)
    )
