"""What the parts of the evidence say of themselves."""

from datetime import timedelta
from ipaddress import IPv6Address

import pytest

from custom_components.aqara_lock.domain.connectivity.hub_liveness import HubState
from custom_components.aqara_lock.domain.diagnosis.evidence import (
    AdapterKind,
    AddressFlag,
    FailedCommand,
    Gap,
    Hearing,
    HostEvidence,
    IPv6Class,
    LockEvidence,
    PingSeries,
    Refusal,
)
from custom_components.aqara_lock.domain.diagnosis.evidence.host import (
    class_of,
    ipv6_class,
    lan_adapters,
)
from custom_components.aqara_lock.domain.thread.path import LockPath, PathEvidence
from tests.scenarios.home import AQARA, NOW, adapter, address, host, hub

ONLINE, OFFLINE, UNKNOWN = HubState.ONLINE, HubState.OFFLINE, HubState.UNKNOWN


@pytest.mark.parametrize(
    ("state", "hearing", "live"),
    [
        (ONLINE, Hearing.HEARD, True),
        (ONLINE, Hearing.SILENT, True),
        (ONLINE, Gap.UNKNOWN, True),
        (UNKNOWN, Hearing.HEARD, True),
        (UNKNOWN, Hearing.SILENT, False),
        (UNKNOWN, Hearing.GOODBYE, False),
        (UNKNOWN, Gap.UNKNOWN, False),
        (OFFLINE, Hearing.HEARD, False),
        (OFFLINE, Hearing.SILENT, False),
    ],
)
def test_a_hub_is_there_by_its_state_or_else_by_what_is_heard(
    state: HubState, hearing: Hearing | Gap, live: bool
) -> None:
    assert hub(state=state, hearing=hearing).is_live is live


@pytest.mark.parametrize(
    ("state", "hearing", "answers", "missed"),
    [
        (OFFLINE, Hearing.SILENT, False, True),
        (OFFLINE, Hearing.HEARD, True, True),
        (ONLINE, Hearing.SILENT, False, True),
        (ONLINE, Hearing.GOODBYE, Gap.UNKNOWN, True),
        (ONLINE, Hearing.GOODBYE, True, False),
        (ONLINE, Hearing.SILENT, True, False),
        (ONLINE, Hearing.HEARD, False, False),
        (UNKNOWN, Gap.UNKNOWN, Gap.UNKNOWN, False),
    ],
)
def test_a_hub_is_missed_when_neither_mdns_nor_a_probe_finds_it(
    state: HubState, hearing: Hearing | Gap, answers: bool | Gap, missed: bool
) -> None:
    assert hub(state=state, hearing=hearing, answers=answers).is_missed is missed


@pytest.mark.parametrize(
    ("text", "reach"),
    [
        ("fe80::5", IPv6Class.LINK_LOCAL),
        ("fd99::5", IPv6Class.LOCAL),
        ("fc99::5", IPv6Class.LOCAL),
        ("2001:db8::5", IPv6Class.INTERNET),
        ("3fff::5", IPv6Class.INTERNET),
        ("4000::5", IPv6Class.NONE),
        ("::1", IPv6Class.NONE),
    ],
)
def test_how_far_an_address_reaches(text: str, reach: IPv6Class) -> None:
    assert class_of(IPv6Address(text)) is reach


def test_the_best_usable_address_counts() -> None:
    far, tried = "2001:db8::5/64", address("2001:db8::6/64", AddressFlag.TENTATIVE)
    old = address("2001:db8::7/64", AddressFlag.DEPRECATED)
    assert ipv6_class([]) is IPv6Class.NONE
    assert ipv6_class([adapter("192.168.1.5/24")]) is IPv6Class.NONE
    assert ipv6_class([adapter("fe80::5/64", tried)]) is IPv6Class.LINK_LOCAL
    assert ipv6_class([adapter("fd99::5/64", "fe80::5/64")]) is IPv6Class.LOCAL
    assert ipv6_class([adapter("fe80::5/64"), adapter(far)]) is IPv6Class.INTERNET
    assert ipv6_class([adapter("fe80::5/64", old)]) is IPv6Class.INTERNET


def test_adapters_that_are_used_count_or_else_all_of_the_home_network() -> None:
    used, unused = adapter(), adapter(name="wlan0", enabled=False)
    radio = adapter(name="wpan0", kind=AdapterKind.THREAD)
    assert lan_adapters([radio, unused, used]) == (used,)
    assert lan_adapters([radio, unused]) == (unused,)
    assert lan_adapters([radio]) == ()


def test_a_host_of_which_nothing_is_read_has_no_class() -> None:
    assert HostEvidence().ipv6_class is Gap.UNKNOWN
    assert HostEvidence(adapters=Gap.NOT_CHECKABLE).ipv6_class is Gap.NOT_CHECKABLE
    assert host().ipv6_class is IPv6Class.LOCAL
    unused = adapter("2001:db8::5/64", name="wlan0", enabled=False)
    assert host(adapter(), unused).ipv6_class is IPv6Class.LOCAL


@pytest.mark.parametrize(
    ("sent", "times", "lost", "all_lost"),
    [(3, (80.0, 90.0), 1, False), (3, (), 3, True), (0, (), 0, False)],
)
def test_pings_are_lost_or_not(
    sent: int, times: tuple[float, ...], lost: int, all_lost: bool
) -> None:
    series = PingSeries(at=NOW, sent=sent, times=times)
    assert (series.lost, series.all_lost) == (lost, all_lost)


@pytest.mark.parametrize(
    ("refusal", "after", "crowded"),
    [
        (Refusal.TIMEOUT, 44.9, True),
        (Refusal.TIMEOUT, 45.0, False),
        (Refusal.TIMEOUT, None, False),
        (Refusal.UNSUPPORTED_ACCESS, 3.0, False),
    ],
)
def test_a_command_without_an_answer_may_have_come_too_soon(
    refusal: Refusal, after: float | None, crowded: bool
) -> None:
    command = FailedCommand(
        at=NOW - timedelta(hours=1),
        refusal=refusal,
        after_previous=after,
    )
    assert command.is_crowded is crowded


def test_a_lock_is_on_the_network_that_it_names_or_else_on_that_of_its_path() -> None:
    path = LockPath((), None, PathEvidence.NO_ROUTER, extended_pan_id=AQARA)
    assert LockEvidence(id="a", name="A").network is None
    assert LockEvidence(id="a", name="A", path=path).network == AQARA
    own = LockEvidence(id="a", name="A", path=path, extended_pan_id="11" * 8)
    assert own.network == "11" * 8
    assert LockEvidence(id="a", name="A", extended_pan_id=None).network is None


def test_a_lock_of_which_nothing_is_known_has_done_nothing() -> None:
    bare = LockEvidence(id="a", name="A")
    assert bare.silent_changes == bare.operations_since_reboot == 0
    assert bare.other_controllers == 0
    assert not bare.paused
