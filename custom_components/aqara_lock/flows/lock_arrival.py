"""The live watch for the lock's appearance on the hub's Thread network."""

import asyncio
from typing import Any, Final, override

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.core import callback

from ..domain.commissioning import Arrival, ArrivalPlace
from ..network.mdns import ArrivalMonitor
from ..texts import lines
from .lock_flow import WHERE_AM_I, LockFlow
from .steps import offers

WATCH_SECONDS: Final = 180
"""How long the app takes to hand a lock over to the hub, and then some."""
LISTEN_SECONDS: Final = 5.0
"""A device that is there answers the first question within a second or two."""


class ArrivalSteps(LockFlow):
    """Sees the lock come onto the network, or says what was seen instead."""

    _arrivals: ArrivalMonitor | None = None
    _seeing: asyncio.Task[Arrival | None] | None = None
    _seen: Arrival | None = None

    @offers
    async def async_step_connect_hub(self) -> SubentryFlowResult:
        """Say how the lock joins the hub; what comes from the first time on is new."""
        if self._arrivals is None:
            await self._listen_anew()
        return self.show_choice(
            "connect_hub", "watch", "connect_hub_failed", WHERE_AM_I
        )

    async def async_step_watch(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Wait until the lock appears; one that is there already is not waited for."""
        if self._arrivals is None:
            await self._listen_anew()
        if self._seeing is None:
            self._seeing = self.hass.async_create_background_task(
                self._next(), "aqara_lock arrival"
            )
            if self._seeing.done():
                return await self.go_to(self._after_watch())
        if not self._seeing.done():
            return self._show_seeing("watch", self._seeing)
        return self.async_show_progress_done(next_step_id=self._after_watch())

    async def async_step_listen(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Look on which network a lock is that is set up already."""
        if self._seeing is None:
            await self._listen_anew()
            self._seeing = self.hass.async_create_background_task(
                self._present(), "aqara_lock arrival"
            )
        if not self._seeing.done():
            return self._show_seeing("listen", self._seeing)
        return self.async_show_progress_done(next_step_id=await self._after_listen())

    def _show_seeing(
        self, step_id: str, seeing: asyncio.Task[Arrival | None]
    ) -> SubentryFlowResult:
        return self.async_show_progress(
            step_id=step_id,
            progress_action=step_id,
            progress_task=seeing,
            description_placeholders=self.words,
        )

    def _take_seen(self) -> Arrival | None:
        assert self._seeing is not None
        self._seen, self._seeing = self._seeing.result(), None
        return self._seen

    def _after_watch(self) -> str:
        seen = self._take_seen()
        return _AFTER[seen.place] if seen else "not_arrived"

    async def _after_listen(self) -> str:
        """Go to the code; nothing new can come of a lock that is set up already."""
        seen = self._take_seen()
        await self._stop_listening()
        if seen is not None and seen.place is ArrivalPlace.OTHER_NETWORK:
            return "arrived_elsewhere"
        is_heard = seen is not None and seen.place is ArrivalPlace.MEANT_NETWORK
        self.intro = "share_intro_heard" if is_heard else "share_intro_nothing"
        return "share"

    @offers
    async def async_step_arrived(self) -> SubentryFlowResult:
        """Say that the lock is on the hub's network, and have the door calibrated."""
        await self._stop_listening()
        return self.show_choice("arrived", "share", "calibrate_failed", WHERE_AM_I)

    @offers
    async def async_step_arrived_elsewhere(self) -> SubentryFlowResult:
        """Say on whose network the lock is instead."""
        seen = self._seen
        assert seen is not None
        return self.show_choice(
            "arrived_elsewhere",
            "connect_hub",
            "watch",
            "calibrate",
            WHERE_AM_I,
            network=seen.network_name or seen.network or "–",
            others=self.named(seen.hubs),
        )

    @offers
    async def async_step_arrived_unknown(self) -> SubentryFlowResult:
        """Say that a device came, and that its network is not known."""
        return self.show_choice(
            "arrived_unknown", "watch", "connect_hub", "calibrate", WHERE_AM_I
        )

    @offers
    async def async_step_not_arrived(self) -> SubentryFlowResult:
        """Say that nothing came, and what Home Assistant can see of the network."""
        self.hub_id = self.preferred_hub_id
        await self.look()
        return self.show_choice(
            "not_arrived",
            "watch",
            "connect_hub_failed",
            "calibrate",
            WHERE_AM_I,
            results=lines(self.hass, self.checks),
        )

    async def _next(self) -> Arrival | None:
        """Wait for the next device on Thread; None when none comes in time."""
        assert self._arrivals is not None
        try:
            async with asyncio.timeout(WATCH_SECONDS):
                return await self._arrivals.next(self.meant_hub)
        except TimeoutError:
            return None

    async def _present(self) -> Arrival | None:
        """Listen for a moment and take the device that fits best."""
        assert self._arrivals is not None
        await asyncio.sleep(LISTEN_SECONDS)
        present = self._arrivals.present(self.meant_hub)
        return present[0] if present else None

    async def _listen_anew(self) -> None:
        await self._stop_listening()
        self._arrivals = self.home.watch_arrivals()
        await self._arrivals.async_start()

    async def _stop_listening(self) -> None:
        if self._arrivals is not None:
            await self._arrivals.async_stop()
            self._arrivals = None

    @callback
    @override
    def async_remove(self) -> None:
        """Stop to listen when the dialog is closed."""
        self.hass.async_create_task(self._stop_listening())


_AFTER: Final = {
    ArrivalPlace.MEANT_NETWORK: "arrived",
    ArrivalPlace.OTHER_NETWORK: "arrived_elsewhere",
    ArrivalPlace.NETWORK_UNKNOWN: "arrived_unknown",
}
