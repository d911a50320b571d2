"""Who is to be told at this tier: on duty, with a phone that works, not the patient's own, and not overladen?"""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from gateway.cases.casefile import CaseFile
from gateway.core import rota
from gateway.core.flow import Level
from gateway.store.queries import load
from gateway.store.queries.cases import clinicians_at, reachable_clinician, shares_phone
from gateway.store.queries.people import may_hear_of
from gateway.store.tables import Person, Phone

# A default that a site should set with its doctors. A danger sign goes to the village doctor however many there are.
OPEN_AT_ONCE = 8


def at_tier(file: CaseFile, tier: int) -> Person | None:
    """At tier 0 the patient's own doctor before others of the clinic. None: the wait for this tier is skipped.

    With OPEN_AT_ONCE cases before him the next person on duty is told; where all have so many, whoever has the fewest.
    Nobody where she does not want it: then the coordinator, who phones her, is all there is (docs/consent.md).
    """
    fit = _fit(file, tier)
    if file.life.level is Level.NOW or not fit:
        return next(iter(fit), None)
    free = [person for person in fit if _is_free(file, person)]
    if free or any(_is_free(file, person) for above in _tiers_above(file, tier) for person in _fit(file, above)):
        return next(iter(free), None)
    return min(fit, key=lambda person: load.open_cases_before(file.session, person.id))


def why_nobody(file: CaseFile, tier: int) -> str:
    return "too many cases there" if _fit(file, tier) else "nobody on duty"


def _fit(file: CaseFile, tier: int) -> list[Person]:
    if not may_hear_of(file.session, file.patient, tier):
        return []
    return [person for person, phone in _of_tier(file, tier) if _may_be_told(file, person, phone)]


def _is_free(file: CaseFile, person: Person) -> bool:
    return load.open_cases_before(file.session, person.id) < OPEN_AT_ONCE


def _tiers_above(file: CaseFile, tier: int) -> range:
    highest = file.clock.times(file.life).highest
    return range(tier + 1, file.life.top + 1 if highest is None else min(highest, file.life.top) + 1)


def _of_tier(file: CaseFile, tier: int) -> Iterator[tuple[Person, Phone]]:
    if tier == 0 and file.patient.doctor_id:
        own = reachable_clinician(file.session, file.patient.doctor_id)
        if own:
            yield own
    if tier < len(file.sites):
        yield from clinicians_at(file.session, file.sites[tier].id)


def _may_be_told(file: CaseFile, person: Person, phone: Phone) -> bool:
    """A phone that is also the patient's would tell a relative, or the patient."""
    if person.code in (file.patient.wishes or {}).get("excludes", ()):
        return False  # a relative of hers, or herself
    on_duty = rota.on_duty(rota.parse(person.duty), file.now, ZoneInfo(person.time_zone))
    return on_duty and not shares_phone(file.session, phone, file.patient)
