"""Who is to be told at this tier: on duty there, with a phone that works, and not the patient's own?"""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from gateway.cases.casefile import CaseFile
from gateway.core import rota
from gateway.store.queries.cases import clinicians_at, reachable_clinician, shares_phone
from gateway.store.queries.people import may_hear_of
from gateway.store.tables import Person, Phone


def at_tier(file: CaseFile, tier: int) -> Person | None:
    """At tier 0 the patient's own doctor before others of the clinic. None: the wait for this tier is skipped.

    Nobody where she does not want it: then the coordinator, who phones her, is all there is (docs/consent.md).
    """
    if not may_hear_of(file.session, file.patient, tier):
        return None
    return next((person for person, phone in _of_tier(file, tier) if _may_be_told(file, person, phone)), None)


def _of_tier(file: CaseFile, tier: int) -> Iterator[tuple[Person, Phone]]:
    if tier == 0 and file.patient.doctor_id:
        own = reachable_clinician(file.session, file.patient.doctor_id)
        if own:
            yield own
    if tier < len(file.sites):
        yield from clinicians_at(file.session, file.sites[tier].id)


def _may_be_told(file: CaseFile, person: Person, phone: Phone) -> bool:
    """A phone that is also the patient's would tell a relative, or the patient."""
    on_duty = rota.on_duty(rota.parse(person.duty), file.now, ZoneInfo(person.time_zone))
    return on_duty and not shares_phone(file.session, phone, file.patient)
