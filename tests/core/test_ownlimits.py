"""Limits of one person's own: which numbers open a case for her, and what stays as for everybody?"""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.core import flowfile, ownlimits
from gateway.core.answers import History, Report, Value
from gateway.core.breaches import judge
from gateway.core.flow import Flow, Level
from gateway.core.memory import Circumstances
from gateway.core.ownlimits import OwnLimit

ROOT = Path(__file__).parents[2]
NOW = Circumstances(datetime(2026, 3, 2, 6, tzinfo=UTC))
PAIN_NINE = OwnLimit("pain", Level.RED, 9)


@pytest.fixture(scope="module")
def weekly() -> Flow:
    files = (ROOT / "flows" / "weekly-check.yaml", ROOT / "flows" / "shared.yaml")
    flow, problems = flowfile.read(*(file.read_text("utf-8") for file in files))
    assert flow, problems
    return flow


def levels(flow: Flow, values: dict[str, Value], around: Circumstances = NOW) -> set[Level]:
    return {breach.level for breach in judge(flow, values, around)}


def test_her_own_limit_stands_in_the_place_of_the_flows(weekly: Flow) -> None:
    hers = ownlimits.put(weekly, [PAIN_NINE])
    assert levels(weekly, {"pain": 8}) == {Level.RED}
    assert levels(hers, {"pain": 8}) == set()
    assert levels(hers, {"pain": 9}) == {Level.RED}


def test_a_lower_one_opens_a_case_earlier(weekly: Flow) -> None:
    hers = ownlimits.put(weekly, [OwnLimit("breath", Level.RED, 5)])
    assert levels(hers, {"breath": 5}) == {Level.RED}
    assert levels(hers, {"tiredness": 7, "breath": 1}) == {Level.RED}, "other symptoms of the same limit are as before"
    assert levels(hers, {"tiredness": 6}) == set()


def test_danger_and_getting_worse_are_judged_as_for_everybody(weekly: Flow) -> None:
    hers = ownlimits.put(weekly, [PAIN_NINE, OwnLimit("danger", Level.NOW, 1)])
    before = replace(NOW, history=History((Report({"pain": 5}),)))
    assert levels(hers, {"danger": "yes"}) == {Level.NOW}
    assert levels(hers, {"pain": 7}, before) == {Level.AMBER}


def test_the_question_that_the_doctors_sms_waits_for_stays(weekly: Flow) -> None:
    hers = ownlimits.put(weekly, [PAIN_NINE])
    (breach,) = judge(hers, {"pain": 9}, NOW)
    assert (breach.breach, breach.wait_for) == ("own_red_pain", "pain_now")


@pytest.mark.parametrize("odd", [OwnLimit("nothing", Level.RED, 5), OwnLimit("pain", Level.RED, 11)])
def test_what_the_flow_does_not_ask_changes_nothing(weekly: Flow, odd: OwnLimit) -> None:
    assert ownlimits.put(weekly, [odd]) is weekly
