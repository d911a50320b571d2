"""Does the doctor read the phase of treatment and the wish not to be visited where an SMS has room for them?"""

from gateway.core.segments import segments
from gateway.store.queries.people import seal_card
from tests.cases.story import FLAG, Story


def is_written(story: Story, treatment: str = "", *, no_visit: bool = False) -> None:
    with story.writing() as session:
        amina = story.amina(session)
        amina.no_visit = no_visit
        amina.card = seal_card(session, amina, {"treatment": treatment}) if treatment else None


def test_the_phase_stands_behind_the_symptom_in_his_first_sms(story: Story) -> None:
    is_written(story, "chemo 2")
    story.breach()
    said = story.latest(story.village.baraka)
    assert "Pain 8. chemo 2. Reply by" in said
    assert segments(said).count == 1


def test_at_a_danger_sign_it_stands_behind_the_sign(story: Story) -> None:
    is_written(story, "chemo 2")
    story.breach(FLAG)
    assert ". chemo 2. Told to call" in story.latest(story.village.baraka)


def test_where_it_would_cost_another_part_it_comes_with_the_answer_to_his_one(story: Story) -> None:
    is_written(story, "chemo, third cycle of six, every week", no_visit=True)
    story.breach()
    said = story.latest(story.village.baraka)
    assert "chemo" not in said
    assert "Prefers a call, not a visit." in said
    story.sends(story.village.baraka, "1")
    assert "(chemo, third cycle of six, every week)" in story.latest(story.village.baraka)


def test_the_next_doctor_reads_her_wish_too(story: Story) -> None:
    is_written(story, no_visit=True)
    story.breach()
    story.sends(story.village.baraka, "3")
    assert ". Prefers a call, not a visit. Reply 1" in story.latest(story.tiers.zhao)


def test_what_nobody_wrote_down_is_not_said(story: Story) -> None:
    story.breach()
    assert "Pain 8. Reply by" in story.latest(story.village.baraka)
