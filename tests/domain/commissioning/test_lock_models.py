"""Models are recognised by id or name, and nothing is claimed that nobody has seen."""

import pytest

from custom_components.aqara_lock.domain.commissioning.lock_models import (
    BRIDGED,
    LockModel,
    Told,
    Topic,
    facts,
    model_of,
)

RECOGNISED = {
    "Aqara Smart Lock U400": LockModel.U400,
    "Aqara Smart Lock U200 Lite": LockModel.U200_LITE,
    "Aqara Smart Lock U200 US": LockModel.U200_US,
    "Smart Lock U200": LockModel.U200,
    "aqara smart lock u300": LockModel.U300,
    "Aqara Smart Lock U500": LockModel.U500,
    "Aqara Smart Lock U600": LockModel.U600,
    "Aqara Smart Lock J200": LockModel.J200,
    "Tedee Go": LockModel.OTHER_MATTER,
    "XU4000": LockModel.OTHER_MATTER,
    "U100": LockModel.OTHER_MATTER,
    None: LockModel.OTHER_MATTER,
}
RECOGNISED_BEHIND_A_BRIDGE = {
    "Smart Lock U100": LockModel.U100,
    "U50": LockModel.U50,
    "A100": LockModel.A100,
    "D100": LockModel.D100,
    "Some lock": LockModel.OTHER_ZIGBEE,
    "U400": LockModel.OTHER_ZIGBEE,
}


@pytest.mark.parametrize(("name", "model"), RECOGNISED.items())
def test_matter_lock_is_recognised(name: str | None, model: LockModel) -> None:
    assert model_of(name) is model


@pytest.mark.parametrize(("name", "model"), RECOGNISED_BEHIND_A_BRIDGE.items())
def test_bridged_lock_is_never_taken_for_a_matter_lock(
    name: str, model: LockModel
) -> None:
    assert model_of(name, bridged=True) is model


def test_every_model_has_its_row() -> None:
    rows = {*RECOGNISED.values(), *RECOGNISED_BEHIND_A_BRIDGE.values()}
    assert rows == set(LockModel)


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


def test_only_groups_have_no_name() -> None:
    nameless = {model for model in LockModel if model.printed_name is None}
    assert nameless == {LockModel.OTHER_MATTER, LockModel.OTHER_ZIGBEE}
