"""Is a single value of a flow file read as it is written, and nothing that merely looks like it?"""

from datetime import time, timedelta

import pytest

from gateway.core import values


@pytest.mark.parametrize(
    ("text", "span"),
    [("4 hours", timedelta(hours=4)), ("1 day", timedelta(days=1)), ("30 minutes", timedelta(minutes=30))],
)
def test_a_length_of_time_is_read_as_it_is_spoken(text: str, span: timedelta) -> None:
    assert values.duration(text) == span


@pytest.mark.parametrize("text", ["4h", "4", "hours", "-1 day", "1.5 days", "4  hours", "1 month", "٤ hours x"])
def test_anything_else_is_no_length_of_time(text: str) -> None:
    with pytest.raises(ValueError, match="no length of time"):
        values.duration(text)


def test_a_time_of_day_has_four_digits() -> None:
    assert values.clock_time("09:05") == time(9, 5)
    for wrong in ("9:05", "24:00", "09:60", "0905"):
        with pytest.raises(ValueError, match="no time of day"):
            values.clock_time(wrong)


@pytest.mark.parametrize("text", ["1_0", "+7", " 3", "-1", "3.0", "٣", "³", ""])
def test_only_plain_digits_are_a_whole_number(text: str) -> None:
    with pytest.raises(ValueError, match="no whole number"):
        values.whole(text)
