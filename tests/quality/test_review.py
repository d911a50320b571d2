"""Does what must change stand on each month's page until it is done, and is the sample the same for whoever asks?"""

from datetime import timedelta

from sqlalchemy import true

from gateway.quality import review
from gateway.quality.periods import Period
from gateway.quality.review import drawn
from gateway.store.database import Database
from gateway.store.tables import ActionItem, Site
from tests.cases.story import Story, begin
from tests.console.visitor import add_user
from tests.quality.march import MARCH, reached

APRIL, MAY = MARCH.step(1), MARCH.step(2)


def test_it_stands_on_each_later_month_until_it_is_closed(database: Database) -> None:
    story = begin(database)
    item = _note(story, "hours of duty")
    assert [_on(story, month) for month in (MARCH.step(-1), MARCH, APRIL, MAY)] == [[], *[["hours of duty"]] * 3]
    with story.writing() as session:
        found = session.get_one(ActionItem, item)
        assert review.close_item(found, APRIL.since + timedelta(days=3), found.user_id)
        assert not review.close_item(found, APRIL.since + timedelta(days=4), found.user_id)
    assert [_on(story, month) for month in (MARCH, APRIL, MAY)] == [["hours of duty"], ["hours of duty"], []]


def test_what_had_to_change_is_sealed(database: Database) -> None:
    story = begin(database)
    item = _note(story, "hours of duty")
    with story.database.read() as session:
        assert b"hours" not in session.get_one(ActionItem, item).words


def test_a_sample_is_of_the_months_closed_cases(database: Database) -> None:
    story = reached(database)
    assert _sample(story) == []
    story.closes()
    assert _sample(story) == [story.code]
    with story.database.read() as session:
        assert review.sample(session, APRIL, true()) == []


def test_the_same_cases_are_drawn_in_whatever_order_they_come() -> None:
    ids = [f"{number:032x}" for number in range(100)]
    five = drawn(ids, "2026-03", 5)
    assert five == drawn(ids[::-1], "2026-03", 5)
    assert five != drawn(ids, "2026-04", 5)
    assert len(set(five) - set(drawn([*ids, "f" * 32], "2026-03", 5))) <= 1


def _note(story: Story, words: str) -> str:
    with story.writing() as session:
        site, user = session.get_one(Site, story.village.clinic.id), add_user(session, "super")
        return review.note_item(session, story.now, site, MARCH, user.id, words).id


def _on(story: Story, month: Period) -> list[str | None]:
    with story.database.read() as session:
        return [review.words_of(session, item) for item in review.items(session, month, true())]


def _sample(story: Story) -> list[str]:
    with story.database.read() as session:
        return [one.case.code for one in review.sample(session, MARCH, true())]
