"""The pings to one lock in their order: when each is due, and what it may cost."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address
import logging

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ...domain.budget import SERVER_PATIENCE, SLOW_SERVER_PATIENCE
from ...domain.connectivity import SUSPICION, PingPlan, PingReply
from ...signals import Signal
from .cache import ConnectionCache
from .ping import LockPing

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LostPing:
    """A ping without an answer.

    `number` counts the pings of its round, `at` and `asked` are when it was sent, by the
    clock of this host and by the event loop's in seconds.
    """

    plan: PingPlan
    number: int
    reply: PingReply
    at: datetime
    asked: float


@dataclass(slots=True, eq=False)
class _Round:
    """A ping plan that runs: when it began, and how many of its pings are over.

    `is_unsent`: the last of them could not be handed to the Matter server. `then` is the
    round that this one interrupts.
    """

    plan: PingPlan
    begun: float
    done: int = 0
    is_unsent: bool = False
    then: _Round | None = None


class PingRounds:
    """Runs one round of pings at a time, within the budget of its purpose.

    What it has to know of the way to the lock is set by the monitor: `next_hop`, by which
    packets go; `is_cut`, that none leaves this host; `are_hubs_gone`; `is_responsive`;
    and `cured_at`, when the last obstacle went away by the event loop's clock.
    """

    def __init__(
        self, hass: HomeAssistant, memory: ConnectionCache, ping: LockPing
    ) -> None:
        """Begin with no round."""
        self._hass = hass
        self._memory = memory
        self._ping = ping
        self._round: _Round | None = None
        self._timer: CALLBACK_TYPE | None = None
        self._is_stopped = False
        self.next_hop: IPv6Address | None = None
        self.is_cut = self.are_hubs_gone = False
        self.is_responsive = True
        self.cured_at = 0.0
        self.answered: Signal[datetime, PingReply] = Signal()
        """Sends an answer, and when the ping was sent."""
        self.lost: Signal[LostPing] = Signal()

    @property
    def plan(self) -> PingPlan | None:
        """The plan of the round that runs; None without one."""
        return self._round.plan if self._round is not None else None

    @callback
    def async_stop(self) -> None:
        """End the round, and begin none any more."""
        self._is_stopped = True
        self._ping.async_stop()
        self.end()

    @callback
    def start(self, plan: PingPlan) -> None:
        """Begin a round in the place of any other."""
        self._start(plan, None)

    @callback
    def interrupt(self, plan: PingPlan) -> None:
        """Begin a round, and go on with the one that runs afterwards."""
        self._start(plan, self._round)

    @callback
    def repeat_unsent(self) -> None:
        """Begin the round anew whose last ping the Matter server did not take."""
        if self._round is not None and self._round.is_unsent:
            self.start(self._round.plan)

    @callback
    def end(self) -> None:
        """End the round; a ping that is out may still be answered."""
        self._round = None
        if self._timer is not None:
            self._timer()
            self._timer = None

    def _start(self, plan: PingPlan, then: _Round | None) -> None:
        self.end()
        if not self._is_stopped:
            self._round = _Round(plan, self._hass.loop.time(), then=then)
            self._plan_next(self._round)

    def _plan_next(self, round_: _Round) -> None:
        """Wait for the next moment of a round that was not replaced meanwhile."""
        if round_ is not self._round:
            return
        if round_.done == len(round_.plan.moments):
            self._go_on(round_.then)
            return
        due = round_.begun + round_.plan.moments[round_.done]
        self._wait(round_, max(0.0, due - self._hass.loop.time()))

    def _go_on(self, then: _Round | None) -> None:
        """Go on with what a round interrupted, if it did."""
        self._round = then
        if then is not None:
            self._plan_next(then)

    def _wait(self, round_: _Round, seconds: float) -> None:
        @callback
        def ping(_now: datetime) -> None:
            self._timer = None
            if self.are_hubs_gone:
                self.end()
                return
            self._hass.async_create_background_task(
                self._ping_once(round_), "aqara_lock ping"
            )

        self._timer = async_call_later(self._hass, seconds, ping)

    async def _ping_once(self, round_: _Round) -> None:
        """Ping; what this host cannot send costs the lock nothing and is not counted."""
        plan = round_.plan
        await self._ping.async_turn(None if round_.done else plan.yields)
        if round_ is not self._round:
            return
        asked, is_cut = self._hass.loop.time(), self.is_cut
        budget = self._memory.pings[plan.purpose]
        if not is_cut and not budget.take(asked):
            self._wait_for_budget(round_, budget.wait(asked))
            return
        round_.done += 1
        at, next_hop = dt_util.utcnow(), self.next_hop
        reply = await self._ping.async_ping(self._patience(plan))
        if not is_cut and (reply is None or not reply.sent):
            budget.give_back(asked)
        if reply is not None and reply.answered:
            self.answered.send(at, reply)
        elif round_ is self._round:
            moved = self.next_hop not in (None, next_hop)
            self._unanswered(round_, reply, at, asked, moved=moved)

    def _patience(self, plan: PingPlan) -> float:
        slow = self._memory.is_slow and plan.patience == SERVER_PATIENCE
        return SLOW_SERVER_PATIENCE if slow else plan.patience

    def _wait_for_budget(self, round_: _Round, seconds: float) -> None:
        """Ask as soon as the lock may be asked, if the answer matters by then."""
        _LOGGER.debug("The ping budget of this lock is used up")
        is_needless = round_.plan is SUSPICION and self.is_responsive
        if is_needless or round_.then is not None:
            self._go_on(round_.then)
            return
        self._wait(round_, seconds)

    def _unanswered(
        self,
        round_: _Round,
        reply: PingReply | None,
        at: datetime,
        asked: float,
        *,
        moved: bool,
    ) -> None:
        """Send a ping without an answer; `moved`: packets go another way since."""
        if reply is not None and reply.sent and (moved or asked <= self.cured_at):
            _LOGGER.debug("A ping got lost on a way that is not taken any more")
            round_.done -= 1
        elif reply is not None:
            self.lost.send(
                LostPing(
                    plan=round_.plan,
                    number=round_.done,
                    reply=reply,
                    at=at,
                    asked=asked,
                )
            )
        round_.is_unsent = reply is None
        self._plan_next(round_)
