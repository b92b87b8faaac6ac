"""What a line of the journal says, in parts; the words are in `translations`.

Logbook, triggers, export and the language model all take their sentences from here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
import re
from typing import Any, Final

from ..attribution import Confidence, Method
from ..foreign_names import foreign_name
from .activity import (
    ASSIGNED,
    MOVES,
    ActivityType,
    EntryKind,
    GapReason,
    JournalEntry,
    Reason,
)

type Part = str | datetime | Sentence
type Facts = Mapping[str, Any]
type Texts = Callable[[str], str]
type Clock = Callable[[datetime], str]

CAUSE: Final = "cause_"
"""Begins the key of a text that names a cause; the diagnosis state follows."""
_PLACEHOLDER: Final = re.compile(r" ?\{(\w+)\}")
_BIOMETRIC: Final = "biometric"

_HOW: Final[Mapping[str, str]] = {
    Method.PIN: "how_pin",
    Method.FINGERPRINT: "how_fingerprint",
    Method.FINGER_VEIN: "how_finger_vein",
    Method.FACE: "how_face",
    Method.TAG: "how_tag",
    Method.DIGITAL_KEY: "how_digital_key",
    Method.MANUAL: "how_manual",
    Method.BUTTON: "how_button",
    Method.AUTO: "how_auto",
    Method.SCHEDULE: "how_schedule",
    Method.REMOTE: "how_remote",
    Method.APP: "how_app",
}

_WRONG: Final[Mapping[str, str]] = {
    Method.PIN: "wrong_pin",
    Method.FINGERPRINT: "wrong_fingerprint",
    Method.FINGER_VEIN: "wrong_finger_vein",
    Method.FACE: "wrong_face",
    Method.TAG: "wrong_tag",
    Method.DIGITAL_KEY: "wrong_digital_key",
}

_WHY: Final[Mapping[str, str]] = {
    Reason.DISABLED_USER: "denied_disabled_user",
    Reason.RESTRICTED: "denied_restricted",
    Reason.LOW_BATTERY: "denied_low_battery",
    Reason.UNKNOWN: "denied_unknown",
}

_GAPS: Final[Mapping[GapReason, str]] = {
    GapReason.HOME_ASSISTANT_AWAY: "gap_home_assistant_away",
    GapReason.MATTER_SERVER_AWAY: "gap_matter_server_away",
    GapReason.LOCK_UNREACHABLE: "gap_lock_unreachable",
    GapReason.LOCK_PAUSED: "gap_lock_paused",
    GapReason.LOCK_REMOVED: "gap_lock_removed",
    GapReason.FILE_DAMAGED: "gap_file_damaged",
    GapReason.NOT_IN_HOME: "gap_not_in_home",
    GapReason.UNKNOWN: "gap_unknown",
}

_NEEDS_NOBODY: Final = frozenset(
    {Method.MANUAL, Method.BUTTON, Method.AUTO, Method.SCHEDULE}
)
"""Ways of operating for which a lock never knows a user."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text by its key, and what fills its placeholders; absent parts are left out."""

    key: str
    parts: Mapping[str, Part] = field(default_factory=dict)


def render(sentence: Sentence, texts: Texts, clock: Clock = str) -> str:
    """Put a sentence into words; `texts` gives the text of a key, `clock` writes a moment."""

    def fill(found: re.Match[str]) -> str:
        part = sentence.parts.get(found[1])
        if part is None:
            return ""
        if isinstance(part, datetime):
            said = clock(part)
        else:
            said = part if isinstance(part, str) else render(part, texts, clock)
        return found[0].replace(f"{{{found[1]}}}", said)

    return _PLACEHOLDER.sub(fill, texts(sentence.key)).strip()


def about_lock(name: str, what: Sentence) -> Sentence:
    """Give a whole sentence about a lock: "Front door was unlocked by Anna."."""
    return Sentence("lock_did", {"name": name, "what": what})


def public_sentence(kind: str, facts: Facts) -> Sentence:
    """Say what a public event tells; a type of a later version stands for itself."""
    if kind == EntryKind.ATTEMPT:
        return attempt_sentence(facts)
    if kind == ASSIGNED:
        return assignment_sentence(facts)
    if kind in ActivityType:
        return activity_sentence(ActivityType(kind), facts)
    return Sentence(kind)


def activity_sentence(kind: ActivityType, facts: Facts) -> Sentence:
    """Say what happened by the public attributes of an activity; never more than they do."""
    key = f"line_{kind}"
    if kind is ActivityType.DENIED:
        return Sentence(key, _denied(facts))
    if kind is ActivityType.USER_CHANGED:
        parts = _present(
            which=_which(facts), through=_through(facts), note=_assigned(facts)
        )
        return Sentence(key, parts)
    if kind in MOVES:
        return Sentence(key, _moved(facts))
    return Sentence(key)


def line_sentence(
    line: JournalEntry, clock: Callable[[datetime], str], *, names: bool = True
) -> Sentence:
    """Say what a line of the journal says; `clock` writes the times of a gap."""
    if line.type is not None:
        return activity_sentence(line.type, line.attributes(names=names))
    if line.failed is not None:
        return attempt_sentence(line.attributes(names=names))
    reason = line.gap_reason or GapReason.UNKNOWN
    if line.until is None:
        return Sentence(_GAPS[reason])
    start, end = clock(line.occurred_at), clock(line.until)
    when = Sentence("gap_when", {"start": start, "end": end})
    return Sentence(_GAPS[reason], {"when": when})


def attempt_sentence(facts: Facts) -> Sentence:
    """Say by its public attributes which command failed, whose it was, and why."""
    cause = facts.get("cause")
    why = Sentence("attempt_cause", {"cause": Sentence(f"{CAUSE}{cause}")})
    tried = Sentence(f"attempt_{facts['operation']}", {"who": _who_tried(facts)})
    return Sentence(
        f"attempt_{facts['outcome']}",
        _present(tried=tried, why=why if cause else None),
    )


def _who_tried(facts: Facts) -> Part:
    if (person := _person(facts)) is not None:
        return person
    if (name := facts.get("controller")) is not None:
        return Sentence("attempt_by_origin", {"name": str(name)})
    return Sentence("attempt_by_nobody")


def duress_sentence(
    name: str, facts: Facts, *, late: bool = False, at: str | None = None
) -> Sentence:
    """Say that somebody was forced to open: for the private trigger alone.

    `late` is told afterwards, of a time that is known or not.
    """
    person = _person(facts)
    named = Sentence("duress_named", {"person": person}) if person else None
    when = Sentence("duress_late_at", {"time": at}) if at else Sentence("duress_late")
    parts = _present(name=name, how=_how(facts), who=named, when=when if late else None)
    return Sentence("duress_reported", parts)


def _moved(facts: Facts) -> Mapping[str, Part]:
    through = _through(facts)
    return _present(
        by=_by(facts),
        how=None if through and _is_remote(facts) else _how(facts),
        through=through,
        note=_note(facts),
    )


def _denied(facts: Facts) -> Mapping[str, Part]:
    through = _through(facts)
    if facts.get("reason") == Reason.INVALID_CREDENTIAL:
        return _present(
            what=_wrong(facts),
            times=_times(facts),
            by=_by(facts),
            through=through,
            note=_assigned(facts),
        )
    return _present(
        what=Sentence("denied_attempt"),
        times=_times(facts),
        by=_by(facts),
        how=None if through and _is_remote(facts) else _how(facts),
        through=through,
        why=Sentence(_WHY.get(facts.get("reason", ""), _WHY[Reason.UNKNOWN])),
        note=_assigned(facts),
    )


def _times(facts: Facts) -> Sentence | None:
    """Say how many attempts in a row there were; None for a single one."""
    count = facts.get("count")
    return Sentence("denied_times", {"count": str(count)}) if count else None


def _person(facts: Facts) -> str | None:
    """Return the person's name for a text; one that only the lock gives is foreign."""
    person: str | None = facts.get("person")
    if person is None or facts.get("person_id") is not None:
        return person
    return foreign_name(person) if person == facts.get("user_name") else person


def _by(facts: Facts) -> Sentence | None:
    """Name the actor; a guess, and what somebody said by hand, is a note of its own."""
    if facts.get("confidence") in (Confidence.INFERRED, Confidence.ASSIGNED):
        return None
    if (person := _person(facts)) is not None:
        return Sentence("by_person", {"person": person})
    index = facts.get("user_index")
    if facts.get("confidence") == Confidence.REPORTED:
        told = index is not None or facts.get("credential_index") is not None
        return Sentence("by_guest") if told else None
    return Sentence("by_lock_user", {"user_index": str(index)}) if index else None


def how_sentence(method: Method) -> Sentence | None:
    """Say a way of operating a lock: "with a code"; None for one that is not known."""
    key = _HOW.get(method)
    return Sentence(key) if key else None


def _how(facts: Facts) -> Sentence | None:
    if (key := _HOW.get(facts.get("method", ""))) is not None:
        return Sentence(key)
    return Sentence("how_biometric") if _is_biometric(facts) else None


def _wrong(facts: Facts) -> Sentence:
    if (key := _WRONG.get(facts.get("method", ""))) is not None:
        return Sentence(key)
    return Sentence("wrong_biometric" if _is_biometric(facts) else "wrong_credential")


def _through(facts: Facts) -> Sentence | None:
    found, controller = facts.get("ecosystem"), facts.get("controller")
    if found is None:
        return None
    ecosystem = foreign_name(found)
    if controller is None:
        return Sentence("through_ecosystem", {"ecosystem": ecosystem})
    return Sentence(
        "through_controller", {"ecosystem": ecosystem, "controller": controller}
    )


def _note(facts: Facts) -> Sentence | None:
    """Say what was said by hand, what is guessed, or that nobody knows."""
    if (by_hand := _assigned(facts)) is not None:
        return by_hand
    confidence, person = facts.get("confidence"), _person(facts)
    if confidence == Confidence.INFERRED and person is not None:
        return Sentence("note_probably", {"person": person})
    known = person or facts.get("user_index") or facts.get("ecosystem")
    if known or facts.get("method") in _NEEDS_NOBODY:
        return None
    unsaid = confidence in (None, Confidence.UNKNOWN)
    return Sentence("note_unsaid") if unsaid else None


def _assigned(facts: Facts) -> Sentence | None:
    """Say who was assigned by hand, by whom and when; None where nobody was."""
    if (at := facts.get("assigned_at")) is None:
        return None
    when: Part = datetime.fromisoformat(at)
    by = facts.get("assigned_by")
    said = _present(when=when, by=Sentence("by_person", {"person": by}) if by else None)
    if (person := _person(facts)) is not None:
        return Sentence("note_assigned", {**said, "person": person})
    was_named = facts.get("confidence") == Confidence.ASSIGNED
    return Sentence("note_assigned_to_somebody" if was_named else "note_unnamed", said)


def assignment_sentence(facts: Facts) -> Sentence:
    """Say that an entry of the journal was assigned, by the entry's public attributes."""
    parts: dict[str, Part] = {"entry": datetime.fromisoformat(facts["occurred_at"])}
    if (note := _assigned(facts)) is not None:
        parts["note"] = note
    return Sentence("entry_assigned", parts)


def _which(facts: Facts) -> Sentence | None:
    index = facts.get("user_index")
    return Sentence("which_user", {"user_index": str(index)}) if index else None


def _is_biometric(facts: Facts) -> bool:
    return facts.get("source") == _BIOMETRIC


def _is_remote(facts: Facts) -> bool:
    return facts.get("method") == Method.REMOTE


def _present(**parts: Part | None) -> Mapping[str, Part]:
    return {name: part for name, part in parts.items() if part is not None}
