"""A new app on a lock is told once, and settled by saying that it is known."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from custom_components.aqara_lock.const import DOMAIN
from custom_components.aqara_lock.domain.doorlock.cluster import (
    LockOperationType,
    OperationSource,
)

from ..fake_matter import FakeLock
from ..flow_steps import fix
from ..house import House
from ..nodes import APPLE_FABRIC, OWN_FABRIC

GOOGLE = {"1": "", "2": 0x6006, "3": 99, "4": 7, "5": "Kitchen", "254": 4}
ALEXA = {"1": "", "2": 0x1217, "3": 98, "4": 7, "5": "", "254": 5}
COUNTED = "0/62/3"


def issues(hass: HomeAssistant) -> list[ir.IssueEntry]:
    """Give what is told of new apps."""
    every = ir.async_get(hass).issues.values()
    ours = (i for i in every if i.domain == DOMAIN and i.active)
    return [i for i in ours if i.translation_key == "new_app"]


async def connect(house: House, lock: FakeLock, *fabrics: dict[str, Any]) -> None:
    """Connect the lock to these apps, and let it count them."""
    lock.fabrics = [OWN_FABRIC, *fabrics]
    lock.set_attribute(COUNTED, len(lock.fabrics))
    await house.settle()


async def test_apps_that_were_there_are_not_told(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.reload()
    assert issues(hass) == []


async def test_new_app_is_told_once_with_its_name(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await connect(house, u400_lock, APPLE_FABRIC, GOOGLE)
    (issue,) = issues(hass)
    assert issue.severity is ir.IssueSeverity.WARNING
    assert issue.is_fixable
    assert not issue.is_persistent
    assert issue.translation_placeholders == {
        "lock": "Aqara Smart Lock U400",
        "app": "Google Home",
    }


async def test_new_app_that_operates_before_it_is_counted_is_told_too(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await house.tick(60)
    u400_lock.fabrics = [OWN_FABRIC, APPLE_FABRIC, GOOGLE]
    u400_lock.report_operation(
        LockOperationType.UNLOCK, OperationSource.REMOTE, fabric=4, node=77
    )
    await house.settle()
    (issue,) = issues(hass)
    assert (issue.translation_placeholders or {})["app"] == "Google Home"
    assert house.fired("activity")[-1]["ecosystem"] == "Google Home"


async def test_each_new_app_has_its_own_question(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await connect(house, u400_lock, APPLE_FABRIC, GOOGLE, ALEXA)
    apps = {(i.translation_placeholders or {})["app"] for i in issues(hass)}
    assert apps == {"Google Home", "Amazon Alexa"}


async def test_app_that_only_left_is_no_question(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await connect(house, u400_lock)
    assert issues(hass) == []


async def test_app_that_was_removed_again_is_no_question_any_more(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await connect(house, u400_lock, APPLE_FABRIC, GOOGLE, ALEXA)
    await connect(house, u400_lock, APPLE_FABRIC, ALEXA)
    (issue,) = issues(hass)
    assert (issue.translation_placeholders or {})["app"] == "Amazon Alexa"


async def test_confirming_settles_it_for_good(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await connect(house, u400_lock, APPLE_FABRIC, GOOGLE)
    flow = await fix(house, issues(hass)[0].issue_id)
    assert flow.step == "confirm"
    assert flow.said["app"] == "Google Home"
    await flow.fill()
    assert flow.is_done
    assert issues(hass) == []
    await house.reload()
    u400_lock.set_attribute(COUNTED, 2)
    u400_lock.set_attribute(COUNTED, 3)
    await house.settle()
    assert issues(hass) == []


async def test_question_is_asked_until_it_is_answered(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await connect(house, u400_lock, APPLE_FABRIC, GOOGLE)
    ir.async_get(hass).async_delete(DOMAIN, issues(hass)[0].issue_id)
    await house.reload()
    (issue,) = issues(hass)
    assert (issue.translation_placeholders or {})["app"] == "Google Home"


async def test_question_that_the_user_ignores_stays_ignored(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await connect(house, u400_lock, APPLE_FABRIC, GOOGLE)
    ir.async_ignore_issue(hass, DOMAIN, issues(hass)[0].issue_id, True)
    await house.reload()
    (issue,) = issues(hass)
    assert issue.dismissed_version is not None


async def test_question_goes_with_its_lock(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await connect(house, u400_lock, APPLE_FABRIC, GOOGLE)
    hass.config_entries.async_remove_subentry(house.home, house.subentry_id())
    await house.settle()
    assert issues(hass) == []


async def test_question_goes_with_the_home(
    hass: HomeAssistant, house: House, u400_lock: FakeLock
) -> None:
    await house.start(u400_lock)
    await connect(house, u400_lock, APPLE_FABRIC, GOOGLE)
    await hass.config_entries.async_remove(house.home.entry_id)
    await house.settle()
    assert issues(hass) == []
