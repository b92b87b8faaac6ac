"""Why a lock was not added, by the server's word and by what was seen beside it."""

from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.aqara_lock.domain.commissioning.outcome import (
    PAIRING_SECONDS,
    SEARCH_SECONDS,
    CommissioningFailure as Failure,
    FailureFacts,
    ServerWord,
    judge,
)
from custom_components.aqara_lock.domain.thread.routing import RouteState

HEARD = FailureFacts(
    word=ServerWord.NOTHING,
    seconds=30,
    was_open=True,
    is_open=True,
    fabrics=2,
    way=RouteState.ROUTED,
    on_hub_network=True,
    answers=True,
)


def heard(**more: object) -> FailureFacts:
    return replace(HEARD, **more)  # type: ignore[arg-type]


def unheard(**more: object) -> FailureFacts:
    return replace(FailureFacts(word=ServerWord.NOTHING, seconds=30), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("word", "failure"),
    [
        (ServerWord.UNAVAILABLE, Failure.MATTER_UNAVAILABLE),
        (ServerWord.TOO_OLD, Failure.SERVER_TOO_OLD),
        (ServerWord.GONE, Failure.SERVER_GONE),
        (ServerWord.ATTESTATION, Failure.ATTESTATION),
        (ServerWord.TABLE_FULL, Failure.FABRIC_TABLE_FULL),
        (ServerWord.SAME_FABRIC, Failure.ALREADY_COMMISSIONED),
        (ServerWord.INTERVIEW, Failure.INTERVIEW_FAILED),
        (ServerWord.OPERATIONAL, Failure.UNREACHABLE),
    ],
)
@pytest.mark.parametrize("facts", [unheard(), heard()])
def test_what_the_server_says_for_sure_counts_first(
    word: ServerWord, failure: Failure, facts: FailureFacts
) -> None:
    assert judge(replace(facts, word=word)) is failure


@pytest.mark.parametrize(
    ("facts", "failure"),
    [
        pytest.param(unheard(), Failure.NOT_FOUND, id="nothing is heard"),
        pytest.param(
            unheard(word=ServerWord.NOT_DISCOVERED), Failure.NOT_FOUND, id="both agree"
        ),
        pytest.param(
            unheard(closed_lock=True), Failure.WINDOW_CLOSED, id="nobody opened it"
        ),
        pytest.param(heard(is_open=False), Failure.WINDOW_CLOSED, id="it closed"),
        pytest.param(
            heard(is_open=False, open_seconds=PAIRING_SECONDS, answers=None),
            Failure.CODE_REFUSED,
            id="it closed after many tries",
        ),
        pytest.param(
            heard(in_home_assistant=True), Failure.ALREADY_COMMISSIONED, id="ours"
        ),
        pytest.param(
            heard(way=RouteState.NO_ROUTE, on_hub_network=None),
            Failure.WRONG_THREAD_NETWORK,
            id="a network that nobody leads to",
        ),
        pytest.param(
            heard(way=RouteState.DEFAULT_ROUTE, on_hub_network=False),
            Failure.WRONG_THREAD_NETWORK,
            id="the internet is no way to it",
        ),
        pytest.param(
            heard(way=RouteState.NO_ROUTE),
            Failure.UNREACHABLE,
            id="this host lacks the route",
        ),
        pytest.param(
            heard(way=RouteState.NO_SOURCE, on_hub_network=False),
            Failure.UNREACHABLE,
            id="this host lacks an address",
        ),
        pytest.param(heard(fabrics=5), Failure.FABRIC_TABLE_FULL, id="five of five"),
        pytest.param(
            heard(fabrics=5, supported_fabrics=16, seconds=30),
            Failure.CODE_REFUSED,
            id="five of sixteen",
        ),
        pytest.param(heard(answers=False), Failure.UNREACHABLE, id="no echo"),
        pytest.param(
            heard(word=ServerWord.NOT_DISCOVERED),
            Failure.UNREACHABLE,
            id="the server does not hear what we hear",
        ),
        pytest.param(heard(), Failure.CODE_REFUSED, id="it searched on and on"),
        pytest.param(
            heard(answers=None, way=None),
            Failure.CODE_REFUSED,
            id="nothing speaks against",
        ),
        pytest.param(
            heard(word=ServerWord.PAIRING_FAILED, seconds=1),
            Failure.CODE_REFUSED,
            id="the server says so",
        ),
        pytest.param(heard(seconds=2), Failure.UNKNOWN, id="for a reason of its own"),
        pytest.param(
            heard(seconds=2, word=ServerWord.NO_REASON),
            Failure.ATTESTATION,
            id="a later step was refused",
        ),
    ],
)
def test_a_failure_is_judged_by_what_was_seen(
    facts: FailureFacts, failure: Failure
) -> None:
    assert judge(facts) is failure


@given(
    st.builds(
        FailureFacts,
        word=st.sampled_from(ServerWord),
        seconds=st.floats(0, 400),
        way=st.none() | st.sampled_from(RouteState),
    )
)
def test_a_refused_code_needs_an_open_window(facts: FailureFacts) -> None:
    failure = judge(facts)
    if failure is Failure.CODE_REFUSED:
        assert facts.is_open or facts.open_seconds >= PAIRING_SECONDS
        assert (
            facts.word is ServerWord.PAIRING_FAILED or facts.seconds >= SEARCH_SECONDS
        )
