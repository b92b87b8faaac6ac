"""Whether a hub is there: the probes it learned to answer, and mDNS."""

from dataclasses import replace
from datetime import timedelta

from custom_components.aqara_lock.domain.connectivity.hub_liveness import (
    IGNORED_PROBES,
    MISSES_TO_OFFLINE,
    QUIET_START,
    HubLiveness,
    HubState,
)

LATER = QUIET_START
LEARNED = HubLiveness().after_probe(answered=True)


def missed(liveness: HubLiveness) -> HubLiveness:
    for _ in range(MISSES_TO_OFFLINE):
        liveness = liveness.after_probe(answered=False)
    return liveness


def test_two_misses_and_a_silent_query_are_needed() -> None:
    assert missed(LEARNED).state(LATER) is HubState.ONLINE
    assert LEARNED.after_silent_query().state(LATER) is HubState.ONLINE
    assert missed(LEARNED).after_silent_query().state(LATER) is HubState.OFFLINE


def test_first_minute_is_quiet() -> None:
    gone = missed(LEARNED).after_silent_query()
    assert gone.state(LATER - timedelta(seconds=1)) is HubState.ONLINE
    assert gone.state(LATER) is HubState.OFFLINE


def test_hub_that_is_heard_while_it_ignores_probes_is_judged_without_them() -> None:
    liveness = LEARNED
    for _ in range(IGNORED_PROBES):
        assert liveness.answers_probes
        liveness = missed(liveness).after_mdns()
    assert not liveness.answers_probes
    silent = missed(liveness).after_silent_query()
    assert silent.state(LATER) is HubState.ONLINE
    assert not missed(liveness).suspicious


def test_one_answer_makes_a_probe_count_again() -> None:
    liveness = missed(missed(LEARNED).after_mdns()).after_mdns()
    assert liveness.after_probe(answered=True).ignored == 0
    unlearned = LEARNED.without_probe()
    assert not unlearned.answers_probes
    assert unlearned.after_probe(answered=True) == replace(LEARNED, heard=True)


SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def silent(liveness: HubLiveness, queries: int) -> HubLiveness:
    for _ in range(queries):
        liveness = liveness.after_silent_query()
    return liveness


def test_a_hub_of_which_nothing_is_known_is_neither_there_nor_gone() -> None:
    assert HubLiveness().state(LATER) is HubState.UNKNOWN
    assert not HubLiveness().suspicious
    assert not HubLiveness().answers_probes


def test_a_hub_is_judged_after_a_minute_and_two_misses() -> None:
    once = LEARNED.after_silent_query().after_probe(answered=False)
    twice = once.after_probe(answered=False)
    assert once.state(MINUTE) is HubState.ONLINE
    assert twice.state(MINUTE - SECOND) is HubState.ONLINE
    assert twice.state(MINUTE) is HubState.OFFLINE


def test_an_answer_forgets_the_misses_before_it() -> None:
    once = LEARNED.after_silent_query().after_probe(answered=False)
    again = once.after_probe(answered=True).after_probe(answered=False)
    assert again.state(LATER) is HubState.ONLINE


def test_a_record_forgets_what_was_missed_before_it() -> None:
    heard = missed(LEARNED).after_silent_query().after_mdns()
    assert heard.state(LATER) is HubState.ONLINE
    assert heard.after_silent_query().state(LATER) is HubState.ONLINE
    assert missed(heard).state(LATER) is HubState.ONLINE
    assert missed(heard).after_silent_query().state(LATER) is HubState.OFFLINE


def test_a_hub_without_probe_is_gone_after_three_silent_queries_and_its_locks() -> None:
    heard = HubLiveness().after_mdns().with_locks_silent(True)
    assert heard.state(LATER) is HubState.ONLINE
    assert silent(heard, 2).state(LATER) is HubState.ONLINE
    assert silent(heard, 3).state(LATER) is HubState.OFFLINE
    assert silent(heard, 4).state(LATER) is HubState.OFFLINE
    speaks = silent(heard, 9).with_locks_silent(False)
    assert speaks.state(LATER) is HubState.ONLINE
    assert silent(HubLiveness(), 9).state(LATER) is HubState.UNKNOWN


def test_a_hub_that_was_never_heard_is_gone_when_its_locks_are() -> None:
    never = silent(HubLiveness(), 3).with_locks_silent(True)
    assert never.state(LATER) is HubState.OFFLINE


def test_a_hub_is_asked_by_probes_until_it_ignored_three() -> None:
    twice = missed(missed(LEARNED).after_mdns()).after_mdns()
    assert twice.answers_probes
    assert not missed(twice).after_mdns().answers_probes
    one_miss = LEARNED.after_probe(answered=False)
    for _ in range(9):
        one_miss = one_miss.after_mdns().after_probe(answered=False)
    assert one_miss.answers_probes


def test_what_probes_missed_is_forgotten_with_the_probe() -> None:
    moved = missed(LEARNED).without_probe().after_probe(answered=True)
    once = moved.after_silent_query().after_probe(answered=False)
    assert once.state(LATER) is HubState.ONLINE
    unlearned = missed(missed(LEARNED).after_mdns()).after_mdns().without_probe()
    learned = unlearned.after_probe(answered=True)
    assert missed(learned).after_mdns().answers_probes
    assert not missed(LEARNED).without_probe().suspicious


def test_anything_that_is_missing_is_worth_a_closer_look() -> None:
    assert not LEARNED.suspicious
    assert LEARNED.after_probe(answered=False).suspicious
    assert LEARNED.after_silent_query().suspicious
    assert HubLiveness().after_silent_query().suspicious
    assert not HubLiveness().after_probe(answered=False).suspicious
    assert not LEARNED.after_probe(answered=False).after_mdns().suspicious
