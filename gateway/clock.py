"""The one place that reads the time: real time for leases and networks, story time for promises."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.store.tables import Story

ONLY_ROW = 1


class NoStory(Exception):
    """Story time may be moved in the demo and in tests only, and only forward."""


class Clock:
    """`story` is allowed in the demo and in tests: story time then runs ahead of real time by an offset kept in SQL."""

    def __init__(self, story: bool = False) -> None:
        self.story = story

    def real(self) -> datetime:
        return datetime.now(UTC)

    def now(self, session: Session) -> datetime:
        """What promises are measured by. Asks the database only where there is a story."""
        if not self.story:
            return self.real()
        offset = session.scalar(select(Story.offset_ms).where(Story.id == ONLY_ROW))
        return self.real() + timedelta(milliseconds=offset or 0)

    def jump(self, session: Session, to: datetime) -> None:
        """Moves story time forward. Whoever does so makes sure first that outbox, jobs and network are idle."""
        if not self.story:
            raise NoStory("story time is refused outside the demo and tests")
        if to < self.now(session):
            raise NoStory("story time never runs back: what was promised would be promised again")
        offset = (to - self.real()) // timedelta(milliseconds=1)
        session.merge(Story(id=ONLY_ROW, offset_ms=offset))
