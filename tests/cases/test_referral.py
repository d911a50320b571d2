"""Digit 7: does a note reach the next site, is its receipt asked for, and does what was done come back?"""

from datetime import timedelta

import pytest

from gateway.core.flow import Purpose
from gateway.core.life import State
from gateway.enrolment.consent import consent_to, take_back
from gateway.store.queries.people import seal_card
from gateway.store.tables import Person
from tests.cases.story import Story
from tests.cases.test_ladder import off_duty


def test_the_note_says_what_is_known_and_no_name(story: Story) -> None:
    with story.writing() as session:
        amina = story.amina(session)
        amina.card = seal_card(session, amina, {"treatment": "chemo, cycle 3", "medicines": "morphine 10 mg"})
        amina.no_visit = True
    refer(story, "467")
    (note,) = story.heard(story.tiers.zhao)
    assert note == (
        f"{story.code} referred to you by Baraka Baraka: patient 12, Baiyun. Pain 8. Tried: 4 advice, 6 medicine. "
        "chemo, cycle 3. morphine 10 mg. Prefers a call, not a visit. "
        "By 11:00 reply 1 = I call, 2 = I see the patient, 3 = I cannot. When done 4 5 6 7."
    )
    assert "Amina" not in note


def test_taken_on_both_read_of_each_other(story: Story) -> None:
    refer(story, "7")
    story.heard(story.village.baraka)
    story.sends(story.tiers.zhao, f"{story.code}2")
    assert "you take the patient on: 0711098765. Sent by Baraka Baraka, 0722" in story.latest(story.tiers.zhao)
    assert story.latest(story.village.baraka).startswith(f"{story.code}: Zhao Zhao takes patient 12 on, 0755000005.")
    story.heard(story.village.chandra)
    assert story.life.state is State.ACCEPTED  # whether somebody reached her is his to say, as before
    story.passes(hours=1.9)
    assert [text for text in story.heard(story.village.chandra) if "not taken" in text] == []


def test_what_was_done_there_comes_back_and_is_a_contact(story: Story) -> None:
    refer(story, "7")
    story.sends(story.tiers.zhao, "1")
    story.passes(minutes=30)
    story.heard(story.village.baraka)
    story.sends(story.tiers.zhao, f"{story.code}46")
    assert story.latest(story.tiers.zhao).startswith(f"{story.code}: noted 4 advice, 6 medicine. Baraka Baraka is told")
    assert story.latest(story.village.baraka).startswith(
        f"{story.code}: Zhao Zhao noted for patient 12: 4 advice, 6 medicine. Please go on from there"
    )
    assert story.life.state is State.CONTACTED
    assert (story.case.accepted_by, story.case.done) == (story.village.baraka.id, "467")


@pytest.mark.parametrize("answer", ["3", "8"])
def test_whoever_cannot_is_told_to_the_coordinator(story: Story, answer: str) -> None:
    refer(story, "7")
    story.heard(story.village.chandra)
    story.sends(story.tiers.zhao, f"{story.code}{answer}")
    (told,) = story.heard(story.village.chandra)
    assert told == (
        f"{story.code}, patient 12, Baiyun: Zhao Zhao has not taken the referral. Please phone and find a place."
    )
    assert story.unattended() == []


def test_without_a_receipt_the_coordinator_is_told_in_time(story: Story) -> None:
    refer(story, "47")
    assert story.life.state is State.CONTACTED
    story.heard(story.village.chandra)
    story.passes(hours=1.9)
    assert story.heard(story.village.chandra) == []
    story.passes(hours=0.1)
    assert "has not taken the referral" in story.latest(story.village.chandra)
    story.sends(story.tiers.zhao, f"{story.code}1")
    assert "you take the patient on" in story.latest(story.tiers.zhao)


def test_a_tier_without_anybody_is_passed_over(story: Story) -> None:
    off_duty(story, story.tiers.zhao)
    refer(story, "7")
    assert "referred to you by" in story.latest(story.tiers.odera)


def test_from_the_top_nobody_is_sent_a_note(story: Story) -> None:
    story.breach()
    story.passes(minutes=45)
    story.sends(story.tiers.odera, f"{story.code}7")
    assert story.heard(story.village.baraka)[-1].startswith("URGENT")
    assert "nobody to refer to" in [event.kind for event in story.ledger()]


def test_who_wants_nobody_above_told_is_referred_by_phone(story: Story) -> None:
    refuse_upward(story, story.village.amina)
    refer(story, "7")
    assert story.heard(story.tiers.zhao) == []
    assert "noted 7 referred. Please ask by phone" in story.latest(story.village.chandra)


def test_a_seven_taken_back_takes_the_note_back(story: Story) -> None:
    refer(story, "7")
    story.heard(story.tiers.zhao)
    story.sends(story.village.baraka, f"{story.code}9")
    assert story.latest(story.tiers.zhao) == (
        f"{story.code}: Baraka Baraka has taken the referral back. Nothing to do."
    )
    story.sends(story.village.baraka, f"{story.code}7")
    assert len(story.heard(story.tiers.zhao)) == 1


def test_a_seven_sent_twice_is_one_note(story: Story) -> None:
    refer(story, "7")
    story.sends(story.village.baraka, f"{story.code}7")
    assert len(story.heard(story.tiers.zhao)) == 1
    assert story.now - story.case.opened_at == timedelta(0)


def refer(story: Story, digits: str) -> None:
    story.breach()
    story.sends(story.village.baraka, f"{story.code}{digits}")


def refuse_upward(story: Story, person: Person) -> None:
    with story.writing() as session:
        consent_to(session, person, Purpose.UPWARD, story.now)
        take_back(session, person, Purpose.UPWARD, story.now)
