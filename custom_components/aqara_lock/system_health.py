"""A few lines on the system information page: how the home stands at a glance."""

from typing import Any

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.core import HomeAssistant, callback

from .domain.connectivity import HubState
from .domain.diagnosis import known
from .feed import find_entry
from .home import Home
from .matter import LinkError


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Register what is shown."""
    register.async_register_info(
        system_health_info, "/config/integrations/integration/aqara_lock"
    )


async def system_health_info(hass: HomeAssistant) -> dict[str, Any]:
    """Count what answers; says nothing while the home is not set up."""
    if (entry := find_entry(hass)) is None:
        return {}
    home = entry.runtime_data
    locks, hubs = home.locks.values(), home.hubs.values()
    responsive = sum(lock.connection.responsive for lock in locks)
    online = sum(hub.state is HubState.ONLINE for hub in hubs)
    reach = known(home.diagnosis.host.ipv6_class)
    return {
        "local_ipv6": reach.value if reach is not None else "-",
        "matter_server": _matter_server(home),
        "locks_responsive": f"{responsive} / {len(locks)}",
        "hubs_online": f"{online} / {len(hubs)}",
    }


def _matter_server(home: Home) -> str:
    """Give version and schema of every Matter server that serves a lock."""
    found: set[str] = set()
    for lock in home.locks.values():
        try:
            info = lock.link.require_client().server_info
        except LinkError:
            continue
        if info is not None:
            found.add(f"{info.sdk_version} (schema {info.schema_version})")
    return ", ".join(sorted(found)) or "-"
