"""Who gets no more than a stranger may, and no more than a machine: floods, loops, budgets and numbers from abroad."""

from datetime import timedelta

from sqlalchemy import func, select, update

from gateway import budgets, enrolment
from gateway.core.segments import segments
from gateway.store.budgets import OVER_BUDGET
from gateway.store.database import Database
from gateway.store.tables import Call, Case, Inbound, Message, Sending
from tests.network import settings_for
from tests.statements import count_statements
from tests.talking import Talk, begin
from tests.village import AMINA, BARAKA, CHANDRA, MONDAY, STRANGER

PREMIUM = "+254900123456"
HEADER = "code,name,phone,language,site_code,role,duty\n"


def kept(talk: Talk) -> tuple[int, int]:
    """Rows of texts that came, and how many of them with their words."""
    with talk.database.read() as session:
        counted = select(func.count(), func.count(Inbound.body)).where(Inbound.kind == "sms")
        rows, bodies = session.execute(counted).one()
        return rows, bodies


def cases(talk: Talk) -> list[Case]:
    with talk.database.read() as session:
        return list(session.scalars(select(Case)))


def about_loops(talk: Talk) -> list[str]:
    return [body for body in talk.sent_to(CHANDRA) if "answer by itself" in body]


def test_a_flood_from_one_unknown_number_fills_nothing(database: Database) -> None:
    """Each text is known for ever by its id, so that a replay does nothing; its words are kept ten times a day."""
    talk = begin(database)
    for _ in range(40):
        talk.text(STRANGER, "x" * 1600)
    assert kept(talk) == (40, 10)
    assert len(talk.sent_to(STRANGER)) == 1
    assert len(talk.sent_to(CHANDRA)) == 1
    talk.later(hours=25)
    talk.text(STRANGER, "hello")
    assert kept(talk) == (41, 11)


def test_a_flood_from_many_unknown_numbers_tires_nobody_out(database: Database) -> None:
    talk = begin(database)
    for number in range(110):
        talk.text(f"+25475500{number:04}", "hello")
    assert len(talk.sent_to(CHANDRA)) == 100


def test_a_premium_number_is_never_answered(database: Database) -> None:
    talk = begin(database)
    talk.text(PREMIUM, "hello")
    assert talk.sent_to(PREMIUM) == []
    assert len(talk.sent_to(CHANDRA)) == 1


def test_a_stranger_learns_nothing_of_the_programme(database: Database) -> None:
    """Edge case 31."""
    talk = begin(database)
    for body in ("help", "STOP", "scores", "947 1", "who are you"):
        talk.text(STRANGER, body)
        talk.later(hours=25)
    said = " ".join(talk.sent_to(STRANGER))
    assert set(talk.sent_to(STRANGER)) == {"This line cannot take messages. In an emergency call 999."}
    assert "clinic" not in said


def test_what_answers_itself_is_heard_but_not_answered(database: Database) -> None:
    """The coordinator is told once, not thirty times. Edge case 35."""
    talk = begin(database)
    for _ in range(30):
        talk.text(AMINA, "I am driving")
    assert len(talk.sent_to(AMINA)) == 5
    assert len(about_loops(talk)) == 1
    assert len(talk.sent_to(CHANDRA)) == 6
    assert kept(talk) == (30, 30)


def test_a_machine_that_never_says_the_same_is_muted_too(database: Database) -> None:
    talk = begin(database)
    for number in range(30):
        talk.text(AMINA, f"message {number} received")
    assert len(talk.sent_to(AMINA)) == 20
    assert len(about_loops(talk)) == 1
    talk.now += timedelta(hours=2)
    talk.text(AMINA, "hello")
    assert len(talk.sent_to(AMINA)) == 21


def test_a_red_flag_opens_a_case_out_of_a_muted_phone(database: Database) -> None:
    """Edge case 35."""
    talk = begin(database)
    for _ in range(25):
        talk.text(AMINA, "I am driving")
    talk.text(AMINA, "I can't breathe")
    assert [case.level for case in cases(talk)] == ["now"]
    assert talk.sent_to(AMINA)[-1].startswith("Call 999 now")
    before = len(talk.sent_to(AMINA))
    for _ in range(20):
        talk.text(AMINA, "I can't breathe")
    assert len(talk.sent_to(AMINA)) - before == 4  # five in all: whoever did not read them will not read the sixth
    assert len(cases(talk)) == 1


def test_the_same_digit_to_each_question_is_no_machine(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2", *["0"] * 8)
    assert talk.conversations()[0].outcome == "finished"
    assert about_loops(talk) == []


def test_a_stop_is_obeyed_even_from_a_muted_phone(database: Database) -> None:
    talk = begin(database)
    for _ in range(25):
        talk.text(AMINA, "I am driving")
    talk.text(AMINA, "STOP")
    assert talk.person("amina").standing == "stopped"


def test_a_doctors_machine_is_not_answered_for_ever(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2", "9", "1")
    before = len(talk.sent_to(BARAKA))
    for _ in range(30):
        talk.text(BARAKA, "I am in a meeting")
    assert len(talk.sent_to(BARAKA)) - before == 5
    assert len(about_loops(talk)) == 1
    talk.text(BARAKA, "1")
    assert "yours. Phone" in talk.sent_to(BARAKA)[-1]


def test_an_ordinary_turn_pays_nothing_for_the_guard(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2")
    talk.now += timedelta(minutes=2)
    with count_statements(database) as sent:
        talk.text(AMINA, "3")
    assert len(sent) <= 9, "\n".join(sent)


def test_the_coordinator_is_told_once_a_day_that_messages_wait(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    with database.write() as session:
        session.execute(update(Message).values(error=OVER_BUDGET, state=Sending.PENDING, sent_at=None))
        session.execute(update(Call).values(error=OVER_BUDGET))
    for hours in (0, 1, 2, 23):
        with database.write() as session:
            budgets.tell(session, MONDAY + timedelta(hours=hours))
    (told,) = talk.sent_to(CHANDRA)
    assert told.startswith("A daily limit is reached: 1 SMS or calls wait")
    assert segments(told).count == 1
    with database.write() as session:
        budgets.tell(session, MONDAY + timedelta(hours=25))
    assert len(talk.sent_to(CHANDRA)) == 2


def test_numbers_come_in_from_allowed_countries_only(database: Database) -> None:
    """Jersey has Britain's code and prices of its own."""
    begin(database)
    settings = settings_for(region="GB", countries="GB:100,KE")
    wrong = {
        "+447797712345": "not of this gateway's country (GB, KE)",
        "+256772000001": "not of this gateway's country",
    }
    for number in ("+447400123456", "0722000099", "+254722000099", *wrong):
        line = f"asha,Asha,{number},en,baiyun,clinician,always\n"
        with database.write() as session:
            bad = enrolment.import_file(session, "clinicians", HEADER + line, MONDAY, settings)
        if number.startswith("0"):
            assert "is not valid in GB" in bad[0].why
        else:
            assert [wrong[number] in fault.why for fault in bad] == [True] * (number in wrong)
