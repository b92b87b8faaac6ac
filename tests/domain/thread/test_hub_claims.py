"""Who claims the id of a hub under another name."""

from dataclasses import replace

from custom_components.aqara_lock.domain.thread.border_router import BorderRouter
from custom_components.aqara_lock.domain.thread.hub_claims import (
    FORGOTTEN_AFTER,
    MOST_DISPUTED,
    MOST_RIVALS,
    SAID_AFTER,
    HubClaims,
)
from tests.scenarios.home import hub

HUB = hub(1).router


def twin(number: int) -> BorderRouter:
    return replace(HUB, instance=f"Twin {number}._meshcop._udp.local.")


def test_claim_is_said_once_it_lasts_and_until_it_is_forgotten() -> None:
    claims = HubClaims()
    claims.claim(twin(1), 0)
    assert claims.rivals(HUB.id, 0) == [twin(1)]
    assert claims.disputed(SAID_AFTER - 1) == set()
    claims.heard(twin(1).instance.upper(), SAID_AFTER)
    assert claims.disputed(SAID_AFTER) == {HUB.id}
    assert claims.disputed(SAID_AFTER + FORGOTTEN_AFTER) == set()
    assert claims.rivals(HUB.id, SAID_AFTER + FORGOTTEN_AFTER) == []


def test_claim_that_is_repeated_is_as_old_as_it_is() -> None:
    claims = HubClaims()
    for second in range(round(SAID_AFTER) + 1):
        claims.claim(twin(1), second)
    assert claims.disputed(SAID_AFTER) == {HUB.id}


def test_goodbye_ends_a_claim() -> None:
    claims = HubClaims()
    claims.claim(twin(1), 0)
    claims.claim(twin(2), 0)
    claims.withdraw(twin(1).instance)
    assert claims.rivals(HUB.id, 0) == [twin(2)]
    claims.withdraw(twin(2).instance)
    claims.withdraw(twin(3).instance)
    assert claims.rivals(HUB.id, 0) == []
    assert claims.disputed(SAID_AFTER) == set()


def test_claim_that_is_settled_is_none() -> None:
    claims = HubClaims()
    claims.claim(twin(1), 0)
    claims.settle(HUB.id)
    claims.settle(HUB.id)
    assert claims.rivals(HUB.id, 0) == []


def test_claims_are_not_remembered_without_bound() -> None:
    claims = HubClaims()
    for number in range(100):
        claims.claim(twin(number), number)
    assert claims.rivals(HUB.id, 100) == [
        twin(x) for x in range(100 - MOST_RIVALS, 100)
    ]
    for number in range(2 * MOST_DISPUTED):
        record = replace(HUB.record, border_agent_id=f"{number:032x}")
        claims.claim(replace(HUB, record=record), 100)
    assert len(claims.disputed(100 + SAID_AFTER)) == MOST_DISPUTED
