"""Does whoever has only sent numbers for weeks stand out, until a person has really spoken with her?"""

from datetime import timedelta

import pytest
from sqlalchemy import true

from gateway.store.database import Database
from gateway.store.queries.talks import How, Talk, last_talk, unspoken
from gateway.store.tables import Conversation, Person, Standing
from tests.cases.story import Story, begin
from tests.village import MONDAY

WEEKS = timedelta(weeks=8)


@pytest.fixture
def story(database: Database) -> Story:
    """Nine weeks after Amina was enrolled."""
    begun = begin(database)
    begun.now += timedelta(weeks=9)
    return begun


def test_numbers_alone_are_no_talk(story: Story) -> None:
    story.report(pain=0)
    story.breach()
    story.sends(story.village.baraka, "1")
    assert (_last(story), _whom(story)) == (Talk(MONDAY, How.ENROLLED), ["amina"])


def test_a_contact_that_a_doctor_noted_is_one(story: Story) -> None:
    story.breach()
    story.sends(story.village.baraka, "14")
    assert (_last(story), _whom(story)) == (Talk(story.now, How.NOTED), [])


def test_one_that_he_took_back_is_none(story: Story) -> None:
    story.breach()
    story.sends(story.village.baraka, "14")
    story.sends(story.village.baraka, f"{story.code} 9")
    assert (_last(story), _whom(story)) == (Talk(MONDAY, How.ENROLLED), ["amina"])


def test_her_yes_is_one(story: Story) -> None:
    story.breach()
    story.report("doctor-reached", story.case.id, reached="yes")
    assert (_last(story), _whom(story)) == (Talk(story.now, How.SAYS_SO), [])


def test_a_report_that_was_read_out_to_her_is_one(story: Story) -> None:
    story.report(pain=2)
    with story.writing() as session:
        for row in session.query(Conversation):
            row.taken_by = "0" * 32
    assert (_last(story), _whom(story)) == (Talk(story.now, How.REPORT), [])


def test_weeks_later_it_is_long_ago_again(story: Story) -> None:
    story.breach()
    story.sends(story.village.baraka, "14")
    story.now += WEEKS + timedelta(minutes=1)
    assert _whom(story) == ["amina"]


def test_who_is_not_asked_and_who_has_just_come_is_not_named(story: Story) -> None:
    story.now = MONDAY + WEEKS
    assert _whom(story) == []
    story.now += timedelta(days=1)
    with story.writing() as session:
        story.amina(session).standing = Standing.PAUSED
    assert _whom(story) == []


def _last(story: Story) -> Talk:
    with story.database.read() as session:
        return last_talk(session, session.get_one(Person, story.village.amina.id))


def _whom(story: Story) -> list[str]:
    with story.database.read() as session:
        return [row.person.code for row in unspoken(session, true(), story.now - WEEKS, 10)]
