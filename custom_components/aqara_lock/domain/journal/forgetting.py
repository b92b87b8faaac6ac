"""Takes somebody who was removed out of what the journal keeps."""

from dataclasses import replace

from ..attribution import Attribution, Confidence, Evidence
from .records import Assignment, Attempt, Record, Unexplained


def forget[R: (Record, Unexplained)](record: R, person_id: str) -> R:
    """Take a person out of a record; gives the same record when nobody is in it.

    What was corrected by hand does not become again what it was before.
    """
    who, said = record.attribution, record.assignment
    if who and who.person_id == person_id:
        record = replace(record, attribution=_without_person(who))
    if said is not None and person_id in _people_in(said):
        record = replace(record, assignment=_without(said, person_id))
    return record


def forget_attempt(item: Attempt, person_id: str) -> Attempt:
    """Take a person out of a command that failed; returns the same one without them."""
    if item.attribution.person_id != person_id:
        return item
    return replace(item, attribution=_without_person(item.attribution))


def _without_person(who: Attribution) -> Attribution:
    sure = Confidence.ECOSYSTEM if who.ecosystem else Confidence.UNKNOWN
    return replace(
        who,
        person_id=None,
        person=None,
        user_name=None,
        ha_user_id=None,
        observed_by=None,
        confidence=sure,
        evidence=(Evidence.PERSON_REMOVED,),
    )


def people_in(record: Record | Unexplained) -> set[str]:
    """Give the ids of the persons in a record."""
    who, said = record.attribution, record.assignment
    found = {who.person_id} if who and who.person_id else set()
    return found | (_people_in(said) if said else set())


def _people_in(said: Assignment) -> set[str]:
    """Return whom an assignment names, and who made it."""
    by = said.by.person_id if said.by else None
    found = (said.person.id if said.person else None, by)
    return {person_id for person_id in found if person_id is not None}


def _without(said: Assignment, person_id: str) -> Assignment:
    person, by = said.person, said.by
    if person is not None and person.id == person_id:
        person = None
    if by is not None and by.person_id == person_id:
        by = None
    return Assignment(person, said.at, by)
