"""Does a case climb until somebody acts, and does everybody read the right thing at the right minute?"""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from gateway.core.life import State
from gateway.core.segments import segments
from gateway.store.queries.people import phone_of
from gateway.store.tables import Case, Person, PersonPhone, Sending, Standing
from tests.cases.story import DANGER, FLAG, HELD, MILD, Story
from tests.village import MONDAY


def test_a_silent_doctor_moves_the_case_up(story: Story) -> None:
    story.breach()
    (first,) = story.heard(story.village.baraka)
    assert first == (
        f"URGENT {story.code}: patient 12, Baiyun. Pain 8. "
        "Reply by 09:20: 1 = I will call, 2 = I will visit, 3 = I cannot."
    )
    assert segments(first).count == 1
    story.passes(minutes=20)
    (second,) = story.heard(story.tiers.zhao)
    assert second.startswith(f"{story.code} passed to you, no reply for 20 min: patient 12, Baiyun. Pain 8.")
    assert story.heard(story.village.chandra) == []
    story.passes(minutes=20)
    assert len(story.heard(story.tiers.odera)) == 1
    (told,) = story.heard(story.village.chandra)
    assert told == (
        f"{story.code} red, patient 12, Baiyun: open 40 min, no one has accepted. "
        "Told: Baraka Baraka, Zhao Zhao, Odera Odera. Please phone them. No one is left to tell."
    )
    story.passes(minutes=60)
    assert len(story.heard(story.village.chandra)) == 3
    assert story.unattended() == []


def test_a_danger_sign_tells_doctor_and_coordinator_in_the_same_moment(story: Story) -> None:
    notice = story.breach(FLAG)
    assert notice
    assert notice.deadline == MONDAY + timedelta(minutes=30)
    assert "Danger sign: hard to breathe. Told to call 999." in story.latest(story.village.baraka)
    assert "now, patient 12, Baiyun: Hard to breathe. Told: Baraka Baraka." in story.latest(story.village.chandra)
    story.passes(minutes=10)
    assert len(story.heard(story.tiers.zhao) + story.heard(story.tiers.odera)) == 2


def test_a_yes_at_the_danger_signs_names_no_sign(story: Story) -> None:
    story.breach(DANGER)
    assert "Yes at the danger signs." in story.latest(story.village.baraka)


def test_the_doctors_sms_is_held_for_one_answer(story: Story) -> None:
    assert story.breach(HELD) is not None
    assert story.heard(story.village.baraka) == []
    story.now += timedelta(minutes=1)
    story.answer("pain_now", "yes")
    assert "Pain 8, also now." in story.latest(story.village.baraka)
    story.passes(minutes=5)
    assert story.heard(story.village.baraka) == []


def test_without_that_answer_it_leaves_after_three_minutes(story: Story) -> None:
    story.breach(HELD)
    story.passes(minutes=2.9)
    assert story.heard(story.village.baraka) == []
    story.passes(minutes=0.1)
    assert "Reply by 09:20" in story.latest(story.village.baraka)
    story.answer("pain_now", "no")
    assert story.heard(story.village.baraka) == []


@pytest.mark.parametrize(
    ("receipt", "state"),
    [("undelivered", Sending.ACCEPTED), ("failed", Sending.ACCEPTED), (None, Sending.REFUSED), (None, Sending.EXPIRED)],
)
def test_an_undelivered_sms_skips_the_wait(story: Story, receipt: str | None, state: Sending) -> None:
    story.breach()
    story.now += timedelta(minutes=1)
    story.dies(story.village.baraka, receipt, state)
    story.tick()
    assert story.heard(story.tiers.zhao)[0].startswith(f"URGENT {story.code}")
    story.tick()
    story.passes(minutes=18)
    assert story.heard(story.tiers.zhao) == []
    assert story.heard(story.tiers.odera) == []
    story.passes(minutes=21)
    assert len(story.heard(story.tiers.odera)) == 1


def test_a_doctor_who_opted_out_after_he_was_told_is_passed_over(story: Story) -> None:
    story.breach()
    opt_out(story, story.village.baraka)
    story.tick()
    assert len(story.heard(story.tiers.zhao)) == 1


def test_nobody_on_duty_goes_straight_to_the_next_tier(story: Story) -> None:
    off_duty(story, story.village.baraka)
    story.breach()
    assert story.heard(story.village.baraka) == []
    assert len(story.heard(story.tiers.zhao)) == 1


def test_nobody_at_any_tier_goes_straight_to_the_coordinator(story: Story) -> None:
    for person in (story.village.baraka, story.tiers.zhao, story.tiers.odera):
        off_duty(story, person)
    story.breach()
    (told,) = story.heard(story.village.chandra)
    assert "no doctor on duty. Pain 8. Please find one now." in told
    story.passes(minutes=20)
    assert len(story.heard(story.village.chandra)) == 1
    assert story.unattended() == []


def test_a_paused_doctor_is_not_told(story: Story) -> None:
    with story.writing() as session:
        session.get_one(Person, story.village.baraka.id).standing = Standing.PAUSED
    story.breach()
    assert story.heard(story.village.baraka) == []


def test_a_doctor_who_shares_the_patients_phone_is_not_told(story: Story) -> None:
    with story.writing() as session:
        phone = phone_of(session, story.village.baraka.id)
        assert phone
        share(session, story.village.amina, phone.id)
    story.breach()
    assert story.heard(story.village.baraka) == []
    assert len(story.heard(story.tiers.zhao)) == 1


def test_a_doctor_who_is_a_relative_is_not_told(story: Story) -> None:
    with story.writing() as session:
        story.amina(session).wishes = {"excludes": [story.village.baraka.code]}
    story.breach()
    assert story.heard(story.village.baraka) == []
    assert len(story.heard(story.tiers.zhao)) == 1


def test_without_any_coordinator_the_audit_shows_the_case(story: Story) -> None:
    opt_out(story, story.village.chandra)
    story.breach(FLAG)
    assert story.unattended() == [story.code]
    story.passes(minutes=5)
    assert story.unattended() == [story.code]
    assert [event.kind for event in story.ledger()].count("nobody to tell") <= 3
    opt_in(story, story.village.chandra)
    story.passes(minutes=1)
    assert len(story.heard(story.village.chandra)) == 1
    assert story.unattended() == []


def test_an_amber_case_waits_for_the_doctors_hours(story: Story) -> None:
    give_duty(story, story.village.baraka, "mon-fri 10:00-18:00")
    assert story.breach(MILD) is None
    assert story.heard(story.village.baraka) == []
    story.passes(hours=1)
    assert story.latest(story.village.baraka).startswith(f"To look at today: {story.code} patient 12, Pain 5.")
    story.passes(hours=7.9)
    assert story.heard(story.tiers.zhao) == []
    story.passes(hours=0.1)
    assert len(story.heard(story.tiers.zhao)) == 1
    story.passes(hours=16)
    assert "amber" in story.latest(story.village.chandra)
    story.passes(days=2)
    assert len(story.heard(story.village.chandra)) == 2
    assert story.heard(story.tiers.odera) == []


def test_a_whole_outage_is_caught_up_with_in_one_tick(story: Story) -> None:
    story.breach()
    story.now += timedelta(hours=2)
    story.tick()
    assert story.life.tier == 2
    assert len(story.heard(story.village.chandra)) == 1
    assert story.next_due() == story.now + timedelta(minutes=1), "is it delivered to the last who was told?"


def test_a_case_that_cannot_be_worked_does_not_keep_the_others_waiting(story: Story) -> None:
    story.breach()
    with story.writing() as session:
        session.get_one(Case, story.case.id).frozen = {"symptoms": []}
    story.now += timedelta(minutes=20)
    assert story.tick() == 1
    assert story.tick() == 0
    assert story.life.state is State.TOLD


def off_duty(story: Story, person: Person) -> None:
    give_duty(story, person, "sun 01:00-02:00")


def give_duty(story: Story, person: Person, duty: str) -> None:
    with story.writing() as session:
        session.get_one(Person, person.id).duty = duty


def opt_out(story: Story, person: Person) -> None:
    with story.writing() as session:
        phone = phone_of(session, person.id)
        assert phone
        phone.opted_out_at = story.now


def opt_in(story: Story, person: Person) -> None:
    with story.writing() as session:
        phone = phone_of(session, person.id)
        assert phone
        phone.opted_out_at = None


def share(session: Session, person: Person, phone_id: str) -> None:
    session.add(PersonPhone(person_id=person.id, phone_id=phone_id))
