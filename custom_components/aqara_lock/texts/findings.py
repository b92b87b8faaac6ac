"""Findings in words: what is wrong, how it is known, what to do first."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from homeassistant.core import HomeAssistant

from ..domain.diagnosis import NONE_TEXT, Finding, Measure, Parameter
from .remedies import OF_INSTALLATION, Told, what_to_do
from .translations import message, moment_text, text

ISSUES: Final = "issues"
STEP: Final = "fix_flow.step.recheck.description"
DOUBT: Final = "doubt"
UNTOLD: Final = frozenset({DOUBT, *OF_INSTALLATION})
"""What is put into words and is no parameter of the finding."""
HUB: Final = "hub"
REMEDY: Final = 1
"""Place of what to do among the paragraphs of a repair: after what is wrong."""
LINKS: Final = -1
"""Place of the links to the pages of the locks: they are for the repair alone."""


def title_and_remedy(
    hass: HomeAssistant, finding: Finding, **names: str
) -> tuple[str, str]:
    """Say in short what is wrong, and what to do, in the words of the repair."""
    told = placeholders(hass, finding, **names)
    title = text(hass, ISSUES, f"{finding.id}.title")
    paragraphs = _paragraphs(hass, finding)
    remedy = paragraphs[REMEDY] if len(paragraphs) > REMEDY else ""
    return title.format(**told), remedy.format(**told)


def headline(hass: HomeAssistant, finding: Finding) -> str:
    """Say in one line what is wrong, how sure, and what to do first; no markdown."""
    title, remedy = title_and_remedy(hass, finding)
    first = remedy.replace("*", "").partition(". ")[0].removesuffix(".")
    known = f"{title}.{_doubt(hass, finding)}"
    return f"{known} {first}." if first else known


def summary(hass: HomeAssistant, finding: Finding) -> str:
    """Say a headline and, where a door depends on it, what still works there."""
    works = message(hass, "still_works")
    said = headline(hass, finding)
    return f"{said} {works}" if works in _paragraphs(hass, finding)[0] else said


def whole(hass: HomeAssistant, finding: Finding) -> str:
    """Say everything that the repair says, in its paragraphs; markdown."""
    told = placeholders(hass, finding)
    return "\n\n".join(_paragraphs(hass, finding)).format(**told)


def _paragraphs(hass: HomeAssistant, finding: Finding) -> list[str]:
    """Return what a repair says, with its placeholders and without its links."""
    return text(hass, ISSUES, f"{finding.id}.{STEP}").split("\n\n")[:LINKS]


def placeholders(hass: HomeAssistant, finding: Finding, **names: str) -> dict[str, str]:
    """Give the parameters as text; times in the home's time zone.

    `names` are said in place of those that the finding has.
    """
    told = {
        key: parameter_text(hass, value) for key, value in finding.parameters.items()
    }
    told |= names
    told[DOUBT] = _doubt(hass, finding)
    if told.get(HUB) == NONE_TEXT:
        told[HUB] = message(hass, "hub_unnamed")
    told |= what_to_do(hass, finding.id, told)
    in_words = _IN_WORDS.get(finding.id)
    return told | in_words(hass, told) if in_words is not None else told


def _doubt(hass: HomeAssistant, finding: Finding) -> str:
    """Say why a finding is less sure than it sounds; nothing where it is sure."""
    if finding.caveat is None:
        return ""
    return f" {message(hass, f'doubt_{finding.caveat.value}')}"


def _measured(hass: HomeAssistant, told: Told) -> Told:
    """Say which measures were bad, and only those."""
    bad = (measure for measure in Measure if measure in told)
    said = (message(hass, f"measured_{bad_one}", **told) for bad_one in bad)
    return {"measured": "; ".join(said)}


def _turned_off(hass: HomeAssistant, told: Told) -> Told:
    """Say where IPv6 was turned off."""
    return {"turned_off": message(hass, f"turned_off_{told['where']}")}


def _missed(hass: HomeAssistant, told: Told) -> Told:
    """Say how it is known that a hub is gone."""
    return {"how_known": message(hass, f"missed_{told['missed']}")}


def _matter_is(hass: HomeAssistant, told: Told) -> Told:
    """Say what is known of the Matter integration."""
    known = "unknown" if told["state"] == NONE_TEXT else told["state"]
    return {"matter_is": message(hass, f"matter_is_{known}")}


def _charge(hass: HomeAssistant, told: Told) -> Told:
    """Say how much is left in a battery; some locks tell no number."""
    key = "charge_not_told" if told["percent"] == NONE_TEXT else "charge_percent"
    return {"charge": message(hass, key, percent=told["percent"])}


def _own_timeout(hass: HomeAssistant, told: Told) -> Told:
    """Say how long this host's own firewall remembers, where it has one."""
    seen = told["timeout"] != NONE_TEXT
    key = "own_timeout_seconds" if seen else "own_timeout_not_seen"
    return {"own_timeout": message(hass, key, timeout=told["timeout"])}


def _reported(hass: HomeAssistant, told: Told) -> Told:
    """Say when a lock last reported anything."""
    never = told["last_report"] == NONE_TEXT
    key = "reported_nothing_yet" if never else "reported_at"
    return {"reported": message(hass, key, last_report=told["last_report"])}


_IN_WORDS: Final[dict[str, Callable[[HomeAssistant, Told], Told]]] = {
    "weak_link": _measured,
    "ipv6_disabled": _turned_off,
    "hub_offline": _missed,
    "matter_unavailable": _matter_is,
    "low_battery": _charge,
    "firewall_timeout": _own_timeout,
    "stale_subscription": _reported,
}
"""Rules of which a parameter is said in words of its own."""


class FindingTexts:
    """The findings of one diagnosis in words, in Home Assistant's language.

    Each is put into words once, however many locks it concerns.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin with nothing said."""
        self._hass = hass
        self._said: dict[Finding, dict[str, Any]] = {}

    def message(self, finding: Finding) -> str:
        """Say the whole: what is wrong, how that is known, what works, what to do."""
        said: str = self._say(finding)["message"]
        return said

    def summary(self, finding: Finding) -> str:
        """Say in one line what is wrong and what to do first."""
        return summary(self._hass, finding)

    def attributes(self, findings: Iterable[Finding]) -> dict[str, Any]:
        """Give findings as the attribute of a diagnosis sensor."""
        return {"findings": [self._say(finding) for finding in findings]}

    def _say(self, finding: Finding) -> dict[str, Any]:
        if (said := self._said.get(finding)) is None:
            said = self._said[finding] = _as_plain(self._hass, finding)
        return said


def _as_plain(hass: HomeAssistant, finding: Finding) -> dict[str, Any]:
    told = placeholders(hass, finding)
    return {
        "id": finding.id,
        "severity": finding.severity.name.lower(),
        "confidence": finding.confidence.name.lower(),
        "message": whole(hass, finding),
        "parameters": {key: told[key] for key in told if key not in UNTOLD},
    }


def parameter_text(hass: HomeAssistant, value: Parameter) -> str:
    """Give one parameter as text; a moment in the home's time zone."""
    if isinstance(value, datetime):
        return moment_text(hass, value)
    return f"{value:g}" if isinstance(value, float) else str(value)
