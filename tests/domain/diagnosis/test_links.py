"""The colours of the path from Home Assistant to a lock."""

import pytest

from custom_components.aqara_lock.domain.diagnosis.links import (
    Link,
    LinkState,
    link_of,
    path_health,
)
from custom_components.aqara_lock.domain.diagnosis.reasoning import Finding
from custom_components.aqara_lock.domain.diagnosis.rules import (
    RULES,
    Confidence,
    Scope,
    Severity,
)

OK, WARNING, ERROR, UNKNOWN = LinkState


def found(rule_id: str, severity: Severity) -> Finding:
    """Find something."""
    return Finding(
        rule=next(rule for rule in RULES if rule.id == rule_id),
        scope=Scope.HOME,
        subject=None,
        locks=("lock",),
        severity=severity,
        confidence=Confidence.HIGH,
        caveat=None,
        core_has_repair=False,
        parameters={},
    )


def colours(
    *findings: Finding, responsive: bool = True, checking: bool = False
) -> list[LinkState]:
    """Return the states of the path in their order."""
    found = path_health(findings, responsive=responsive, checking=checking)
    return [found[link] for link in Link]


@pytest.mark.parametrize(
    ("rule_id", "link"),
    [
        ("matter_unavailable", Link.HOME_ASSISTANT),
        ("ipv6_disabled", Link.NETWORK),
        ("other_subnet", Link.NETWORK),
        ("hub_offline", Link.HUB),
        ("low_battery", Link.LOCK),
    ],
)
def test_a_cause_sits_in_a_link(rule_id: str, link: Link) -> None:
    assert link_of(found(rule_id, Severity.ERROR)) is link


def test_every_rule_has_a_link() -> None:
    assert {link_of(found(rule.id, Severity.ERROR)) for rule in RULES} == set(Link)


def test_without_a_finding_all_is_well() -> None:
    assert colours() == [OK, OK, OK, OK]


def test_a_notice_is_no_colour() -> None:
    assert colours(found("hub_unstable", Severity.NOTICE)) == [OK, OK, OK, OK]


def test_a_warning_is_amber_where_it_sits() -> None:
    warning = found("hub_unstable", Severity.WARNING)
    assert colours(warning) == [OK, OK, WARNING, OK]
    assert colours(found("hub_offline", Severity.ERROR), warning)[2] is ERROR


def test_what_lies_behind_a_broken_link_is_not_known() -> None:
    cut = found("ipv6_disabled", Severity.ERROR)
    battery = found("low_battery", Severity.WARNING)
    assert colours(cut, battery, responsive=False) == [OK, ERROR, UNKNOWN, UNKNOWN]


def test_a_lock_that_answers_is_seen_behind_a_cause() -> None:
    assert colours(found("hub_offline", Severity.ERROR)) == [OK, OK, ERROR, OK]


def test_silence_without_a_cause_is_the_lock_itself() -> None:
    assert colours(responsive=False) == [OK, OK, OK, ERROR]


def test_a_lock_that_is_being_checked_is_not_judged() -> None:
    assert colours(responsive=False, checking=True) == [OK, OK, OK, UNKNOWN]
