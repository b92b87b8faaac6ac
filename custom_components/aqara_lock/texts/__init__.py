"""Findings and reports as translated sentences."""

from .access import plan_text, status_text, window_text
from .binding_report import report, report_in_short
from .connection_check import check_text
from .findings import FindingTexts, headline, placeholders, title_and_remedy
from .lock_models import model_name, model_options, table
from .preflight import hub_options, lines, why_no_hub
from .sentences import spoken
from .translations import (
    async_load_messages,
    clock_text,
    duration_text,
    message,
    moment_text,
)

__all__ = [
    "FindingTexts",
    "async_load_messages",
    "check_text",
    "clock_text",
    "duration_text",
    "headline",
    "hub_options",
    "lines",
    "message",
    "model_name",
    "model_options",
    "moment_text",
    "placeholders",
    "plan_text",
    "report",
    "report_in_short",
    "spoken",
    "status_text",
    "table",
    "title_and_remedy",
    "why_no_hub",
    "window_text",
]
