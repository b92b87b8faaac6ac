"""Whether a hub is there: the probes it learned to answer, and mDNS."""

from dataclasses import replace
from datetime import timedelta

from custom_components.aqara_lock.domain.liveness import (
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
