"""A lock of the home that is connected again: another hub, a new hub, a new router."""

from typing import Any, override

from homeassistant.config_entries import SubentryFlowResult

from ..const import CONF_HUB, SAVED
from ..domain.thread import BorderRouter
from ..preflight import replacement_of
from .lock_flow import WHERE_AM_I
from .lock_verify import VerifySteps
from .running import require_disk
from .steps import offers


class LockRebindSteps(VerifySteps):
    """Journal and persons stay; only the way to the lock changes."""

    @property
    def new_hub(self) -> BorderRouter | None:
        """The hub that took the place of the meant one, if it was replaced."""
        lock = self.lock
        return replacement_of(self.home, lock) if lock else None

    async def async_step_check_binding(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Check the connection again and show the report."""
        self.after_report = ("save", "report_details", "check_binding", "rebind")
        return await self.go_to("verify")

    @offers
    async def async_step_rebind(self) -> SubentryFlowResult:
        """Ask what has changed."""
        self.after_report = ("save", "report_details", "check_binding", "rebind")
        return self.show_choice(
            "rebind", "other_hub", "connect_hub", "share", WHERE_AM_I, "glossary"
        )

    async def async_step_other_hub(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Choose another hub for this lock."""
        self.after_hub = "hub_chosen"
        return await self.go_to("search")

    async def async_step_hub_chosen(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Keep the choice, and move the lock there where it is not there yet."""
        await self._mean(self.hub_id)
        return await self.go_to("connect_hub")

    async def async_step_replaced_hub(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Take the new hub in the place of the one that is gone."""
        if (new_hub := self.new_hub) is not None:
            await self._mean(new_hub.id)
        return await self.go_to("check_binding")

    async def async_step_save(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """End; what was chosen is kept already."""
        return self.async_abort(reason=SAVED)

    @property
    @override
    def preferred_hub_id(self) -> str | None:
        """The hub that is meant for this lock; a new lock has none of its own yet."""
        lock = self.lock
        if self.hub_id is None and lock is not None and lock.preferred_hub_id:
            return lock.preferred_hub_id
        return super().preferred_hub_id

    async def _mean(self, hub_id: str | None) -> None:
        await require_disk(self._get_entry())
        subentry = self.kept("lock_gone")
        data = {key: value for key, value in subentry.data.items() if key != CONF_HUB}
        if hub_id is not None:
            data[CONF_HUB] = hub_id
        self.hass.config_entries.async_update_subentry(
            self._get_entry(), subentry, data=data
        )
