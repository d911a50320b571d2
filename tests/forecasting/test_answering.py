"""What drawn patients answer: as much as was assumed, and the same again from the same seed."""

from random import Random

import pytest

from gateway.core.flow import Flow
from gateway.core.understand import ChoiceExpected, GreetingExpected, Nothing, ScaleExpected, YesNoExpected
from gateway.forecasting.answering import Patient, alarming
from gateway.forecasting.plan import Plan
from tests.core.shipped import flow

WEEKLY = Plan("weekly-check", patients=1, weeks=1)
MANY = 20_000


def drawn(plan: Plan, asked: Flow, question: str, low: int = 0, high: int = 10) -> list[int]:
    """Of many patients, each asked once."""
    people = (Patient(plan, Random(seed)) for seed in range(MANY))
    return [int(person.reply(asked, question, ScaleExpected(low, high))) for person in people]


@pytest.mark.parametrize("severe", [0, 0.02, 0.06, 1])
def test_as_many_answers_are_severe_as_the_plan_says(severe: float) -> None:
    answers = drawn(Plan("weekly-check", 1, 1, severe=severe), flow("weekly-check"), "pain")
    assert set(answers) <= set(range(11))
    assert sum(answer >= 7 for answer in answers) / MANY == pytest.approx(severe, abs=0.005)


def test_the_bad_end_of_a_scale_may_be_the_low_one() -> None:
    weekly = flow("weekly-check")
    scale = next(iter(weekly.scales.values())).model_copy(update={"worse": "lower"})
    turned = weekly.model_copy(update={"scales": dict.fromkeys(weekly.scales, scale)})
    answers = drawn(WEEKLY, turned, "pain")
    assert sum(answer <= 3 for answer in answers) / MANY == pytest.approx(WEEKLY.severe, abs=0.005)


def test_a_yes_is_rare_only_where_it_is_a_danger_sign() -> None:
    weekly = flow("weekly-check")
    assert alarming(weekly) == {"danger"}
    patient = Patient(WEEKLY, Random(1))
    alarms = [patient.reply(weekly, "danger", YesNoExpected()) for _ in range(MANY)]
    assert alarms.count("1") / MANY == pytest.approx(WEEKLY.danger, abs=0.002)
    others = [patient.reply(weekly, "pain_now", YesNoExpected()) for _ in range(MANY)]
    assert others.count("1") > MANY / 2


def test_whoever_is_worse_than_others_is_so_next_week_too() -> None:
    weekly, pairs = flow("weekly-check"), []
    for seed in range(2_000):
        patient = Patient(WEEKLY, Random(seed))
        pairs.append([int(patient.reply(weekly, "pain", ScaleExpected(0, 10))) for _ in range(2)])
    high = [then for first, then in pairs if first >= 5]
    assert sum(high) / len(high) > sum(then for _, then in pairs) / len(pairs) + 1


def test_every_other_question_has_an_answer_that_it_takes() -> None:
    patient = Patient(WEEKLY, Random(1))
    weekly = flow("weekly-check")
    assert patient.reply(weekly, None, GreetingExpected()) == "1"
    assert {patient.reply(weekly, None, ChoiceExpected(4)) for _ in range(2_000)} <= {"1", "2", "3", "4"}
    assert patient.reply(weekly, None, Nothing()) == ""
