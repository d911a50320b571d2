"""Somebody of the family has spoken to her: which case is meant, and who hears of it?"""

from datetime import datetime

from sqlalchemy.orm import Session

from gateway.cases import doctors, ledger, relatives
from gateway.cases.casefile import CaseFile
from gateway.cases.moving import taken
from gateway.store.queries.cases import open_case_of
from gateway.store.tables import Case, Person, Role

SPOKEN = "family: spoken to her"


def waiting_for(session: Session, people: list[Person]) -> tuple[Case, Person] | None:
    """The one open case in which one of these helpers was asked and has not said yes. None where two may be meant."""
    helpers = [person for person in people if person.role == Role.HELPER and person.helps_id]
    cases = [(open_case_of(session, helper.helps_id or ""), helper) for helper in helpers]
    found = [(case, helper) for case, helper in cases if case and _waits_for(case, helper)]
    return found[0] if len(found) == 1 else None


def spoke(session: Session, now: datetime, case: Case, helper: Person) -> None:
    """Thanked, noted, and told to whoever holds the case. It is no contact of a doctor's: the clocks run on."""
    with taken(session, now, case.id) as file:
        asked = file.case.progress["family"]
        file.case.progress = {**file.case.progress, "family": {**asked, "spoke": [*asked["spoke"], helper.id]}}
        ledger.append(file, SPOKEN, helper)
        relatives.say(file, helper, "family_thanks", {"emergency_number": file.sites[0].emergency_number})
        _tell_clinicians(file)


def _waits_for(case: Case, helper: Person) -> bool:
    asked = case.progress.get("family")
    return asked is not None and helper.id in asked["people"] and helper.id not in asked["spoke"]


def _tell_clinicians(file: CaseFile) -> None:
    for clinician in doctors.concerned(file):
        number = doctors.small_number(file)
        doctors.say(file, clinician, "doctor_family_spoke", code=file.case.code, number=number)
