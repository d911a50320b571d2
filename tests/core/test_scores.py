"""Do answers make the scores that the flow names, and no guesses?"""

from gateway.core.scores import scores
from tests.core.shipped import flow

ITEMS = ("pain", "tiredness", "breath", "appetite", "sleep", "sickness")


def test_a_score_is_the_sum_of_its_items() -> None:
    assert scores(flow("weekly-check"), dict.fromkeys(ITEMS, 3)) == {"burden": 18.0}


def test_a_missing_item_makes_no_score() -> None:
    assert scores(flow("weekly-check"), dict.fromkeys(ITEMS[1:], 3)) == {}


def test_a_skipped_item_is_neither_zero_nor_a_number() -> None:
    answers = {**dict.fromkeys(ITEMS, 3), "sleep": "skipped"}
    assert scores(flow("weekly-check"), answers) == {}  # type: ignore[arg-type] # a literal
