"""Which flow has the floor, and what does a "1" do after each kind of question? It never lands in another one."""

from datetime import timedelta

import pytest

from gateway.core.flow import Rank
from gateway.store.database import Database
from tests.edge_cases.people import answer_rows, answers, cases
from tests.talking import Talk, begin
from tests.village import AMINA, MONDAY

# What was said before, when the "1" comes, and what it does: the flow that heard it, its answers, the levels of cases.
AFTER = {
    "the weekly greeting": ((), timedelta(), "weekly-check", {}, []),
    "the danger gate": (("1",), timedelta(), "weekly-check", {"danger": "yes"}, ["now"]),
    "a scale": (("1", "2"), timedelta(), "weekly-check", {"danger": "no", "pain": 1}, []),
    "a yes or no": (
        ("1", "2", "8"), timedelta(), "weekly-check", {"danger": "no", "pain": 8, "pain_now": "yes"}, ["red"],
    ),
    "choices": (
        ("1", "2", "8", "2"), timedelta(), "weekly-check",
        {"danger": "no", "pain": 8, "pain_now": "no", "pain_where": 1}, ["red"],
    ),
    "which danger sign": (
        ("1", "1"), timedelta(minutes=2), "danger-sign", {"danger": "yes", "sign": 1}, ["now"],
    ),
    "a re-check's danger gate": (
        ("1", "2", "8", "1", "2", "1", "1", "1", "1", "1"), timedelta(days=1), "re-check", {"danger": "yes"}, ["now"],
    ),
    "a re-check's scale": (
        ("1", "2", "8", "1", "2", "1", "1", "1", "1", "1", "later", "2"), timedelta(), "re-check",
        {"danger": "no", "pain": 1}, ["red"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("question", AFTER)
def test_a_one_answers_the_question_that_is_open(database: Database, question: str) -> None:
    """Edge case 25."""
    said, wait, flow, known, levels = AFTER[question]
    talk = begin(database).at(MONDAY)
    for reply in said:
        if reply == "later":
            talk.at(MONDAY + timedelta(days=1, minutes=30))
        else:
            talk.answer(reply)
    if wait:
        talk.at(MONDAY + wait if wait >= timedelta(days=1) else talk.now + wait)
    if wait >= timedelta(days=1):
        talk.later(minutes=30)
    talk.answer("1")
    assert {name: value for name, value in _heard(talk, flow).items() if name in known} == known
    assert [case.level for case in cases(talk)] == levels


def test_after_everything_a_one_is_nobodys_answer(database: Database) -> None:
    """Edge case 25. With nothing open it goes to a person."""
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2", "1", "1", "1", "1", "1", "1")
    before = answers(talk)
    talk.answer("1")
    assert answers(talk) == before


def test_the_lower_rank_comes_back_in_full_and_the_one_between_is_not_its(database: Database) -> None:
    """Edge case 25. Interrupted at "where is the pain?", asked the re-check, then asked where the pain is again."""
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2", "8", "1")
    talk.at(MONDAY + timedelta(days=1, minutes=10))
    talk.answer("2", "1")
    assert "pain_where" not in answers(talk)
    talk.later(minutes=1)
    assert "Where is the pain?" in talk.sent_to(AMINA)[-1]
    talk.answer("1")
    assert _heard(talk, "weekly-check")["pain_where"] == 1


def test_the_ranks_stand_in_their_order() -> None:
    """Edge case 25."""
    assert [rank.value for rank in Rank] == [
        "emergency", "doctor-reached", "re-check", "consent", "practice", "baseline", "patient-started", "weekly",
        "mood", "medicine", "education",
    ]  # fmt: skip


def _heard(talk: Talk, flow: str) -> dict[str, int | str | None]:
    """The answers of the newest conversation of this flow, and the danger gate's before it."""
    newest = [row.id for row in talk.conversations() if row.flow == flow][-1]
    kept = [row for row in answer_rows(talk) if row.conversation_id == newest or flow == "danger-sign"]
    return {row.question: row.number if row.word is None else row.word for row in kept}
