"""Does the condition language mean what it says?"""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gateway.core import conditions
from gateway.core.answers import History, Report, Respondent, Value
from gateway.core.conditions import ConditionProblem, Evidence, crossing, parse

PATIENT, HELPER = Respondent.PATIENT, Respondent.HELPER


def holds(
    text: str,
    now: dict[str, Value],
    *before: Report,
    baseline: Report | None = None,
    respondent: Respondent = PATIENT,
    lower: tuple[str, ...] = (),
) -> bool:
    worse = dict.fromkeys(lower, "lower")
    evidence = Evidence(now, History(before, baseline), respondent, worse)  # type: ignore[arg-type]  # dict of literals
    return conditions.holds(parse(text), evidence)


@pytest.mark.parametrize(
    ("text", "now", "expected"),
    [
        ("pain at least 7", {"pain": 7}, True),
        ("pain at least 7", {"pain": 6}, False),
        ("pain at most 2", {"pain": 2}, True),
        ("pain between 4 to 6", {"pain": 4}, True),
        ("pain between 4 to 6", {"pain": 7}, False),
        ("danger is yes", {"danger": "yes"}, True),
        ("danger is yes", {"danger": "no"}, False),
        ("pain is skipped", {"pain": "skipped"}, True),
        ("place is 3", {"place": 3}, True),
        ("burden at least 10", {"burden": 10.0}, True),
        ("any of pain, breath at least 7", {"pain": 1, "breath": 8}, True),
        ("all of pain, breath at least 7", {"pain": 1, "breath": 8}, False),
        ("2 of pain, breath, sleep at least 4", {"pain": 4, "sleep": 5}, True),
        ("2 of pain, breath, sleep at least 4", {"pain": 4, "breath": 3}, False),
        ("pain at least 4 and at most 6", {"pain": 5}, True),
        ("pain at least 4 and at most 6", {"pain": 7}, False),
        ("pain at least 4 and danger is no", {"pain": 5, "danger": "no"}, True),
        ("pain at least 4 or danger is yes", {"danger": "yes"}, True),
        ("pain at least 4 or danger is yes", {}, False),
    ],
)
def test_a_condition_is_judged_on_the_answers_of_now(text: str, now: dict[str, Value], expected: bool) -> None:
    assert holds(text, now) is expected


@pytest.mark.parametrize("text", ["pain at most 10", "pain at least 0", "pain between 0 to 10", "pain is skipped"])
def test_what_was_not_answered_never_holds(text: str) -> None:
    assert not holds(text, {})


def test_a_skip_is_neither_low_nor_high() -> None:
    assert not holds("pain at most 10", {"pain": "skipped"})
    assert not holds("pain worse by 1", {"pain": "skipped"}, Report({"pain": 0}))


def test_all_tests_must_hold_for_one_and_the_same_id() -> None:
    """Pain is worse and breath is high: no single symptom is both."""
    before = Report({"pain": 0, "breath": 9})
    text = "any of pain, breath worse by 2 and at least 4"
    assert not holds(text, {"pain": 3, "breath": 9}, before)
    assert holds(text, {"pain": 4, "breath": 9}, before)


def test_a_symptom_lasts_only_when_it_is_the_same_one() -> None:
    text = "any of pain, breath at least 4 for 2 reports"
    assert not holds(text, {"pain": 5, "breath": 1}, Report({"pain": 1, "breath": 5}))
    assert holds(text, {"pain": 5, "breath": 1}, Report({"pain": 4, "breath": 5}))
    assert not holds(text, {"pain": 5})


def test_a_report_without_the_symptom_does_not_break_a_run() -> None:
    assert holds("pain at least 4 for 2 reports", {"pain": 5}, Report({"breath": 1}), Report({"pain": 6}))


def test_a_skipped_answer_breaks_a_run() -> None:
    assert not holds("pain at least 4 for 2 reports", {"pain": 5}, Report({"pain": "skipped"}), Report({"pain": 6}))


def test_no_earlier_value_is_no_worsening() -> None:
    assert not holds("pain worse by 1", {"pain": 10})
    assert not holds("pain worse by 1 since baseline", {"pain": 10}, Report({"pain": 0}))


def test_worse_follows_the_bad_end_of_the_scale() -> None:
    assert holds("mood worse by 2", {"mood": 3}, Report({"mood": 5}), lower=("mood",))
    assert not holds("mood worse by 2", {"mood": 7}, Report({"mood": 5}), lower=("mood",))


def test_the_last_report_is_by_the_same_kind_of_respondent() -> None:
    before = (Report({"pain": 6}, HELPER), Report({"pain": 2}, PATIENT))
    assert holds("pain worse by 4", {"pain": 6}, *before)
    assert not holds("pain worse by 4", {"pain": 6}, *before, respondent=HELPER)


def test_the_last_report_is_by_anybody_when_this_respondent_never_answered() -> None:
    assert holds("pain worse by 4", {"pain": 6}, Report({"pain": 2}, PATIENT), respondent=HELPER)


def test_a_skip_does_not_hide_a_worsening() -> None:
    assert holds("pain worse by 4", {"pain": 6}, Report({"pain": "skipped"}), Report({"pain": 2}))


def test_since_baseline_looks_past_the_last_report() -> None:
    assert holds("pain worse by 4 since baseline", {"pain": 6}, Report({"pain": 6}), baseline=Report({"pain": 2}))


def test_crossing_names_what_made_it_hold() -> None:
    now: dict[str, Value] = {"pain": 8, "breath": 2, "sleep": 9}
    text = "any of pain, breath, sleep at least 7"
    assert crossing(parse(text), Evidence(now)) == (("pain", 8), ("sleep", 9))
    assert crossing(parse("all of pain, breath at least 7"), Evidence(now)) == ()


@pytest.mark.parametrize(
    ("text", "column", "part"),
    [
        ("pain at leest 7", 8, "'leest'"),
        ("pain atleast 7", 5, "'atleast'"),
        ("pain at least", 13, "stops too early"),
        ("", 0, "stops too early"),
        ("a is 1 and b is 2 or c is 3", 18, "'and' and 'or'"),
        ("a is 1 or b is 2 and c is 3", 17, "'and' and 'or'"),
        ("a, b at least 3", 0, "any of"),
        ("3 of a, b at least 3", 0, "3 of"),
        ("0 of a at least 3", 0, "0 of"),
        ("any of a, a at least 3", 10, "twice"),
        ("a between 6 to 4", 10, "smaller"),
        ("a worse by 0", 11, "at least 1"),
        ("a at least 3 for 0 reports", 17, "at least 1"),
        ("a at least 4.5", 11, "no whole number"),
        ("A at least 4", 0, "small letters"),
        ("and at least 4", 0, "'and'"),
    ],
)
def test_a_condition_that_is_none_says_where_and_why(text: str, column: int, part: str) -> None:
    with pytest.raises(ConditionProblem) as caught:
        parse(text)
    assert caught.value.column == column
    assert part in str(caught.value)


IDS = some.sampled_from(["pain", "breath", "sleep", "android", "order"])
NUMBERS = some.integers(0, 10)
TESTS = some.one_of(
    NUMBERS.map(lambda n: f"at least {n}"),
    NUMBERS.map(lambda n: f"at most {n}"),
    NUMBERS.map(lambda n: f"between {n} to {n + 2}"),
    some.sampled_from(["is yes", "is no", "is skipped", "is 4"]),
    some.integers(1, 5).map(lambda n: f"worse by {n}"),
    some.integers(1, 5).map(lambda n: f"worse by {n} since baseline"),
)


@some.composite
def clauses(draw: some.DrawFn) -> str:
    ids = draw(some.lists(IDS, min_size=1, max_size=4, unique=True))
    count = draw(some.sampled_from(["any of ", "all of ", f"{draw(some.integers(1, len(ids)))} of "]))
    head = ids[0] if len(ids) == 1 and draw(some.booleans()) else count + ", ".join(ids)
    tests = " and ".join(draw(some.lists(TESTS, min_size=1, max_size=3)))
    return f"{head} {tests}" + draw(some.sampled_from(["", " for 2 reports", " for 3 reports"]))


CONDITIONS = some.tuples(some.sampled_from([" and ", " or "]), some.lists(clauses(), min_size=1, max_size=3)).map(
    lambda drawn: drawn[0].join(drawn[1])
)
VALUES: some.SearchStrategy[Value] = some.one_of(NUMBERS, some.sampled_from(["yes", "no", "skipped"]))
ANSWERS = some.dictionaries(IDS, VALUES)
REPORTS = some.builds(Report, ANSWERS, some.sampled_from(list(Respondent)))


@given(CONDITIONS)
def test_whatever_the_grammar_builds_is_read_back_the_same(text: str) -> None:
    read = parse(text)
    assert read == parse("  " + text.replace(" ", "\n ", 1))
    assert len(read.ids()) == sum(len(clause.ids) for clause in read.clauses)


@given(some.text(alphabet="painbreth 0123,andorofis", max_size=60))
def test_any_text_is_a_condition_or_a_problem_within_it(text: str) -> None:
    try:
        parse(text)
    except ConditionProblem as found:
        problem: ConditionProblem | None = found
    else:
        problem = None
    assert problem is None or 0 <= problem.column <= len(text)


@given(CONDITIONS, ANSWERS, some.lists(REPORTS, max_size=4), some.none() | REPORTS)
def test_crossing_agrees_with_holds_and_names_answered_ids(
    text: str, now: dict[str, Value], before: list[Report], baseline: Report | None
) -> None:
    evidence = Evidence(now, History(tuple(before), baseline))
    found = crossing(parse(text), evidence)
    assert bool(found) == conditions.holds(parse(text), evidence)
    assert all(now[name] == value for name, value in found)


@given(some.integers(0, 10), some.integers(0, 10), NUMBERS)
def test_a_worse_answer_never_undoes_a_limit(limit: int, value: int, more: int) -> None:
    if holds(f"pain at least {limit}", {"pain": value}):
        assert holds(f"pain at least {limit}", {"pain": value + more})
