"""When does she hear in a word how this report is against her last one, and when is nothing said?"""

from dataclasses import replace

import pytest

from gateway.core import checks, flowfile
from gateway.core import conversation as core
from gateway.core.answers import Answer, Channel, History, Report, Respondent, Value
from gateway.core.comparing import Course, compared
from gateway.core.events import Said
from gateway.core.memory import Circumstances, Conversation, State
from gateway.core.understand import AnswerHeard
from gateway.core.wording import sms, voice
from tests.core.shipped import FACTS, MONDAY, ROOT, WORDED, flow, language

WEEKLY = flow("weekly-check")
SYMPTOMS = ("pain", "tiredness", "breath", "appetite", "sleep", "sickness")
LAST = (3, 3, 3, 1, 1, 1)
SAME, EASIER, HARDER = LAST, (1, 1, 3, 1, 1, 1), (3, 3, 3, 3, 2, 1)


def report(numbers: tuple[Value, ...], by: Respondent = Respondent.PATIENT) -> Report:
    return Report(dict(zip(SYMPTOMS, numbers, strict=True)), by)


def said_of(
    now: tuple[Value, ...],
    *before: Report,
    by: Respondent = Respondent.PATIENT,
    has_case: bool = False,
    **remembered: object,
) -> Course | None:
    answers = tuple(Answer(name, value, "", Channel.SMS) for name, value in zip(SYMPTOMS, now, strict=True))
    conversation = replace(Conversation(Channel.SMS, State.ASKING, answers=answers), **remembered)
    around = Circumstances(MONDAY, History(before or (report(LAST),)), by, has_case=has_case)
    return compared(WEEKLY, conversation, "burden", around)


def test_a_word_says_whether_it_is_less_the_same_or_more() -> None:
    assert said_of(EASIER) is Course.BETTER
    assert said_of(SAME) is Course.SAME
    assert said_of(HARDER) is Course.WORSE


def test_one_more_or_less_in_a_sum_is_about_the_same() -> None:
    assert said_of((2, 3, 3, 1, 1, 1)) is Course.SAME
    assert said_of((3, 3, 3, 2, 1, 1)) is Course.SAME


@pytest.mark.parametrize("worst", [4, 7, 10])
def test_nobody_is_told_better_where_one_answer_reaches_a_limit(worst: int) -> None:
    assert said_of((worst, 0, 0, 0, 0, 0), report((10, 10, 10, 10, 10, 10))) is None


def test_nothing_is_said_while_people_look_at_it() -> None:
    assert said_of(EASIER, has_case=True) is None
    assert said_of(EASIER, breached=(("danger", (("danger", "yes"),)),)) is None
    assert said_of(EASIER, patient_knows=True) is None
    assert said_of(EASIER, left=1) is None


def test_better_in_sum_is_not_better_where_one_thing_is_worse() -> None:
    assert said_of((0, 0, 3, 2, 1, 1)) is None
    assert said_of((0, 3, 3, 3, 2, 1)) is None  # the same sum, and nothing of it the same


def test_a_question_without_a_number_compares_with_nothing() -> None:
    assert said_of((1, 1, "skipped", 1, 1, 1)) is None
    assert said_of(EASIER, report((3, 3, "skipped", 1, 1, 1))) is None
    assert said_of(EASIER, Report({})) is None


def test_what_a_helper_said_is_not_compared_with_what_she_says() -> None:
    assert said_of(EASIER, by=Respondent.HELPER) is None
    assert said_of(EASIER, report(LAST, Respondent.HELPER)) is None
    assert said_of(EASIER, report((0, 0, 0, 0, 0, 0), Respondent.HELPER), report(LAST)) is Course.BETTER
    assert said_of(EASIER, report(LAST, Respondent.ASSISTED), by=Respondent.ASSISTED) is Course.BETTER


def answered_to_the_end(**known: Value) -> tuple[object, ...]:
    around = Circumstances(MONDAY, History((report(LAST),)), known=known)
    conversation, events = core.begin(WEEKLY, Channel.SMS, around)
    for heard in ("yes", "no", *EASIER):
        conversation, events = core.hear(WEEKLY, conversation, AnswerHeard(heard, str(heard)), around)
        conversation = replace(conversation, last_reply=None)
    assert conversation.ended
    return events


def test_whoever_did_not_ask_for_it_hears_nothing_of_it() -> None:
    assert Said("compared", "better") in answered_to_the_end(wants_comparison="yes")
    assert not [event for event in answered_to_the_end(wants_comparison="no") if isinstance(event, Said)]


@pytest.mark.parametrize("code", WORDED)
@pytest.mark.parametrize("course", Course)
def test_it_names_no_symptom_and_no_number(code: str, course: Course) -> None:
    said = sms(WEEKLY, language(code), (Said("compared", course),), FACTS)
    spoken = voice(WEEKLY, language(code), (Said("compared", course),), FACTS)
    names = [
        language(code).text(f"weekly-check/{name}/name", str(step.name)) for name, step in WEEKLY.questions().items()
    ]
    assert said
    assert not any(sign.isdigit() for sign in said)
    assert not any(name and name in said for name in names)
    assert said in [getattr(line, "text", "") for line in spoken]


def test_only_a_score_of_earlier_questions_can_be_compared() -> None:
    text = (ROOT / "flows" / "weekly-check.yaml").read_text("utf-8")
    shared = (ROOT / "flows" / "shared.yaml").read_text("utf-8")
    wrong = text.replace("compares: burden ", "compares: burdens ")
    read, _ = flowfile.read(wrong, shared)
    assert read is not None
    found = [problem.sentence for problem in checks.problems(read, {}, flowfile.places(wrong))]
    assert found == ["no score is called 'burdens'; did you mean 'burden'?"]
