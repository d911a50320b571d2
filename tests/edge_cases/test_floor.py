"""Which flow has the floor, and what does a "1" do after each kind of question? It never lands in another one."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from gateway.core.flow import Rank
from gateway.store.database import Database
from gateway.store.ids import new_id
from gateway.store.tables import Answer, Enrolment, Person
from tests.edge_cases.people import answer_rows, answers, cases, share
from tests.talking import Talk, begin, enrol
from tests.village import AMINA, CHANDRA, MONDAY

WELL = ("1", "2", *"111111")
TO_THE_END = ("1", "2", "8", "1", "2", *"11111")
# What happened before the "1", and what it does: the flow that hears it, that flow's answers, the levels of cases.
AFTER: dict[str, tuple[tuple[str, ...], str, dict[str, int | str], list[str]]] = {
    "the weekly greeting": ((), "weekly-check", {}, []),
    "the danger gate": (("1",), "weekly-check", {"danger": "yes"}, ["now"]),
    "a scale": (("1", "2"), "weekly-check", {"danger": "no", "pain": 1}, []),
    "a yes or no": (("1", "2", "8"), "weekly-check", {"danger": "no", "pain": 8, "pain_now": "yes"}, ["red"]),
    "choices": (("1", "2", "8", "2"), "weekly-check", {"pain": 8, "pain_now": "no", "pain_where": 1}, ["red"]),
    "which danger sign": (("1", "1", "2 minutes"), "danger-sign", {"sign": 1}, ["now"]),
    "did the doctor reach you": ((*TO_THE_END, "1445 minutes"), "doctor-reached", {"reached": "yes"}, ["red"]),
    "the re-check's danger gate": (
        (*TO_THE_END, "1445 minutes", "1", "31 minutes"), "re-check", {"danger": "yes"}, ["now"],
    ),
    "the re-check's scale": (
        (*TO_THE_END, "1445 minutes", "1", "31 minutes", "2"), "re-check", {"danger": "no", "pain": 1}, ["red"],
    ),
    "may we ask you": (("begin consent",), "consent", {"messages": "yes"}, []),
    "may your doctor be told": (("begin consent", "1"), "consent", {"doctor": "yes"}, []),
    "practice, the first time": (("begin practice",), "practice", {}, []),  # asked once more
    "practice, once more": (("begin practice", "1"), "practice", {"nothing_hurts": 1}, []),
    "the first report's danger gate": (("begin baseline",), "baseline", {"danger": "yes"}, ["now"]),
    "is someone helping": (("begin baseline", "2"), "baseline", {"danger": "no", "helped": "yes"}, []),
    "the first report's scale": (("begin baseline", "2", "2"), "baseline", {"helped": "no", "pain": 1}, []),
    "the greeting before mood": ((*WELL, "begin mood"), "mood", {}, []),
    "how often": ((*WELL, "begin mood", "1"), "mood", {"little_interest": 1}, []),
}  # fmt: skip


@pytest.mark.parametrize("question", AFTER)
def test_a_one_answers_the_question_that_is_open(database: Database, question: str) -> None:
    """Edge case 25."""
    before, flow, known, levels = AFTER[question]
    talk = begin(database).at(MONDAY)
    for reply in before:
        if reply.startswith("begin "):
            _ask(talk, reply.removeprefix("begin "))
        elif reply.endswith("minutes"):
            talk.later(minutes=float(reply.partition(" ")[0]))
        else:
            talk.answer(reply)
    others = _elsewhere(talk, flow)
    talk.answer("1")
    assert known.items() <= _heard(talk, flow).items()
    assert _elsewhere(talk, flow) == others
    assert [case.level for case in cases(talk)] == levels


def test_after_everything_a_one_is_nobodys_answer(database: Database) -> None:
    """Edge case 25. With nothing open it goes to a person."""
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2", "1", "1", "1", "1", "1", "1")
    before = answers(talk)
    talk.answer("1")
    assert answers(talk) == before


def test_the_lower_rank_comes_back_in_full_and_the_one_between_is_not_its(database: Database) -> None:
    """Edge case 25. Interrupted at "where is the pain?" by two others; then asked where the pain is again."""
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2", "8", "1")
    talk.at(MONDAY + timedelta(days=1, minutes=10))
    talk.answer("1")
    assert "pain_where" not in answers(talk)
    talk.later(minutes=31)
    talk.answer("2", "1")
    talk.later(minutes=31)
    assert "Where is the pain?" in talk.sent_to(AMINA)[-1]
    talk.answer("1")
    assert _heard(talk, "weekly-check")["pain_where"] == 1


def test_the_ranks_stand_in_their_order() -> None:
    """Edge case 25."""
    assert [rank.value for rank in Rank] == [
        "emergency", "doctor-reached", "re-check", "consent", "practice", "baseline", "patient-started", "weekly",
        "mood", "medicine", "education", "drill", "training",
    ]  # fmt: skip


def test_yesterdays_question_is_closed_when_todays_is_sent(database: Database) -> None:
    """Edge case 2. It was missed, which counts as silence and is told like it; a "1" is for the newer one."""
    talk = begin(database).at(MONDAY)
    _every_day(talk)
    talk.answer("1", "2")
    talk.at(MONDAY + timedelta(days=1))
    assert [(row.state, row.outcome) for row in talk.conversations()] == [("ended", "given up"), ("open", None)]
    assert "good time" in talk.sent_to(AMINA)[-1]
    assert "no answer to our questions" in talk.sent_to(CHANDRA)[-1]


def test_nothing_is_closed_under_her_hand(database: Database) -> None:
    """Edge case 2. She is just answering: what is due waits until she has done."""
    talk = begin(database).at(MONDAY)
    _every_day(talk)
    talk.now = MONDAY + timedelta(days=1) - timedelta(minutes=5)
    talk.answer("1", "2")
    talk.at(MONDAY + timedelta(days=1))
    assert [row.state for row in talk.conversations()] == ["open"]


def test_what_a_case_asks_interrupts_the_other_patient_on_the_phone(database: Database) -> None:
    """Edge cases 25 and 26. Bahati's weekly question waits, and comes back in full with her name."""
    talk = begin(database)
    share(talk)
    with talk.database.write() as session:
        bahati = session.scalars(select(Person).where(Person.code == "bahati")).one()
        enrol(session, bahati, "2026-03-02T11:00", MONDAY + timedelta(hours=2))
    talk.at(MONDAY)
    talk.answer("1", "1", "2", "8", "1", "2", *"11111")
    talk.at(MONDAY + timedelta(hours=2))
    talk.at(MONDAY + timedelta(days=1, minutes=10))
    assert [(row.flow, row.state) for row in talk.conversations()][1:] == [
        ("weekly-check", "suspended"), ("doctor-reached", "open"),
    ]  # fmt: skip
    assert talk.sent_to(AMINA)[-1].startswith("For A:")
    talk.answer("1", "1")
    for half_hour in range(3):
        talk.at(MONDAY + timedelta(days=1, minutes=45 + 30 * half_hour))
    again = [body for body in talk.sent_to(AMINA) if body.startswith("For B:")]
    assert len(again) >= 2


def _ask(talk: Talk, flow: str) -> None:
    """As an enrolment that is due now."""
    with talk.database.write() as session:
        whose, now = talk.village.amina.id, talk.now
        session.add(Enrolment(id=new_id(now), person_id=whose, flow=flow, rule={}, next_due=now, created_at=now))
    talk.at(talk.now)


def _every_day(talk: Talk) -> None:
    with talk.database.write() as session:
        enrolment = session.scalars(select(Enrolment).where(Enrolment.flow == "weekly-check")).one()
        enrolment.next_due, enrolment.next_slot = MONDAY + timedelta(days=1), "2026-03-03T09:00"


def _heard(talk: Talk, flow: str) -> dict[str, int | str | None]:
    """The answers of the newest conversation of this flow."""
    newest = [row.id for row in talk.conversations() if row.flow == flow][-1]
    return {row.question: _value(row) for row in answer_rows(talk) if row.conversation_id == newest}


def _elsewhere(talk: Talk, flow: str) -> list[tuple[str, int | str | None]]:
    newest = [row.id for row in talk.conversations() if row.flow == flow][-1]
    return [(row.question, _value(row)) for row in answer_rows(talk) if row.conversation_id != newest]


def _value(row: Answer) -> int | str | None:
    return row.number if row.word is None else row.word
