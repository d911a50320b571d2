"""Two weeks of a small district, played by the gateway itself on a clock that only counts."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.forecasting import Days, Figures, Plan, figures, play
from gateway.forecasting.district import settle
from gateway.forecasting.plan import BEGINS, WEEK
from gateway.store.database import Database, open_database
from gateway.store.sealing import Keys
from tests import databases

ILL = Plan("weekly-check", patients=6, weeks=2, a_doctor=3, severe=0.2, danger=0.2, answered=1.0)


@contextmanager
def district(plan: Plan, folder: Path) -> Iterator[Database]:
    keys = Keys((b"d" * 32,), b"i" * 32)
    with databases.fresh("sqlite", folder / "district.db") as url, closing(open_database(url, keys)) as database:
        settle(database, plan)
        yield database


def played(plan: Plan, folder: Path) -> Figures:
    with district(plan, folder) as database:
        play(Days(database, plan), BEGINS + plan.weeks * WEEK)
        with database.read() as session:
            return figures(session, plan)


def test_every_report_that_is_asked_is_answered_and_every_case_is_told(tmp_path: Path) -> None:
    found = played(ILL, tmp_path)
    assert (found.asked, found.finished) == (12, 12)
    assert len(found.a_doctor_week) == 4
    assert sum(found.a_doctor_week) == sum(found.cases.values()) > 0
    assert found.cases.get("now")
    assert found.to_clinicians >= sum(found.cases.values())
    assert found.parts >= found.sms > found.received > found.finished
    assert found.busiest_hour <= found.parts


def test_the_same_seed_gives_the_same_figures(tmp_path: Path) -> None:
    plan = Plan("weekly-check", patients=3, weeks=1)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    assert played(plan, tmp_path / "one") == played(plan, tmp_path / "two")


def test_calls_are_counted_in_minutes_that_were_begun(tmp_path: Path) -> None:
    found = played(Plan("weekly-check", patients=3, weeks=1, channel="voice", answered=1.0), tmp_path)
    assert found.finished == 3
    assert found.calls >= 3
    assert 6 <= found.begun_minutes <= 4 * found.calls


def test_whoever_never_answers_is_reminded_and_breaks_no_promise(tmp_path: Path) -> None:
    found = played(Plan("weekly-check", patients=2, weeks=1, answered=0.0), tmp_path)
    assert (found.asked, found.finished, found.received) == (2, 0, 0)
    assert found.sms > found.asked


def test_what_comes_after_the_end_is_not_played(tmp_path: Path) -> None:
    with district(ILL, tmp_path) as database:
        play(Days(database, ILL), BEGINS + timedelta(minutes=1))
        with database.read() as session:
            assert figures(session, ILL).asked == 0


def test_doctors_who_never_answer_leave_the_cases_to_others(tmp_path: Path) -> None:
    silent = Plan("weekly-check", patients=2, weeks=1, answered=1.0, danger=1.0, helped=0.0)
    found = played(silent, tmp_path)
    assert found.cases == {"now": 2}
    assert found.to_clinicians >= 6  # the village, the township and the county, for each


@pytest.mark.parametrize(("share", "most"), [(0.5, 1), (0.9, 4), (1, 7)])
def test_how_many_cases_in_most_weeks(share: float, most: int) -> None:
    weeks = (0, 0, 0, 1, 1, 2, 2, 3, 4, 7)
    some = Figures(0, 0, 0, 0, 0, 0, 0, 0, 0, {}, weeks)
    assert some.at_most(share) == most
    assert some.usual == 2
