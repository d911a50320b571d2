"""Known severe pain: whom does it reach, and what does a plan silence and what not?"""

from datetime import date, timedelta

import pytest

from gateway import cases
from gateway.cases import hands
from gateway.cases.hands import Hand
from gateway.core.events import Breached
from gateway.core.flow import Level
from gateway.core.life import State
from gateway.store.tables import Person, Site
from tests.cases.story import DANGER, FLAG, SEVERE, Story
from tests.village import MONDAY

NEXT_MONDAY = date(2026, 3, 9)
WORSE = Breached("severe", Level.RED, (("pain", 9),))
LESS = Breached("severe", Level.RED, (("pain", 7),))
BREATH = Breached("severe", Level.RED, (("breath", 7),))
SILENT = Breached("silent", Level.AMBER, ())


def test_pain_that_stays_severe_goes_to_the_tier_above_the_second_time(story: Story) -> None:
    story.breach()
    high_again(story)
    assert "asked again" in story.latest(story.village.baraka)
    assert story.heard(story.tiers.zhao) == []
    notice = high_again(story)
    assert "asked again: Pain 8" in story.latest(story.tiers.zhao)
    assert notice
    assert notice.doctor
    assert notice.doctor.id == story.tiers.zhao.id
    (passed_up,) = [text for text in story.heard(story.village.baraka) if "asked again" in text]
    assert passed_up.startswith(f"{story.code}: patient 12 asked again: Pain 8. Passed to Zhao Zhao, Qingshan, ")
    story.passes(minutes=20)
    assert len(story.heard(story.tiers.odera)) == 1
    assert story.unattended() == []


def test_at_a_clinic_without_a_tier_above_he_is_told_again(story: Story) -> None:
    with story.writing() as session:
        session.get_one(Site, story.village.clinic.id).parent_id = None
    story.breach()
    high_again(story)
    high_again(story)
    assert "asked again" in story.latest(story.village.baraka)


def test_a_plan_is_quiet_about_what_is_known(story: Story) -> None:
    plan(story)
    assert story.life.state is State.PLANNED
    assert story.planted() == []
    notice = story.breach(SEVERE)
    assert notice
    assert notice.doctor
    assert (notice.doctor.id, notice.plan_until) == (story.tiers.zhao.id, MONDAY + timedelta(days=7, hours=-1))
    story.breach(LESS)
    story.breach(SEVERE)
    assert heard_by_all(story) == []
    story.passes(days=4)
    assert heard_by_all(story) == []
    assert story.unattended() == []


@pytest.mark.parametrize("event", [WORSE, BREATH, DANGER, FLAG, SILENT])
def test_worse_by_one_a_new_symptom_a_danger_sign_or_silence_breaks_it(story: Story, event: Breached) -> None:
    plan(story)
    notice = story.breach(event)
    assert story.life.state is State.TOLD
    assert story.heard(story.village.baraka)[0].startswith(f"{story.code} is worse")
    assert notice
    assert notice.plan_until is None


def test_the_date_ends_it(story: Story) -> None:
    plan(story)
    story.passes(days=6, hours=23)
    (told,) = [text for text in story.heard(story.village.baraka) if "plan" in text]
    assert told == (
        f"{story.code}: the plan for patient 12 ends today. Last: Pain 8. Reply 1 = I call, 2 = I visit, 3 = I cannot."
    )


def test_no_sms_makes_a_plan(story: Story) -> None:
    story.breach()
    story.sends(story.village.baraka, f"{story.code} plan until monday")
    assert story.life.state is State.TOLD
    assert "wrote something that a person must read" in story.latest(story.village.chandra)


@pytest.mark.parametrize(
    ("until", "reason", "why"),
    [
        (date(2026, 3, 2), "known", "within 28 days"),
        (date(2026, 5, 1), "known", "within 28 days"),
        (NEXT_MONDAY, " ", "needs a reason"),
    ],
)
def test_a_plan_without_reason_or_date_is_refused(story: Story, until: date, reason: str, why: str) -> None:
    story.breach()
    with pytest.raises(cases.CannotPlan, match=why), story.writing() as session:
        cases.plan(session, story.now, story.case.id, story.tiers.zhao, until, reason)
    assert story.life.state is State.TOLD


def test_there_is_no_plan_for_a_danger_sign(story: Story) -> None:
    story.breach(DANGER)
    with pytest.raises(cases.CannotPlan, match="is now"):
        put_in_place(story)


def high_again(story: Story) -> cases.CaseNotice | None:
    story.sends(story.village.baraka, f"{story.code}46")
    assert story.life.state is State.CONTACTED
    story.passes(hours=24)
    heard_by_all(story)
    return story.breach()


def plan(story: Story) -> None:
    story.breach()
    story.sends(story.village.baraka, f"{story.code}46")
    story.passes(minutes=30)
    put_in_place(story)
    heard_by_all(story)


def put_in_place(story: Story) -> None:
    with story.writing() as session:
        cases.plan(session, story.now, story.case.id, story.tiers.zhao, NEXT_MONDAY, "dose raised, seen at home")


def heard_by_all(story: Story) -> list[str]:
    village, tiers = story.village, story.tiers
    everybody = (village.baraka, tiers.zhao, tiers.odera, village.chandra)
    return [text for person in everybody for text in story.heard(person)]


def test_a_planned_case_that_is_handed_over_begins_anew(story: Story) -> None:
    """The plan was its maker's own. Whoever takes the case finds it told, with re-checks, and the plan is over."""
    plan(story)
    with story.writing() as session:
        hand = Hand(session.get_one(Person, story.tiers.zhao.id), "zhao", 10_000)
        odera = session.get_one(Person, story.tiers.odera.id)
        assert hands.hand_over(session, story.now, story.case.id, hand, odera) is None
    assert story.life.state is State.TOLD
    assert len(story.heard(story.tiers.odera)) == 1
    assert story.planted() != []
    assert story.unattended() == []
