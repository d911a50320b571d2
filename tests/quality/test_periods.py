"""Is a month, a quarter or a year read as it is written, and cut at the midnights of the district?"""

from zoneinfo import ZoneInfo

import pytest

from gateway.quality.periods import Period, month_at, period_named

NAIROBI = ZoneInfo("Africa/Nairobi")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "2026-13",
        "2026-00",
        "26-03-01",
        "2026-0x",
        "２０２６-03",
        "9999-12",
        "2026-Q0",
        "2026-Q5",
        "2026-q1",
        "20261",
    ],
)
def test_what_is_no_period_is_none(name: str) -> None:
    assert period_named(name, NAIROBI) is None


@pytest.mark.parametrize(
    ("name", "since", "until", "before"),
    [
        ("2026-03", "2026-02-28T21:00:00+00:00", "2026-03-31T21:00:00+00:00", "2026-02"),
        ("2026-Q1", "2025-12-31T21:00:00+00:00", "2026-03-31T21:00:00+00:00", "2025-Q4"),
        ("2026-Q4", "2026-09-30T21:00:00+00:00", "2026-12-31T21:00:00+00:00", "2026-Q3"),
        ("2026", "2025-12-31T21:00:00+00:00", "2026-12-31T21:00:00+00:00", "2025"),
    ],
)  # fmt: skip
def test_it_begins_and_ends_at_a_midnight_of_the_district(name: str, since: str, until: str, before: str) -> None:
    period = period_named(name, NAIROBI)
    assert period
    assert (period.name, period.since.isoformat(), period.until.isoformat()) == (name, since, until)
    assert period.step(-1).name == before


def test_the_month_of_a_moment_is_the_districts() -> None:
    march = Period(2026, 3, NAIROBI)
    assert month_at(march.since, NAIROBI) == march
    assert march.step(-3).name == "2025-12"
