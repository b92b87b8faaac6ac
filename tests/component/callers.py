"""Who asks Home Assistant: users with more or fewer rights, and what they ask."""

from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import Context
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.aqara_lock.const import DOMAIN

from .house import House

READS_EVERYTHING: dict[str, Any] = {"entities": {"all": {"read": True}}}
CONTROLS_EVERYTHING: dict[str, Any] = {
    "entities": {"all": {"read": True, "control": True}}
}
READS_NOTHING: dict[str, Any] = {"entities": {}}


def restrict(user: MockUser, policy: dict[str, Any]) -> MockUser:
    """Make somebody who is no admin and may do only this."""
    user.groups = []
    user.mock_policy(policy)
    return user


def somebody(house: House, policy: dict[str, Any]) -> Context:
    """Add a user who is no admin; gives the context of what this one calls."""
    return Context(user_id=restrict(MockUser().add_to_hass(house.hass), policy).id)


def reads(house: House, *entity_ids: str) -> Context:
    """Add a user who may read these entities and nothing else."""
    policy = {"entities": {"entity_ids": {item: {"read": True} for item in entity_ids}}}
    return somebody(house, policy)


def hide_names(house: House) -> None:
    """Show names to admins only."""
    options(house, names_visible_to="admins")


def options(house: House, **changes: Any) -> None:
    """Change options of the home."""
    entry = house.home
    house.hass.config_entries.async_update_entry(
        entry, options={**entry.options, **changes}
    )


def add_person(house: House, name: str, entity_id: str | None = None) -> str:
    """Add a person to the home; gives the person's id."""
    person_id = f"id-{name.lower()}"
    data: dict[str, Any] = {"person_id": person_id, "name": name}
    if entity_id is not None:
        data["person_entity"] = entity_id
    person = ConfigSubentry(
        data=MappingProxyType(data),
        subentry_type="person",
        title=name,
        unique_id=person_id,
    )
    house.hass.config_entries.async_add_subentry(house.home, person)
    return person_id


async def act(
    house: House,
    action: str,
    *,
    context: Context | None = None,
    target: dict[str, Any] | None = None,
    response: bool = False,
    **data: Any,
) -> Any:
    """Call one of our actions; the target is the first lock if nothing else is said."""
    aim = (
        {"entity_id": house.entity_id("event", "activity")}
        if target is None
        else target
    )
    return await house.hass.services.async_call(
        DOMAIN,
        action,
        {**data},
        blocking=True,
        context=context,
        target=aim,
        return_response=response,
    )


async def activity(house: House, **data: Any) -> list[dict[str, Any]]:
    """Read the activity as an action gives it."""
    answer = await act(house, "get_activity", response=True, **data)
    lines: list[dict[str, Any]] = answer["lines"]
    return lines


async def assign_to(house: House, name: str) -> None:
    """Say by hand who the newest line was."""
    key = (await activity(house))[0]["key"]
    await act(house, "assign_operation", line=key, person=name)
