"""Diagnostics of the home, a section per lock and hub, without names, addresses or codes."""

from collections import Counter
import re
from typing import Any, Final

from homeassistant.components.system_log import DOMAIN as SYSTEM_LOG_DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from .const import (
    CONF_CONTROLLERS,
    CONF_LLM_TOOL,
    CONF_MAY_ASSIGN,
    CONF_NAMES_VISIBLE_TO,
    DOMAIN,
    SUBENTRY_LOCK,
    SUBENTRY_PERSON,
)
from .diagnostics_of_hub import hub_section, router_section
from .diagnostics_of_lock import async_lock_section
from .domain.diagnosis import Diagnosis, Finding
from .home import AqaraLockConfigEntry, Home
from .preflight import async_survey
from .redaction import Redaction

MAX_ERRORS: Final = 20
OWN: Final = __package__
PROGRAM_PARTS: Final = 3
"""As in `homeassistant.components.automation`; what follows may be a word of a user."""
OWN_FRAME: Final = re.compile(rf'/{DOMAIN}/((?:[a-z_]+/)*[a-z_]+\.py)", line (\d+)')
CLASS_NAME: Final = re.compile(
    r"[A-Za-z_][\w.]*(Error|Exception|Warning|Timeout|Failed)"
)
KINDS: Final = frozenset(
    {"installed", "missed", "newest", "reason", "state", "version", "where"}
)
"""Parameters of findings that are words of a program, never of a user."""


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: AqaraLockConfigEntry
) -> dict[str, Any]:
    """Give what is needed to find a cause, from the file alone."""
    hidden = Redaction()
    if entry.state is ConfigEntryState.LOADED:
        found = await _running(hass, entry, hidden)
    else:
        found = await _not_running(hass, hidden)
    return {"home": _home(entry), **found, "last_errors": _last_errors(hass)}


async def _running(
    hass: HomeAssistant, entry: AqaraLockConfigEntry, hidden: Redaction
) -> dict[str, Any]:
    home = entry.runtime_data
    locks = home.locks.values()
    return {
        "locks": [await async_lock_section(hass, entry, x, hidden) for x in locks],
        **_hubs(home, hidden),
        "host": hidden.plain(home.diagnosis.host),
        "lan": hidden.plain(home.diagnosis.evidence.lan),
        "software": hidden.plain(home.diagnosis.evidence.software),
        "findings": _findings(home.diagnosis.diagnosis, hidden),
    }


async def _not_running(hass: HomeAssistant, hidden: Redaction) -> dict[str, Any]:
    """Look at the network as a flow does, for a home that could not be set up."""
    evidence = (await async_survey(hass)).evidence
    hubs = ((hub, router_section(hub.router, hidden)) for hub in evidence.hubs)
    return {
        "hubs": [{**section, "state": hub.state.value} for hub, section in hubs],
        "host": hidden.plain(evidence.host),
        "software": hidden.plain(evidence.software),
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
        "state": entry.state.value,
        "locks": kinds[SUBENTRY_LOCK],
        "persons": kinds[SUBENTRY_PERSON],
        "controller_labels": len(entry.options.get(CONF_CONTROLLERS, {})),
        "names_visible_to": entry.options.get(CONF_NAMES_VISIBLE_TO),
        "may_assign": entry.options.get(CONF_MAY_ASSIGN),
        "llm_tool": entry.options.get(CONF_LLM_TOOL),
    }


def _last_errors(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Give where warnings and errors of ours came from; their texts may hold names."""
    handler = hass.data.get(SYSTEM_LOG_DOMAIN)
    if handler is None:
        return []
    ours = [item for item in handler.records.to_list() if _is_ours(item)]
    return [
        {
            "logger": _program(item["name"]),
            "frames": _own_frames(item),
            "level": item["level"],
            "line": item["source"][1],
            "exception": _kind_of(item["exception"]),
            "count": item["count"],
            "last": item["timestamp"],
        }
        for item in ours[:MAX_ERRORS]
    ]


def _is_ours(item: dict[str, Any]) -> bool:
    """Tell an error of ours, also one that Home Assistant itself had to log."""
    return item["name"].startswith(OWN) or bool(_own_frames(item))


def _program(logger: str) -> str:
    """Name the program behind a logger; those of automations and scripts go on with theirs."""
    if logger.startswith(OWN):
        return logger
    return ".".join(logger.split(".")[:PROGRAM_PARTS])


def _own_frames(item: dict[str, Any]) -> list[str]:
    """Give the places in our own files that an exception came through."""
    return [f"{file}:{line}" for file, line in OWN_FRAME.findall(item["exception"])]


def _kind_of(trace: str) -> str | None:
    """Give the class of an exception; what follows it may hold names."""
    last = trace.strip().rpartition("\n")[2].partition(":")[0].strip()
    return last if CLASS_NAME.fullmatch(last) else None
