"""How adding a lock to Matter ended, judged by the facts beside the server's poor answer."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ..identity import LockIdentity
from ..thread import RouteState

TYPICAL_SECONDS: Final = 30
LONGEST_SECONDS: Final = 180
"""How long it takes; servers search for a device for half a minute to three minutes."""
LEAST_FABRICS: Final = 5
"""What every device must be able to carry (Matter 1.6 §11.18.5.3); an U200 has as many."""
SEARCH_SECONDS: Final = 15.0
"""A server that gives up sooner has found the device and talked to it.

Measured with python-matter-server 8.1.2: a wrong passcode takes as long as its whole
search, a refusal later in the procedure is told within some seconds.
"""

PAIRING_SECONDS: Final = 8.0
"""A right code pairs sooner; a lock closes its window after 20 wrong ones (§11.19.8.1)."""


class CommissioningFailure(StrEnum):
    """Why a lock was not added; keys of the texts."""

    MATTER_UNAVAILABLE = "matter_unavailable"
    SERVER_TOO_OLD = "server_too_old"
    SERVER_GONE = "server_gone"
    WINDOW_CLOSED = "window_closed"
    NOT_FOUND = "not_found"
    CODE_REFUSED = "code_refused"
    ATTESTATION = "attestation"
    FABRIC_TABLE_FULL = "fabric_table_full"
    WRONG_THREAD_NETWORK = "wrong_thread_network"
    UNREACHABLE = "unreachable"
    ALREADY_COMMISSIONED = "already_commissioned"
    INTERVIEW_FAILED = "interview_failed"
    NOT_A_LOCK = "not_a_lock"
    UNKNOWN = "unknown"


class ServerWord(StrEnum):
    """What the Matter server's answer says for sure; its text is never kept.

    `NO_REASON` is the answer of a server that never gives one (python-matter-server);
    `NOTHING` is a reason that is not known here.
    """

    UNAVAILABLE = "unavailable"
    TOO_OLD = "too_old"
    GONE = "gone"
    NOT_DISCOVERED = "not_discovered"
    PAIRING_FAILED = "pairing_failed"
    ATTESTATION = "attestation"
    TABLE_FULL = "table_full"
    SAME_FABRIC = "same_fabric"
    INTERVIEW = "interview"
    OPERATIONAL = "operational"
    NO_REASON = "no_reason"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Commissioned:
    """A lock was added; `find_locks` has it."""

    lock: LockIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """No lock was added.

    `fabrics` counts the ecosystems that mDNS shows for the lock, `ecosystems` names
    those that are known. `lock` is set when Home Assistant has the lock already.
    """

    failure: CommissioningFailure
    ecosystems: tuple[str, ...] = ()
    fabrics: int | None = None
    lock: LockIdentity | None = None
    network: str | None = None
    network_name: str | None = None
    hubs: tuple[str, ...] = ()


type CommissioningOutcome = Commissioned | Failed


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureFacts:
    """What was seen while the server tried; None for what is not known.

    `was_open` and `is_open`: a window that fits the code was heard, and is there now.
    `open_seconds`: for how long it was there while the server tried.
    `closed_lock`: what may be the lock is heard, with no such window.
    `on_hub_network`: the meant hub, or any Aqara hub, is on the lock's Thread network.
    """

    word: ServerWord
    seconds: float = 0.0
    was_open: bool = False
    is_open: bool = False
    open_seconds: float = 0.0
    closed_lock: bool = False
    in_home_assistant: bool = False
    fabrics: int | None = None
    supported_fabrics: int = LEAST_FABRICS
    way: RouteState | None = None
    on_hub_network: bool | None = None
    answers: bool | None = None


_SURE: Final = {
    ServerWord.UNAVAILABLE: CommissioningFailure.MATTER_UNAVAILABLE,
    ServerWord.TOO_OLD: CommissioningFailure.SERVER_TOO_OLD,
    ServerWord.GONE: CommissioningFailure.SERVER_GONE,
    ServerWord.ATTESTATION: CommissioningFailure.ATTESTATION,
    ServerWord.TABLE_FULL: CommissioningFailure.FABRIC_TABLE_FULL,
    ServerWord.SAME_FABRIC: CommissioningFailure.ALREADY_COMMISSIONED,
    ServerWord.INTERVIEW: CommissioningFailure.INTERVIEW_FAILED,
    ServerWord.OPERATIONAL: CommissioningFailure.UNREACHABLE,
}
_CUT_OFF: Final = frozenset(
    {RouteState.NO_ROUTE, RouteState.NO_SOURCE, RouteState.DEFAULT_ROUTE}
)


def judge(facts: FailureFacts) -> CommissioningFailure:
    """Name the most likely cause: the server's own word, else what was seen."""
    if facts.word in _SURE:
        return _SURE[facts.word]
    if facts.in_home_assistant:
        return CommissioningFailure.ALREADY_COMMISSIONED
    if not facts.was_open:
        return _nobody_opened(facts)
    if facts.way in _CUT_OFF:
        return _no_route(facts)
    if (facts.fabrics or 0) >= facts.supported_fabrics:
        return CommissioningFailure.FABRIC_TABLE_FULL
    if not facts.is_open and facts.open_seconds < PAIRING_SECONDS:
        return CommissioningFailure.WINDOW_CLOSED
    if facts.answers is False or facts.word is ServerWord.NOT_DISCOVERED:
        return CommissioningFailure.UNREACHABLE
    return _talked(facts)


def _nobody_opened(facts: FailureFacts) -> CommissioningFailure:
    if facts.closed_lock:
        return CommissioningFailure.WINDOW_CLOSED
    return CommissioningFailure.NOT_FOUND


def _no_route(facts: FailureFacts) -> CommissioningFailure:
    """A route that is missing to our own hub's network is this host's trouble."""
    if facts.on_hub_network is True or facts.way is RouteState.NO_SOURCE:
        return CommissioningFailure.UNREACHABLE
    return CommissioningFailure.WRONG_THREAD_NETWORK


def _talked(facts: FailureFacts) -> CommissioningFailure:
    """The lock is there, its window was open: the code was refused, or a later step.

    Of the later steps the check of the certificate is the one that refuses in practice.
    """
    if facts.word is ServerWord.PAIRING_FAILED or facts.seconds >= SEARCH_SECONDS:
        return CommissioningFailure.CODE_REFUSED
    if facts.word is ServerWord.NO_REASON:
        return CommissioningFailure.ATTESTATION
    return CommissioningFailure.UNKNOWN
