"""Findings in words: what is wrong, how it is known, what to do first."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from homeassistant.core import HomeAssistant

from .domain.diagnosis import Finding
from .domain.rules import Parameter
from .messages import clock_text, message


def finding_message(hass: HomeAssistant, finding: Finding) -> str:
    """Say what is wrong and what to do, in Home Assistant's language."""
    return message(hass, f"problem_{finding.id}", **placeholders(finding))


def placeholders(finding: Finding) -> dict[str, str]:
    """Give the parameters as text; times in the home's time zone."""
    return {key: _text(value) for key, value in finding.parameters.items()}


def attributes_of(hass: HomeAssistant, findings: Iterable[Finding]) -> dict[str, Any]:
    """Give findings as the attribute of a diagnosis sensor."""
    return {
        "findings": [
            {
                "id": finding.id,
                "severity": finding.severity.name.lower(),
                "confidence": finding.confidence.name.lower(),
                "message": finding_message(hass, finding),
                "parameters": placeholders(finding),
            }
            for finding in findings
        ]
    }


def _text(value: Parameter) -> str:
    if isinstance(value, datetime):
        return clock_text(value)
    return f"{value:g}" if isinstance(value, float) else str(value)
