"""Triggers on a lock that stops answering, and on one that answers again."""

from datetime import timedelta
from typing import Any, Final, override

from homeassistant.const import CONF_FOR
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import probatio

from .connection_notice import ConnectionNotice, NoticeType
from .lock_trigger import LockTrigger, Runner
from .silence import SilenceTimer
from .targeted import options_schema
from .watched_lock import WatchedLock

CONF_CAUSE: Final = "cause"

_CONNECTION_SCHEMA: Final = options_schema(
    {
        probatio.Optional(CONF_CAUSE): probatio.All(probatio.EnsureList(), [cv.string]),
        probatio.Optional(CONF_FOR): cv.positive_time_period,
    }
)


class UnresponsiveTrigger(LockTrigger):
    """A lock has not answered for a time; fires once in a silence."""

    _schema = _CONNECTION_SCHEMA

    @override
    def _listen(self, lock: WatchedLock, runner: Runner) -> CALLBACK_TYPE:
        causes = frozenset(self._options.get(CONF_CAUSE, ()))
        wait = self._options.get(CONF_FOR, timedelta())

        @callback
        def silent() -> None:
            runner.run(lock, _silence(lock))

        return SilenceTimer(self._hass, lock, causes, wait, silent).async_start()


class RecoveredTrigger(LockTrigger):
    """A lock answers again after it has been silent for at least a time."""

    _schema = _CONNECTION_SCHEMA

    @override
    def _listen(self, lock: WatchedLock, runner: Runner) -> CALLBACK_TYPE:
        causes = frozenset(self._options.get(CONF_CAUSE, ()))
        wait = self._options.get(CONF_FOR, timedelta())

        @callback
        def take(notice: ConnectionNotice) -> None:
            if notice.type is not NoticeType.RECOVERED:
                return
            if causes and causes.isdisjoint(notice.causes):
                return
            if dt_util.utcnow() - notice.noticed_at >= wait:
                runner.run(lock, notice.attributes())

        return lock.connection_noticed.connect(take)


def _silence(lock: WatchedLock) -> dict[str, Any]:
    """Give the variables of a silence as it is now; what is not known is left out."""
    state = lock.door.state
    known = {"last_known_state": state.name.lower()} if state is not None else {}
    return {
        "cause": lock.cause,
        "message": lock.problem_message(),
        "since": lock.connection.since,
        **known,
    }
