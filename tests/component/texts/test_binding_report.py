"""The report of a check answers in three lines, and never more than is known."""

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.domain.commissioning import BindingReport
from custom_components.aqara_lock.domain.connectivity import ConnectionCheck
from custom_components.aqara_lock.texts.binding_report import report_in_short
from custom_components.aqara_lock.texts.translations import async_load_messages

GOOD = (20.0,) * 5
NONE: tuple[float, ...] = ()


@pytest.fixture(autouse=True)
async def sentences(hass: HomeAssistant) -> None:
    """Load the sentences, as a survey does."""
    await async_load_messages(hass)


def second_line(hass: HomeAssistant, told: BindingReport) -> str:
    """Return what is said of the answers of the lock."""
    return report_in_short(hass, told).splitlines()[1].removeprefix("- ")


def report(check: ConnectionCheck | None, *, bridged: bool = False) -> BindingReport:
    return BindingReport(
        at=dt_util.utcnow(), lock_name="Front door", is_bridged=bridged, check=check
    )


@pytest.mark.parametrize(
    ("check", "bridged", "said"),
    [
        (None, False, "not known"),
        (ConnectionCheck(0, NONE, unsent=5), False, "not known"),
        (ConnectionCheck(5, NONE, proves_nothing=True), False, "not known"),
        (ConnectionCheck(5, NONE), False, "Answers: no**"),
        (ConnectionCheck(5, NONE), True, "Answers: no**"),
        (ConnectionCheck(5, GOOD), True, "the hub answers for it"),
        (ConnectionCheck(5, GOOD[:3], masked=2), False, "how quickly cannot be told"),
        (ConnectionCheck(5, NONE, untimed=5), False, "how quickly cannot be told"),
        (ConnectionCheck(5, GOOD), False, "20 ms"),
        (ConnectionCheck(5, (20.0, 20.0, 20.0)), False, "3 of 5"),
    ],
)
async def test_answers_are_told_as_far_as_they_can_be_believed(
    hass: HomeAssistant, check: ConnectionCheck | None, bridged: bool, said: str
) -> None:
    assert said in second_line(hass, report(check, bridged=bridged))
