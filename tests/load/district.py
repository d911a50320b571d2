"""A whole district as it is after some weeks: sites, doctors, patients, what they answered, and their cases."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import create_engine, insert, select, text
from sqlalchemy.orm import Session, sessionmaker

from gateway import publishing
from gateway.core import policy, rota
from gateway.core.escalation import opened
from gateway.core.flow import Level
from gateway.core.life import Clock, Move
from gateway.core.policy import Hours
from gateway.store.database import Database
from gateway.store.ids import new_id
from gateway.store.queries.flows import newest
from gateway.store.sealing import seal
from gateway.store.tables import (
    Answer,
    Case,
    CaseEvent,
    Conversation,
    Enrolment,
    FlowVersion,
    Message,
    Person,
    PersonPhone,
    Role,
    Site,
)
from tests.village import add_person, add_site, raise_tiers, settle

ROOT = Path(__file__).parents[2]
WEEK = timedelta(weeks=1)
NAMES = ("Atieno", "Wanjiru", "Omondi", "Njeri", "Mwangi", "Achieng", "Kamau", "Otieno", "Nyambura", "Kiprop")
VILLAGES = ("Heping", "Lianhua", "Shuangqiao", "Longtan", "Xinglong", "Shitou", "Qiaotou", "Yangjia", "Hekou")
# outcome, answers, receipt: how often each in 100
FATES = (("finished", 2, "delivered", 78), ("given up", 1, "delivered", 5), ("given up", 0, "delivered", 9),
         ("given up", 0, "undelivered", 3), ("declined", 0, "delivered", 3), ("missed_system", 0, None, 2))  # fmt: skip


@dataclass(frozen=True)
class Size:
    patients: int
    open_cases: int
    closed_cases: int
    weeks: int


@contextmanager
def unhurried(url: str, database: Database) -> Iterator[Session]:
    """Without the patience of the gateway's own sessions: no visitor waits for so many rows."""
    engine = create_engine(url)
    with sessionmaker(engine, expire_on_commit=False, info={"keys": database.keys}).begin() as session:
        yield session
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as line:
        line.execute(text("ANALYZE"))  # as autovacuum would within a minute
    engine.dispose()


def fill(session: Session, now: datetime, size: Size) -> None:
    """The same rows for the same size: every choice is drawn from one seed."""
    dice = Random(1)
    village = settle(session, now - size.weeks * WEEK)
    tiers = raise_tiers(session, village, now - size.weeks * WEEK)
    publishing.seed(session, ROOT / "flows", ROOT / "locales", now)
    sites = [village.clinic, *(_village(session, now, place, tiers.township) for place in range(len(VILLAGES)))]
    doctors = [village.baraka, *(_doctor(session, now, site, place) for place, site in enumerate(sites[1:]))]
    session.flush()
    patients = [
        _patient(session, now, place, sites[place % len(sites)], doctors[place % len(sites)])
        for place in range(size.patients)
    ]
    session.flush()
    version = newest(session, "weekly-check")
    assert version
    _insert(session, Enrolment, (_plan(now, dice, person) for person in patients))
    plans = {plan.person_id: plan.id for plan in session.scalars(select(Enrolment))}
    weeks = [_week(session, now - back * WEEK, dice, person, version, plans[person.id])
             for back in range(size.weeks, 0, -1) for person in patients]  # fmt: skip
    for place, table in enumerate((Conversation, Answer, Message)):
        _insert(session, table, (row for week in weeks for row in week[place]))
    chosen = dice.sample(patients, size.open_cases + size.closed_cases)
    cases = [
        _case(
            _some_time_ago(now, dice, size, place),
            dice,
            person,
            version,
            place,
            promise=now + WEEK * dice.random() / 7 if place < size.open_cases else None,
        )
        for place, person in enumerate(chosen)
    ]
    _insert(session, Case, (case for case, _ in cases))
    _insert(session, CaseEvent, (line for _, lines in cases for line in lines))


def _insert(session: Session, table: Any, rows: Iterator[dict[str, Any]]) -> None:
    found = list(rows)
    names = {name: None for row in found for name in row}
    for start in range(0, len(found), 2000):
        session.execute(insert(table), [names | row for row in found[start : start + 2000]])


def _village(session: Session, now: datetime, place: int, above: Site) -> Site:
    return add_site(session, now, f"v{place}", VILLAGES[place], "clinic", above)


def _doctor(session: Session, now: datetime, site: Site, place: int) -> Person:
    doctor = add_person(session, now, site, f"dr{place}", Role.CLINICIAN, NAMES[place], f"+2547560{place:05d}")
    doctor.duty = "mon-fri 08:00-18:00"
    return doctor


def _patient(session: Session, now: datetime, place: int, site: Site, doctor: Person) -> Person:
    name = NAMES[place * 7 % len(NAMES)]
    person = add_person(session, now, site, f"p{place}", Role.PATIENT, name, f"+2547{place + 10_000_000:08d}")
    person.doctor_id, person.small_number = doctor.id, str(place % 1000)
    return person


def _plan(now: datetime, dice: Random, person: Person) -> dict[str, Any]:
    due = now + timedelta(minutes=dice.random() * 7 * 24 * 60)
    rule = {"every_days": 7, "weekday": due.weekday(), "time": f"{due:%H:%M}"}
    return {"id": new_id(now), "person_id": person.id, "flow": "weekly-check", "rule": rule, "next_due": due,
            "next_slot": f"{due:%Y-%m-%dT%H:%M}", "created_at": now}  # fmt: skip


def _week(
    session: Session, at: datetime, dice: Random, person: Person, version: FlowVersion, plan: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    outcome, answers, receipt, _ = dice.choices(FATES, [fate[-1] for fate in FATES])[0]
    at += timedelta(minutes=dice.random() * 3 * 24 * 60)
    row = {"id": new_id(at), "person_id": person.id, "version_id": version.id, "enrolment_id": plan,
           "slot": f"{at:%Y-%m-%dT%H:%M}", "flow": "weekly-check", "rank": "weekly", "language": "en", "state": "ended",
           "outcome": outcome, "memory": {}, "started_at": at, "ended_at": at}  # fmt: skip
    pain = min(10, max(0, round(dice.gauss(3.5, 2.2))))
    given = [_answer(at, row["id"], person, question, number)
             for question, number in (("pain", pain), ("breath", max(0, pain - 2)))[:answers]]  # fmt: skip
    return [row], given, [_message(session, at, row["id"], person, receipt)] if receipt else []


def _answer(at: datetime, conversation: object, person: Person, question: str, number: int) -> dict[str, Any]:
    return {"id": new_id(at), "conversation_id": conversation, "person_id": person.id, "flow": "weekly-check",
            "question": question, "number": number, "raw": b"", "respondent": "patient", "channel": "sms",
            "answered_at": at}  # fmt: skip


def _message(session: Session, at: datetime, conversation: object, person: Person, receipt: str) -> dict[str, Any]:
    row, phones = new_id(at), session.info.setdefault("phones of the district", {})
    if not phones:
        phones.update({held.person_id: held.phone_id for held in session.scalars(select(PersonPhone))})
    return {"id": row, "to_id": person.id, "phone_id": phones[person.id], "subject_id": person.id,
            "conversation_id": conversation, "kind": "prompt", "urgency": 5, "state": "accepted", "receipt": receipt,
            "not_before": at, "valid_until": at, "attempt": 1, "created_at": at, "sent_at": at, "segments": 1,
            "looks": 0, "provider_id": f"SM{row}", "redacted_at": at,
            "body": seal(session, "How bad?", table="messages", column="body", row=row, person=None)}  # fmt: skip


def _some_time_ago(now: datetime, dice: Random, size: Size, place: int) -> datetime:
    """Those that are open for some hours, the others over all the weeks."""
    hours = 9 if place < size.open_cases else 24 * 7 * size.weeks
    return now - timedelta(hours=dice.random() * hours)


def _case(
    at: datetime, dice: Random, person: Person, version: FlowVersion, number: int, *, promise: datetime | None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    level = dice.choices(list(Level), [1, 4, 8])[0]
    life = opened(level, 2, Clock(at, policy.POLICY, Hours(rota.Duty(), UTC)), waits=False, duty_from=at)[0]
    value = dice.randint(7, 10) if level is not Level.AMBER else dice.randint(4, 6)
    told, after = at + timedelta(seconds=20), timedelta(minutes=dice.expovariate(1 / 18))
    end = at + timedelta(days=2)
    pain = {"value": value, "last": value - 2, "start": None}
    row = {"id": new_id(at), "code": str(100 + number % 900), "patient_id": person.id, "version_id": version.id,
           "level": level.value, "tier": 0, "version": 0, "opened_at": at,
           "frozen": {"policy": policy.to_json(policy.POLICY), "symptoms": [["pain", pain]]},
           "progress": {"life": life.to_json(), "told": [{"person": person.doctor_id, "tier": 0}]}}  # fmt: skip
    row |= {"state": "told", "due_at": promise, "next_action": "tier"} if promise else {
        "state": "closed", "closed_at": end, "closed_by": "Chandra", "outcome": "reached, managed at home"
    }  # fmt: skip
    steps: list[tuple[datetime, str, str | None, dict[str, Any]]] = [
        (at, "opened", None, {"level": level.value}),
        (told, "told", None, {"person": person.doctor_id, "tier": 0, "message": "m"}),
    ]
    if promise is None:
        accepted = told + after
        late = {"off duty": True} if dice.random() < 0.2 else {}
        steps += [
            (accepted, Move.ACCEPT, person.doctor_id, {"was": "told", "digits": "1", **late}),
            (accepted + after * 2, Move.CONTACT, person.doctor_id, {"was": "accepted", "digits": "4", **late}),
            (end, Move.CLOSE, None, {}),
        ]
    lines = [{"id": new_id(when), "case_id": row["id"], "number": place, "at": when, "kind": str(kind), "by_id": by,
              "facts": facts} for place, (when, kind, by, facts) in enumerate(steps, 1)]  # fmt: skip
    return row, lines
