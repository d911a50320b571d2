"""Do instruments score as published, and is a file that nobody permits refused?"""

import csv
import hashlib
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.instruments import proctcae
from gateway.core.instruments.instrument import Instrument, band, needs_human, score, to_ask
from gateway.core.instruments.proctcae import Given, Kind, completed, composite, grade, next_column
from gateway.core.instruments.reading import read

FOLDER = Path(__file__).parents[2] / "flows" / "instruments"
FILES = sorted(FOLDER.glob("*.yaml"))
SUMS = ("phq-2", "phq-8", "phq-9", "gad-2", "gad-7")
GRADED = [kind for kind in Kind if kind is not Kind.YES_NO]
# Of the sorted rows `freq,sev,int,grade`, as they were published with the table.
PUBLISHED = "22711b463d842118d54decb3737aae91a4a1439365c1ad1c76d240dff0ef651d"
SITE_FILE = """\
instrument: pro-ctcae
title: PRO-CTCAE
version: "1"
written_in: en
source: National Cancer Institute
licence: Terms of use
permission: Agreement of 5 January 2026
attribution: National Cancer Institute
terms:
  accepted: true
  by: Chandra
  on: 2026-01-05
  where: https://healthcaredelivery.cancer.gov/pro-ctcae/terms_of_use.html
scoring: grades
items:
  9A:
    text: (the owner's words)
  9B:
    text: (the owner's words)
"""


@cache
def shipped(name: str) -> Instrument:
    instrument, problems = read((FOLDER / f"{name}.yaml").read_text("utf-8"))
    assert instrument is not None, problems
    return instrument


def answered(name: str, *values: int | None) -> dict[str, int | None]:
    return dict(zip(shipped(name).items, values, strict=True))


def refused(text: str) -> list[str]:
    instrument, problems = read(text)
    assert instrument is None
    return [f"{one.line}:{one.column}: {one.sentence}" for one in problems]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_shipped_instrument_is_named_as_its_file_and_says_who_permits_it(file: Path) -> None:
    assert shipped(file.stem).instrument == file.stem
    assert len(shipped(file.stem).permission) > 20


@pytest.mark.parametrize(("name", "highest"), [("phq-2", 6), ("phq-8", 24), ("phq-9", 27), ("gad-2", 6), ("gad-7", 21)])
def test_a_whole_report_is_the_plain_sum(name: str, highest: int) -> None:
    items = list(shipped(name).items)
    assert score(shipped(name), dict.fromkeys(items, 3)) == highest
    assert score(shipped(name), dict.fromkeys(items, 0)) == 0


@pytest.mark.parametrize(
    ("name", "values", "total"),
    [
        ("phq-9", (1, 1, 1, 1, 1, 1, 1, 1, None), 9),
        ("phq-9", (2, 1, 1, 0, 0, 0, 0, 0, None), 5),  # 4.5
        ("phq-9", (2, 2, 2, 1, 1, 0, 0, None, None), 10),  # 10.29
        ("phq-9", (1, 1, 0, 0, 0, 0, 0, None, None), 3),  # 2.57
        ("phq-9", (3, 3, 3, 3, 3, 3, None, None, None), None),
        ("phq-8", (3, 3, 3, 3, 3, 3, None, None), 24),
        ("phq-8", (3, 3, 3, 3, 3, None, None, None), None),
        ("gad-7", (1, 1, 1, 0, 0, 0, None), 4),  # 3.5
        ("gad-7", (3, 3, 3, 0, 0, None, None), 13),  # 12.6
        ("gad-7", (3, 3, 3, 0, None, None, None), None),
        ("phq-2", (3, None), None),
        ("gad-2", (None, 3), None),
        ("phq-2", (None, None), None),
    ],
)
def test_missing_items_follow_the_published_rule(name: str, values: tuple[int | None, ...], total: int | None) -> None:
    assert score(shipped(name), answered(name, *values)) == total


@given(name=st.sampled_from(SUMS), pick=st.lists(st.sampled_from([0, 1, 2, 3, None]), min_size=9, max_size=9))
def test_a_prorated_score_lies_between_all_missing_at_best_and_at_worst(name: str, pick: list[int | None]) -> None:
    items = list(shipped(name).items)
    values = pick[: len(items)]
    total, known = score(shipped(name), answered(name, *values)), [value for value in values if value is not None]
    gone = len(items) - len(known)
    rule = shipped(name).missing
    assert rule is not None
    assert (total is None) == (gone > rule.at_most)
    if total is not None:
        assert sum(known) <= total <= sum(known) + 3 * gone
        assert abs(total - sum(known) * len(items) / len(known)) <= 0.5


def test_a_value_off_the_scale_is_never_scored() -> None:
    with pytest.raises(ValueError, match="between 0 and 3"):
        score(shipped("phq-2"), {"1": 4, "2": 0})
    with pytest.raises(ValueError, match="has no total"):
        score(shipped("core-items"), {"1": 4})


@pytest.mark.parametrize(
    ("name", "value", "is_called"),
    [
        ("phq-9", 4, "minimal"),
        ("phq-9", 5, "mild"),
        ("phq-9", 10, "moderate"),
        ("phq-9", 19, "moderately severe"),
        ("phq-9", 27, "severe"),
        ("gad-7", 14, "moderate"),
        ("gad-7", 15, "severe"),
        ("phq-2", 2, "below the cut"),
        ("gad-2", 3, "positive screen"),
        ("core-items", 3, "mild"),
        ("core-items", 7, "severe"),
    ],
)
def test_a_band_begins_at_its_published_number(name: str, value: int, is_called: str) -> None:
    assert band(shipped(name), value) == is_called


def test_the_short_forms_are_the_first_items_of_the_long_ones() -> None:
    phq, gad = list(shipped("phq-9").items.values()), list(shipped("gad-7").items.values())
    assert list(shipped("phq-8").items.values()) == phq[:8]
    assert list(shipped("phq-2").items.values()) == phq[:2]
    assert list(shipped("gad-2").items.values()) == gad[:2]


def test_the_question_about_death_is_asked_only_where_a_person_answers_within_the_hour() -> None:
    assert to_ask(shipped("phq-9"), human_on_duty=False) == "phq-8"
    assert to_ask(shipped("phq-9"), human_on_duty=True) == "phq-9"
    assert to_ask(shipped("gad-7"), human_on_duty=False) == "gad-7"
    assert needs_human(shipped("phq-9"), {"9": 1})
    assert not needs_human(shipped("phq-9"), {"9": 0})
    assert not needs_human(shipped("phq-9"), {"8": 3})


def test_the_own_items_say_that_nobody_has_validated_them() -> None:
    assert "Not a validated instrument" in str(shipped("core-items").note)


# PRO-CTCAE


def published_rows() -> list[dict[str, str]]:
    lines = (Path(__file__).parent / "proctcae_grades.csv").read_text("utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def in_order(row: dict[str, str]) -> list[int]:
    return [int(row[name]) for name in ("freq", "sev", "int") if row[name]]


def test_all_179_published_rows_have_their_grade() -> None:
    rows = published_rows()
    assert len(rows) == 179
    wrong = [row for row in rows if composite(Kind(row["type"]), in_order(row)) != int(row["grade"])]
    assert wrong == []


def test_our_table_is_the_published_one_sign_for_sign() -> None:
    ours = hashlib.sha256("\n".join(sorted(canonical_rows())).encode()).hexdigest()
    assert ours == PUBLISHED


def canonical_rows() -> list[str]:
    """From our own table, not from the fixture."""
    found = []
    for kind in GRADED:
        for values in product(range(5), repeat=len(kind.value)):
            if values[0] or not any(values):  # behind a first 0 nothing was asked
                by_letter = dict(zip(kind.value, values, strict=True))
                freq, sev, inter = (by_letter.get(letter, "") for letter in "FSI")
                found.append(f"{freq},{sev},{inter},{composite(kind, values)}")
    return found


@given(kind=st.sampled_from(GRADED), data=st.data())
def test_a_worse_answer_never_lowers_a_grade(kind: Kind, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.integers(0, 4), min_size=len(kind.value), max_size=len(kind.value)))
    place = data.draw(st.integers(0, len(values) - 1))
    worse = [min(value + (at == place), 4) for at, value in enumerate(values)]
    before, after = composite(kind, values), composite(kind, worse)
    assert before is not None
    assert after is not None
    assert 0 <= before <= after <= 3


@pytest.mark.parametrize(
    ("number", "answers", "expected"),
    [
        (16, {"16A": 4}, 3),
        (15, {"15A": 1}, 1),
        (27, {"27A": 4}, 2),
        (9, {"9A": 3, "9B": 2}, 2),
        (9, {"9A": 0, "9B": 3}, 0),
        (9, {"9A": 0}, 0),
        (9, {"9A": 1}, None),
        (9, {"9B": 0}, None),
        (48, {"48A": 1, "48B": 0, "48C": 0}, 0),
        (48, {"48A": 3, "48B": 0, "48C": 0}, 1),
        (48, {"48A": 4, "48B": 4, "48C": None}, None),
        (24, {"24A": 1}, None),
    ],
)
def test_a_grade_needs_every_attribute_unless_the_first_is_zero(
    number: int, answers: dict[str, int | None], expected: int | None
) -> None:
    assert grade(number, answers) == expected


def test_an_answer_off_the_scale_has_no_grade() -> None:
    with pytest.raises(ValueError, match="between 0 and 4"):
        grade(9, {"9A": 0, "9B": 5})
    with pytest.raises(ValueError, match="between 0 and 1"):
        grade(24, {"24A": 2})


def test_the_kinds_hold_every_item_once() -> None:
    numbers = [number for numbers in proctcae.NUMBERS.values() for number in numbers]
    assert len(numbers) == len(set(numbers)) == 59
    assert sum(len(proctcae.columns(number)) for number in proctcae.ITEMS) == 124


def test_only_a_zero_at_the_first_attribute_skips_the_rest() -> None:
    assert next_column(48, {}) == "48A"
    assert next_column(48, {"48A": 0}) is None
    assert next_column(48, {"48A": 1}) == "48B"
    assert next_column(48, {"48A": 1, "48B": 0}) == "48C"
    assert next_column(48, {"48A": 1, "48B": 0, "48C": 1}) is None


def test_a_zero_that_nobody_gave_is_marked() -> None:
    zero = Given(0, branched=True)
    assert completed(48, {"48A": 0}) == {"48A": Given(0), "48B": zero, "48C": zero}
    assert completed(48, {"48A": 0, "48B": 3})["48B"] == Given(3)
    assert completed(48, {"48A": 2, "48B": 0}) == {"48A": Given(2), "48B": Given(0)}


# Files


def without(text: str, *keys: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(keys))


def test_an_instrument_that_names_no_permission_is_refused() -> None:
    text = (FOLDER / "phq-2.yaml").read_text("utf-8")
    first = text[: text.index("instrument:")].count("\n") + 1
    (said,) = refused(without(text, "permission:"))
    assert said.startswith(f"{first}:1: this file names no permission: ")
    line = text[: text.index("permission:")].count("\n") + 1
    (said,) = refused(without(text, "permission:").replace("attribution:", 'permission: ""\nattribution:'))
    assert said.startswith(f"{line}:13: this file names no permission: ")
    (said,) = refused(without(text, "permission:").replace("attribution:", "permission: none\nattribution:"))
    assert said.startswith(f"{line}:13: 'none' is no permission: ")


def test_a_site_file_with_accepted_terms_is_read() -> None:
    instrument, problems = read(SITE_FILE)
    assert problems == ()
    assert instrument is not None
    assert list(instrument.items) == ["9A", "9B"]


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("accepted: true", "accepted: false", "10:13: the owner's terms of use are not accepted: no item of this file"),
        ("accepted: true", "accepted: perhaps", "10:13: 'perhaps' is neither true nor false"),
        ("  by: Chandra\n", "", "10:3: 'terms' needs 'by'"),
        (
            SITE_FILE[SITE_FILE.index("terms:") : SITE_FILE.index("scoring:")],
            "",
            "1:13: the wording of this instrument",
        ),
        ("  9B:\n    text: (the owner's words)\n", "", "16:3: all attributes of a symptom are asked: 9B is missing"),
        ("9B:", "9C:", "18:3: item 9 is asked as 9A, 9B"),
        ("9B:", "81A:", "18:3: PRO-CTCAE has no item 81"),
        ("9B:", "nausea:", "18:3: 'nausea' is no item: write its number"),
        ("attribution:", "atribution:", "8:1: an instrument has no key 'atribution'; did you mean 'attribution'?"),
        ("(the owner's words)", "words # cut", "17:17: ' #' ends this text here"),
        ("scoring: grades", "scoring: sum", "16:3: the items of a sum are numbered 1, 2, 3 and so on, none left out"),
        ("instrument: pro-ctcae", "instrument: mdasi", "14:10: grades are known for pro-ctcae only"),
    ],
)
def test_each_mistake_is_named_where_it_stands(was: str, becomes: str, said: str) -> None:
    assert was in SITE_FILE
    found = refused(SITE_FILE.replace(was, becomes))
    assert any(one.startswith(said) for one in found), found


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("  at_most: 2", "  at_most: 7", "at least one item must be answered"),
        ("  rounding: half up\n", "", "'instead' and 'rounding' must say"),
        ("  rounding: half up", "  rounding: down", "'down' is not allowed for 'rounding'; write half up"),
        ("  to: 3", "  to: 0", "a scale cannot go from 0 to 0"),
        ("    - from: 5", "    - from: 20", "the bands begin at rising numbers"),
        ("  cut: 10", "  cut: 11", "a band begins at the cut"),
        ("  7:\n", "  9:\n", "the items of a sum are numbered"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(was: str, becomes: str, said: str) -> None:
    text = (FOLDER / "gad-7.yaml").read_text("utf-8")
    assert text.count(was) == 1
    assert any(said in one for one in refused(text.replace(was, becomes)))


@pytest.mark.parametrize("text", ["", "- a list", "just words", "\tinstrument: x", "instrument: [phq-9"])
def test_what_is_no_instrument_at_all_is_refused_kindly(text: str) -> None:
    assert refused(text)
