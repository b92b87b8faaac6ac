"""Models are recognised by id or name, and nothing is claimed that nobody has seen."""

import pytest

from custom_components.aqara_lock.domain.commissioning.lock_models import (
    BRIDGED,
    PRODUCT_IDS,
    LockModel,
    Told,
    Topic,
    facts,
    model_of,
)


@pytest.mark.parametrize(
    ("product_id", "name", "model"),
    [
        (0x2804, None, LockModel.U400),
        (10244, "something else", LockModel.U400),
        (None, "Aqara Smart Lock U400", LockModel.U400),
        (None, "Aqara Smart Lock U200 Lite", LockModel.U200_LITE),
        (None, "Aqara Smart Lock U200 US", LockModel.U200_US),
        (None, "Smart Lock U200", LockModel.U200),
        (None, "aqara smart lock u300", LockModel.U300),
        (0x280F, None, LockModel.U500),
        (1, "Tedee Go", LockModel.OTHER_MATTER),
        (None, None, LockModel.OTHER_MATTER),
        (None, "XU4000", LockModel.OTHER_MATTER),
        (None, "U100", LockModel.OTHER_MATTER),
    ],
)
def test_matter_lock_is_recognised(
    product_id: int | None, name: str | None, model: LockModel
) -> None:
    assert model_of(product_id, name) is model


@pytest.mark.parametrize(
    ("product_id", "name", "model"),
    [
        (None, "Smart Lock U100", LockModel.U100),
        (None, "A100", LockModel.A100),
        (None, "Some lock", LockModel.OTHER_ZIGBEE),
        (None, "U400", LockModel.OTHER_ZIGBEE),
        (0x2804, None, LockModel.OTHER_ZIGBEE),
    ],
)
def test_bridged_lock_is_never_taken_for_a_matter_lock(
    product_id: int | None, name: str | None, model: LockModel
) -> None:
    assert model_of(product_id, name, bridged=True) is model


@pytest.mark.parametrize("model", LockModel)
def test_every_model_answers_every_topic(model: LockModel) -> None:
    assert list(facts(model)) == list(Topic)


@pytest.mark.parametrize("model", LockModel)
def test_nobody_is_promised_who_unlocked_at_the_door(model: LockModel) -> None:
    assert facts(model)[Topic.WHO_AT_DOOR] in {
        Told.EXPECTED,
        Told.NOT_KNOWN,
        Told.SAYS_NOTHING,
        Told.NOT_THROUGH_BRIDGE,
    }


@pytest.mark.parametrize("model", sorted(BRIDGED))
def test_bridged_locks_have_state_but_no_users(model: LockModel) -> None:
    told = facts(model)
    assert not model.is_matter
    assert told[Topic.STATE] is Told.STATE_ONLY
    assert told[Topic.USERS] is Told.NOT_THROUGH_BRIDGE
    assert told[Topic.IPV6] is Told.IPV6_FOR_BRIDGE_ONLY


def test_product_ids_are_of_matter_locks() -> None:
    assert all(model.is_matter for model in PRODUCT_IDS.values())


def test_only_groups_have_no_name() -> None:
    nameless = {model for model in LockModel if model.printed_name is None}
    assert nameless == {LockModel.OTHER_MATTER, LockModel.OTHER_ZIGBEE}
