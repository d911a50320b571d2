"""Does a re-check ask the case's symptoms, all of them, and by the limits of its opening?"""

from pathlib import Path

from gateway.core import flowfile
from gateway.core.conditions import Evidence, holds
from gateway.core.flow import Flow, Level
from gateway.core.places import place
from gateway.core.recheck import both, insert, is_below
from gateway.core.words import Language, Words

FLOWS = Path(__file__).resolve().parents[2] / "flows"


def shipped(name: str) -> Flow:
    flow, problems = flowfile.read(
        (FLOWS / f"{name}.yaml").read_text("utf-8"), (FLOWS / "shared.yaml").read_text("utf-8")
    )
    assert flow is not None, problems
    return flow


def test_the_gate_comes_first_then_the_symptoms_in_the_flows_order() -> None:
    asked = insert(shipped("re-check"), shipped("weekly-check"), ("breath", "pain"))
    assert list(asked.questions()) == ["danger", "pain", "breath"]


def test_a_symptom_is_asked_about_now() -> None:
    asked = insert(shipped("re-check"), shipped("weekly-check"), ("pain",))
    assert asked.questions()["pain"].text == "How bad is your pain now?"
    assert asked.questions()["pain"].voice is None


def test_an_inserted_question_keeps_its_place_in_the_catalog() -> None:
    weekly = shipped("weekly-check")
    asked = insert(shipped("re-check"), weekly, ("pain",))
    assert place(asked, asked.questions()["pain"], "lowest") == "weekly-check/pain/lowest"
    assert place(asked, asked.questions()["danger"]) == "re-check/danger"
    spoken = both(
        Language("zh_CN", Words(), {("re-check/danger", "a"): "b"}),
        Language("zh_CN", Words(), {("weekly-check/pain", "How bad is your pain now?"): "现在有多疼？"}),
    )
    assert spoken.text("weekly-check/pain", asked.questions()["pain"].text) == "现在有多疼？"
    assert spoken.text("re-check/danger", "a") == "b"


def test_the_limits_of_what_is_asked_come_along_and_no_others() -> None:
    asked = insert(shipped("re-check"), shipped("weekly-check"), ("pain",))
    assert [(breach.id, breach.level) for breach in asked.breaches] == [
        ("danger", Level.NOW), ("severe_pain", Level.RED), ("worse", Level.AMBER), ("lasting", Level.AMBER),
    ]  # fmt: skip
    assert all(set(breach.when.ids()) <= {"pain", "danger"} for breach in asked.breaches if breach.when)
    worse = next(breach.when for breach in asked.breaches if breach.id == "severe_pain")
    assert worse is not None
    assert holds(worse, Evidence({"pain": 7}))


def test_nothing_waits_for_a_question_that_is_not_asked() -> None:
    asked = insert(shipped("re-check"), shipped("weekly-check"), ("pain",))
    assert all(breach.wait_for is None for breach in asked.breaches)


def test_a_score_of_the_case_brings_its_questions() -> None:
    weekly = shipped("weekly-check")
    asked = insert(shipped("re-check"), weekly, ("burden",))
    assert list(asked.questions())[1:] == list(weekly.scores["burden"].sum)
    assert "burden" in asked.scores


def test_a_danger_case_asks_the_gate_once() -> None:
    asked = insert(shipped("re-check"), shipped("weekly-check"), ("danger",))
    assert list(asked.questions()) == ["danger"]


def test_below_means_under_the_lowest_amber_value() -> None:
    weekly = shipped("weekly-check")
    assert is_below(weekly, "pain", 3)
    assert not is_below(weekly, "pain", 4)
    assert is_below(weekly, "danger", "no")
    assert not is_below(weekly, "danger", "yes")
    assert not is_below(weekly, "pain", "skipped")
