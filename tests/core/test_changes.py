"""What a clinician reads of a new version, and whose name it needs."""

from pathlib import Path

import pytest

from gateway.core import flowfile
from gateway.core.changes import EFFECTS, REST, TEXTS, TIMES, Area, changes, needed
from gateway.core.composing import Judged, Row, composed, rows
from gateway.core.conditions import ConditionProblem
from gateway.core.flow import Ask, Flow, Say

FLOWS = Path(__file__).parents[2] / "flows"
SHARED = (FLOWS / "shared.yaml").read_text("utf-8")
WEEKLY = (FLOWS / "weekly-check.yaml").read_text("utf-8")


def flow(text: str) -> Flow:
    read, problems = flowfile.read(text, SHARED)
    assert read is not None, problems
    return read


@pytest.mark.parametrize(
    ("old", "new", "kind", "area"),
    [
        ("when: pain at least 7\n    level", "when: pain at least 8\n    level", "limit moved", Area.LIMITS),
        ("when: danger is yes\n    level: now", "when: danger is yes\n    level: red", "level", Area.LIMITS),
        ("silent_for: 2 prompts", "silent_for: 3 prompts", "limit changed", Area.LIMITS),
        ("    wait_for: pain_now\n", "", "waits", Area.LIMITS),
        ("needs: 6", "needs: 5", "score", Area.LIMITS),
        ("then_call: 1 day", "then_call: 2 days", "time", Area.TIMES),
        ("  day: monday", "  day: friday", "time", Area.TIMES),
        ("text: Small sips", "text: Many sips", "text", Area.ADVICE),
        ("confused?", "confused or dizzy?", "text", Area.EMERGENCY),
        ("text: Is it that bad now?", "text: Is it so bad now?", "text", None),
        ("discreet: true", "discreet: false", "setting", None),
        ("hello: Hello, this", "hello: Good morning, this", "word", None),
        ("only_if: pain at least 4", "only_if: pain at least 5", "asked when", Area.ADVICE),
        ("- when: pain at least 7\n    steps", "- when: pain at least 6\n    steps", "asked when", Area.LIMITS),
    ],
)
def test_one_difference_is_one_change_with_its_name(old: str, new: str, kind: str, area: Area | None) -> None:
    assert old in WEEKLY
    found = changes(flow(WEEKLY), flow(WEEKLY.replace(old, new)))
    assert {(change.kind, change.area) for change in found} == {(kind, area)}
    assert needed(found) == ((area,) if area else ())


FLOW_PARTS = {"flow", "shared", "words", "scales", "steps", "scores", "breaches", "waived_by", "written_in"}


def test_no_key_of_a_flow_or_a_step_changes_unseen() -> None:
    """When this fails: say in `changes.py` what the new key changes, and whose name that needs."""
    assert set(Flow.model_fields) - FLOW_PARTS == {*TIMES, *REST}
    seen = {*TEXTS, *EFFECTS, "only_if", "every_reports", "scale", "yes_no", "pin", "ask", "say"}
    assert {*Ask.model_fields, *Say.model_fields} - {"of", "numbers"} == seen


def test_a_consent_a_right_answer_or_a_comparison_is_seen_and_needs_a_name() -> None:
    pairs = [
        ("    compares: burden", "    compares: other", {Area.ADVICE}),
        (
            "    yes_no: true\n\n  - ask: pain\n",
            "    yes_no: true\n    event: danger\n\n  - ask: pain\n",
            {Area.LIMITS},
        ),
        ("    needs: 6", "    needs: 6\n    missing: mean", {Area.LIMITS}),
    ]
    for old, new, areas in pairs:
        assert old in WEEKLY
        (told,) = changes(flow(WEEKLY), flow(WEEKLY.replace(old, new)))
        assert ({told.area}, told.before != told.after) == (areas, True)


def test_which_numbers_the_five_words_stand_for_is_said() -> None:
    other = SHARED.replace("in_words: [0, 2, 5, 7, 10]", "in_words: [0, 3, 5, 7, 10]")
    after, _ = flowfile.read(WEEKLY, other)
    assert after is not None
    (told,) = changes(flow(WEEKLY), after)
    assert (told.kind, "0, 2, 5" in told.before, "0, 3, 5" in told.after) == ("scale", True, True)


def test_a_moved_limit_says_from_which_number_to_which() -> None:
    (told,) = changes(flow(WEEKLY), flow(WEEKLY.replace("pain at least 7\n    level", "pain at least 8\n    level")))
    assert (told.about, told.level, told.before, told.after) == ("pain", "red", "7", "8")


def test_nothing_is_different_from_itself() -> None:
    assert changes(flow(WEEKLY), flow(WEEKLY)) == ()


def test_of_a_new_flow_everything_is_new() -> None:
    assert needed(changes(None, flow(WEEKLY))) == (Area.LIMITS, Area.TIMES, Area.ADVICE)


def test_a_question_that_is_gone_needs_a_clinician() -> None:
    start, end = WEEKLY.index("  - ask: sleep"), WEEKLY.index("  - ask: sickness")
    text = (WEEKLY[:start] + WEEKLY[end:]).replace(", sleep", "").replace("needs: 6", "needs: 5")
    kinds = {change.kind for change in changes(flow(WEEKLY), flow(text))}
    assert {"question removed", "limit changed", "score"} == kinds


@pytest.mark.parametrize(
    "text",
    [
        "pain at least 7",
        "any of pain, breath worse by 2 and at least 4",
        "all of pain, breath between 4 to 6 for 2 reports",
        "2 of pain, breath, sleep worse by 1 since baseline",
        "danger is yes and pain at most 3",
        "danger is skipped or pain is 10",
    ],
)
def test_a_condition_goes_into_the_lists_and_comes_back(text: str) -> None:
    assert composed(*rows(text)) == text


def test_an_empty_part_is_left_out_and_half_a_part_is_refused() -> None:
    assert composed([Row(), Row(("pain",), tests=(Judged("at least", "7"),)), Row()], "or") == "pain at least 7"
    assert composed([Row()], "and") == ""
    for half in (
        Row(("pain",)),
        Row((), tests=(Judged("at least", "7"),)),
        Row(("pain",), tests=(Judged("at least"),)),
    ):
        with pytest.raises(ConditionProblem):
            composed([half], "and")
