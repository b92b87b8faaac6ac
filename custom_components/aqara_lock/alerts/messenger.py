"""Sends what is told to where the people of a home want it."""

from typing import Final

from homeassistant.components import persistent_notification
from homeassistant.components.notify import DOMAIN as NOTIFY_DOMAIN
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, callback

from ..const import CONF_TELL_ENTITIES, CONF_TELL_HERE, DOMAIN
from .kinds import Alert

SEND_MESSAGE: Final = "send_message"


class Messenger:
    """Sends to notify entities, and to Home Assistant's own notifications."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Send as the options of the home say."""
        self._hass = hass
        self._entry = entry

    @callback
    def send(self, lock_id: str, alert: Alert, title: str, text: str) -> None:
        """Tell something that goes on until it is over."""
        if self._entry.options.get(CONF_TELL_HERE, False):
            persistent_notification.async_create(
                self._hass, text, title, _notification_id(lock_id, alert)
            )
        self._send(title, text)

    @callback
    def send_over(self, lock_id: str, alert: Alert, title: str, text: str) -> None:
        """Tell that it is over; Home Assistant's own notification goes away."""
        self.take_back(lock_id, alert)
        self._send(title, text)

    @callback
    def take_back(self, lock_id: str, alert: Alert) -> None:
        """Remove what Home Assistant's own notifications show."""
        persistent_notification.async_dismiss(
            self._hass, _notification_id(lock_id, alert)
        )

    def _send(self, title: str, text: str) -> None:
        entities = self._entry.options.get(CONF_TELL_ENTITIES, [])
        there = [x for x in entities if self._hass.states.get(x) is not None]
        for entity_id in there:
            # One at a time: a phone that fails keeps nobody else from hearing.
            self._hass.async_create_task(
                self._call(entity_id, title, text), "aqara_lock alert"
            )

    async def _call(self, entity_id: str, title: str, text: str) -> None:
        await self._hass.services.async_call(
            NOTIFY_DOMAIN,
            SEND_MESSAGE,
            {ATTR_ENTITY_ID: entity_id, "title": title, "message": text},
        )


def _notification_id(lock_id: str, alert: Alert) -> str:
    return f"{DOMAIN}_{alert.id}_{lock_id}"
