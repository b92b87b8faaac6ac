"""What an operation at the door says of the grant that it used."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.aqara_lock.domain.access import (
    AfterFirstUse,
    CodeProof,
    CredentialSlot,
    Grant,
    GrantKey,
    Holding,
    Keeper,
    LockUser,
    Once,
    Placement,
    after_use,
    used_grant,
)
from custom_components.aqara_lock.domain.doorlock import (
    Actor,
    CredentialType,
    OperationSource,
)
from custom_components.aqara_lock.domain.doorlock.events import Credential

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
KEY = GrantKey("ben", "front")
OTHER = GrantKey("ann", "front")
BY_CODE = Actor(
    source=OperationSource.KEYPAD,
    user_index=1,
    credentials=(Credential(CredentialType.PIN, 1),),
)
BY_FINGER = Actor(
    source=OperationSource.KEYPAD,
    user_index=1,
    credentials=(Credential(CredentialType.FINGERPRINT, 1),),
)


def placed(user: int = 1, code: int = 1) -> Placement:
    """Give a placement of a user with a code that was sent."""
    return Placement(
        left=Holding(user=LockUser(index=user)),
        proved_at=NOW,
        credential=CredentialSlot(CredentialType.PIN, code),
        code=CodeProof.SENT,
    )


@pytest.mark.parametrize("minutes", [-30, 30])
def test_the_first_use_is_the_earliest(minutes: int) -> None:
    """An earlier use may be seen after a later one."""
    grant = Grant(key=KEY, window=AfterFirstUse(60))
    once = after_use(grant, placed(), BY_CODE, NOW)
    again = after_use(grant, once, BY_CODE, NOW + timedelta(minutes=minutes))
    assert again.first_used_at == NOW + timedelta(minutes=min(0, minutes))


def test_a_finger_proves_no_code() -> None:
    """It is a use all the same."""
    grant = Grant(key=KEY, window=AfterFirstUse(60))
    found = after_use(grant, placed(), BY_FINGER, NOW)
    assert (found.code, found.first_used_at) == (CodeProof.SENT, NOW)
    assert after_use(grant, found, BY_CODE, NOW).code is CodeProof.PROVED


@pytest.mark.parametrize(
    ("keeper", "is_spent"), [(Keeper.LOCK, True), (Keeper.HOME_ASSISTANT, False)]
)
def test_once_is_spent_where_the_lock_keeps_it(keeper: Keeper, is_spent: bool) -> None:
    """Home Assistant takes the user away, which is more."""
    grant = Grant(key=KEY, window=Once(), keeper=keeper)
    assert after_use(grant, placed(), BY_CODE, NOW).used is is_spent


@pytest.mark.parametrize(
    ("actor", "whose"),
    [
        (BY_CODE, KEY),
        (BY_FINGER, KEY),
        (
            Actor(
                source=OperationSource.KEYPAD,
                credentials=(Credential(CredentialType.PIN, 2),),
            ),
            OTHER,
        ),
        (
            Actor(
                source=OperationSource.KEYPAD,
                user_index=1,
                credentials=(Credential(CredentialType.PIN, 2),),
            ),
            None,
        ),
        (Actor(source=OperationSource.KEYPAD, user_index=7), None),
        (Actor(source=OperationSource.KEYPAD), None),
    ],
)
def test_whose_grant_was_used(actor: Actor, whose: GrantKey | None) -> None:
    """Where user and code contradict each other, the lock did not say."""
    assert used_grant(actor, {KEY: placed(), OTHER: placed(2, 2)}) == whose
