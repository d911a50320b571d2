"""A row that always fails: does everybody else's week go on, and does a person hear of a case?"""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from gateway import delivery, watch
from gateway.cases import ladder
from gateway.clock import Clock
from gateway.phone.outcome import Taken
from gateway.phone.twilio_out import Telephone
from gateway.store import outbox
from gateway.store.database import Database
from gateway.store.outbox import Rates
from gateway.store.tables import Case, Enrolment, Kind, Message, Poison, Role, Sending
from gateway.watch import Broken
from tests.network import settings_for
from tests.talking import Talk, begin, enrol
from tests.village import AMINA, CHANDRA, MONDAY, add_person, settle


class Surprising(Telephone):
    def send(self, *_: Any) -> Taken:
        raise RuntimeError("something nobody has thought of")


def findings(talk: Talk) -> list[Broken]:
    with talk.database.read() as session:
        return [finding.broken for finding in watch.audit(session, talk.now)]


def test_an_enrolment_that_cannot_be_reckoned_holds_up_nobody(database: Database) -> None:
    talk = begin(database)
    with database.write() as session:
        village = talk.village
        sana = add_person(session, MONDAY, village.clinic, "sana", Role.PATIENT, "S", "+254711000099")
        sana.doctor_id, sana.small_number = village.baraka.id, "13"
        enrol(session, sana)
        hers = (Enrolment.person_id == village.amina.id, Enrolment.flow == "weekly-check")
        session.scalars(select(Enrolment).where(*hers)).one().rule = {"no": "rule"}
    talk.at(MONDAY)
    assert len(talk.sent_to("+254711000099")) == 1
    assert talk.sent_to(AMINA) == []
    for minutes in (1, 2, 4, 8):
        talk.later(minutes=minutes)
    with database.read() as session:
        poison = session.scalars(select(Poison)).one()
        assert (poison.failures, poison.work, poison.quarantined_at) == (5, "enrolment", talk.now)
    assert findings(talk) == [Broken.POISON]


def test_a_row_that_works_again_is_forgotten(database: Database) -> None:
    talk = begin(database)
    with database.write() as session:
        enrolment = session.scalars(select(Enrolment).where(Enrolment.flow == "weekly-check")).one()
        good, enrolment.rule = enrolment.rule, {"no": "rule"}
    talk.at(MONDAY)
    with database.write() as session:
        session.scalars(select(Enrolment).where(Enrolment.flow == "weekly-check")).one().rule = good
    talk.later(minutes=1)
    assert len(talk.sent_to(AMINA)) == 1
    with database.read() as session:
        assert session.scalars(select(Poison)).all() == []


def test_a_case_that_cannot_be_moved_goes_to_the_coordinator(database: Database) -> None:
    talk = begin(database)
    talk.text(AMINA, "I can't breathe")
    before = len(talk.sent_to(CHANDRA))
    with database.write() as session:
        session.scalars(select(Case)).one().progress = {}
    for _ in range(40):
        talk.now += timedelta(minutes=1)
        with database.write() as session:
            ladder.tick(session, talk.now)
            watch.tell_of_poison(session, talk.now)
    told = talk.sent_to(CHANDRA)[before:]
    assert len(told) == 1
    assert "still open" in told[0]
    assert Broken.POISON in findings(talk)


def test_an_sms_that_cannot_be_sent_is_refused_so_that_its_case_goes_on(database: Database) -> None:
    clock = Clock(story=True)
    with database.write() as session:
        village = settle(session, clock.real())
        row = outbox.put_sms(
            session, clock.real(), to=village.baraka, body="Urgent", subject=None, kind=Kind.CASE,
            valid_for=timedelta(hours=1),
        ).id  # fmt: skip
        other = outbox.put_sms(
            session, clock.real(), to=village.chandra, body="Hello", subject=None, kind=Kind.NOTICE,
            valid_for=timedelta(hours=1),
        ).id  # fmt: skip
    rates, telephone = Rates("+15005550006", 1000, 1000), Surprising(settings_for())
    for _ in range(5):
        delivery.drain(database, telephone, clock, rates)
        with database.write() as session:
            for message in session.scalars(select(Message).where(Message.state == Sending.DOUBT)):
                outbox.retry_later(session, message, message.attempt, message.not_before)
    with database.read() as session:
        assert [session.get_one(Message, one).state for one in (row, other)] == [Sending.REFUSED] * 2
        assert {poison.failures for poison in session.scalars(select(Poison))} == {5}
