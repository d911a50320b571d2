"""Do the shipped flows agree with one another, and is an instrument put word for word or not at all?"""

from pathlib import Path

import pytest

from gateway import instruments
from gateway.core import checks, fivewords, flowfile
from gateway.core.instruments import reading
from gateway.core.questions import choices
from gateway.core.scores import scores
from tests.core.shipped import ROOT, flow, language, written

MOOD = (ROOT / "flows" / "mood.yaml").read_text("utf-8")
USABLE = instruments.shipped()


def told(text: str, usable: object = USABLE) -> list[str]:
    found = checks.problems(written(text), {}, flowfile.places(text), instruments=usable)  # type: ignore[arg-type]  # a map
    return [problem.sentence for problem in found]


def test_the_first_report_asks_what_the_weekly_check_asks() -> None:
    weekly, first = flow("weekly-check").questions(), flow("baseline").questions()
    first.pop("helped")
    assert {name: step.model_dump() for name, step in first.items()} == {
        name: step.model_dump() for name, step in weekly.items()
    }
    assert flow("baseline").scores == flow("weekly-check").scores


def test_the_mood_flow_has_nothing_to_be_mended() -> None:
    assert told(MOOD) == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("Feeling down, depressed, or hopeless", "Feeling sad", "is not put word for word"),
        ("item: phq-2 1", "item: phq-3 1", "no instrument 'phq-3' that may be used"),
        ("item: phq-2 1", "item: phq-2 7", "has no item 7"),
        ("      3: Nearly every day", "      3: Always", "the scale is not that of"),
        ("human_within_the_hour is yes", "phq_2 at least 4", "only 'when: human_within_the_hour is yes'"),
        ("    needs: 6\n", "    needs: 5\n", "is scored with 'needs: 6, missing: mean'"),
        ("by_proxy: false\n", "", "nobody answers for another's mood"),
    ],
)
def test_an_instrument_is_put_as_it_was_published(before: str, after: str, said: str) -> None:
    assert before in MOOD
    assert any(said in sentence for sentence in told(MOOD.replace(before, after, 1)))


def test_an_instrument_without_a_permission_cannot_be_used(tmp_path: Path) -> None:
    text = (ROOT / "flows" / "instruments" / "phq-2.yaml").read_text("utf-8")
    unallowed = "\n".join(line for line in text.splitlines() if not line.startswith("permission:"))
    (tmp_path / "phq-2.yaml").write_text(unallowed, "utf-8")
    assert "names no permission" in reading.read(unallowed)[1][0].sentence
    usable = {**USABLE, **instruments.load(tmp_path)}
    usable.pop("phq-2")
    assert any("no instrument 'phq-2'" in sentence for sentence in told(MOOD, usable))


def test_a_score_with_missing_items_waits_until_all_were_asked() -> None:
    """Otherwise the mean of the first would open a case that the last ones close."""
    mood = flow("mood")
    answered = dict.fromkeys(mood.scores["phq_8"].sum[:6], 2)
    assert "phq_8" not in scores(mood, answered)
    assert scores(mood, {**answered, "concentrating": "skipped", "restless": "skipped"})["phq_8"] == 16
    assert scores(mood, {**answered, "concentrating": 0, "restless": 0})["phq_8"] == 12


def test_five_words_stand_for_numbers_and_keep_the_limits() -> None:
    put = fivewords.put(flow("weekly-check"))
    pain = put.questions()["pain"]
    assert pain.numbers == (0, 2, 5, 7, 10)
    assert choices(put, language("en"), pain).startswith("1 = no pain, 2 = a little, 3 = medium, 4 = strong")
    assert put.breaches == flow("weekly-check").breaches
    assert fivewords.put(flow("practice")) == flow("practice")
