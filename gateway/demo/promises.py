"""What the week must have kept: checked on the network's ledger and on the database, not on what was printed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway import watch
from gateway.demo.network import Entry
from gateway.demo.people import AMINA, BARAKA, JUMA, MEI, NAMES, WEN, ZHAO
from gateway.demo.village import ZONE, Village
from gateway.store.tables import Answer, Case, Conversation, Person

TOLD_WITHIN = timedelta(minutes=3, seconds=30)  # the doctor's SMS may be held for 3 minutes
SAME_TEXT = timedelta(minutes=10)
WAKING = range(8, 21)
MEANT = {
    "amina": {"danger": "no", "pain": 8, "pain_now": "yes", "pain_where": 3, "tiredness": 4, "breath": 2, "appetite": 3,
              "sleep": 4, "sickness": 0},
    "mei": {"danger": "no", "pain": 3, "tiredness": 2, "breath": 1, "appetite": 2, "sleep": 3, "sickness": 0},
    "juma": {"danger": "no", "pain": 10, "pain_now": "yes", "pain_where": 4, "tiredness": 5, "breath": 2, "appetite": 3,
             "sleep": 2, "sickness": 2},
    "wen": {"danger": "no", "pain": 2, "tiredness": 3, "breath": 2, "appetite": 2, "sleep": 2, "sickness": 0},
    "sam": {},
}  # fmt: skip


def broken(village: Village, entries: list[Entry]) -> list[str]:
    """A sentence for each promise that did not hold."""
    with village.database.read() as session:
        now = village.clock.now(session)
        return [
            *_said_by_the_network(entries),
            *_said_twice(entries),
            *_at_night(entries),
            *_numbers_not_meant(session),
            *_cases(session, entries),
            *(f"the audit finds: {finding.sentence}" for finding in watch.audit(session, now)),
        ]


def _said_by_the_network(entries: list[Entry]) -> Iterator[str]:
    for entry in entries:
        if entry["kind"] in ("violation", "lost"):
            yield f"{entry['kind']} at the provider: {entry['why']}"


def _said_twice(entries: list[Entry]) -> Iterator[str]:
    last: dict[tuple[str, str], datetime] = {}
    for entry in entries:
        if entry["kind"] == "sms_out":
            at, key = datetime.fromisoformat(entry["at"]), (entry["to"], entry["body"])
            if key in last and at - last[key] < SAME_TEXT:
                yield f"{NAMES[entry['to']]} got the same text twice within {SAME_TEXT.seconds // 60} minutes"
            last[key] = at


def _at_night(entries: list[Entry]) -> Iterator[str]:
    patients = (AMINA, MEI, JUMA, WEN)
    for entry in entries:
        hour = datetime.fromisoformat(entry["at"]).astimezone(ZONE).hour
        rings = entry["kind"] == "call" and entry["event"] == "ringing"
        if (entry["kind"] == "sms_out" or rings) and entry["to"] in patients and hour not in WAKING:
            yield f"{NAMES[entry['to']]}'s phone was used at {hour}:00"


def _numbers_not_meant(session: Session) -> Iterator[str]:
    for code, meant in MEANT.items():
        question = (
            select(Answer)
            .join(Conversation, Answer.conversation_id == Conversation.id)
            .join(Person, Answer.person_id == Person.id)
            .where(Person.code == code, Conversation.flow == "weekly-check", Answer.superseded_at.is_(None))
        )
        stored = {answer.question: answer.word or answer.number for answer in session.scalars(question)}
        stored = {name: 0 if value is None else value for name, value in stored.items()}
        for name in sorted(meant.keys() | stored.keys()):
            if stored.get(name) != meant.get(name):
                yield f"{code}'s {name} is {stored.get(name)} in the database, and {meant.get(name)} was meant"


def _cases(session: Session, entries: list[Entry]) -> Iterator[str]:
    found = {person.code: case for case, person in session.execute(
        select(Case, Person).join(Person, Case.patient_id == Person.id).order_by(Case.opened_at))}  # fmt: skip
    for patient, doctors in (("amina", (BARAKA,)), ("juma", (BARAKA, ZHAO)), ("mei", (BARAKA,))):
        case = found.get(patient)
        if case is None:
            yield f"{patient} has no case"
            continue
        yield from _told(case, patient, doctors, entries)
        if case.closed_at is None:
            yield f"case {case.code} of {patient} is still {case.state}"


def _told(case: Case, patient: str, doctors: tuple[str, ...], entries: list[Entry]) -> Iterator[str]:
    for tier, doctor in enumerate(doctors):
        limit = TOLD_WITHIN if tier == 0 else timedelta(minutes=20 * tier, seconds=30)
        texts = (
            entry
            for entry in entries
            if entry["kind"] == "sms_out" and entry["to"] == doctor and case.code in entry["body"]
        )
        first = next((datetime.fromisoformat(entry["at"]) for entry in texts), None)
        if first is None or first - case.opened_at > limit:
            after = "never" if first is None else f"after {first - case.opened_at}"
            yield f"{NAMES[doctor]} heard of case {case.code} of {patient} {after}"
