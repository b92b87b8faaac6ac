"""Repairs of one lock that come and go with its users and the apps that have it."""

from homeassistant.core import HomeAssistant, callback

from ..domain.access import Fabric
from ..locks import Lock
from .new_ecosystem import follow_new_ecosystems, notice_new_ecosystem
from .unknown_user import follow_unknown_users


@callback
def follow_directory(hass: HomeAssistant, lock: Lock) -> None:
    """Keep the repairs in step with the journal and the directory of a lock."""
    log = lock.log

    @callback
    def users_changed() -> None:
        follow_unknown_users(hass, lock)

    @callback
    def app_connected(fabric: Fabric) -> None:
        notice_new_ecosystem(hass, lock, fabric)

    @callback
    def ecosystems_changed() -> None:
        follow_new_ecosystems(hass, lock)

    lock.entries_changed.connect(users_changed)
    log.directory.changed.connect(users_changed)
    log.directory.app_connected.connect(app_connected)
    log.directory.changed.connect(ecosystems_changed)
    users_changed()
    ecosystems_changed()
