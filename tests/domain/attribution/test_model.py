"""What is said of an actor survives a store, whatever it is."""

from dataclasses import fields, replace
from typing import Any

import pytest

from custom_components.aqara_lock.domain.attribution.model import (
    Attribution,
    Confidence,
    Evidence,
    Method,
)
from custom_components.aqara_lock.domain.doorlock.cluster import (
    CredentialType,
    OperationSource,
)

OTHERS: dict[str, Any] = {
    "method": Method.PIN,
    "source": OperationSource.KEYPAD,
    "user_index": 3,
    "fabric_id": 2,
    "credential_type": CredentialType.PIN,
    "credential_index": 4,
    "confidence": Confidence.MATCHED,
    "evidence": (Evidence.OWN_COMMAND, Evidence.BOUND_CREDENTIAL),
}
FULL = Attribution(
    **{x.name: OTHERS.get(x.name, f"the {x.name}") for x in fields(Attribution)}
)


@pytest.mark.parametrize("name", [x.name for x in fields(Attribution)])
def test_each_fact_survives_alone_and_without_the_others(name: str) -> None:
    alone = replace(Attribution(), **{name: getattr(FULL, name)})
    for one in (alone, FULL):
        again = Attribution.from_dict(one.as_dict())
        assert getattr(again, name) == getattr(one, name)
        assert again == one


def test_what_is_not_known_is_not_stored() -> None:
    assert set(Attribution().as_dict()) == {"method", "confidence", "evidence"}


def test_a_person_is_shown_before_the_ecosystem() -> None:
    both = Attribution(person="Ann", ecosystem="Apple Home")
    assert (both.actor, both.names_somebody) == ("Ann", True)
    app = replace(both, person=None)
    assert (app.actor, app.names_somebody) == ("Apple Home", False)
    assert Attribution().actor is None


def test_what_the_lock_reports_is_the_surest() -> None:
    order = sorted(Confidence, key=lambda confidence: confidence.rank)
    assert (order[0], order[-1]) == (Confidence.REPORTED, Confidence.UNKNOWN)
    assert Confidence.MATCHED.rank < Confidence.INFERRED.rank
    assert Confidence.INFERRED.rank < Confidence.ECOSYSTEM.rank
