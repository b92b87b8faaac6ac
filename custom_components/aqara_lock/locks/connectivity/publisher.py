"""What everybody may hear of a lock that stopped answering, or answers again."""

from homeassistant.core import HomeAssistant, callback

from ...const import EVENT_CONNECTION
from ..state import ConnectionNotice, LockInfo, announce


@callback
def publish(hass: HomeAssistant, lock: LockInfo, notice: ConnectionNotice) -> None:
    """Tell the logbook in short; twice in an outage."""
    data = {
        "type": notice.type.value,
        "cause": notice.cause,
        "message": notice.headline,
    }
    announce(hass, lock, EVENT_CONNECTION, data, notice.headline)
