"""What a lock model tells, as a table that stands before any reset."""

from homeassistant.core import HomeAssistant
import pytest

from custom_components.aqara_lock.domain.commissioning.lock_models import (
    LockModel,
    Topic,
)
from custom_components.aqara_lock.texts.lock_models import model_options, table
from custom_components.aqara_lock.texts.translations import async_load_messages


@pytest.fixture(autouse=True)
async def sentences(hass: HomeAssistant) -> None:
    """Load the sentences, as a survey does."""
    await async_load_messages(hass)


@pytest.mark.parametrize("model", LockModel)
async def test_every_model_has_a_full_table(
    hass: HomeAssistant, model: LockModel
) -> None:
    rows = table(hass, model).splitlines()
    assert len(rows) == 2 + len(Topic)
    assert all(row.count("|") == 3 for row in rows)
    assert "model_" not in "".join(rows)


async def test_u100_is_said_to_name_nobody_before_any_hope(
    hass: HomeAssistant,
) -> None:
    text = table(hass, LockModel.U100)
    assert text.startswith("| Aqara U100 |")
    assert "| Who unlocked at the door | no, the hub's bridge" in text
    assert "| IPv6 | not needed by the lock" in text


async def test_u400_claims_no_more_than_is_known(hass: HomeAssistant) -> None:
    text = table(hass, LockModel.U400)
    assert (
        "| Who unlocked at the door | expected (it has the Matter features); no owner has confirmed it yet."
        in text
    )
    assert "managed in Apple Home" in text


async def test_models_to_choose_from(hass: HomeAssistant) -> None:
    options = model_options(hass)
    assert options[0] == {"value": "u400", "label": "Aqara U400"}
    assert [x["value"] for x in options] == [model.value for model in LockModel]
    assert {"value": "other_zigbee", "label": "Another lock behind a hub (Zigbee)"} in (
        options
    )
