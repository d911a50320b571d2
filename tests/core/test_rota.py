"""Is duty read, found and counted as the people on it would?"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gateway.core import rota

NAIROBI = ZoneInfo("Africa/Nairobi")  # three hours ahead, no daylight saving
OSLO = ZoneInfo("Europe/Oslo")
OFFICE = rota.parse("mon-fri 08:00-17:00; sat 08:00-12:00")
ALWAYS = rota.parse("always")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NAIROBI).astimezone(UTC)


MONDAY_TEN = at("2026-03-02 10:00")
SATURDAY_NOON = at("2026-03-07 12:00")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-02 08:00", True),
        ("2026-03-02 07:59", False),
        ("2026-03-02 17:00", False),
        ("2026-03-07 11:59", True),
        ("2026-03-08 10:00", False),
    ],
)
def test_duty_holds_from_its_start_up_to_its_end(moment: str, expected: bool) -> None:
    assert rota.on_duty(OFFICE, at(moment), NAIROBI) is expected


def test_a_night_shift_runs_past_midnight() -> None:
    night = rota.parse("sun 20:00-06:00")
    assert rota.on_duty(night, at("2026-03-02 05:59"), NAIROBI)
    assert not rota.on_duty(night, at("2026-03-02 06:00"), NAIROBI)


def test_the_next_duty_is_now_within_a_shift_and_the_next_start_outside() -> None:
    assert rota.next_duty(OFFICE, MONDAY_TEN, NAIROBI) == MONDAY_TEN
    assert rota.next_duty(OFFICE, SATURDAY_NOON, NAIROBI) == at("2026-03-09 08:00")
    assert rota.next_duty(ALWAYS, SATURDAY_NOON, NAIROBI) == SATURDAY_NOON


def test_the_next_duty_day_skips_the_rest_of_today() -> None:
    assert rota.next_duty_day(OFFICE, at("2026-03-02 05:00"), NAIROBI) == at("2026-03-03 08:00")
    assert rota.next_duty_day(OFFICE, SATURDAY_NOON, NAIROBI) == at("2026-03-09 08:00")
    assert rota.next_duty_day(ALWAYS, MONDAY_TEN, NAIROBI) == at("2026-03-03 08:00")


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("2026-03-02 08:00", 8, "2026-03-02 16:00"),
        ("2026-03-02 10:00", 8, "2026-03-03 09:00"),
        ("2026-03-06 16:00", 8, "2026-03-09 11:00"),
        ("2026-03-02 08:00", 9, "2026-03-02 17:00"),
        ("2026-03-02 08:00", 49 + 9, "2026-03-09 17:00"),
    ],
)
def test_duty_hours_are_counted_over_nights_and_sundays(start: str, hours: int, expected: str) -> None:
    assert rota.duty_hours_after(OFFICE, at(start), NAIROBI, timedelta(hours=hours)) == at(expected)


def test_wall_hours_hold_when_the_clocks_go_forward() -> None:
    before = datetime(2026, 3, 27, 12, tzinfo=UTC)  # the Friday before
    assert rota.next_duty_day(rota.parse("mon 08:00-17:00"), before, OSLO) == datetime(2026, 3, 30, 6, tzinfo=UTC)


def test_two_shifts_that_overlap_are_counted_once() -> None:
    duty = rota.parse("mon 08:00-12:00; mon 10:00-14:00")
    assert rota.duty_hours_after(duty, at("2026-03-02 08:00"), NAIROBI, timedelta(hours=6)) == at("2026-03-02 14:00")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "duty is empty"),
        ("weekdays 08:00-17:00", "'weekdays'"),
        ("mon-fri 8-17", "'mon-fri 8-17' is no duty"),
        ("mon 25:00-26:00", "'25:00'"),
        ("08:00-17:00", "is no duty"),
        ("mon 08:00-08:00", "`always`"),
    ],
)
def test_a_duty_that_cannot_be_read_is_named_in_one_sentence(text: str, words: str) -> None:
    with pytest.raises(rota.DutyProblem, match=words.replace("`", ".")):
        rota.parse(text)


def test_weekdays_wrap_round_and_may_be_listed() -> None:
    assert [shift.weekday for shift in rota.parse("sat-mon 08:00-12:00").shifts] == [5, 6, 0]
    assert [shift.weekday for shift in rota.parse("mon, wed 08:00-24:00").shifts] == [0, 2]


AWAY = rota.parse("mon-fri 08:00-17:00; away 2026-03-02 to 2026-03-06; away 2026-04-01; digest 7:30, 13:00")


def test_who_is_away_is_not_on_duty_and_his_hours_go_on_counting() -> None:
    assert not rota.on_duty(AWAY, MONDAY_TEN, NAIROBI)
    assert rota.on_duty(AWAY, at("2026-03-09 10:00"), NAIROBI)
    assert not rota.on_duty(AWAY, at("2026-04-01 10:00"), NAIROBI)
    assert rota.next_duty(AWAY, MONDAY_TEN, NAIROBI) == MONDAY_TEN


@pytest.mark.parametrize(
    ("duty", "moment", "expected"),
    [
        ("mon-fri 08:00-17:00", "2026-03-02 07:00", "2026-03-02 08:00"),
        ("mon-fri 08:00-17:00", "2026-03-02 08:00", "2026-03-02 08:00"),
        ("mon-fri 08:00-17:00", "2026-03-02 09:00", "2026-03-02 14:00"),
        ("mon-fri 08:00-17:00", "2026-03-02 14:01", "2026-03-03 08:00"),
        ("mon-fri 08:00-17:00; digest 11:00", "2026-03-02 09:00", "2026-03-02 11:00"),
        ("always", "2026-03-02 03:00", "2026-03-02 08:00"),
        ("always", "2026-03-02 20:00", "2026-03-03 08:00"),
        ("mon-fri 08:00-17:00", "2026-03-06 15:00", "2026-03-06 15:00"),  # not until Monday
        ("tue 10:00-11:00", "2026-03-03 10:30", "2026-03-03 10:30"),  # nor until next week
    ],
)
def test_what_can_wait_is_read_at_the_start_of_duty_and_at_digest_hours(duty: str, moment: str, expected: str) -> None:
    assert rota.next_digest(rota.parse(duty), at(moment), NAIROBI) == at(expected)


@pytest.mark.parametrize(
    "text",
    [
        "away 2026-03-01",
        "always; away soon",
        "always; away 2026-03-02 to 2026-03-01",
        "always; digest",
        "always; digest 25:00",
    ],
)
def test_an_absence_or_a_digest_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(rota.DutyProblem):
        rota.parse(text)
