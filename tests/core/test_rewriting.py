"""A card changes its own lines of a flow's file, and not a comment of the rest."""

from pathlib import Path

import pytest

from gateway.core import flowfile
from gateway.core.rewriting import OutOfShape, add, move, put, take

FLOWS = Path(__file__).parents[2] / "flows"
FILES = sorted(FLOWS.glob("*.yaml"))
COMMENTED = """# Whose flow is this?
flow: short
title: Short
written_in: en  # the house's language

steps:
  # the gate comes first
  - ask: danger
    text: Any danger?
    yes_no: true

  # then the number
  - ask: pain
    text: How bad?
    choices:
      1: no
      2: 0712  # stays as it is

  - say: bye
    text: "Bye: bye."

words:
  hello: Hello.
"""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_in_which_nothing_changes_stays_as_it_is_to_the_letter(file: Path) -> None:
    text = file.read_text("utf-8")
    assert put(text, (), {}) == text


def test_one_field_changes_one_line() -> None:
    assert put(COMMENTED, ("steps", 0), {"text": "Danger: any?"}) == COMMENTED.replace(
        "text: Any danger?", "text: 'Danger: any?'"
    )


def test_a_new_key_stands_where_it_belongs_and_an_empty_one_goes() -> None:
    text = put(COMMENTED, ("steps", 2), {"only_if": "pain is 2"})
    assert '  - say: bye\n    only_if: pain is 2\n    text: "Bye: bye."\n\nwords:' in text
    assert put(text, ("steps", 2), {"only_if": ""}) == COMMENTED


def test_another_kind_of_answer_leaves_the_blank_line_behind_it() -> None:
    text = put(COMMENTED, ("steps", 0), {"yes_no": "", "scale": "zero_to_ten"})
    assert "    scale: zero_to_ten\n\n  # then the number\n" in text


def test_a_comment_goes_with_the_step_beneath_it() -> None:
    text = move(COMMENTED, ("steps", 1), 1)
    assert text.index("say: bye") < text.index("# then the number") < text.index("ask: pain")
    assert move(text, ("steps", 2), -1) == COMMENTED


def test_nothing_moves_beyond_the_ends() -> None:
    assert move(COMMENTED, ("steps", 0), -1) == COMMENTED
    assert move(COMMENTED, ("steps", 2), 1) == COMMENTED


def test_a_step_is_added_at_its_place_and_taken_away() -> None:
    step = {"ask": "sleep", "text": "Slept?", "yes_no": "true"}
    for at in (None, 1):
        text = add(COMMENTED, ("steps",), step, at)
        assert "  - ask: sleep\n    text: Slept?\n    yes_no: true\n\n" in text
        assert text.count("#") == COMMENTED.count("#")
    assert "bye" not in take(COMMENTED, ("steps", 2))


def test_the_last_of_a_folder_takes_the_folder_along() -> None:
    assert "words" not in take(COMMENTED, ("words", "hello"))


@pytest.mark.parametrize(
    ("fault", "path"),
    [("start: weekly", ("start",)), ("scores: [a]", ("scores", "burden")), ("title: Two", ("start",))],
)
def test_a_file_out_of_shape_is_refused_in_words(fault: str, path: tuple[str, ...]) -> None:
    """A draft is kept with its faults; a card finds no place in this one, or a key stands twice."""
    with pytest.raises(OutOfShape):
        put(f"flow: new\ntitle: New\n{fault}\n", path, {"every": "1 week"})


def test_no_step_is_added_where_no_list_of_steps_stands() -> None:
    with pytest.raises(OutOfShape):
        add("flow: new\nsteps: none\n", ("steps",), {"say": "rest", "text": "Rest."})


def test_a_flow_grows_from_nothing() -> None:
    text = "flow: new\ntitle: New\nwritten_in: en\nrank: weekly\nchannels: [sms]\n"
    text = add(text, ("steps",), {"when": "pain at least 4", "steps": [{"say": "rest", "text": "Rest."}]})
    text = add(text, ("steps",), {"ask": "pain", "text": "Pain?", "scale": "short"}, at=0)
    text = put(text, ("scales", "short"), {"from": "0", "to": "4", "worse": "higher", "labels": {"0": "none"}})
    flow, problems = flowfile.read(add(text, ("breaches",), {"id": "bad", "when": "pain at least 4", "level": "red"}))
    assert (problems, flow and list(flow.questions())) == ((), ["pain"])
