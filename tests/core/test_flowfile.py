"""Is a flow file read as it was meant, and is each mistake named where it stands?"""

import os
from pathlib import Path

import pytest

from gateway.commands.flowfiles import problems_of, shared_beside
from gateway.core import flowfile
from gateway.core.flow import Ask, Block, Flow, Say
from gateway.core.written import Problem
from gateway.languages import load

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "tests" / "flowfiles"
DEAR = ("hi", "ar", "vi")  # in UCS-2, and as long as English
KNOWN = {code: known for code, known in load(ROOT / "locales").items() if known.catalog or code == "en"}
REWRITE = "REWRITE_PROBLEMS" in os.environ  # REWRITE_PROBLEMS=1 pytest tests/core/test_flowfile.py; then read the diff


def as_lines(problems: tuple[Problem, ...]) -> str:
    mark = {"refused": "", "warning": "warning: "}
    return "".join(f"{one.line}:{one.column}: {mark[one.severity]}{one.sentence}\n" for one in problems)


def example() -> tuple[str, Flow]:
    text = (FILES / "good" / "example.yaml").read_text("utf-8")
    flow, problems = flowfile.read(text)
    assert flow is not None, problems
    return text, flow


@pytest.mark.parametrize("name", sorted(file.stem for file in (FILES / "bad").glob("*.yaml")))
def test_a_bad_flow_gets_the_problems_written_beside_it(name: str) -> None:
    """Edge case 22."""
    file = FILES / "bad" / f"{name}.yaml"
    beside = file.with_suffix(".problems.txt")
    found = as_lines(problems_of(file, KNOWN, ()))
    if REWRITE:
        beside.write_text(found, "utf-8")
    assert found
    assert found == beside.read_text("utf-8")


@pytest.mark.parametrize("file", [*sorted((FILES / "good").glob("*.yaml")), *sorted((ROOT / "flows").glob("*.yaml"))])
def test_a_good_flow_has_no_problem(file: Path) -> None:
    assert problems_of(file, KNOWN, ()) == ()


@pytest.mark.parametrize("name", ["weekly-check", "re-check"])
def test_a_shipped_flow_is_whole_in_every_shipped_language(name: str) -> None:
    """Nothing to mend. Where a script is dear a question may take 3 SMS, of which the checks warn."""
    file = ROOT / "flows" / f"{name}.yaml"
    assert problems_of(file, KNOWN, tuple(code for code in KNOWN if code not in DEAR)) == ()
    assert all(one.severity == "warning" for one in problems_of(file, KNOWN, tuple(KNOWN)))


def test_the_kinds_of_steps_are_told_apart() -> None:
    _, flow = example()
    assert [type(step) for step in flow.steps] == [Ask, Ask, Block, Ask, Say]


def test_what_looks_like_something_else_stays_text() -> None:
    text, _ = example()
    flow, problems = flowfile.read(text.replace("title: Weekly symptom check", "title: 0712"))
    assert flow is not None, problems
    assert flow.title == "0712"
    for trap in ("no", "on", "~", "1_0", "2026-03-01", "null"):
        flow, problems = flowfile.read(text.replace("lowest: no pain ", f"lowest: {trap} "))
        assert flow is not None, problems
        step = flow.step("pain")
        assert isinstance(step, Ask)
        assert step.lowest == trap


def test_a_number_with_an_underscore_is_no_number() -> None:
    text, _ = example()
    flow, problems = flowfile.read(text.replace("to: 10", "to: 1_0"))
    assert flow is None
    assert [one.sentence for one in problems] == ["'1_0' is no whole number"]


def test_the_flow_goes_before_what_is_shared() -> None:
    text, _ = example()
    shared = "scales:\n  zero_to_ten:\n    from: 1\n    to: 5\n    worse: lower\nwords:\n  thanks: Thank you.\n"
    flow, _ = flowfile.read(text, shared)
    assert flow is not None
    assert flow.scales["zero_to_ten"].high == 10
    assert flow.shared == {"thanks": "Thank you."}


def test_a_problem_in_the_shared_file_is_told_with_its_line() -> None:
    text, _ = example()
    flow, problems = flowfile.read(text, "words:\n  Thanks: Thank you.\n")
    assert flow is None
    assert "shared file" in problems[0].sentence
    assert "line 2" in problems[0].sentence


def test_counts_of_reports_and_prompts_are_read() -> None:
    text, flow = example()
    assert flow.breaches[-1].silent_for == 2
    longer, problems = flowfile.read(
        text.replace("  - say: pain_advice\n", "  - say: pain_advice\n    every: 4 reports\n")
    )
    assert longer is not None, problems
    assert longer.step("pain_advice").every_reports == 4


def test_a_place_is_found_by_name() -> None:
    text, _ = example()
    lines = text.splitlines()
    found = flowfile.places(text)
    assert lines[found[("step", "pain_now", "text")].line - 1].strip() == "text: Is it that bad now?"
    assert "any of pain, breath at least 7" in lines[found[("breach", "severe", "when")].line - 1]


def test_a_file_beyond_the_size_is_refused_unread() -> None:
    flow, problems = flowfile.read("flow: a\n" + "# filler\n" * 40_000)
    assert flow is None
    assert problems[0].sentence == "this file is longer than 256 kB, no flow is that long"


def test_any_text_gives_problems_and_never_an_exception() -> None:
    text, _ = example()
    for cut in range(0, len(text), 97):
        flowfile.read(text[:cut])
        flowfile.read(text[:cut] + "}" + text[cut:])
        flowfile.places(text[:cut] + ": [" + text[cut:])


def test_the_shared_file_beside_goes_before_the_shipped_one(tmp_path: Path) -> None:
    assert "zero_to_ten" in shared_beside(tmp_path / "flow.yaml")
    (tmp_path / "shared.yaml").write_text("words:\n  hello: Hello.\n", "utf-8")
    assert shared_beside(tmp_path / "flow.yaml") == "words:\n  hello: Hello.\n"
