"""Which rows stand behind a figure of the month? Codes only, as in every export."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gateway.quality.month import Figures
from gateway.quality.rounds import Contact, Rounds, accepted_after, contact_after, contact_of, is_off_duty, told_after
from gateway.quality.safety import SafetyEvent
from gateway.quality.steps import ACCEPTS, Record
from gateway.quality.tables import Row
from gateway.store.queries.burden import Finished
from gateway.store.queries.figures import Put
from gateway.store.tables import Role

ASKED = ("asked_at", "flow", "patient", "site", "fate")
CASES = (
    "code", "patient", "site", "level", "opened_at", "minutes_to_told", "minutes_to_accept", "minutes_to_contact",
    "contact", "off_duty", "closed_at", "outcome",
)  # fmt: skip
REPORTS = ("asked_at", "flow", "patient", "site", "steps")
FIGURES = ("month", "site", "doctor", "level", "figure", "value")
ALL_CASES, OFF_DUTY, OPEN_CASES, EVENTS_OF, REPORTS_OF = "cases", "off duty", "still open", "events", "reports"
OF_CASES = (ALL_CASES, Contact.IN_TIME, Contact.LATE, OFF_DUTY, OPEN_CASES)


@dataclass(frozen=True)
class Wanted:
    """Which cases: `of` a figure, and where not empty of one level and one clinician (an id)."""

    of: str
    level: str = ""
    doctor: str = ""


def cases_behind(figures: Figures, wanted: Wanted, now: datetime) -> list[Record]:
    return [record for record in figures.records if record.is_real and _counts(record, wanted, now)]


def _counts(record: Record, wanted: Wanted, now: datetime) -> bool:
    if wanted.level and record.opened_as != wanted.level:
        return False
    if wanted.doctor and wanted.doctor not in _concerned(record):
        return False
    counts = {
        ALL_CASES: True,
        OFF_DUTY: is_off_duty(record),
        OPEN_CASES: record.case.closed_at is None,
    }
    return counts[wanted.of] if wanted.of in counts else contact_of(record, now) == wanted.of


def _concerned(record: Record) -> set[str]:
    """Whoever was told of it, and the clinicians who took it on: as `doctors.parts` counts them."""
    told = {str(step.event.facts["person"]) for step in record.counted if step.event.kind == "told"}
    accepts = [step.by for step in record.counted if step.by and step.event.kind in ACCEPTS]
    return told | {person.id for person in accepts if person.role == Role.CLINICIAN}


def asked_row(put: Put) -> Row:
    return (put.at, put.flow, put.person.code, put.site.code, put.fate)


def report_row(one: Finished) -> Row:
    return (one.at, one.flow, one.person.code, one.site.code, one.steps)


def case_row(record: Record, now: datetime) -> Row:
    case, minutes = record.case, (told_after(record), accepted_after(record), contact_after(record))
    return (
        case.code, record.patient.code, record.site.code, record.opened_as, case.opened_at,
        *(None if number is None else round(number, 1) for number in minutes),
        contact_of(record, now), is_off_duty(record), case.closed_at, case.outcome,
    )  # fmt: skip


def event_row(event: SafetyEvent) -> Row:
    return (event.at, event.kind, event.case, event.patient, event.site, event.tier)


def figure_rows(figures: Figures) -> Iterable[Row]:
    """Everything on the month's page in one long table: one figure a row."""
    month = figures.month.name
    yield from _answering(month, "", "", figures.answering.fates)
    yield from _rounds(month, "", figures.rounds)
    for place in figures.places:
        yield from _answering(month, place.site.code, "", place.answering.fates)
        yield from _rounds(month, place.site.code, place.rounds)
    for doctor in figures.doctors:
        yield from _answering(month, "", doctor.part.clinician.code, doctor.answering.fates)
        part = doctor.part
        for figure, value in (
            ("told of", part.cases), ("accepted", len(part.accepted)),
            ("minutes to accept", part.minutes_to_accept),
            ("contacts", part.contacts), ("replies with a time", part.timed), ("replies in time", part.in_time),
            ("off duty", part.off_duty), ("rank", part.rank), ("cases a week", doctor.a_week),
        ):  # fmt: skip
            yield (month, "", part.clinician.code, "", figure, value)
    yield (month, "", "", "", "safety events", len(figures.events))
    yield (month, "", "", "", "could take part", figures.eligible)
    for offered in figures.offers:
        yield (month, "", "", "", ": ".join(filter(None, (offered.answer, offered.why))), offered.number)


def _answering(month: str, site: str, doctor: str, fates: dict[str, int]) -> Iterable[Row]:
    for fate, number in sorted(fates.items()):
        yield (month, site, doctor, "", f"questions: {fate}", number)


def _rounds(month: str, site: str, found: list[Rounds]) -> Iterable[Row]:
    for one in found:
        for figure, value in (
            ("cases", one.cases), ("minutes to told", one.told), ("minutes to accept", one.accepted),
            ("minutes to contact", one.contact), ("contact in time", one.in_time), ("contact late", one.late),
            ("off duty", one.off_duty), ("still open", one.open),
        ):  # fmt: skip
            yield (month, site, "", one.level, figure, value)
