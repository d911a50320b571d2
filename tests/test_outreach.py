"""Is everyone asked at their own hour, once, by whatever has the floor, and never in silence?"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from gateway import outreach
from gateway.enrolment.consent import withdraw
from gateway.outreach import CannotAsk
from gateway.store.database import Database
from gateway.store.ids import new_id
from gateway.store.queries.people import phone_by_number
from gateway.store.tables import Call, Case, Enrolment, FlowVersion, Message, Person, PersonPhone, Phone, Role, Standing
from tests.talking import Talk, begin, enrol
from tests.village import AMINA, CHANDRA, MONDAY


def promise(talk: Talk) -> Enrolment:
    with talk.database.read() as session:
        return session.scalars(select(Enrolment).where(Enrolment.case_id.is_(None)).order_by(Enrolment.id)).first() or (
            pytest.fail("no enrolment")
        )


def change(talk: Talk, **values: object) -> None:
    with talk.database.write() as session:
        amina = session.get_one(Person, talk.village.amina.id)
        for name, value in values.items():
            setattr(amina, name, value)


def test_a_prompt_is_asked_once_and_the_next_is_a_week_later(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    talk.tick()
    assert len(talk.sent_to(AMINA)) == 1
    assert promise(talk).next_slot == "2026-03-09T09:00"
    assert promise(talk).next_due == MONDAY + timedelta(days=7)


def test_whoever_has_no_doctor_hears_the_name_of_the_settings(database: Database) -> None:
    talk = begin(database)
    change(talk, doctor_id=None)
    assert talk.at(MONDAY).sent_to(AMINA)[0].startswith("Hello, this is Baiyun clinic. Once a week")


def test_each_week_is_a_report_of_its_own(database: Database) -> None:
    talk = begin(database)
    for week in range(2):
        talk.at(MONDAY + timedelta(days=7 * week))
        talk.answer("1", "2", "2", "1", "1", "1", "1", "0")
    assert [row.outcome for row in talk.conversations()] == ["finished"] * 2


def test_two_points_worse_than_last_week_is_seen(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2", "2", "1", "1", "1", "1", "0")
    talk.at(MONDAY + timedelta(days=7))
    talk.answer("1", "2", "4")
    with database.read() as session:
        assert [case.level for case in session.scalars(select(Case))] == ["amber"]


def test_silence_is_reminded_then_rung_then_given_up_and_told(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    talk.at(MONDAY + timedelta(hours=4))
    assert len(talk.sent_to(AMINA)) == 2
    talk.at(MONDAY + timedelta(hours=24))
    assert talk.pick_up().startswith("Hello. This is Baraka Baraka's clinic, calling for Amina")
    assert talk.sent_to(CHANDRA) == []
    talk.at(MONDAY + timedelta(days=3, hours=4))
    assert talk.conversations()[0].outcome == "given up"
    assert "no answer to our questions since" in talk.sent_to(CHANDRA)[0]


def test_two_silent_weeks_are_a_breach(database: Database) -> None:
    talk = begin(database)
    for day in (0, 1, 3, 7, 8, 10):
        for hours in (0, 4):
            talk.at(MONDAY + timedelta(days=day, hours=hours))
    with database.read() as session:
        assert [case.level for case in session.scalars(select(Case))] == ["amber"]


def test_later_is_asked_again_and_a_second_later_ends_the_week(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    assert talk.answer("2") == ["Thank you. We ask once more by 13:02."]
    talk.at(MONDAY + timedelta(hours=4, minutes=2))
    assert "good time" in talk.sent_to(AMINA)[-1]
    talk.answer("2")
    assert talk.conversations()[0].outcome == "declined"
    assert "said later twice" in talk.sent_to(CHANDRA)[0]


def test_later_in_the_evening_is_asked_again_in_the_morning_and_says_so(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    talk.now = MONDAY + timedelta(hours=10)  # 19:00, and in four hours nobody is disturbed
    assert talk.answer("2") == ["Thank you. We ask once more by Tue 08:00."]
    talk.at(MONDAY + timedelta(hours=23))
    assert "good time" in talk.sent_to(AMINA)[-1]


def test_a_reminder_waits_for_the_morning(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    talk.now = MONDAY + timedelta(hours=9)  # 18:00; the reminder would come at 22:00
    talk.text(AMINA, "1")
    talk.at(MONDAY + timedelta(hours=14))
    assert len(talk.sent_to(AMINA)) == 2
    talk.at(MONDAY + timedelta(hours=23))
    assert len(talk.sent_to(AMINA)) == 3


def test_after_an_outage_of_three_weeks_only_the_newest_is_asked(database: Database) -> None:
    talk = begin(database).at(MONDAY + timedelta(days=21, minutes=90))
    assert len(talk.sent_to(AMINA)) == 1
    assert [(row.slot, row.outcome) for row in talk.conversations()] == [
        ("2026-03-02T09:00", "missed_system"),
        ("2026-03-09T09:00", "missed_system"),
        ("2026-03-16T09:00", "missed_system"),
        ("2026-03-23T09:00", None),
    ]


def test_two_hours_late_nobody_is_asked_and_it_is_our_fault(database: Database) -> None:
    talk = begin(database).at(MONDAY + timedelta(hours=2))
    assert talk.sent_to(AMINA) == []
    assert talk.conversations()[0].outcome == "missed_system"
    assert promise(talk).next_slot == "2026-03-09T09:00"


def test_an_outage_sends_one_reminder_not_all(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    talk.at(MONDAY + timedelta(days=3, hours=5))
    assert len(talk.sent_to(AMINA)) == 1
    assert talk.conversations()[0].outcome == "given up"


@pytest.mark.parametrize("standing", [Standing.PAUSED, Standing.STOPPED, Standing.ENDED])
def test_who_is_not_active_is_not_asked(database: Database, standing: Standing) -> None:
    talk = begin(database)
    change(talk, standing=standing)
    talk.at(MONDAY)
    assert talk.sent_to(AMINA) == []
    assert promise(talk).next_slot == "2026-03-09T09:00"


def test_a_stop_that_only_the_provider_heard_is_told(database: Database) -> None:
    """Edge case 20."""
    talk = begin(database)
    with database.write() as session:
        phone = phone_by_number(session, AMINA)
        assert phone is not None
        phone.opted_out_at = talk.now
    talk.at(MONDAY)
    assert talk.sent_to(AMINA) == []
    assert talk.person("amina").standing == Standing.STOPPED
    assert "has stopped our messages" in talk.sent_to(CHANDRA)[0]


def test_without_consent_nobody_is_asked(database: Database) -> None:
    talk = begin(database)
    with database.write() as session:
        withdraw(session, session.get_one(Person, talk.village.amina.id), talk.now)
        session.get_one(Person, talk.village.amina.id).standing = Standing.ACTIVE
    talk.at(MONDAY)
    assert talk.sent_to(AMINA) == []


def test_a_paused_flow_asks_nobody(database: Database) -> None:
    talk = begin(database)
    with database.write() as session:
        for version in session.scalars(select(FlowVersion)):
            version.paused_at = talk.now
    talk.at(MONDAY)
    assert talk.sent_to(AMINA) == []


def test_a_re_check_asks_the_cases_symptoms_and_goes_first(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2", "8", "1")  # she falls silent at "where is the pain?"
    talk.at(MONDAY + timedelta(hours=3))
    assert "Did the doctor phone or visit you?" in talk.sent_to(AMINA)[-1]
    talk.answer("1")
    talk.at(MONDAY + timedelta(days=1, minutes=10))
    assert [(row.flow, row.state) for row in talk.conversations()] == [
        ("weekly-check", "suspended"),
        ("doctor-reached", "ended"),
        ("re-check", "open"),
    ]
    said = talk.answer("2", "2")
    assert "How bad is your pain now?" in said[0]
    assert talk.conversations()[2].outcome == "finished"
    talk.later(minutes=1)
    assert talk.conversations()[0].state == "open"
    assert talk.sent_to(AMINA)[-1].startswith("Back to your questions.")
    assert "Where is the pain?" in talk.sent_to(AMINA)[-1]


def test_a_phone_that_two_patients_share_is_asked_one_question_at_a_time(database: Database) -> None:
    talk = begin(database)
    with database.write() as session:
        phone = phone_by_number(session, AMINA)
        assert phone is not None
        enrol(session, _patient(session, talk, phone))
    talk.at(MONDAY)
    assert len(talk.sent_to(AMINA)) == 1
    talk.answer("1", "1", "2", "2", "1", "1", "1", "1", "0")
    talk.at(MONDAY + timedelta(minutes=31))
    assert len([body for body in talk.sent_to(AMINA) if "Hello" in body]) == 2


def test_a_voice_patient_is_rung_and_the_call_holds_no_words(database: Database) -> None:
    begin(database, "voice").at(MONDAY)
    with database.read() as session:
        assert len(session.scalars(select(Call)).all()) == 1
        assert session.scalars(select(Message)).all() == []


def test_asking_now_begins_at_once(database: Database) -> None:
    talk = begin(database)
    _ask(talk, "weekly-check")
    assert "good time" in talk.sent_to(AMINA)[0]


@pytest.mark.parametrize(
    ("flow", "changes", "sentence"),
    [
        ("nothing", {}, "no flow 'nothing' is published"),
        ("weekly-check", {"language": "am"}, "does not speak amina's language 'am'"),
        ("weekly-check", {"standing": Standing.PAUSED}, "amina is not asked: paused"),
        ("re-check", {}, "asks about a case"),
    ],
)
def test_who_cannot_be_asked_is_said_in_a_sentence(
    database: Database, flow: str, changes: dict[str, str], sentence: str
) -> None:
    talk = begin(database)
    change(talk, **changes)
    with pytest.raises(CannotAsk, match=sentence):
        _ask(talk, flow)
    assert talk.conversations() == []


def test_the_same_flow_asked_again_takes_the_place_of_the_older(database: Database) -> None:
    """Edge case 2: what comes now is meant for the newer one."""
    talk = begin(database)
    _ask(talk, "weekly-check")
    talk.later(minutes=11)
    _ask(talk, "weekly-check")
    assert [row.state for row in talk.conversations()] == ["ended", "open"]


def test_the_same_flow_asked_again_ends_an_older_one_that_was_interrupted(database: Database) -> None:
    """She is not asked the same questions twice, the older ones with "Back to your questions."."""
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2", "8", "1")
    talk.at(MONDAY + timedelta(hours=3))
    talk.answer("1")
    assert talk.conversations()[0].state == "suspended"
    _ask(talk, "weekly-check")
    assert [(row.flow, row.outcome) for row in talk.conversations()] == [
        ("weekly-check", "given up"),
        ("doctor-reached", "finished"),
        ("weekly-check", None),
    ]
    talk.later(minutes=1)
    assert not any(body.startswith("Back to your questions.") for body in talk.sent_to(AMINA))


def _ask(talk: Talk, flow: str) -> None:
    with talk.database.write() as session:
        outreach.ask(session, session.get_one(Person, talk.village.amina.id), flow, talk.now)


def _patient(session: "object", talk: Talk, phone: Phone) -> Person:
    person = Person(
        id=new_id(MONDAY), code="bibi", role=Role.PATIENT, site_id=talk.village.clinic.id, language="en",
        channel="sms", standing=Standing.ACTIVE, time_zone="Africa/Nairobi", created_at=MONDAY,
        doctor_id=talk.village.baraka.id, small_number="13",
    )  # fmt: skip
    person.key = talk.database.keys.new_person_key(person.id)
    for row in (person, PersonPhone(person_id=person.id, phone_id=phone.id)):
        session.add(row)  # type: ignore[attr-defined]  # a session
    return person
