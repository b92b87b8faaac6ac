"""A name in an automation that nobody has is a repair; the name stands behind it."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest

from custom_components.aqara_lock.const import DOMAIN

from .blueprints import automate
from .callers import add_person
from .fake_matter import FakeLock
from .flow_steps import fix
from .house import House

UNKNOWN = "Beeen"


def asks(hass: HomeAssistant) -> list[ir.IssueEntry]:
    """Give the repairs of names that nobody has."""
    every = ir.async_get(hass).issues.values()
    return [x for x in every if x.domain == DOMAIN and "unknown_name" in x.issue_id]


def trigger(*names: str) -> dict[str, Any]:
    """Give a trigger that waits for names."""
    return {
        "trigger": f"{DOMAIN}.unlocked",
        "target": {"entity_id": "lock.front_door"},
        "options": {"name": list(names)},
    }


def condition(name: str) -> dict[str, Any]:
    """Give a condition on a name, deep in actions."""
    asked = {
        "condition": f"{DOMAIN}.last_unlocked_by",
        "target": {"entity_id": "lock.front_door"},
        "options": {"name": [name]},
    }
    return {"choose": [{"conditions": [asked], "sequence": []}]}


@pytest.fixture
async def home(house: House, u400_lock: FakeLock) -> House:
    """Give a home with a person named Ben."""
    await house.start(u400_lock)
    add_person(house, "Ben")
    await house.tick(3)
    return house


async def begin(house: House, **config: Any) -> None:
    """Set up automations or scripts, and let a moment pass."""
    for kind, content in config.items():
        assert await async_setup_component(house.hass, kind, {kind: content})
    await house.tick(3)


def greet(*triggers: dict[str, Any], actions: Any = ()) -> dict[str, Any]:
    """Give an automation as the editor writes it."""
    return {
        "id": "greet",
        "alias": "Greet",
        "triggers": list(triggers),
        "actions": list(actions),
    }


async def test_name_that_nobody_has_is_said_of_its_automation(home: House) -> None:
    await begin(home, automation=[greet(trigger("Ben", UNKNOWN))])
    (issue,) = asks(home.hass)
    assert issue.translation_placeholders == {"automation": "Greet"}
    assert UNKNOWN not in str(issue)
    flow = await fix(home, issue.issue_id)
    told = flow.said
    assert told["names"] == f"“{UNKNOWN}”"
    assert told["page"] == "/config/automation/edit/greet"
    assert told["people"] == "“Ben”"


@pytest.mark.parametrize("name", ["Ben", " ben ", "Anna", "Clara Person"])
async def test_name_that_somebody_has_is_not_said(home: House, name: str) -> None:
    """A person of the home, a user of the lock, a person of Home Assistant."""
    home.hass.states.async_set(
        "person.clara", "home", {"friendly_name": "Clara Person"}
    )
    await begin(home, automation=[greet(trigger(name))])
    assert asks(home.hass) == []


async def test_condition_deep_in_actions_and_in_a_script(home: House) -> None:
    await begin(
        home,
        automation=[greet(trigger("Ben"), actions=[condition(UNKNOWN)])],
        script={"welcome": {"sequence": [condition(UNKNOWN)]}},
    )
    assert {issue.data["automation"] for issue in asks(home.hass) if issue.data} == {
        "automation.greet",
        "script.welcome",
    }


async def test_quiet_name_of_the_blueprint_that_nobody_has(home: House) -> None:
    """Somebody was renamed: their messages would come again, silently unasked."""
    target = {"entity_id": "lock.front_door"}
    inputs = {"locks": target, "quiet_names": ["Ben", UNKNOWN]}
    await automate(home.hass, "who_unlocked", inputs)
    await home.tick(3)
    (issue,) = asks(home.hass)
    assert issue.translation_placeholders == {"automation": "Made"}
    assert (await fix(home, issue.issue_id)).said["names"] == f"“{UNKNOWN}”"


async def test_repair_goes_when_somebody_is_called_so(home: House) -> None:
    await begin(home, automation=[greet(trigger(UNKNOWN))])
    flow = await fix(home, asks(home.hass)[0].issue_id)
    assert (await flow.fill()).errors == {"base": "still_there"}
    add_person(home, UNKNOWN)
    await home.tick(3)
    assert asks(home.hass) == []
    assert (await flow.fill()).is_done


async def test_entity_that_says_names_may_say_any(home: House) -> None:
    seen = {"entity_id": "sensor.camera", "attribute": "name"}
    entry = home.home
    subentry = entry.subentries[home.subentry_id()]
    home.hass.config_entries.async_update_subentry(
        entry, subentry, data={**subentry.data, "observations": [seen]}
    )
    await home.settle()
    await begin(home, automation=[greet(trigger(UNKNOWN))])
    assert asks(home.hass) == []


async def test_repair_goes_with_the_home(home: House) -> None:
    await begin(home, automation=[greet(trigger(UNKNOWN))])
    assert len(asks(home.hass)) == 1
    assert await home.hass.config_entries.async_unload(home.home.entry_id)
    assert asks(home.hass) == []
