"""Is a statement what one would count by hand from a doctor's own SMS?"""

from datetime import timedelta

from sqlalchemy import true

from gateway.cases import by_voice
from gateway.quality.periods import Period
from gateway.quality.statements import STATEMENT, row, statements
from gateway.store.database import Database
from gateway.store.tables import Person
from tests.cases.story import Story
from tests.quality.march import MARCH, NAIROBI, reach, reached


def test_a_quarter_as_counted_by_hand(database: Database) -> None:
    """Baraka: one case by call (1, 46), one by visit (2, 5), one passed on (3) to Zhao, who phones at once (14)."""
    story = reached(database)
    with story.writing() as session:
        baraka = session.get_one(Person, story.village.baraka.id)
        by_voice.was_connected(session, story.now, baraka, story.case.id, "completed", 150)
    _next(story)
    reach(story, "2", "5")
    _next(story)
    story.breach()
    story.sends(story.village.baraka, f"{story.code} 3")
    story.sends(story.tiers.zhao, f"{story.code} 14")
    found = _of(story, Period(2026, 1, NAIROBI, 3))
    assert list(found) == [("baiyun", ""), ("baiyun", "baraka"), ("township", ""), ("township", "zhao")]
    assert _but_names(found["baiyun", "baraka"]) == {
        "period": "2026-Q1", "told": 3, "taken_on": 2, "handled": 2, "calls": 1, "visits": 1, "minutes_connected": 2.5,
        "advice": 1, "support": 1, "medicine": 1, "referred": 0, "replies_timed": 4, "replies_in_time": 4,
        "off_duty": 0, "cannot": 1, "trainings": 0, "credits": "0",
    }  # fmt: skip
    zhao = found["township", "zhao"]
    assert [zhao[name] for name in ("told", "handled", "calls", "minutes_connected")] == [1, 1, 1, None]
    assert _but_names(found["baiyun", ""]) == _but_names(found["baiyun", "baraka"])


def test_a_case_of_another_month_is_in_another_statement(database: Database) -> None:
    story = reached(database)
    assert _of(story, MARCH.step(1)) == {}


def test_at_a_site_a_case_of_two_doctors_counts_once(database: Database) -> None:
    story = reached(database)
    _next(story)
    story.breach()
    story.sends(story.village.baraka, f"{story.code} 3")
    story.sends(story.tiers.zhao, f"{story.code} 14")
    with story.writing() as session:
        session.get_one(Person, story.tiers.zhao.id).site_id = story.village.clinic.id
    found = _of(story, MARCH)
    assert [found["baiyun", who]["told"] for who in ("", "baraka", "zhao")] == [2, 2, 1]


def _next(story: Story) -> None:
    story.closes()
    story.now += timedelta(days=1)


def _of(story: Story, period: Period) -> dict[tuple[object, object], dict[str, object]]:
    with story.database.read() as session:
        made = [row(period, one) for one in statements(session, period, true(), None)]
    rows = [dict(zip(STATEMENT, each, strict=True)) for each in made]
    return {(each["site"], each["clinician"]): each for each in rows}


def _but_names(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name not in ("site", "clinician")}
