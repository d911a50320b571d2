"""Is a person asked at her own nine o'clock, whatever the clocks of her country do?"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.timetable import (
    Prompt,
    Rule,
    in_window,
    instant,
    next_prompt,
    place_of,
    reckon,
    rings_by,
    spread,
)

MONDAYS_AT_NINE = Rule(time(9), every_days=7, weekday=0)
DAILY_AT_NINE = Rule(time(9), every_days=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "wall", "expected"),
    [
        ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:00"),  # skipped: the first instant after is 03:00
        ("America/New_York", "2026-03-08T09:00", "2026-03-08T13:00"),
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30"),  # twice: the first
        ("Europe/Lisbon", "2026-03-29T01:30", "2026-03-29T01:00"),
        ("Europe/Lisbon", "2026-10-25T01:30", "2026-10-25T00:30"),
        ("Africa/Nairobi", "2026-03-08T09:00", "2026-03-08T06:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30"),  # half an hour is skipped
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45"),  # half an hour comes twice
        ("Pacific/Apia", "2011-12-30T09:00", "2011-12-30T10:00"),  # a whole day is skipped
        ("Asia/Shanghai", "2026-03-02T09:00", "2026-03-02T01:00"),
        ("Asia/Urumqi", "2026-03-02T09:00", "2026-03-02T03:00"),
    ],
)
def test_a_wall_time_is_one_instant(zone: str, wall: str, expected: str) -> None:
    assert instant(datetime.fromisoformat(wall), zone) == utc(expected)


@pytest.mark.parametrize(
    ("zone", "after", "slot", "due"),
    [
        ("America/New_York", "2026-03-02T14:00", "2026-03-09T09:00", "2026-03-09T13:00"),  # 14:00 was "nine" before
        ("Europe/Lisbon", "2026-03-23T09:00", "2026-03-30T09:00", "2026-03-30T08:00"),
        ("Africa/Nairobi", "2026-03-02T05:59", "2026-03-02T09:00", "2026-03-02T06:00"),
        ("Africa/Nairobi", "2026-03-02T06:00", "2026-03-09T09:00", "2026-03-09T06:00"),
        ("Asia/Shanghai", "2026-03-01T23:00", "2026-03-02T09:00", "2026-03-02T01:00"),
        ("Pacific/Apia", "2026-03-01T00:00", "2026-03-02T09:00", "2026-03-01T20:00"),
    ],
)
def test_the_next_monday_at_nine(zone: str, after: str, slot: str, due: str) -> None:
    assert next_prompt(MONDAYS_AT_NINE, zone, utc(after)) == Prompt(slot, utc(due))


def test_every_two_weeks_keeps_its_count_over_an_outage() -> None:
    rule = Rule(time(9), every_days=14, weekday=0)
    assert next_prompt(rule, "Africa/Nairobi", utc("2026-04-01T00:00"), "2026-03-02T09:00").slot == "2026-04-13T09:00"


@pytest.mark.parametrize(
    ("rule", "last", "slot"),
    [
        (Rule(time(9), every_months=12, month_day=29, month=2), "2028-02-29T09:00", "2029-02-28T09:00"),
        (Rule(time(9), every_months=12, month_day=29, month=2), "2031-02-28T09:00", "2032-02-29T09:00"),
        (Rule(time(9), every_months=1, month_day=31), "2026-01-31T09:00", "2026-02-28T09:00"),
        (Rule(time(9), every_months=1, month_day=31), "2026-02-28T09:00", "2026-03-31T09:00"),
    ],
)
def test_a_date_that_a_month_lacks_is_its_last_day(rule: Rule, last: str, slot: str) -> None:
    after = instant(datetime.fromisoformat(last), "Africa/Nairobi")
    assert next_prompt(rule, "Africa/Nairobi", after, last).slot == slot
    assert next_prompt(rule, "Africa/Nairobi", after).slot == slot


def test_a_prompt_in_quiet_hours_waits_for_the_morning_once() -> None:
    late = Rule(time(22), every_days=1)
    first = next_prompt(late, "Africa/Nairobi", utc("2026-03-02T12:00"))
    assert first == Prompt("2026-03-02T22:00", utc("2026-03-03T05:00"))
    assert next_prompt(late, "Africa/Nairobi", first.due, first.slot).slot == "2026-03-03T22:00"
    assert next_prompt(late, "Africa/Nairobi", utc("2026-03-02T22:00")) == first


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-02T04:59", "2026-03-02T05:00"),  # 07:59 in Nairobi
        ("2026-03-02T05:00", "2026-03-02T05:00"),
        ("2026-03-02T17:59", "2026-03-02T17:59"),  # 20:59
        ("2026-03-02T18:00", "2026-03-03T05:00"),  # 21:00
    ],
)
def test_the_window_opens_at_eight_and_shuts_at_nine_in_the_evening(moment: str, expected: str) -> None:
    assert in_window(utc(moment), "Africa/Nairobi") == utc(expected)


def test_patients_of_one_doctor_are_spread_over_the_hour() -> None:
    assert [spread(number) for number in range(8)] == [0, 30, 15, 45, 7, 37, 22, 52]
    assert all(0 <= spread(number) < 60 for number in range(2000))


def test_a_doctors_patients_are_spread_over_days_and_then_hours() -> None:
    places = [place_of(number) for number in range(200)]
    assert [(place.days, place.minutes) for place in places[:6]] == [(0, 0), (0, 30), (0, 15), (0, 45), (1, 0), (1, 30)]
    assert (places[20].days, places[20].minutes) == (0, 60)
    assert max(place.minutes for place in places) < 10 * 60


def test_spreading_never_reaches_into_quiet_hours() -> None:
    rule = Rule(time(20, 40), every_days=1, spread=30)
    assert next_prompt(rule, "Africa/Nairobi", utc("2026-03-02T00:00")).due == utc("2026-03-02T17:10")


MONDAY = Prompt("2026-03-02T09:00", utc("2026-03-02T06:00"))


def test_a_prompt_on_time_is_sent() -> None:
    done = reckon(MONDAYS_AT_NINE, "Africa/Nairobi", MONDAY, utc("2026-03-02T06:00"))
    assert (done.send, done.missed) == (MONDAY, ())
    assert done.next == Prompt("2026-03-09T09:00", utc("2026-03-09T06:00"))


def test_after_an_outage_only_the_newest_is_sent_and_the_rest_are_ours() -> None:
    done = reckon(DAILY_AT_NINE, "Africa/Nairobi", MONDAY, utc("2026-03-05T07:59"))
    assert [missed.slot[:10] for missed in done.missed] == ["2026-03-02", "2026-03-03", "2026-03-04"]
    assert done.send is not None
    assert done.send.slot == "2026-03-05T09:00"


def test_two_hours_late_is_too_late() -> None:
    done = reckon(MONDAYS_AT_NINE, "Africa/Nairobi", MONDAY, utc("2026-03-02T08:00"))
    assert (done.send, done.missed) == (None, (MONDAY,))


def test_a_fresh_prompt_is_still_not_sent_in_quiet_hours() -> None:
    evening = Prompt("2026-03-02T20:30", utc("2026-03-02T17:30"))
    done = reckon(Rule(time(20, 30), every_days=1), "Africa/Nairobi", evening, utc("2026-03-02T18:10"))
    assert (done.send, done.missed) == (None, (evening,))


def test_what_is_asked_once_waits_for_the_window_and_is_never_missed() -> None:
    recheck = Prompt("2026-03-02T09:00", utc("2026-03-02T06:00"))
    waits = reckon(None, "Africa/Nairobi", recheck, utc("2026-03-03T02:00"))
    assert (waits.send, waits.next) == (None, Prompt(recheck.slot, utc("2026-03-03T05:00")))
    assert reckon(None, "Africa/Nairobi", recheck, utc("2026-03-03T05:00")).send == recheck


def test_nobody_is_promised_a_call_earlier_than_a_person_can_make_it() -> None:
    assert rings_by(utc("2026-03-02T10:59"), "Africa/Nairobi") == utc("2026-03-02T15:00")
    assert rings_by(utc("2026-03-02T11:00"), "Africa/Nairobi") == utc("2026-03-03T15:00")


def test_a_rule_survives_its_row() -> None:
    for rule in (MONDAYS_AT_NINE, Rule(time(9), every_months=1, month_day=31), Rule(time(9), every_days=1, spread=7)):
        assert Rule.from_json(rule.to_json()) == rule
    assert MONDAYS_AT_NINE.to_json() == {"every_days": 7, "weekday": 0, "time": "09:00"}
    assert Rule.from_json({}) is None


RULES = st.one_of(
    st.builds(Rule, st.times().map(lambda at: at.replace(second=0, microsecond=0)), every_days=st.integers(1, 40)),
    st.builds(
        Rule,
        st.times().map(lambda at: at.replace(second=0, microsecond=0)),
        every_days=st.just(7),
        weekday=st.integers(0, 6),
        spread=st.integers(0, 59),
    ),
    st.builds(Rule, st.just(time(9)), every_months=st.integers(1, 12), month_day=st.integers(1, 31)),
)
MOMENTS = st.integers(1_577_836_800, 2_051_222_400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@settings(max_examples=200, deadline=None)
@given(RULES, st.sampled_from(sorted(zone for zone in available_timezones() if "/" in zone)), MOMENTS)
def test_next_is_always_after_and_always_the_wall_time(rule: Rule, zone: str, moment: datetime) -> None:
    first = next_prompt(rule, zone, moment)
    second = next_prompt(rule, zone, first.due, first.slot)
    assert moment < first.due < second.due
    assert first.slot < second.slot
    for prompt in (first, second):
        wall = datetime.fromisoformat(prompt.slot)
        local = prompt.due.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert prompt.slot.endswith(rule.at.strftime("T%H:%M"))
        assert in_window(prompt.due, zone) == prompt.due
        assert prompt.due.astimezone(ZoneInfo(zone)).date() >= wall.date(), "the load counts on it"
        if time(8) <= wall.time() < time(20):
            assert local == wall + timedelta(minutes=rule.spread)
