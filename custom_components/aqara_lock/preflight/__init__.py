"""The checks before a lock is set up, and the report after it."""

from .binding_report import async_verify
from .readiness import async_survey
from .replaced_hub import replacement_of

__all__ = ["async_survey", "async_verify", "replacement_of"]
