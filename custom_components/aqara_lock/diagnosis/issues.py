"""Repairs of the diagnosis: one per cause, once it has lasted, gone by themselves."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..domain.diagnosis import REPAIR_AFTER, Finding, Severity
from ..texts import placeholders
from .engine import DiagnosisEngine

ISSUE_PREFIX: Final = "cause_"
SUBJECT_BYTES: Final = 8

SEVERITIES: Final = {
    Severity.ERROR: ir.IssueSeverity.ERROR,
    Severity.WARNING: ir.IssueSeverity.WARNING,
}


@callback
def forget_repairs(hass: HomeAssistant) -> None:
    """Delete the repairs of a home that is disabled or removed."""
    for issue_id in _raised(hass):
        ir.async_delete_issue(hass, DOMAIN, issue_id)


class DiagnosisRepairs:
    """Keeps the repairs in step with the findings.

    A repair outlives a reload, and with it that somebody ignored it: until its cause
    is found anew it stands for as long as a cause needs to become one.
    """

    def __init__(self, hass: HomeAssistant, watch: DiagnosisEngine) -> None:
        """Follow one diagnosis."""
        self._hass = hass
        self._watch = watch
        self._since: dict[str, datetime] = {}
        self._waits: dict[str, timedelta] = {}
        self._inherited: set[str] = set()
        self._inherited_until = dt_util.utcnow()
        self._recheck: CALLBACK_TYPE | None = None
        self._unsubscribe: CALLBACK_TYPE | None = None

    @callback
    def async_start(self) -> None:
        """Begin to follow."""
        now = dt_util.utcnow()
        self._inherited = _raised(self._hass)
        self._inherited_until = now + REPAIR_AFTER
        self._since = dict.fromkeys(self._inherited, now - REPAIR_AFTER)
        self._unsubscribe = self._watch.changed.connect(self._follow)
        self._plan_recheck(now)

    @callback
    def async_stop(self) -> None:
        """Follow no longer; what is raised stays for the next start."""
        if self._unsubscribe is not None:
            self._unsubscribe()
        self._cancel_recheck()

    @callback
    def _follow(self, _now: datetime | None = None) -> None:
        diagnosis = self._watch.diagnosis
        found = {_issue_id(x): x for x in _repairable(diagnosis.findings)}
        kept = {_issue_id(x) for x in _repairable(diagnosis.kept.values())}
        now = self._now()
        self._inherited -= set(found)
        if now >= self._inherited_until:
            self._inherited.clear()
        # While its locks are being checked, a repair is neither raised nor gone.
        for issue_id in set(self._since) - set(found) - self._inherited - kept:
            del self._since[issue_id]
            self._waits.pop(issue_id, None)
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
        for issue_id, finding in found.items():
            since = self._since.setdefault(issue_id, now)
            self._waits[issue_id] = finding.repair_after
            if now - since >= finding.repair_after:
                self._raise(issue_id, finding)
        self._plan_recheck(now)

    def _now(self) -> datetime:
        """Give the time; a clock that was set back makes nobody wait for longer."""
        now = dt_util.utcnow()
        self._since = {key: min(since, now) for key, since in self._since.items()}
        self._inherited_until = min(self._inherited_until, now + REPAIR_AFTER)
        return now

    def _raise(self, issue_id: str, finding: Finding) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id,
            data={"rule": finding.id, "subject": finding.subject},
            is_fixable=True,
            severity=SEVERITIES[finding.severity],
            translation_key=finding.id,
            translation_placeholders=placeholders(self._hass, finding),
        )

    def _plan_recheck(self, now: datetime) -> None:
        self._cancel_recheck()
        ends = [
            since + self._waits.get(issue_id, REPAIR_AFTER)
            for issue_id, since in self._since.items()
        ]
        if self._inherited:
            ends.append(self._inherited_until)
        waits = [end - now for end in ends]
        coming = [wait.total_seconds() for wait in waits if wait > timedelta()]
        if coming:
            self._recheck = async_call_later(self._hass, min(coming), self._follow)

    def _cancel_recheck(self) -> None:
        if self._recheck is not None:
            self._recheck()
            self._recheck = None


def _raised(hass: HomeAssistant) -> set[str]:
    """Give the repairs that are shown, or would be if nobody had ignored them."""
    every = ir.async_get(hass).issues.values()
    ours = (x.issue_id for x in every if x.domain == DOMAIN and x.active)
    return {issue_id for issue_id in ours if issue_id.startswith(ISSUE_PREFIX)}


def _repairable(findings: Iterable[Finding]) -> Iterable[Finding]:
    """Leave out mere notices, and what Home Assistant itself already shows."""
    serious = (x for x in findings if x.severity in SEVERITIES)
    return (x for x in serious if not x.core_has_repair)


def _issue_id(finding: Finding) -> str:
    """Name a repair without the id of a hub or network: diagnostics show the name."""
    subject = finding.subject or finding.scope.value
    tag = blake2b(subject.encode(), digest_size=SUBJECT_BYTES).hexdigest()
    return f"{ISSUE_PREFIX}{finding.id}_{tag}"
