"""Subentry flow of a lock: from the box on the table to a lock that is watched."""

from collections.abc import Mapping
from typing import ClassVar

from .lock_arrival import ArrivalSteps
from .lock_settings import LockSettingsFlow
from .lock_start import StartSteps
from .lock_steps import LOCK_STEPS
from .lock_who import WhoSteps
from .steps import Step


class LockSubentryFlow(StartSteps, ArrivalSteps, WhoSteps, LockSettingsFlow):
    """Connects a lock hub first, takes over one that is there, or changes its settings."""

    steps: ClassVar[Mapping[str, Step]] = LOCK_STEPS
