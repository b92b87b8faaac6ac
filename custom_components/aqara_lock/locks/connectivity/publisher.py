"""What everybody may hear of a lock that stopped answering, or answers again."""

from homeassistant.core import HomeAssistant, callback

from ...const import EVENT_CONNECTION
from ..state import ConnectionNotice, LockInfo


@callback
def publish(hass: HomeAssistant, lock: LockInfo, notice: ConnectionNotice) -> None:
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
