"""What every trigger of a lock shares: whom it means, and how its action is run.

Lock triggers follow the runtime, not states: a restored state, a replay or an entity
that was renamed fires nothing, and every entity of a lock stands for the lock.
"""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, override

from homeassistant.const import ATTR_DEVICE_ID, ATTR_ENTITY_ID, Platform
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers.trigger import (
    NotTriggeredInfo,
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)

from ..domain.journal import JournalEntry
from ..locks import Lock, entity_id_of
from .actor_filter import Verdict
from .target import Target, Targeted, follow_locks


class LockTrigger(Targeted, Trigger):
    """A trigger that listens to locks themselves."""

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Initialize with target and options."""
        super().__init__(hass, config)
        self._aim(hass, config)

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Listen to every lock, also to those that are added later."""
        runner = Runner(self._hass, self._target, run_action, did_not_trigger)
        return follow_locks(self._hass, lambda lock: self._listen(lock, runner))

    @abstractmethod
    def _listen(self, lock: Lock, runner: Runner) -> CALLBACK_TYPE:
        """Listen to one lock; returns what ends it."""


class Runner:
    """Runs the action for locks that the target means."""

    def __init__(
        self,
        hass: HomeAssistant,
        target: Target,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None,
    ) -> None:
        """Wrap what Home Assistant gave."""
        self._hass = hass
        self._target = target
        self._run_action = run_action
        self._did_not_trigger = did_not_trigger

    @callback
    def run(
        self,
        lock: Lock,
        variables: Mapping[str, Any],
        context: Context | None = None,
    ) -> None:
        """Run the action; its description, which others may read, tells no more than where."""
        if not self._target.has(lock):
            return
        entity_id = self._entity_id(lock)
        where = {
            ATTR_ENTITY_ID: entity_id,
            ATTR_DEVICE_ID: lock.device.id if lock.device else None,
            "lock": lock.name,
        }
        self._run_action({**where, **variables}, f"state of {entity_id}", context)

    @callback
    def refuse(self, lock: Lock, verdict: Verdict, line: JournalEntry) -> None:
        """Record in the trace that a name was not sure enough."""
        if self._did_not_trigger is None or verdict is not Verdict.NOT_SURE_ENOUGH:
            return
        if self._target.has(lock):
            confidence = line.attribution.confidence.value if line.attribution else None
            data = {ATTR_ENTITY_ID: self._entity_id(lock), "confidence": confidence}
            self._did_not_trigger(NotTriggeredInfo(verdict.value, data))

    def _entity_id(self, lock: Lock) -> str | None:
        return entity_id_of(self._hass, Platform.EVENT, lock.id, "activity")
