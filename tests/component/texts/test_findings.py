"""Every finding in words: nothing is left open, and what is not known is said so."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
import re

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest

from custom_components.aqara_lock.domain.diagnosis.evidence import (
    Battery,
    BatteryLevel,
    Evidence,
    Gap,
)
from custom_components.aqara_lock.domain.diagnosis.reasoning import Finding, diagnose
from custom_components.aqara_lock.domain.diagnosis.rules import RULES, Rule, Severity
from custom_components.aqara_lock.matter.errors import Failure
from custom_components.aqara_lock.texts.findings import (
    FindingTexts,
    headline,
    placeholders,
    title_and_remedy,
)
from tests.contract.repository import translations
from tests.scenarios.home import NOW, ago, home, lock, software
from tests.scenarios.situations import (
    firewall_timeout,
    matter_unavailable,
    no_source_address,
)
from tests.scenarios.test_situations import CASES

from ..fake_lan import FakeHub
from ..fake_matter import FakeLock
from ..house import House

UNFINISHED = ("{", "since –", "– percent", "– seconds", "at –", "version –")


def findings() -> Iterator[tuple[str, Finding]]:
    for name, case in CASES.items():
        for finding in diagnose(case.evidence, NOW).findings:
            yield name, finding


def test_every_rule_is_put_into_words_here() -> None:
    assert {finding.id for _, finding in findings()} == {rule.id for rule in RULES}


async def test_nothing_is_left_open(hass: HomeAssistant, house: House) -> None:
    await house.start()
    issues, words = translations()["issues"], FindingTexts(hass)
    for name, finding in findings():
        step = issues[finding.id]["fix_flow"]["step"]["recheck"]
        told, _, links = step["description"].rpartition("\n\n")
        # The links to the pages of the locks are for the repair alone.
        assert links == "{links}"
        repair = told.format(**placeholders(hass, finding))
        title, remedy = title_and_remedy(hass, finding)
        short = words.summary(finding)
        assert "\n" not in short
        assert short.startswith(headline(hass, finding))
        for said in (repair, title, remedy, short):
            assert not [x for x in UNFINISHED if x in said], f"{name}: {said}"
        assert words.message(finding) == repair, name


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_its_texts(rule: Rule) -> None:
    texts = translations()
    sensors = texts["entity"]["sensor"]
    places = {
        "entity.sensor.diagnosis.state": sensors["diagnosis"]["state"],
        "entity.sensor.network_diagnosis.state": sensors["network_diagnosis"]["state"],
        "issues": texts["issues"],
    }
    missing = [place for place, known in places.items() if rule.id not in known]
    assert missing == [], "add the texts to translations/en.json"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_finding_says_what_still_works_and_what_to_do(rule: Rule) -> None:
    step = translations()["issues"][rule.id]["fix_flow"]["step"]["recheck"]
    said, _, remedy = step["description"].partition("\n\n**What to do:** ")
    assert remedy
    if rule.severity > Severity.NOTICE:
        words = (
            "Keypad, fingerprint and key still work at the door.",
            "the key works on.",
        )
        assert any(x in said for x in words)


@pytest.mark.parametrize(
    "failure", [x for x in Failure if x is not Failure.UNREACHABLE]
)
def test_every_command_that_fails_says_what_still_works(failure: Failure) -> None:
    """A lock that did not answer is told with its problem, which says so."""
    said = translations()["exceptions"][f"command_{failure}"]["message"]
    assert "Keypad, fingerprint and key still work." in said


UNKNOWN = {
    "battery without a number": (
        home(lock(battery=Battery(level=BatteryLevel.WARNING))),
        "low_battery",
        "a low battery: how much is left, it does not tell.",
    ),
    "battery with one": (
        home(lock(battery=Battery(level=BatteryLevel.WARNING, percent=14.6))),
        "low_battery",
        "a low battery: 15 percent left.",
    ),
    "firewall that is not seen": (
        firewall_timeout.UNSEEN_FIREWALL.evidence,
        "firewall_timeout",
        "This host has no such timeout that could be seen.",
    ),
    "firewall that is seen": (
        firewall_timeout.FOUND.evidence,
        "firewall_timeout",
        "This host's own timeout is 120 seconds;",
    ),
    "one of several servers": (
        matter_unavailable.ONE_LOCK_OF_ANOTHER_ENTRY.evidence,
        "matter_unavailable",
        "(the connection broke off just now, or it is one of several servers)",
    ),
    "integration that says nothing": (
        home(
            software(matter=Gap.UNKNOWN),
            *matter_unavailable.ONE_LOCK_OF_ANOTHER_ENTRY.evidence.locks,
        ),
        "matter_unavailable",
        "(the state of the Matter integration is not known)",
    ),
    "way without a hub that is known": (
        replace(no_source_address.FOUND.evidence, hubs=()),
        "no_source_address",
        "a link-local address, which the hub must refuse.",
    ),
    "lock that has reported": (
        home(lock(unconfirmed_at=ago(minutes=2), last_report=ago(minutes=3))),
        "stale_subscription",
        "the last report was at ",
    ),
    "lock that has reported nothing": (
        home(lock(unconfirmed_at=ago(minutes=2), last_report=None)),
        "stale_subscription",
        "none at all came since Home Assistant started.",
    ),
}


@pytest.mark.parametrize("name", UNKNOWN)
async def test_what_is_not_known_is_said_so(
    hass: HomeAssistant, house: House, name: str
) -> None:
    await house.start()
    evidence, rule_id, said = UNKNOWN[name]
    assert said in FindingTexts(hass).message(one(evidence, rule_id))


def one(evidence: Evidence, rule_id: str) -> Finding:
    (found,) = (x for x in diagnose(evidence, NOW).findings if x.id == rule_id)
    return found


async def test_since_when_is_told_with_the_day_once_it_is_another(
    house: House, u400_lock: FakeLock, hub: FakeHub
) -> None:
    noon = dt_util.now().replace(hour=12, minute=0)
    house.clock.move_to(noon)
    await house.start(u400_lock)
    await house.pass_time(65, 5)
    house.lan.unplug(hub)
    await house.pass_time(190, 5)
    assert "gone since 12:" in house.problem.attributes["message"]
    assert said_by_repair(house.hass).startswith("12:")
    house.clock.tick(timedelta(days=1))
    await house.pass_time(60, 30)
    assert f"gone since {noon:%Y-%m-%d} 12:" in house.problem.attributes["message"]
    assert said_by_repair(house.hass).startswith(f"{noon:%Y-%m-%d} 12:")


def said_by_repair(hass: HomeAssistant) -> str:
    every = ir.async_get(hass).issues.values()
    (told,) = (x for x in every if x.active and x.translation_key == "hub_offline")
    assert told.translation_placeholders is not None
    return told.translation_placeholders["since"]


BY_COMMANDS = re.compile(r"container|service\)|sysctl|net\.ipv6|accept_ra|port 5580")
BY_MENUS = re.compile(r"Settings › Apps|Home Assistant OS|Reboot system")
NEVER_THERE = {"container_bridged"}
"""Rules that Home Assistant OS cannot have: it is no container."""


@pytest.mark.parametrize("has_supervisor", [True, False])
async def test_remedy_fits_the_installation(
    hass: HomeAssistant,
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    has_supervisor: bool,
) -> None:
    await house.start()
    if has_supervisor:
        hass.config.components.add("hassio")
    strange = BY_COMMANDS if has_supervisor else BY_MENUS
    for name, finding in findings():
        remedy = title_and_remedy(hass, finding)[1]
        if not (has_supervisor and finding.id in NEVER_THERE):
            assert not strange.search(remedy), f"{name}: {remedy}"
