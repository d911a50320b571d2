"""A case of March as most go: told at once, taken on after ten minutes, reached half an hour later."""

from zoneinfo import ZoneInfo

from gateway.quality.periods import Period
from gateway.store.database import Database
from tests.cases.story import Story, begin

NAIROBI = ZoneInfo("Africa/Nairobi")
MARCH = Period(2026, 3, NAIROBI)


def reached(database: Database, by: str = "1", done: str = "46") -> Story:
    """`by`: he says that he will call or visit; `done`: what he says that he did."""
    story = begin(database)
    reach(story, by, done)
    return story


def reach(story: Story, by: str = "1", done: str = "46") -> None:
    story.breach()
    story.passes(minutes=10)
    story.sends(story.village.baraka, f"{story.code} {by}")
    story.passes(minutes=30)
    story.sends(story.village.baraka, f"{story.code} {done}")


def reached_often(story: Story, times: int) -> None:
    """So many cases of one doctor, each in time and closed before the next."""
    for _ in range(times):
        reach(story)
        story.closes()
        story.passes(minutes=20)
