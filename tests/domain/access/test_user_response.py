"""What a lock answers about a user is kept, within bounds."""

import pytest

from custom_components.aqara_lock.domain.access.user_response import (
    MOST_CREDENTIALS,
    parse_user,
)
from custom_components.aqara_lock.domain.foreign_names import LONGEST_KEPT


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("Ben", "Ben"),
        ("  Ben  ", "Ben"),
        ("Ben\n\u202eneB\x00", "Ben neB"),
        ("\u200b\n", None),
        ("", None),
        (7, None),
    ],
)
def test_name_of_a_user_is_what_can_be_seen_of_it(
    told: object, kept: str | None
) -> None:
    user = parse_user({"userIndex": 1, "userStatus": 1, "userName": told})
    assert user is not None
    assert user.name == kept


def test_name_of_a_user_is_short() -> None:
    user = parse_user({"userIndex": 1, "userStatus": 1, "userName": "n" * 5000})
    assert user is not None
    assert user.name is not None
    assert len(user.name) == LONGEST_KEPT


def test_credentials_of_a_user_are_bounded() -> None:
    told = [{"credentialType": 1, "credentialIndex": x} for x in range(60_000)]
    user = parse_user({"userIndex": 1, "userStatus": 1, "credentials": told})
    assert user is not None
    assert len(user.credentials) == MOST_CREDENTIALS
