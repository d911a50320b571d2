"""Is a coming hour without a doctor told while it can still be mended?"""

from datetime import timedelta

from gateway.cases import rota
from gateway.store.queries.people import person_by_code
from gateway.store.tables import Person
from tests.cases.story import Story
from tests.cases.test_ladder import give_duty
from tests.village import MONDAY


def test_where_somebody_is_always_on_duty_there_is_nothing_to_tell(story: Story) -> None:
    assert looks(story) == []
    assert told(story) == []


def test_an_absence_is_told_as_soon_as_it_is_known_and_once_a_week(story: Story) -> None:
    give_duty(story, story.village.baraka, "mon-fri 08:00-17:00")
    assert told(story) == []
    give_duty(story, story.village.baraka, "mon-fri 08:00-17:00; away 2026-03-09 to 2026-03-10")
    story.now += timedelta(hours=6)
    assert told(story) == [
        "Baiyun: someone is away, 2 times in the next 14 days, first 9 Mar 08:00 to 9 Mar 17:00. "
        "A case then goes to the next site at once. Please look at the rota."
    ]
    story.now += timedelta(hours=18)
    assert told(story) == []
    story.now += timedelta(days=6)
    assert len(told(story)) == 1


def test_hours_without_anybody_at_any_tier_are_told(story: Story) -> None:
    for person in (story.village.baraka, story.tiers.zhao, story.tiers.odera):
        give_duty(story, person, "mon-fri 08:00-17:00")
    assert [gap.everywhere for gap in looks(story)] == [True] * 10
    (sms,) = told(story)
    assert sms.startswith(
        "Baiyun: no doctor on duty at any tier, 10 times in the next 14 days, first 17:00 to Tue 08:00."
    )


def test_nobody_is_told_at_night(story: Story) -> None:
    give_duty(story, story.village.baraka, "always; away 2026-03-05")
    story.now = MONDAY + timedelta(hours=14)
    assert told(story) == []
    story.now = MONDAY + timedelta(hours=24)
    assert len(told(story)) == 1


def looks(story: Story) -> list[rota.Gap]:
    with story.writing() as session:
        return rota.gaps(session, story.now)


def told(story: Story) -> list[str]:
    with story.writing() as session:
        assert rota.tell(session, story.now) == 0
        chandra = person_by_code(session, "chandra")
    assert isinstance(chandra, Person)
    return story.heard(chandra)
