"""Is a person called only between the hours that she wishes?"""

from datetime import UTC, datetime

import pytest

from gateway.core.callhours import next_call, parse

NAIROBI = "Africa/Nairobi"  # three hours ahead


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def test_inside_the_hours_the_moment_itself() -> None:
    assert next_call(at(15), NAIROBI, parse("17:00-20:00")) == at(15)


def test_before_them_the_same_day_and_after_them_the_next() -> None:
    evening = parse("17:00-20:00")
    assert next_call(at(6), NAIROBI, evening) == at(14)
    assert next_call(at(17), NAIROBI, evening) == at(14, day=3)


def test_without_a_wish_the_houses_hours_hold() -> None:
    assert next_call(at(6), NAIROBI, None) == at(6)
    assert next_call(at(19), NAIROBI, None) == at(5, day=3)


@pytest.mark.parametrize(
    "text", ["", "17-20", "17:00-17:30", "20:00-17:00", "06:00-09:00", "20:00-22:00", "25:00-26:00"]
)
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text)
