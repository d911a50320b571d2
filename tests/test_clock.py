"""Real time goes its way; story time may be moved forward, where a story is allowed."""

from datetime import UTC, timedelta

import pytest

from gateway.clock import Clock, NoStory
from gateway.store.database import Database
from tests.statements import count_statements

WEEK = timedelta(days=7)
A_MOMENT = timedelta(seconds=30)


def test_the_time_has_a_zone() -> None:
    assert Clock().real().tzinfo is UTC


def test_without_a_story_nobody_asks_the_database(database: Database) -> None:
    clock = Clock()
    with database.read() as session, count_statements(database) as sent:
        assert clock.now(session) - clock.real() < A_MOMENT
    assert sent == []


def test_a_jump_moves_the_promises_and_not_the_leases(database: Database) -> None:
    clock = Clock(story=True)
    with database.write() as session:
        clock.jump(session, clock.real() + WEEK)
    with database.read() as session:
        assert WEEK - A_MOMENT < clock.now(session) - clock.real() <= WEEK
    with database.write() as session:
        clock.jump(session, clock.now(session) + WEEK)
    with database.read() as session:
        assert 2 * WEEK - A_MOMENT < clock.now(session) - clock.real() <= 2 * WEEK


def test_a_story_may_run_for_months(database: Database) -> None:
    clock = Clock(story=True)
    with database.write() as session:
        clock.jump(session, clock.real() + 100 * WEEK)
    with database.read() as session:
        assert clock.now(session) - clock.real() > 99 * WEEK


def test_a_jump_outside_the_demo_is_refused(database: Database) -> None:
    clock = Clock()
    with database.write() as session, pytest.raises(NoStory):
        clock.jump(session, clock.real() + WEEK)


def test_story_time_never_runs_back(database: Database) -> None:
    clock = Clock(story=True)
    with database.write() as session, pytest.raises(NoStory):
        clock.jump(session, clock.real() - A_MOMENT)
