"""How long a lock has been silent, for triggers that wait."""

from collections.abc import Callable
from datetime import datetime, timedelta

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..locks import ConnectionNotice, Lock, NoticeType


class SilenceTimer:
    """Tells once per silence of a lock that it has lasted for a time.

    The cause is judged when the time is over, and later when it becomes another one.
    The time counts from the verdict: a lock may have had nothing to say for hours before.
    A silence that had lasted that long before anybody listened is not told again, unless
    it goes on over a restart: then the time begins anew.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        lock: Lock,
        causes: frozenset[str],
        wait: timedelta,
        tell: Callable[[], None],
    ) -> None:
        """Wait for a silence of these causes; none given takes any."""
        self._hass = hass
        self._lock = lock
        self._causes = causes
        self._wait = wait
        self._tell = tell
        self._since: datetime | None = None
        self._timer: CALLBACK_TYPE | None = None

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Listen; gives what ends it."""
        since = self._lock.connections.alarm_since
        if not self._lock.connection.responsive and self._left(since) > 0:
            self._begin(since)
        ends = (
            self._lock.connection_noticed.connect(self._noticed),
            self._lock.connection_changed.connect(self._weigh),
        )

        @callback
        def stop() -> None:
            for end in ends:
                end()
            self._end()

        return stop

    @callback
    def _noticed(self, notice: ConnectionNotice) -> None:
        self._end()
        if notice.type is NoticeType.UNRESPONSIVE:
            self._begin(notice.noticed_at)

    def _begin(self, since: datetime | None) -> None:
        self._since = since
        if (left := self._left(since)) > 0:
            self._timer = async_call_later(self._hass, left, self._due)
        else:
            self._weigh()

    def _end(self) -> None:
        self._since = None
        if self._timer is not None:
            self._timer()
            self._timer = None

    @callback
    def _due(self, _now: datetime) -> None:
        self._timer = None
        self._weigh()

    @callback
    def _weigh(self) -> None:
        """Tell, unless it is too early, told already or over."""
        if self._since is None or self._timer is not None:
            return
        if not self._lock.connection.responsive and self._is_meant():
            self._end()
            self._tell()

    def _is_meant(self) -> bool:
        return not self._causes or self._lock.verdict.cause in self._causes

    def _left(self, since: datetime | None) -> float:
        """Seconds until the silence has lasted long enough."""
        now = dt_util.utcnow()
        return ((since or now) + self._wait - now).total_seconds()
