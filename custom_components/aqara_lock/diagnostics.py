"""Diagnostics of the home, a section per lock and hub, without names, addresses or codes."""

from collections import Counter
from typing import Any, Final

from homeassistant.components.system_log import DOMAIN as SYSTEM_LOG_DOMAIN
from homeassistant.core import HomeAssistant

from .const import (
    CONF_CONTROLLERS,
    CONF_LLM_TOOL,
    CONF_NAMES_VISIBLE_TO,
    SUBENTRY_PERSON,
)
from .diagnostics_of_hub import hub_section, router_section
from .diagnostics_of_lock import async_lock_section
from .domain.diagnosis import Diagnosis, Finding
from .home import AqaraLockConfigEntry, Home
from .redaction import Redaction

MAX_ERRORS: Final = 20
OWN: Final = __package__
KINDS: Final = frozenset({"installed", "newest", "reason", "state", "version", "where"})
"""Parameters of findings that are words of a program, never of a user."""


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: AqaraLockConfigEntry
) -> dict[str, Any]:
    """Give what is needed to find a cause, from the file alone."""
    hidden = Redaction()
    home = entry.runtime_data
    locks = home.locks.values()
    return {
        "home": _home(entry),
        "locks": [await async_lock_section(hass, entry, x, hidden) for x in locks],
        **_hubs(home, hidden),
        "host": hidden.plain(home.diagnosis.host),
        "lan": hidden.plain(home.diagnosis.evidence.lan),
        "software": hidden.plain(home.diagnosis.evidence.software),
        "findings": _findings(home.diagnosis.diagnosis, hidden),
        "last_errors": _last_errors(hass),
    }


def _hubs(home: Home, hidden: Redaction) -> dict[str, Any]:
    seen = {hub.id: hub for hub in home.diagnosis.evidence.hubs}
    others = (x for x in home.routers.values() if x.id not in home.hubs)
    return {
        "hubs": [
            hub_section(hub, seen.get(hub.router.id), hidden)
            for hub in home.hubs.values()
        ],
        "other_border_routers": [router_section(x, hidden) for x in others],
    }


def _findings(diagnosis: Diagnosis, hidden: Redaction) -> dict[str, Any]:
    return {
        "found": [_finding(finding, hidden) for finding in diagnosis.findings],
        "not_checked": {rule: gap.value for rule, gap in diagnosis.not_checked.items()},
    }


def _finding(finding: Finding, hidden: Redaction) -> dict[str, Any]:
    return {
        "rule": finding.id,
        "scope": finding.scope.value,
        "subject": hidden.tag(finding.subject),
        "locks": [hidden.tag(lock) for lock in finding.locks],
        "severity": finding.severity.name,
        "confidence": finding.confidence.name,
        "caveat": finding.caveat.value if finding.caveat else None,
        "parameters": {
            key: value if key in KINDS else hidden.plain(value)
            for key, value in finding.parameters.items()
        },
    }


def _home(entry: AqaraLockConfigEntry) -> dict[str, Any]:
    kinds = Counter(subentry.subentry_type for subentry in entry.subentries.values())
    return {
        "locks": len(entry.runtime_data.locks),
        "hubs": len(entry.runtime_data.hubs),
        "persons": kinds[SUBENTRY_PERSON],
        "controller_labels": len(entry.options.get(CONF_CONTROLLERS, {})),
        "names_visible_to": entry.options.get(CONF_NAMES_VISIBLE_TO),
        "llm_tool": entry.options.get(CONF_LLM_TOOL),
    }


def _last_errors(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Give where warnings and errors of ours came from; their texts may hold names."""
    handler = hass.data.get(SYSTEM_LOG_DOMAIN)
    if handler is None:
        return []
    ours = [item for item in handler.records.to_list() if item["name"].startswith(OWN)]
    return [
        {
            "logger": item["name"],
            "level": item["level"],
            "line": item["source"][1],
            "count": item["count"],
            "last": item["timestamp"],
        }
        for item in ours[:MAX_ERRORS]
    ]
