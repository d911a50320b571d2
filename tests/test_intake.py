"""A text comes in: is it heard as what it is, whoever sends it, however often, and in whatever state?"""

import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from gateway.core.flow import Purpose
from gateway.store.database import Database
from gateway.store.ids import new_id
from gateway.store.queries.people import CONSENT_ASKED, phone_by_number
from gateway.store.tables import Answer, Case, Consent, Inbound, Person, PersonPhone, Phone, Role, Standing
from tests import canaries
from tests.statements import count_statements
from tests.talking import Talk, begin
from tests.village import AMINA, BARAKA, CHANDRA, MONDAY, STRANGER, add_person

WEEK = ("1", "2", "8", "1", "2", "3", "7", "2", "1", "0")


def answers(talk: Talk) -> dict[str, int | str | None]:
    with talk.database.read() as session:
        rows = session.scalars(select(Answer).where(Answer.superseded_at.is_(None)).order_by(Answer.id))
        return {row.question: row.number if row.word is None else row.word for row in rows}


def cases(talk: Talk) -> list[Case]:
    with talk.database.read() as session:
        return list(session.scalars(select(Case).order_by(Case.id)))


def read_as(talk: Talk) -> list[str | None]:
    with talk.database.read() as session:
        return list(session.scalars(select(Inbound.read_as).order_by(Inbound.key)))


def test_a_week_by_sms(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    assert "Is now a good time?" in talk.sent_to(AMINA)[0]
    said = talk.answer(*WEEK)
    assert "Today, any of these" in said[0]
    assert said[1].startswith("Question 1 of 6.")
    assert said[2].startswith("We are telling Baraka")
    assert "Is it that bad now?" in said[2]
    assert "Where is the pain?" in said[3]
    assert "Take the pain medicine" in said[-1]
    assert said[-1].endswith("or 999 in an emergency.")
    assert answers(talk) == {
        "danger": "no", "pain": 8, "pain_now": "yes", "pain_where": 2, "tiredness": 3,
        "breath": 7, "appetite": 2, "sleep": 1, "sickness": 0,
    }  # fmt: skip
    (conversation,) = talk.conversations()
    assert (conversation.state, conversation.outcome, conversation.due_at) == ("ended", "finished", None)
    assert "Pain 8, also now" in talk.sent_to(BARAKA)[0]


def test_the_same_week_in_chinese(database: Database) -> None:
    talk = begin(database, language="zh_CN").at(MONDAY)
    said = talk.answer("1", "2", "三", "不知道")
    assert "第1题" in said[1]
    assert answers(talk)["pain"] == 3


def test_who_reports_nine_and_says_no_more_reaches_a_doctor(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2", "9")
    assert [case.level for case in cases(talk)] == ["red"]
    assert talk.sent_to(BARAKA) == []  # held for "is it that bad now?", three minutes at most
    talk.later(minutes=3)
    assert "Pain 9" in talk.sent_to(BARAKA)[0]


def test_an_ordinary_turn_takes_at_most_nine_statements(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2")
    talk.now += timedelta(minutes=2)
    with count_statements(database) as sent:
        talk.text(AMINA, "3")
    assert len(sent) <= 9, "\n".join(sent)


def test_the_turn_that_ends_a_conversation_takes_at_most_ten_statements(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2", *"33333")
    talk.now += timedelta(minutes=2)
    with count_statements(database) as sent:
        talk.text(AMINA, "3")
    assert "Answers received" in talk.sent_to(AMINA)[-1]
    assert len(sent) <= 10, "\n".join(sent)


@pytest.mark.parametrize("seed", range(5))
def test_doubled_texts_change_nothing(database: Database, seed: int) -> None:
    """Each comes three times, the later ones anywhere behind the first. Edge case 6."""
    talk = begin(database).at(MONDAY)
    dice, waiting = random.Random(seed), []
    for number, reply in enumerate(WEEK):
        talk.now += timedelta(minutes=2)
        talk.text(AMINA, reply, f"SM{number:032x}")
        waiting += [(reply, f"SM{number:032x}")] * 2
        for again in dice.sample(waiting, dice.randint(0, len(waiting))):
            waiting.remove(again)
            talk.text(AMINA, *again)
    for again in waiting:
        talk.text(AMINA, *again)
    assert answers(talk)["sickness"] == 0
    assert len(answers(talk)) == 9
    assert len(cases(talk)) == 1
    assert len(talk.sent_to(AMINA)) == 1 + len(WEEK)
    assert len(read_as(talk)) == len(WEEK)


def test_unclear_is_never_a_number_and_ends_with_a_person(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    said = talk.answer("1", "2", "5 and 6", "maybe")
    assert "You sent 5 and 6" in said[2]
    assert "pain" not in answers(talk)
    assert any("could not read the answers" in body for body in talk.sent_to(CHANDRA))


@pytest.mark.parametrize("standing", list(Standing))
def test_a_danger_sign_is_heard_in_any_standing(database: Database, standing: Standing) -> None:
    """Edge case 14."""
    talk = begin(database)
    with database.write() as session:
        session.get_one(Person, talk.village.amina.id).standing = standing
    talk.text(AMINA, "I can't breathe")
    assert [case.level for case in cases(talk)] == ["now"]
    assert "Danger sign: hard to breathe" in talk.sent_to(BARAKA)[0]
    assert len(talk.sent_to(CHANDRA)) == 1
    if standing is Standing.STOPPED:
        assert talk.sent_to(AMINA) == []
        assert "press 1" in talk.pick_up()
        assert "Call 9 9 9 now" in talk.press("1")
    else:
        assert talk.sent_to(AMINA)[0].startswith("Call 999 now")


def test_a_danger_sign_in_mid_conversation_ends_the_questions(database: Database) -> None:
    """Edge case 14."""
    talk = begin(database).at(MONDAY)
    (said,) = talk.answer("1", "I can't breathe")[1:]
    assert said.startswith("Call 999 now")
    assert (talk.conversations()[0].state, talk.conversations()[0].outcome) == ("ended", "danger")
    talk.later(hours=5)
    assert len(talk.sent_to(AMINA)) == 4  # no reminder of questions after that
    assert "Did the doctor phone or visit you?" in talk.sent_to(AMINA)[-1]


def test_stop_silences_the_prompts_but_not_an_open_case(database: Database) -> None:
    """Edge case 17."""
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2", "9", "1")
    before = len(talk.sent_to(AMINA))
    talk.text(AMINA, "STOP")
    assert talk.person("amina").standing == Standing.STOPPED
    assert talk.conversations()[0].outcome == "stopped"
    assert any("has stopped our messages" in body for body in talk.sent_to(CHANDRA))
    talk.later(minutes=20)
    talk.later(minutes=20)
    assert any("no one has accepted" in body for body in talk.sent_to(CHANDRA))
    talk.at(MONDAY + timedelta(days=7))
    assert len(talk.sent_to(AMINA)) == before


def test_only_a_stop_word_of_ours_is_confirmed_by_us(database: Database) -> None:
    """Edge case 17."""
    talk = begin(database, language="zh_CN")
    talk.text(AMINA, "退订")
    assert len(talk.sent_to(AMINA)) == 1
    assert talk.person("amina").standing == Standing.STOPPED


def test_stop_within_a_sentence_stops_nothing(database: Database) -> None:
    """Edge case 18."""
    talk = begin(database)
    talk.text(AMINA, "please stop the pain")
    assert talk.person("amina").standing == Standing.ACTIVE
    assert any("a person must read" in body for body in talk.sent_to(CHANDRA))


def test_help_is_left_to_the_provider(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    talk.text(AMINA, "HELP")
    assert len(talk.sent_to(AMINA)) == 1
    assert talk.conversations()[0].state == "open"


def test_a_pause_ends_with_start_but_a_stop_takes_a_new_consent(database: Database) -> None:
    """Edge case 19."""
    talk = begin(database)
    with database.write() as session:
        amina = session.get_one(Person, talk.village.amina.id)
        amina.standing, amina.standing_why = Standing.PAUSED, "asked for a pause"
    talk.text(AMINA, "START")
    assert talk.person("amina").standing == Standing.ACTIVE
    talk.text(AMINA, "STOP")
    talk.text(AMINA, "START")
    assert (talk.person("amina").standing, talk.person("amina").standing_why) == (Standing.PAUSED, CONSENT_ASKED)
    talk.tick()
    assert "what you agree to" in talk.sent_to(AMINA)[-1]


def test_free_text_goes_to_a_person_without_its_words(database: Database) -> None:
    """Edge case 16."""
    talk = begin(database)
    talk.text(AMINA, canaries.WORDS)
    (told,) = talk.sent_to(CHANDRA)
    assert told.startswith("Patient 12, Baiyun wrote something that a person must read.")
    assert talk.sent_to(AMINA)[0].startswith("Thank you. A person reads this")


def test_a_machine_that_answers_machines_gets_no_more_replies(database: Database) -> None:
    """Edge case 35."""
    talk = begin(database)
    for _ in range(30):
        talk.text(AMINA, "I am driving")
    assert len(talk.sent_to(AMINA)) == 5


def test_a_late_reply_still_counts(database: Database) -> None:
    """Edge case 1."""
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2")
    talk.at(MONDAY + timedelta(days=3, minutes=5))
    assert talk.conversations()[0].outcome == "given up"
    talk.later(hours=11)
    said = talk.answer("9")
    assert "Is it that bad now?" in said[0]
    assert [case.level for case in cases(talk)] == ["red"]
    assert "late answer" in read_as(talk)
    assert talk.conversations()[0].state == "open"


def test_a_reply_after_a_night_is_free_text(database: Database) -> None:
    """Edge case 1."""
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2")
    talk.at(MONDAY + timedelta(days=3, minutes=5))
    talk.later(hours=13)
    talk.answer("9")
    assert cases(talk) == []
    assert "a person must read" in talk.sent_to(CHANDRA)[-1]


def test_a_stranger_hears_the_emergency_number_once_a_day(database: Database) -> None:
    """Edge cases 14 and 31."""
    talk = begin(database)
    for _ in range(3):
        talk.text(STRANGER, "I can't breathe")
    assert talk.sent_to(STRANGER) == ["This line cannot take messages. In an emergency call 999."]
    assert talk.sent_to(CHANDRA) == [
        "A number that is not on our list, ending in 04, has written or rung. Please look."
    ]
    assert cases(talk) == []
    talk.later(hours=25)
    talk.text(STRANGER, "hello")
    assert len(talk.sent_to(STRANGER)) == 2


@pytest.mark.parametrize("sender", ["MPESA", "22141", ""])
def test_a_sender_without_a_number_is_only_noted(database: Database, sender: str) -> None:
    talk = begin(database)
    talk.text(sender, "you have won")
    assert read_as(talk) == ["no number"]
    assert talk.sent_to(CHANDRA) == []


def test_a_doctors_digit_is_an_order(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2", "9", "1")
    talk.text(BARAKA, "1")
    assert "yours. Phone 0711098765" in talk.sent_to(BARAKA)[-1]
    assert cases(talk)[0].accepted_by == talk.village.baraka.id


def test_a_doctor_who_stops_is_an_unreachable_tier(database: Database) -> None:
    talk = begin(database)
    talk.text(BARAKA, "STOP")
    assert "has stopped our messages and gets no case" in talk.sent_to(CHANDRA)[0]
    with database.read() as session:
        phone = phone_by_number(session, BARAKA)
        assert phone is not None
        assert phone.opted_out_at is not None


def test_a_number_with_two_roles_is_the_doctors_only_behind_a_case_code(database: Database) -> None:
    """Edge case 30."""
    talk = begin(database)
    with database.write() as session:
        phone = phone_by_number(session, AMINA)
        assert phone is not None
        _share(session.add, talk, phone, "asha", Role.CLINICIAN)
    talk.at(MONDAY)
    talk.answer("1", "2", "3", "947 1")
    assert answers(talk) == {"danger": "no", "pain": 3}
    assert "order" in read_as(talk)


def test_of_two_patients_on_one_phone_whoever_is_asked_answers(database: Database) -> None:
    talk = begin(database)
    with database.write() as session:
        phone = phone_by_number(session, AMINA)
        assert phone is not None
        _share(session.add, talk, phone, "asha", Role.PATIENT)
    talk.at(MONDAY)
    talk.answer("1", "1", "2", "3")
    with database.read() as session:
        assert {row.person_id for row in session.scalars(select(Answer))} == {talk.village.amina.id}


def test_a_helpers_danger_sign_opens_the_patients_case(database: Database) -> None:
    talk = begin(database)
    with database.write() as session:
        juma = add_person(session, MONDAY, talk.village.clinic, "juma", Role.HELPER, "Juma", "+254755000005")
        juma.helps_id = talk.village.amina.id
    talk.text("+254755000005", "she can't breathe")
    assert [case.patient_id for case in cases(talk)] == [talk.village.amina.id]


def test_a_helpers_1_says_that_they_have_spoken(database: Database) -> None:
    """Only while the case waits for it: before and after, a person reads his 1."""
    talk, juma = begin(database), "+254755000005"
    with database.write() as session:
        helper = add_person(session, MONDAY, talk.village.clinic, "juma", Role.HELPER, "Juma", juma)
        helper.helps_id = talk.village.amina.id
        for person_id, purpose in ((helper.id, Purpose.MESSAGES), (helper.helps_id, Purpose.FAMILY)):
            row = Consent(id=new_id(MONDAY), person_id=person_id, purpose=purpose, version="1", given_at=MONDAY)
            row.language, row.channel = "en", "sms"
            session.add(row)
    talk.text(AMINA, "I can't breathe")
    assert talk.sent_to(juma)[-1].startswith("Please phone Amina")
    talk.text(juma, "2")
    assert talk.sent_to(juma)[-1].startswith("Thank you. A person reads this")
    talk.text(juma, "1")
    assert talk.sent_to(juma)[-1] == "Thank you. In an emergency call 999."
    assert talk.sent_to(BARAKA)[-1].endswith("the family says that they have spoken to patient 12.")


def _share(add: "object", talk: Talk, phone: Phone, code: str, role: Role) -> None:
    person = Person(
        id=new_id(MONDAY), code=code, role=role, site_id=talk.village.clinic.id, language="en",
        time_zone="Africa/Nairobi", created_at=MONDAY,
    )  # fmt: skip
    person.doctor_id = talk.village.baraka.id
    person.key = talk.database.keys.new_person_key(person.id)
    for row in (person, PersonPhone(person_id=person.id, phone_id=phone.id)):
        add(row)  # type: ignore[operator]  # a session's add
