"""The time by which entries are dated and pruned: the host's, where that can be right."""

from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from .domain.host_time import HostTime
from .network.host import read_synchronised
from .signals import Signal

LOOK_EVERY: Final = timedelta(seconds=60)
"""Time between two looks whether the clock is right by now; costs no traffic."""
NOTABLE: Final = timedelta(seconds=1)
"""A smaller correction changes no entry."""


class HostClock:
    """Dates by the host's clock; while it cannot be right, by the time that passes.

    `corrected` tells by how much the time was behind once the clock is right again.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Believe the clock until something speaks against it."""
        self._hass = hass
        self._time = HostTime()
        self.corrected: Signal[timedelta] = Signal()

    @property
    def is_plausible(self) -> bool:
        """Whether the clock can be right now."""
        self.now()
        return self._time.is_plausible

    @property
    def is_synchronised(self) -> bool | None:
        """Whether the clock is synchronised; None where nobody can tell."""
        return self._time.synchronised

    @callback
    def now(self) -> datetime:
        """Return the time."""
        return self.date(dt_util.utcnow())

    @callback
    def date(self, shown: datetime) -> datetime:
        """Return the time of a moment that the host's clock showed, in this run."""
        wall = dt_util.utcnow()
        was_plausible = self._time.is_plausible
        expected = self._expected() if not was_plausible else None
        time = self._time.read(wall, self._hass.loop.time())
        is_right = self._time.is_plausible
        if is_right and expected is not None and time - expected >= NOTABLE:
            self.corrected.send(time - expected)
        return shown + (time - wall)

    def _expected(self) -> datetime | None:
        return self._time.expected(self._hass.loop.time())

    @callback
    def stored(self, at: datetime, *, synchronised: bool | None = None) -> None:
        """Take a moment that is stored: the time is later."""
        self._time.stored(at, synchronised=synchronised)

    async def async_look(self, _now: datetime | None = None) -> None:
        """Look whether the clock is synchronised, and right by now."""
        self._time.synchronised = await self._hass.async_add_executor_job(
            read_synchronised
        )
        self.now()


_CLOCK: HassKey[HostClock] = HassKey("aqara_lock_clock")


@callback
def host_clock(hass: HomeAssistant) -> HostClock:
    """Return the clock of the home that runs."""
    return hass.data.setdefault(_CLOCK, HostClock(hass))


@callback
def begin_host_clock(hass: HomeAssistant) -> HostClock:
    """Return a clock that knows nothing yet, for a home that starts."""
    clock = hass.data[_CLOCK] = HostClock(hass)
    return clock
