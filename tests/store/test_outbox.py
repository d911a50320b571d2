"""What is put on the one road out, and what is taken back from it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.store import outbox
from gateway.store.database import Database
from gateway.store.ids import new_id
from gateway.store.outbox import NoPhone, body_of
from gateway.store.queries.people import phone_of
from gateway.store.sealing import Erased
from gateway.store.tables import Kind, Message, Person, PersonPhone, Role, Sending
from tests import canaries
from tests.statements import count_statements
from tests.village import MONDAY, STRANGER, Village, add_phone, settle

HOUR = timedelta(hours=1)


def prompt(session: Session, to: Person, body: str = canaries.WORDS) -> Message:
    return outbox.put_sms(session, MONDAY, to=to, body=body, subject=to, kind=Kind.PROMPT, valid_for=HOUR)


def test_an_sms_waits_sealed_under_the_key_of_whom_it_is_about(database: Database) -> None:
    with database.write() as session:
        village = settle(session)
        message = outbox.put_sms(
            session,
            MONDAY,
            to=village.baraka,
            body=canaries.WORDS,
            subject=village.amina,
            kind=Kind.CASE,
            valid_for=HOUR,
        )
    with database.read() as session:
        found = session.get_one(Message, message.id)
        assert body_of(session, found) == canaries.WORDS
        assert (found.state, found.attempt, found.segments, found.urgency) == (Sending.PENDING, 0, 1, 1)
        assert (found.not_before, found.valid_until) == (MONDAY, MONDAY + HOUR)
    with database.write() as session:
        session.get_one(Person, village.amina.id).key = None
    with database.read() as session, pytest.raises(Erased):
        body_of(session, session.get_one(Message, message.id))


def test_a_stranger_can_be_answered(database: Database) -> None:
    with database.write() as session:
        phone = add_phone(session, MONDAY, STRANGER)
        message = outbox.put_sms(
            session, MONDAY, to=phone, body="In danger call 999.", subject=None, kind=Kind.SAFETY, valid_for=HOUR
        )
    with database.read() as session:
        found = session.get_one(Message, message.id)
        assert (found.to_id, body_of(session, found)) == (None, "In danger call 999.")


def test_nobody_is_told_without_a_phone(database: Database) -> None:
    with database.write() as session:
        clinic = settle(session).clinic
        nobody = Person(
            id=new_id(MONDAY), code="x", role=Role.PATIENT, site_id=clinic.id, language="en", time_zone="UTC",
            created_at=MONDAY,
        )  # fmt: skip
        session.add(nobody)
        with pytest.raises(NoPhone):
            prompt(session, nobody)


def test_a_phone_that_works_is_chosen_before_one_that_does_not(database: Database) -> None:
    with database.write() as session:
        amina = settle(session).amina
        old, second = phone_of(session, amina.id), add_phone(session, MONDAY, STRANGER)
        session.add(PersonPhone(person_id=amina.id, phone_id=second.id))
        assert old is not None
        assert prompt(session, amina).phone_id == old.id
        old.bad_since = MONDAY
        assert prompt(session, amina).phone_id == second.id


def test_a_text_in_chinese_and_one_with_curly_quotes_are_counted_as_they_leave(database: Database) -> None:
    with database.write() as session:
        amina = settle(session).amina
        assert prompt(session, amina, "疼" * 71).segments == 2
        curly = prompt(session, amina, "Don’t wait" * 15)
        assert (curly.segments, body_of(session, curly)[:10]) == (1, "Don't wait")


def test_a_case_of_level_now_goes_before_everything(database: Database) -> None:
    with database.write() as session:
        village = settle(session)
        case: dict[str, Any] = {"to": village.baraka, "subject": village.amina, "kind": Kind.CASE}
        now = outbox.put_sms(session, MONDAY, body="947", valid_for=HOUR, at_once=True, **case)
        ring = outbox.put_call(session, MONDAY, at_once=True, **case)
        red = outbox.put_call(session, MONDAY, **case)
        assert (now.urgency, ring.urgency, red.urgency) == (0, 0, 1)


def test_what_waits_is_not_valid_before_it_may_leave(database: Database) -> None:
    with database.write() as session:
        amina = settle(session).amina
        call = outbox.put_call(
            session, MONDAY, to=amina, subject=amina, kind=Kind.PROMPT, not_before=MONDAY + HOUR, valid_for=HOUR
        )
        assert (call.not_before, call.valid_until) == (MONDAY + HOUR, MONDAY + 2 * HOUR)


def test_what_has_not_left_can_be_taken_back(database: Database) -> None:
    with database.write() as session:
        village = settle(session)
        for person in (village.amina, village.baraka):
            prompt(session, person)
            outbox.put_call(session, MONDAY, to=person, subject=person, kind=Kind.CASE)
        assert outbox.cancel(session, MONDAY, person=village.amina, kinds=[Kind.PROMPT]) == 1
        assert outbox.cancel(session, MONDAY, person=village.amina) == 1
        assert outbox.cancel(session, MONDAY, person=village.amina) == 0
    with database.read() as session:
        states = {message.to_id: message.state for message in session.scalars(select(Message))}
    assert states == {village.amina.id: Sending.CANCELLED, village.baraka.id: Sending.PENDING}


def test_a_put_costs_two_statements(database: Database) -> None:
    with database.write() as session:
        village: Village = settle(session)
        with count_statements(database) as sent:
            prompt(session, village.amina)
            session.flush()
    assert len(sent) == 2
