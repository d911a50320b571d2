"""Which files does an export write, with which columns? Codes only: no name, no number, no word of a patient."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.quality import doctors, safety
from gateway.quality.steps import Record, Step, records
from gateway.quality.trainings import Training, trainings
from gateway.store.queries.cases import UNDONE
from gateway.store.tables import Person

TRAININGS = (
    "clinician", "flow", "asked_at", "ended_at", "outcome", "minutes", "answers", "right", "quiz", "credits",
)  # fmt: skip
Row = tuple[object, ...]
Tables = Mapping[str, tuple[tuple[str, ...], list[Row]]]
CASES = (
    "case_id", "code", "patient", "site", "level", "state", "opened_at", "accepted_by", "accepted_at", "contact_doctor",
    "contact_patient", "contacted_at", "done", "closed_at", "closed_by", "outcome", "symptoms", "marks",
)  # fmt: skip
STEPS = (
    "case_id", "code", "number", "at", "level", "step", "by", "role", "minutes", "channel", "due", "in_time",
    "off_duty", "tier", "digits", "marks",
)  # fmt: skip
EVENTS = ("at", "kind", "case", "patient", "site", "tier")
DOCTORS = (
    "clinician", "site_id", "cases_told", "cases_accepted", "minutes_to_accept", "contacts", "steps_timed",
    "steps_in_time", "off_duty", "cannot", "rank", "handled", "calls", "visits", "minutes_connected",
)  # fmt: skip


def tables(session: Session, since: datetime, until: datetime, now: datetime) -> Tables:
    """File name to header and rows."""
    found = list(records(session, since, until))
    people = {person.id: person for person in session.scalars(select(Person))}
    events = [*safety.of_cases(found, now), *safety.missed_prompts(session, since, until)]
    return {
        "cases.csv": (CASES, [_case(record, people) for record in found]),
        "case_steps.csv": (STEPS, [_step(record, step) for record in found for step in record.steps]),
        "safety_events.csv": (EVENTS, [_event(event) for event in sorted(events, key=lambda event: event.at)]),
        "doctors.csv": (DOCTORS, [_doctor(part) for part in doctors.parts(found, people)]),
        "trainings.csv": (TRAININGS, [_training(one) for one in trainings(session, since, until)]),
    }


def plain(rows: Iterable[Row]) -> Iterator[tuple[str, ...]]:
    """As a spreadsheet reads it and runs nothing: what would begin a formula gets a quote before it."""
    for row in rows:
        yield tuple(_cell(value) for value in row)


def as_csv(header: Iterable[str], rows: Iterable[Row]) -> str:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(header)
    writer.writerows(plain(rows))
    return written.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = f"{value:%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _case(record: Record, people: dict[str, Person]) -> Row:
    case = record.case
    holder = people[case.accepted_by].code if case.accepted_by else None
    symptoms = " ".join(name or next(iter(known), "") for name, known in case.frozen["symptoms"])
    return (
        case.id, case.code, record.patient.code, record.site.code, case.level, case.state, case.opened_at, holder,
        case.accepted_at, case.contact_doctor, case.contact_patient, case.contacted_at, case.done, case.closed_at,
        case.closed_by, case.outcome, symptoms, " ".join(record.marks),
    )  # fmt: skip


def _step(record: Record, step: Step) -> Row:
    event = step.event
    return (
        record.case.id, record.case.code, event.number, event.at, step.level, event.kind,
        step.by.code if step.by else None, step.by.role if step.by else None, round(step.minutes, 1), step.channel,
        step.due, step.is_in_time, step.is_off_duty, event.facts.get("tier"), event.facts.get("digits"),
        " ".join((*record.marks, UNDONE) if step.was_undone else record.marks),
    )  # fmt: skip


def _training(one: Training) -> Row:
    answers = " ".join(f"{name}={value}" for name, value in sorted(one.values.items()))
    return (
        one.clinician.code, one.row.flow, one.row.started_at, one.row.ended_at, one.row.outcome, one.minutes, answers,
        one.right, one.quiz, f"{one.credits:g}",
    )  # fmt: skip


def _event(event: safety.SafetyEvent) -> Row:
    return (event.at, event.kind, event.case, event.patient, event.site, event.tier)


def _doctor(part: doctors.Part) -> Row:
    return (
        part.clinician.code, part.clinician.site_id, len(part.told), len(part.accepted), part.minutes_to_accept,
        part.contacts, part.timed, part.in_time, part.off_duty, part.cannot, part.rank,
        len(part.handled), part.calls, part.visits, part.minutes_connected,
    )  # fmt: skip
