"""Whose phone rings about a case, when, and what follows when nobody picks it up?"""

import pytest
from sqlalchemy import select

from gateway.cases.digests import ALONE
from gateway.core.events import Breached
from gateway.core.flow import Level
from gateway.core.life import State
from gateway.store.database import Database
from gateway.store.marks import stop_channel
from gateway.store.outbox import put_call
from gateway.store.queries.cases import newest_with_code
from gateway.store.tables import Call, Kind, Person, Phone, Sending
from tests.cases.story import DANGER, MILD, Story, begin
from tests.cases.telephone import Telephone, arrives, give_codes


@pytest.fixture
def story(database: Database) -> Story:
    begun = begin(database)
    give_codes(begun)
    return begun


@pytest.fixture
def telephone(story: Story) -> Telephone:
    return Telephone(story)


def test_a_doctor_who_is_silent_is_rung_after_ten_minutes(story: Story, telephone: Telephone) -> None:
    story.breach()
    arrives(story, story.village.baraka)
    story.passes(minutes=9.9)
    assert telephone.rings(story.village.baraka) == 0
    story.passes(minutes=0.1)
    assert telephone.rings(story.village.baraka) == 1
    (call,) = telephone.waiting(story.village.baraka)
    assert (call.kind, call.case_id, call.valid_until) == (Kind.CASE, story.case.id, story.case.due_at)


def test_without_a_receipt_he_is_rung_after_a_minute_and_the_next_tier_when_nobody_answers(
    story: Story, telephone: Telephone
) -> None:
    """Edge case 52: neither the SMS nor the call is known to have reached him."""
    story.breach()
    story.passes(minutes=1)
    assert telephone.rings(story.village.baraka) == 1
    assert story.heard(story.tiers.zhao) == []
    telephone.unanswered(story.village.baraka)
    assert len(story.heard(story.tiers.zhao)) == 1


def test_who_was_rung_after_a_minute_and_took_nothing_on_is_rung_after_ten(story: Story, telephone: Telephone) -> None:
    story.breach()
    story.passes(minutes=1)
    telephone.pick_up(story.village.baraka)
    telephone.press("4711")
    telephone.put_down()
    story.passes(minutes=9)
    assert telephone.rings(story.village.baraka) == 1


def test_an_sms_that_arrived_gives_him_his_time_though_he_does_not_answer(story: Story, telephone: Telephone) -> None:
    story.breach()
    arrives(story, story.village.baraka)
    story.passes(minutes=10)
    telephone.unanswered(story.village.baraka)
    assert story.heard(story.tiers.zhao) == []


def test_a_danger_sign_rings_at_once(story: Story, telephone: Telephone) -> None:
    story.breach(DANGER)
    assert telephone.rings(story.village.baraka) == 1
    story.passes(minutes=5)
    assert telephone.rings(story.tiers.zhao) == 1


def test_nobody_is_rung_about_an_amber_case(story: Story, telephone: Telephone) -> None:
    story.breach(MILD)
    story.passes(hours=10)
    assert telephone.rings(story.village.baraka) + telephone.rings(story.tiers.zhao) == 0


def test_a_ring_that_nobody_answers_never_delays_the_next_tier(story: Story, telephone: Telephone) -> None:
    story.breach()
    arrives(story, story.village.baraka)
    story.passes(minutes=10)
    story.passes(minutes=10)  # the call never even left
    assert len(story.heard(story.tiers.zhao)) == 1
    assert story.unattended() == []


def test_an_sms_that_is_lost_is_followed_by_a_call_and_only_then_by_the_next_tier(
    story: Story, telephone: Telephone
) -> None:
    story.breach()
    story.dies(story.village.baraka, "undelivered")
    story.tick()
    assert story.heard(story.tiers.zhao) == []
    telephone.unanswered(story.village.baraka, "busy")
    assert len(story.heard(story.tiers.zhao)) == 1
    kinds = [event.kind for event in story.ledger()]
    assert kinds.index("undelivered") < kinds.index("ringing") < kinds.index("rung")


def test_who_has_heard_the_case_by_call_keeps_his_time(story: Story, telephone: Telephone) -> None:
    story.breach()
    story.dies(story.village.baraka, "undelivered")
    story.tick()
    telephone.pick_up(story.village.baraka)
    telephone.press("4711")
    telephone.put_down()
    assert story.heard(story.tiers.zhao) == []
    story.passes(minutes=20)
    assert len(story.heard(story.tiers.zhao)) == 1


@pytest.mark.parametrize("answered_by", ["human", "machine_start"])
def test_who_has_not_shown_his_code_has_not_heard(story: Story, telephone: Telephone, answered_by: str) -> None:
    story.breach()
    story.dies(story.village.baraka, "undelivered")
    story.tick()
    telephone.pick_up(story.village.baraka, answered_by)
    telephone.put_down()
    assert len(story.heard(story.tiers.zhao)) == 1


def test_a_doctor_without_a_code_is_passed_over_when_his_sms_is_lost(story: Story, telephone: Telephone) -> None:
    with story.writing() as session:
        session.get_one(Person, story.village.baraka.id).call_code = None
    story.breach()
    story.dies(story.village.baraka, "undelivered")
    story.tick()
    assert telephone.rings(story.village.baraka) == 0
    assert len(story.heard(story.tiers.zhao)) == 1


def test_who_has_stopped_us_is_not_rung(story: Story, telephone: Telephone) -> None:
    story.breach()
    with story.writing() as session:
        for phone in session.scalars(select(Phone)):
            phone.opted_out_at = story.now
    story.passes(minutes=20)
    assert telephone.rings(story.village.baraka) == 0


def test_while_no_call_can_be_placed_nothing_waits_for_one(story: Story, telephone: Telephone) -> None:
    with story.writing() as session:
        stop_channel(session, "calls", story.now, "code 21213")
    story.breach()
    story.dies(story.village.baraka, "undelivered")
    story.tick()
    assert telephone.rings(story.village.baraka) == 0
    assert len(story.heard(story.tiers.zhao)) == 1


def test_who_accepts_by_sms_is_not_rung_any_more(story: Story, telephone: Telephone) -> None:
    story.breach(DANGER)
    story.sends(story.village.baraka, "1")
    assert telephone.rings(story.village.baraka) == 0
    with story.database.read() as session:
        assert session.scalars(select(Call.state)).all() == [Sending.CANCELLED]


def test_who_accepted_is_rung_when_the_contact_is_missed(story: Story, telephone: Telephone) -> None:
    story.breach()
    story.sends(story.village.baraka, "1")
    story.passes(hours=2)
    assert story.life.state is State.OVERDUE
    assert telephone.rings(story.village.baraka) == 1


def test_who_cannot_answer_an_sms_is_rung_at_once(story: Story, telephone: Telephone) -> None:
    with story.writing() as session:
        session.get_one(Person, story.village.baraka.id).channel = "voice"
    story.breach()
    assert telephone.rings(story.village.baraka) == 1
    assert len(story.heard(story.village.baraka)) == 1, "the SMS holds what he may look up later"


def test_one_call_at_a_time_to_a_phone(story: Story, telephone: Telephone) -> None:
    """While another case holds his line, this one's ring is put off minute by minute."""
    with story.writing() as session:
        baraka = session.get_one(Person, story.village.baraka.id)
        other = put_call(session, story.now, to=baraka, subject=None, kind=Kind.CASE)
    story.breach(DANGER)
    story.passes(minutes=3)
    assert [call.id for call in telephone.waiting(story.village.baraka)] == [other.id]
    with story.writing() as session:
        session.get_one(Call, other.id).state = Sending.EXPIRED
    story.passes(minutes=1)
    assert telephone.rings(story.village.baraka) == 1
    assert story.unattended() == []


def test_the_only_one_on_duty_is_rung_when_an_outage_ends_though_the_case_has_climbed(
    story: Story, telephone: Telephone
) -> None:
    """For an hour nothing leaves: another call still holds his phone, and the SMS grows too old to be sent."""
    with story.writing() as session:
        for tier in (story.tiers.zhao, story.tiers.odera):
            session.get_one(Person, tier.id).duty = "sun 03:00-04:00"
        doctor = session.get_one(Person, story.village.baraka.id)
        other = put_call(session, story.now, to=doctor, subject=story.amina(session), kind=Kind.CASE)
        session.flush()
        waiting = other.id
    story.breach()
    story.passes(hours=1)
    assert (story.life.state, story.life.tier) == (State.TOLD, 2)
    with story.writing() as session:
        session.get_one(Call, waiting).state = Sending.EXPIRED
    story.dies(story.village.baraka, None, Sending.EXPIRED)
    story.tick()
    assert [call.case_id for call in telephone.waiting(story.village.baraka)] == [story.case.id]
    assert story.unattended() == []


def test_of_several_in_one_sms_their_number_is_said_and_the_worst_is_read(story: Story, telephone: Telephone) -> None:
    """Whichever of them the call was put in for: that of a level which has waited longest, as in his list."""
    codes = story.crowd(ALONE + 2)
    story.breach(Breached("severe", Level.RED, (("pain", 10),)))
    with story.writing() as session:
        doctor, amina = session.get_one(Person, story.village.baraka.id), story.amina(session)
        put_call(session, story.now, to=doctor, subject=amina, kind=Kind.CASE, case_id=story.case.id)
    telephone.pick_up(story.village.baraka)
    heard = telephone.press("4711")
    code = " ".join(codes[ALONE])
    assert heard.startswith(f"There are 3 urgent cases in our SMS. The most urgent is this one. Urgent. Case {code}.")
    telephone.press("2")
    with story.writing() as session:
        first = newest_with_code(session, codes[ALONE])
        assert first
        assert first.state == State.ACCEPTED
