"""Which limits do answers cross, and what is known about a question from its limits?"""

import pytest

from gateway.core.answers import History, Report, Value
from gateway.core.breaches import bad_ends, is_at_limit, is_gate, is_worse, judge, levels_at
from gateway.core.flow import Level
from gateway.core.memory import Circumstances
from tests.core.shipped import MONDAY, flow, written

WEEKLY = flow("weekly-check")
WELLBEING = written(
    """
flow: wellbeing
title: How well
written_in: en
rank: weekly
channels: [sms, voice]
waived_by: Dr Baraka
scales:
  good:
    from: 0
    to: 10
    worse: lower
steps:
  - ask: well
    name: well
    text: How well are you?
    scale: good
breaches:
  - id: low
    when: well at most 3
    level: red
"""
)


@pytest.mark.parametrize(
    ("values", "breaches"),
    [
        ({"pain": 6}, []),
        ({"pain": 7}, ["severe_pain"]),
        ({"breath": 10, "sleep": 7}, ["severe"]),
        ({"danger": "no"}, []),
        ({"danger": "yes"}, ["danger"]),
        ({"danger": "skipped", "pain": "skipped"}, []),
        ({}, []),
    ],
)
def test_answers_cross_the_limits_that_are_written(values: dict[str, Value], breaches: list[str]) -> None:
    assert [breach.breach for breach in judge(WEEKLY, values, Circumstances(MONDAY))] == breaches


def test_a_breach_names_every_symptom_that_crosses_it() -> None:
    (severe,) = judge(WEEKLY, {"breath": 10, "sleep": 3, "appetite": 7}, Circumstances(MONDAY))
    assert dict(severe.symptoms) == {"breath": 10, "appetite": 7}
    assert severe.level is Level.RED


def test_worse_is_judged_against_the_report_before() -> None:
    before = History((Report({"pain": 3}),))
    assert [breach.breach for breach in judge(WEEKLY, {"pain": 5}, Circumstances(MONDAY, before))] == ["worse"]


def test_the_bad_end_of_a_scale_may_be_the_low_one() -> None:
    assert bad_ends(WELLBEING) == {"well": "lower"}
    assert is_at_limit(WELLBEING, "well", 2)
    assert not is_at_limit(WELLBEING, "well", 4)
    assert is_worse(WELLBEING, {"well": 1}, {"well": 3})
    assert not is_worse(WELLBEING, {"well": 3}, {"well": 1})


def test_the_danger_gate_is_where_now_can_open() -> None:
    assert is_gate(WEEKLY, WEEKLY.questions()["danger"])
    assert not is_gate(WEEKLY, WEEKLY.questions()["pain"])
    assert levels_at(WEEKLY, "pain") == {Level.RED, Level.AMBER}


def test_another_symptom_makes_a_breach_worse() -> None:
    assert is_worse(WEEKLY, {"breath": 7, "sleep": 7}, {"breath": 8})
    assert not is_worse(WEEKLY, {"breath": 7}, {"breath": 8})
