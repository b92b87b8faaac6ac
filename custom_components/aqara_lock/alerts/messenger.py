"""Sends what is told to where the people of a home want it."""

import logging
from typing import Final, NamedTuple

from homeassistant.components import persistent_notification
from homeassistant.components.notify import DOMAIN as NOTIFY_DOMAIN
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_ENTITY_ID, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import CONF_TELL_ENTITIES, CONF_TELL_HERE, DOMAIN
from .kinds import Alert

_LOGGER: Final = logging.getLogger(__name__)

SEND_MESSAGE: Final = "send_message"
ISSUE_PREFIX: Final = "alert_not_sent_"


class Text(NamedTuple):
    """What is told, for a phone and for a page."""

    line: str
    whole: str


class Messenger:
    """Sends to notify entities, and to Home Assistant's own notifications.

    What a notify entity did not take is shown by Home Assistant itself, and a repair
    says which one it was.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Send as the options of the home say."""
        self._hass = hass
        self._entry = entry
        self._going_on: set[str] = set()
        """What is told and not over, by the id of its notification."""

    @callback
    def send(self, lock_id: str, alert: Alert, title: str, text: Text) -> None:
        """Tell something that goes on until it is over."""
        notification_id = _notification_id(lock_id, alert)
        self._going_on.add(notification_id)
        if self._entry.options.get(CONF_TELL_HERE, False):
            self._show(notification_id, title, text.whole)
        self._send(title, text, notification_id)

    @callback
    def send_over(self, lock_id: str, alert: Alert, title: str, text: str) -> None:
        """Tell that it is over; Home Assistant's own notification goes away."""
        self.take_back(lock_id, alert)
        self._send(title, Text(text, text), _notification_id(lock_id, alert))

    @callback
    def take_back(self, lock_id: str, alert: Alert) -> None:
        """Remove what Home Assistant's own notifications show."""
        notification_id = _notification_id(lock_id, alert)
        self._going_on.discard(notification_id)
        persistent_notification.async_dismiss(self._hass, notification_id)

    @callback
    def stop(self) -> None:
        """Take the repairs back: whether the next message arrives is not known."""
        registry = ir.async_get(self._hass)
        ours = {issue_id for domain, issue_id in registry.issues if domain == DOMAIN}
        for issue_id in {x for x in ours if x.startswith(ISSUE_PREFIX)}:
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)

    def _show(self, notification_id: str, title: str, text: str) -> None:
        persistent_notification.async_create(self._hass, text, title, notification_id)

    def _send(self, title: str, text: Text, notification_id: str) -> None:
        for entity_id in self._entry.options.get(CONF_TELL_ENTITIES, []):
            # One at a time: a phone that fails keeps nobody else from hearing.
            self._hass.async_create_task(
                self._call(entity_id, title, text, notification_id), "aqara_lock alert"
            )

    async def _call(
        self, entity_id: str, title: str, text: Text, notification_id: str
    ) -> None:
        """Send to one entity; what it does not take is shown here."""
        if await self._is_taken(entity_id, title, text.line):
            ir.async_delete_issue(self._hass, DOMAIN, _issue_id(entity_id))
            return
        _raise_not_sent(self._hass, entity_id)
        if notification_id in self._going_on:
            self._show(notification_id, title, text.whole)

    async def _is_taken(self, entity_id: str, title: str, line: str) -> bool:
        """Have a message sent; return whether it was, as far as that can be known.

        Home Assistant sends nothing to an entity that it does not have or that is
        unavailable, and raises nothing.
        """
        state = self._hass.states.get(entity_id)
        if state is None or state.state == STATE_UNAVAILABLE:
            _LOGGER.warning("%s is not there, so it was not told of a lock", entity_id)
            return False
        data = {ATTR_ENTITY_ID: entity_id, "title": title, "message": line}
        try:
            await self._hass.services.async_call(
                NOTIFY_DOMAIN, SEND_MESSAGE, data, blocking=True
            )
        except Exception:
            # A notify platform may raise anything, and the next one is told anyway.
            _LOGGER.exception("%s could not be told of a lock", entity_id)
            return False
        return True


def _raise_not_sent(hass: HomeAssistant, entity_id: str) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(entity_id),
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="alert_not_sent",
        translation_placeholders={"entity": entity_id},
    )


def _issue_id(entity_id: str) -> str:
    return f"{ISSUE_PREFIX}{entity_id}"


def _notification_id(lock_id: str, alert: Alert) -> str:
    return f"{DOMAIN}_{alert.id}_{lock_id}"
