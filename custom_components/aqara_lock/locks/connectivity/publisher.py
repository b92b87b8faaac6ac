"""What everybody may hear of a lock that stopped answering, or answers again."""

from typing import Protocol

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from ...const import EVENT_CONNECTION
from ..state import ConnectionNotice


class KnownLock(Protocol):
    """Of which lock something is told."""

    device: dr.DeviceEntry | None

    @property
    def id(self) -> str:
        """Id of the subentry."""

    @property
    def name(self) -> str:
        """Name as the user knows it."""


@callback
def publish(hass: HomeAssistant, lock: KnownLock, notice: ConnectionNotice) -> None:
    """Tell the logbook in short; twice in an outage."""
    hass.bus.async_fire(
        EVENT_CONNECTION,
        {
            "lock_id": lock.id,
            "device_id": lock.device.id if lock.device else None,
            "name": lock.name,
            "type": notice.type.value,
            "cause": notice.cause,
            "message": notice.headline,
        },
    )
