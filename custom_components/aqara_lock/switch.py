"""Switch of a person: whether what was granted opens."""

from dataclasses import replace
from typing import Any, override

from homeassistant.components.switch import SwitchEntity
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .access import AccessChange, NotReadError
from .access_sensor import PersonEntity, follow_people
from .const import DOMAIN
from .domain.access import Person, Wish
from .home import AqaraLockConfigEntry

PARALLEL_UPDATES = 0
KEY = "access"


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AqaraLockConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up a switch for every person."""

    def entities_of(person: Person) -> list[SwitchEntity]:
        return [AccessSwitch(entry, person)]

    follow_people(hass, entry, async_add_entities, Platform.SWITCH, KEY, entities_of)


class AccessSwitch(PersonEntity, SwitchEntity):
    """On: the person may open what is granted; off at all doors at once.

    A setting, so that no assistant gets it by itself.
    """

    _attr_entity_category = EntityCategory.CONFIG

    def __init__(self, entry: AqaraLockConfigEntry, person: Person) -> None:
        """Belong to one person."""
        super().__init__(entry, person, KEY)

    @property
    @override
    def available(self) -> bool:
        """Whether there is anything to switch."""
        return bool(self._grants) and self._home.access.is_readable

    @property
    @override
    def is_on(self) -> bool:
        """Whether something is wanted to be on."""
        return any(grant.wish is Wish.ON for grant in self._grants)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Let the person open again; only an administrator or an automation may."""
        await self._require_admin()
        await self._want(Wish.ON)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Keep the person out; codes and times stay on the locks."""
        await self._want(Wish.OFF)

    async def _require_admin(self) -> None:
        """Raise Unauthorized where the call, or what it ran in, is a user's who may not."""
        context = self._context
        user_id = context.user_id if context else None
        if user_id is None:
            return
        user = await self.hass.auth.async_get_user(user_id)
        if user is None or not user.is_admin:
            raise Unauthorized(context=context, entity_id=self.entity_id)

    async def _want(self, wish: Wish) -> None:
        grants = {
            grant.key: replace(grant, wish=wish)
            for grant in self._grants
            if grant.wish is not wish
        }
        if not grants:
            return
        try:
            await self._home.access.async_apply(AccessChange(grants=grants))
        except NotReadError:
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key="access_not_readable"
            ) from None
