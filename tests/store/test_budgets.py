"""Does what is over a budget wait where everybody can see it, and does a case never wait?"""

from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy.orm import Session

from gateway.store import outbox
from gateway.store.budgets import NOT_ALLOWED, OVER_BUDGET, Budget, held_lately
from gateway.store.database import Database
from gateway.store.ids import new_id
from gateway.store.outbox import Rates
from gateway.store.tables import Case, Conversation, Kind, Message, Person, Phone, Sending
from tests.statements import count_statements
from tests.village import MONDAY, Village, add_phone, settle

REAL = MONDAY + timedelta(days=300)
HOUR = timedelta(hours=1)
SECONDS = count()  # of real time, so that the sender's line is always free


def rates(**budget: object) -> Rates:
    return Rates("+254700000000", 1000, 1000, Budget(**budget))  # type: ignore[arg-type]  # a test's own words


def put(session: Session, to: Person | Phone, kind: Kind = Kind.PROMPT, hours: int = 30, **more: object) -> Message:
    told = {"body": "How are you?", "subject": None, "kind": kind, "valid_for": hours * HOUR}
    return outbox.put_sms(session, MONDAY, to=to, **told | more)  # type: ignore[arg-type]  # as above


def leave(database: Database, how: Rates, hours: float = 0) -> list[str]:
    """Whatever may leave at that time of the story leaves, and the provider takes it."""
    left, now = [], MONDAY + hours * HOUR
    while True:
        with database.write() as session:
            rows = outbox.claim(session, REAL + timedelta(seconds=next(SECONDS)), now, 20, how)
        if not rows:
            return left
        with database.write() as session:
            for row in rows:
                outbox.accepted(session, row, row.attempt, f"SM{row.id}", now)
        left += [row.id for row in rows]


def state_of(database: Database, row: str) -> tuple[Sending, int | None]:
    with database.read() as session:
        message = session.get_one(Message, row)
        return message.state, message.error


@pytest.fixture
def village(database: Database) -> Village:
    with database.write() as session:
        return settle(session)


def test_a_number_gets_so_many_a_day_and_the_rest_in_its_order(database: Database, village: Village) -> None:
    with database.write() as session:
        rows = [put(session, village.amina).id for _ in range(25)]
    assert leave(database, rates()) == rows[:20]
    assert state_of(database, rows[20]) == (Sending.PENDING, OVER_BUDGET)
    with database.read() as session:
        assert held_lately(session) == 5
    assert leave(database, rates(), hours=23.9) == []
    assert leave(database, rates(), hours=24.1) == rows[20:]


def test_what_waits_too_long_expires_and_says_why(database: Database, village: Village) -> None:
    with database.write() as session:
        rows = [put(session, village.amina, hours=2).id for _ in range(3)]
    assert leave(database, rates(per_number_a_day=2)) == rows[:2]
    assert leave(database, rates(per_number_a_day=2), hours=3) == []
    assert state_of(database, rows[2]) == (Sending.EXPIRED, OVER_BUDGET)


def test_a_call_counts_as_an_sms(database: Database, village: Village) -> None:
    with database.write() as session:
        put(session, village.amina)
        outbox.put_call(session, MONDAY, to=village.amina, subject=None, kind=Kind.PROMPT, valid_for=HOUR)
    assert len(leave(database, rates(per_number_a_day=1))) == 1


def test_nothing_about_a_case_ever_waits(database: Database, village: Village) -> None:
    """Every budget is spent, and yet: to the doctor, the coordinator, in danger, the re-check, the case's questions."""
    spent = rates(per_number_a_day=1, a_day=1, countries={"KE": 1})
    with database.write() as session:
        case, talk = _case(session, village)
        rows = [
            put(session, village.baraka, Kind.CASE, case_id=case).id,
            put(session, village.baraka, Kind.REPLY).id,
            put(session, village.chandra, Kind.COORDINATOR).id,
            put(session, village.amina, Kind.SAFETY).id,
            put(session, village.amina, Kind.PROMPT, case_id=case).id,
            put(session, village.amina, Kind.REPLY, conversation_id=talk).id,
        ]
        ordinary = [put(session, village.amina).id, put(session, village.amina, Kind.REPLY).id]
    assert sorted(leave(database, spent)) == rows
    assert {state_of(database, row) for row in ordinary} == {(Sending.PENDING, OVER_BUDGET)}


def _case(session: Session, village: Village) -> tuple[str, str]:
    talk = Conversation(
        id=new_id(MONDAY), person_id=village.amina.id, version_id="0" * 32, flow="weekly-check", rank="routine",
        language="en", state="open", memory={}, started_at=MONDAY,
    )  # fmt: skip
    talk.version_id = _version(session)
    case = Case(
        id=new_id(MONDAY), code="947", patient_id=village.amina.id, conversation_id=talk.id, level="red", state="told",
        version_id=talk.version_id, tier=0, frozen={}, progress={}, opened_at=MONDAY, due_at=MONDAY,
    )  # fmt: skip
    session.add_all([talk, case])
    session.flush()
    return case.id, talk.id


def _version(session: Session) -> str:
    from gateway.store.tables import FlowVersion

    version = FlowVersion(
        id=new_id(MONDAY), flow="weekly-check", number=1, source="", shared="", languages={}, approved_by={},
        created_at=MONDAY,
    )  # fmt: skip
    session.add(version)
    session.flush()
    return version.id


def test_a_days_budget_keeps_its_reserve_for_cases(database: Database, village: Village) -> None:
    """Of ten segments two are the cases'; the ninth ordinary one waits until the first is a day old."""
    how = rates(a_day=10, per_number_a_day=100)
    with database.write() as session:
        rows = [put(session, add_phone(session, MONDAY, f"+2547550000{number:02}")).id for number in range(9)]
    assert leave(database, how) == rows[:8]
    with database.write() as session:
        cases = [put(session, village.baraka, Kind.CASE).id for _ in range(4)]
    assert leave(database, how) == cases
    assert leave(database, how, hours=1) == []
    assert leave(database, how, hours=24.1) == rows[8:]


def test_a_long_sms_costs_its_segments(database: Database, village: Village) -> None:
    with database.write() as session:
        put(session, village.amina, body="疼" * 200)
        put(session, village.amina)
    assert len(leave(database, rates(a_day=5, reserve_for_cases=0))) == 2
    with database.write() as session:
        put(session, village.amina)
    assert leave(database, rates(a_day=4, reserve_for_cases=0)) == []


def test_each_country_has_its_own_hour(database: Database, village: Village) -> None:
    how = rates(countries={"KE": None, "UG": 2}, per_number_a_day=100)
    with database.write() as session:
        phones = [add_phone(session, MONDAY, f"+25677200000{number}") for number in range(4)]
        for phone in phones:
            phone.country = "UG"
        abroad = [put(session, phone).id for phone in phones]
        home = [put(session, add_phone(session, MONDAY, f"+25475500000{number}")).id for number in range(4)]
    assert sorted(leave(database, how)) == sorted([*abroad[:2], *home])
    assert leave(database, how, hours=0.5) == []
    assert leave(database, how, hours=1.1) == abroad[2:]


def test_a_stranger_abroad_is_told_nothing(database: Database, village: Village) -> None:
    with database.write() as session:
        phone = add_phone(session, MONDAY, "+252612345678")
        phone.country = "SO"
        row = put(session, phone, Kind.SAFETY).id
    assert leave(database, rates(countries={"KE": None})) == []
    assert state_of(database, row) == (Sending.CANCELLED, NOT_ALLOWED)


def test_the_budgets_cost_two_statements_a_claim(database: Database, village: Village) -> None:
    with database.write() as session:
        for number in range(15):
            put(session, add_phone(session, MONDAY, f"+2547550000{number:02}"))
    with database.write() as session, count_statements(database) as sent:
        assert len(outbox.claim(session, REAL, MONDAY, 20, rates())) == 15
    asked = [statement for statement in sent if "role" in statement or "UNION ALL" in statement]
    assert len(asked) == 2
