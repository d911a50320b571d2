"""Mood, good-to-know and follow-up: are they asked only of whom, when and how their files say?"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from gateway import outreach
from gateway.core.timetable import Rule
from gateway.outreach import CannotAsk
from gateway.store.database import Database
from gateway.store.ids import new_id
from gateway.store.queries.flows import NOT_ON_CALLS
from gateway.store.queries.reports import timeline
from gateway.store.tables import Call, Case, Enrolment, FlowVersion, Person, PersonPhone, Role
from tests.talking import EIGHT, Talk, begin
from tests.test_first_flows import ask, cases, change, last
from tests.village import AMINA, BARAKA, CHANDRA, MONDAY, add_person

LOW = ("1", "1", "2", "0", "0", "1", "1", "0", "0", "0", "0")  # up to item 8 of the PHQ


def enrol(talk: Talk, flow: str, rule: Rule, due: timedelta) -> None:
    with talk.database.write() as session:
        session.add(
            Enrolment(
                id=new_id(EIGHT), person_id=talk.village.amina.id, flow=flow, rule=rule.to_json(),
                next_due=EIGHT + due, created_at=EIGHT,
            )
        )  # fmt: skip


def share_the_phone(talk: Talk) -> None:
    """Mei has the same one."""
    with talk.database.write() as session:
        mei = add_person(session, EIGHT, talk.village.clinic, "mei", Role.PATIENT, "Mei", "+254711000099")
        held = select(PersonPhone.phone_id).where(PersonPhone.person_id == talk.village.amina.id)
        session.add(PersonPhone(person_id=mei.id, phone_id=session.scalars(held).one()))


def test_nobody_is_asked_about_death_where_nobody_answers_within_the_hour(database: Database) -> None:
    talk = begin(database)
    ask(talk, "mood")
    assert talk.answer(*LOW)[-1].startswith("Thank you. Answers received.")
    assert last(talk).outcome == "finished"
    assert cases(talk) == []


@pytest.mark.parametrize("answer", ["1", "3"])
def test_thoughts_of_death_are_an_emergency_whatever_the_total(database: Database, answer: str) -> None:
    database._writing.configure(info={**database._writing.kw["info"], "same_hour_answer": True})
    talk = begin(database)
    ask(talk, "mood")
    assert "better off dead" in talk.answer(*LOW)[-1]
    assert talk.answer(answer)[-1].startswith("Thank you for telling us. You are not alone.")
    assert [level for level, _ in cases(talk)] == ["now"]
    assert "Danger sign: thoughts of not living on" in talk.sent_to(BARAKA)[0]
    assert "Thoughts of not living on" in talk.sent_to(CHANDRA)[0]


def test_mood_is_asked_by_voice_where_the_phone_is_shared(database: Database) -> None:
    talk = begin(database)
    share_the_phone(talk)
    before = len(talk.sent_to(AMINA))
    ask(talk, "mood")
    assert len(talk.sent_to(AMINA)) == before
    with database.read() as session:
        assert len(session.scalars(select(Call)).all()) == 1


def test_on_a_shared_phone_mood_is_refused_in_a_language_that_nobody_can_speak(database: Database) -> None:
    """By voice it cannot be asked, and by SMS the others would read it."""
    talk = begin(database)
    share_the_phone(talk)
    with database.write() as session:
        mood = session.scalars(select(FlowVersion).where(FlowVersion.flow == "mood")).one()
        copied = {column.key: getattr(mood, column.key) for column in FlowVersion.__table__.columns}
        silent = {**mood.languages, "en": {**mood.languages["en"], NOT_ON_CALLS: True}}
        session.add(
            FlowVersion(
                **copied
                | {"id": new_id(MONDAY), "number": mood.number + 1, "published_at": MONDAY, "languages": silent}
            )
        )
    with pytest.raises(CannotAsk, match="others read this phone"), database.write() as session:
        outreach.ask(session, session.get_one(Person, talk.village.amina.id), "mood", talk.now)


def test_four_messages_come_one_a_week_and_then_no_more(database: Database) -> None:
    talk = begin(database)
    enrol(
        talk, "education", Rule(at=MONDAY.time().replace(hour=10), every_days=7, weekday=2), timedelta(days=2, hours=2)
    )
    for week in range(6):
        talk.at(EIGHT + timedelta(days=7 * week + 2, hours=2))
    said = [body for body in talk.sent_to(AMINA) if "good time" not in body and "Once more" not in body]
    parts = ("can be treated", "on time", "village clinic", "costs")
    assert all(words in body for words, body in zip(parts, said, strict=True))
    with database.read() as session:
        row = session.scalars(select(Enrolment).where(Enrolment.flow == "education")).one()
        assert row.ended_at is not None


def test_what_only_says_something_leaves_the_open_question_open(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    ask(talk, "education")
    assert "can be treated" in talk.sent_to(AMINA)[-1]
    assert talk.answer("1")[0].startswith("Today, any of these")


def test_at_most_two_contacts_a_week_unless_she_wants_more(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2", "1", "1", "1", "1", "1", "0")
    talk.now = MONDAY + timedelta(hours=1)
    ask(talk, "education")
    told = len(talk.sent_to(AMINA))
    talk.now = MONDAY + timedelta(days=1)
    ask(talk, "mood")
    assert len(talk.sent_to(AMINA)) == told
    change(talk, wishes={"contacts": 3})
    talk.at(MONDAY + timedelta(days=2))
    assert "about how you feel" in talk.sent_to(AMINA)[-1]


def test_a_follow_up_stands_in_the_timeline(database: Database) -> None:
    talk = begin(database)
    ask(talk, "follow-up")
    talk.answer("1", "2", "1", "1")
    with database.read() as session:
        found = timeline(session, talk.village.amina.id)
        assert [(one.name, one.answer) for one in found] == [("where", 2), ("treatment", "yes")]


def test_scores_of_the_mood_open_a_case_by_their_limit(database: Database) -> None:
    talk = begin(database)
    ask(talk, "mood")
    talk.answer("1", "3", "3", "0", "0", "2", "2", "1", "1", "1", "0")
    with database.read() as session:
        (case,) = session.scalars(select(Case))
        assert (case.level, case.frozen["symptoms"][0][0]) == ("amber", "phq_8")


def test_whoever_is_asked_too_much_reads_how_to_rest_and_the_doctor_hears_it_at_his_hour(database: Database) -> None:
    talk = begin(database)
    ask(talk, "burden")
    assert "Are our questions too much for you?" in talk.sent_to(AMINA)[-1]
    assert "send PAUSE; to go on, START" in talk.answer("1")[-1]
    assert [level for level, _ in cases(talk)] == ["amber"]
    for _ in range(2):
        talk.later(hours=12)
    assert "Asked too much: yes" in " ".join(talk.sent_to(BARAKA))


@pytest.mark.parametrize("answer", ["2", None])
def test_who_is_not_asked_too_much_or_does_not_say_troubles_nobody(database: Database, answer: str | None) -> None:
    talk = begin(database)
    with database.write() as session:
        for row in session.scalars(select(Enrolment)):
            row.ended_at, row.next_due = EIGHT, None
    ask(talk, "burden")
    if answer:
        talk.answer(answer)
    talk.later(days=2)
    assert cases(talk) == []
    assert talk.sent_to(BARAKA) + talk.sent_to(CHANDRA) == []


def test_whoever_feels_alone_may_wish_a_talk_and_a_person_looks_at_it(database: Database) -> None:
    talk = begin(database)
    ask(talk, "company")
    assert talk.answer("1")[-1].startswith("Would you like somebody from the clinic to talk with you?")
    assert talk.answer("1")[-1].startswith("Your wish is passed on to the clinic.")
    assert [level for level, _ in cases(talk)] == ["amber"]
    for _ in range(2):
        talk.later(hours=12)
    assert "Wishes a talk: yes" in " ".join(talk.sent_to(BARAKA))


def test_whoever_does_not_feel_alone_or_wishes_no_talk_troubles_nobody(database: Database) -> None:
    talk = begin(database)
    ask(talk, "company")
    talk.answer("1", "2")
    assert cases(talk) == []
    assert talk.sent_to(CHANDRA) == []
