"""Is every shipped advice whole, short enough and marked as an example, and is a bad one refused?"""

from datetime import date
from pathlib import Path

import pytest

from gateway.core import advice
from gateway.core.flow import Level
from tests.core.shipped import WORDED

FILES = sorted((Path(__file__).parents[2] / "flows" / "advice").glob("*.yaml"))
PAIN = next(file for file in FILES if file.stem == "pain").read_text("utf-8")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_is_shipped_is_whole_and_marked(file: Path) -> None:
    read, problems = advice.read(file.read_text("utf-8"))
    assert problems == ()
    assert read
    assert (read.advice, read.label, read.is_approved) == (file.stem, advice.EXAMPLE, False)
    assert all(set(WORDED) <= said.keys() for said in [*read.levels.values(), *read.without.values()])


def test_every_symptom_and_danger_sign_that_our_flows_raise_has_advice() -> None:
    about = {topic for file in FILES for topic in _read(file.read_text("utf-8")).about}
    weekly = {"pain", "tiredness", "breath", "appetite", "sleep", "sickness", "danger"}
    signs = {"breathlessness", "chest_pain", "bleeding", "fever", "vomiting", "weak_legs", "no_urine", "confusion"}
    assert weekly | signs | {"self_harm", "silence"} <= about


def test_where_a_medicine_is_missing_it_says_what_to_do_instead() -> None:
    pain = _read(PAIN)
    assert str(pain.line(Level.RED, "en", ("opioids",))).endswith("No strong pain medicine here: refer, digit 7.")
    assert "refer, digit 7" not in str(pain.line(Level.RED, "en", ("oxygen",)))
    assert pain.line(Level.RED, "de") is None
    assert pain.line(Level.NOW, "en") is None


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ("label: example, needs local approval", "label: guideline", 7, "marked 'example, needs local approval'"),
        ("    en: \"Ask place, onset, medicine", "    de: \"Ask place, onset, medicine", 14, "no English line"),
        ("hospital now.", "hospital now {clinic}.", 14, "no {placeholders}"),
        ("hospital now.", "hospital now. " + "And more. " * 12, 14, "are too many: 235 fit"),
        ("review_by: 2027-06-30", "review_by: soon", 10, ""),
        ("  red:", "  urgent:", 13, ""),
        ("about:", "abuot:", 11, ""),
    ],
)  # fmt: skip
def test_a_bad_one_is_refused_at_its_line(old: str, new: str, line: int, sentence: str) -> None:
    read, problems = advice.read(PAIN.replace(old, new, 1))
    assert read is None
    assert any(sentence in one.sentence for one in problems)
    assert any(abs(one.line - line) <= 1 for one in problems)


def test_unapproved_and_past_its_review_is_warned_of() -> None:
    warned = advice.outdated(_read(PAIN), PAIN, date(2027, 7, 1))
    assert [one.severity for one in warned] == ["warning", "warning"]
    assert advice.outdated(_read(PAIN), PAIN, date(2027, 6, 30)) == warned[:1]


def _read(text: str) -> advice.Advice:
    read, problems = advice.read(text)
    assert read is not None, problems
    return read
