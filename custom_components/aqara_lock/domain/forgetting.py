"""Takes somebody who was removed out of what the journal keeps."""

from dataclasses import replace

from .attribution import Attribution, Confidence, Evidence
from .journal_entries import Assignment, Attempt, Entry, Unexplained


def forget[R: (Entry, Unexplained)](record: R, person_id: str) -> R:
    """Take a person out of a record; gives the same record when nobody is in it.

    What was corrected by hand does not become again what it was before.
    """
    who, said = record.attribution, record.assignment
    if who and who.person_id == person_id:
        record = replace(record, attribution=_without_person(who))
    if said and said.person and said.person.id == person_id:
        record = replace(record, assignment=Assignment(None, said.at))
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


def people_in(record: Entry | Unexplained) -> set[str]:
    """Give the ids of the persons in a record."""
    who, said = record.attribution, record.assignment
    found = (
        who.person_id if who else None,
        said.person.id if said and said.person else None,
    )
    return {person_id for person_id in found if person_id is not None}
