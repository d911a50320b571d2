"""What must be mended is said in English, and keeps what another language needs to say it."""

import re
from pathlib import Path

import polib
import pytest

from gateway.core import checks, flowfile
from gateway.core.conditions import ConditionProblem, parse
from gateway.core.worded import Worded, said_by, together, worded

ROOT = Path(__file__).parents[2]
BAD = sorted((ROOT / "tests" / "flowfiles" / "bad").glob("*.yaml"))
SHARED = (ROOT / "flows" / "shared.yaml").read_text("utf-8")
KNOWN = {entry.msgid for entry in polib.pofile((ROOT / "locales" / "console.pot").read_text("utf-8"))}


def test_it_is_the_english_sentence() -> None:
    told = worded("no question is called '%(name)s'%(near)s", name="pian", near=worded("; did you mean pain?"))
    assert told == "no question is called 'pian'; did you mean pain?"
    assert (told.written, told.facts["name"]) == ("no question is called '%(name)s'%(near)s", "pian")
    assert worded("the word 'close' does not give the {emergency_number}, 100%").facts == {}


def test_several_are_one_with_all_their_facts() -> None:
    told = together("; ", [worded("%(name)s lacks", name="a"), "b"])
    assert told == "a lacks; b"
    assert isinstance(told.facts["part0"], Worded)


def test_an_exception_keeps_the_facts() -> None:
    with pytest.raises(ConditionProblem) as caught:
        parse("pain at least 4, breath")
    assert isinstance(said_by(caught.value), Worded)
    assert said_by(KeyError(3)) == "3"


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_every_problem_can_be_said_in_other_languages(file: Path) -> None:
    text = file.read_text("utf-8")
    flow, problems = flowfile.read(text, SHARED)
    found = problems or (checks.problems(flow, {}, flowfile.places(text)) if flow else ())
    assert [sentence for problem in found for sentence in _unsaid(problem.sentence)] == []


def _unsaid(sentence: object) -> list[str]:
    """What no catalog can say of a sentence and of the facts in it."""
    if not isinstance(sentence, Worded):
        return [str(sentence)]
    own = [] if sentence.written in KNOWN or _is_bare(sentence.written) else [sentence.written]
    inner = [fact for fact in sentence.facts.values() if isinstance(fact, Worded)]
    return own + [said for fact in inner for said in _unsaid(fact)]


def _is_bare(written: str) -> bool:
    """Holes and what joins them."""
    return not re.search(r"\w", re.sub(r"%\(\w+\)s", "", written))
