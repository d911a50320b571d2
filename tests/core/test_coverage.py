"""Are the hours found in which nobody is on duty?"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from gateway.core import rota
from gateway.core.coverage import Span, Watch, lost, uncovered

NAIROBI = ZoneInfo("Africa/Nairobi")
MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=NAIROBI).astimezone(UTC)
WEEK = MONDAY + timedelta(days=7)


def watch(text: str) -> Watch:
    return rota.parse(text), NAIROBI


def said(spans: list[Span]) -> list[str]:
    return [f"{start.astimezone(NAIROBI):%a %H:%M}-{end.astimezone(NAIROBI):%a %H:%M}" for start, end in spans]


def test_one_who_is_always_there_leaves_no_gap() -> None:
    assert uncovered([watch("always"), watch("mon-fri 08:00-17:00")], MONDAY, WEEK) == []


def test_nights_and_weekends_are_gaps_where_nobody_else_is_there() -> None:
    two = [watch("mon-fri 08:00-17:00"), watch("mon-thu 17:00-08:00")]
    assert said(uncovered(two, MONDAY, WEEK)) == ["Mon 00:00-Mon 08:00", "Fri 17:00-Mon 00:00"]


def test_an_absence_tears_a_gap_that_usual_hours_do_not_have() -> None:
    away = [watch("mon-fri 08:00-17:00; away 2026-03-03 to 2026-03-04")]
    assert said(lost(away, MONDAY, WEEK)) == ["Tue 08:00-Tue 17:00", "Wed 08:00-Wed 17:00"]
    assert lost([*away, watch("mon-fri 08:00-17:00")], MONDAY, WEEK) == []


def test_nobody_at_all_is_one_gap() -> None:
    assert uncovered([], MONDAY, WEEK) == [(MONDAY, WEEK)]


def test_two_weeks_and_more_are_looked_through() -> None:
    far = uncovered([watch("mon-fri 08:00-17:00")], MONDAY, MONDAY + timedelta(days=21))
    assert len(far) == 16
