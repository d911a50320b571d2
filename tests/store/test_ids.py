"""Ids sort by the time given, and within one moment by when they were made."""

from datetime import timedelta

from gateway.store.ids import new_id
from tests.village import MONDAY


def test_an_id_is_32_digits_in_the_layout_of_uuid_7() -> None:
    made = new_id(MONDAY)
    assert len(made) == 32
    assert int(made, 16) >= 0
    assert made == made.lower()
    assert made[12] == "7"
    assert made[16] in "89ab"


def test_ids_sort_by_the_time_given() -> None:
    later, earlier = new_id(MONDAY + timedelta(milliseconds=1)), new_id(MONDAY)
    assert earlier < later


def test_ids_of_one_moment_keep_the_order_in_which_they_were_made() -> None:
    made = [new_id(MONDAY) for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
