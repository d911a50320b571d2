"""Is nobody buried in SMS, and is nothing lost by that?"""

from collections import Counter
from datetime import timedelta

from sqlalchemy import select, update

from gateway.cases.digests import ALONE
from gateway.cases.who import OPEN_AT_ONCE
from gateway.core.flow import Level
from gateway.core.segments import segments
from gateway.store.tables import Call, Case, Person, Role, Sending
from tests.cases.story import DANGER, MILD, SEVERE, Story
from tests.cases.test_ladder import give_duty, off_duty
from tests.village import add_person


def test_what_can_wait_comes_in_one_sms_at_the_doctors_hour(story: Story) -> None:
    give_duty(story, story.village.baraka, "mon-fri 08:00-17:00; digest 11:00")
    codes = story.crowd(3, MILD)
    story.passes(hours=1.9)
    assert story.heard(story.village.baraka) == []
    story.passes(hours=0.1)
    (digest,) = story.heard(story.village.baraka)
    assert digest.startswith(f"To look at today: {codes[0]} patient 20, Pain 5, {codes[1]} patient 21, Pain 5, ")
    assert f"for example {codes[0]}1. 0 = list" in digest
    assert segments(digest).count <= 2
    story.sends(story.village.baraka, f"{codes[1]}1")
    assert story.latest(story.village.baraka).startswith(f"{codes[1]}: yours.")


def test_many_are_counted_and_all_of_them_can_be_answered(story: Story) -> None:
    codes = story.crowd(7, MILD)
    story.passes(hours=5)
    (digest,) = story.heard(story.village.baraka)
    assert "and 3 more" in digest
    assert segments(digest).count <= 2
    story.sends(story.village.baraka, f"{codes[6]}4")
    assert "noted 4 advice" in story.latest(story.village.baraka)


def test_a_digest_that_does_not_arrive_moves_each_of_its_cases_up(story: Story) -> None:
    codes = story.crowd(2, MILD)
    story.passes(hours=5)
    story.dies(story.village.baraka, "undelivered")
    story.tick()
    (passed,) = story.heard(story.tiers.zhao)
    assert all(code in passed for code in codes)


def test_a_severe_case_never_waits_for_a_digest(story: Story) -> None:
    give_duty(story, story.village.baraka, "mon-fri 08:00-17:00; digest 11:00")
    story.breach()
    assert story.heard(story.village.baraka)[0].startswith("URGENT")


def test_a_storm_goes_one_by_one_and_then_in_one_sms_with_a_count(story: Story) -> None:
    codes = story.crowd(ALONE + 3)
    heard = story.heard(story.village.baraka)
    assert [text.startswith("URGENT 9") for text in heard] == [True] * ALONE + [False]
    assert heard[-1].startswith(f"URGENT, 3 patients: {codes[ALONE]} patient {20 + ALONE}, Pain 8")
    assert segments(heard[-1]).count <= 2
    (told,) = story.heard(story.village.chandra)
    assert told.startswith("Baraka Baraka has had 5 urgent cases in 10 minutes.")
    assert story.unattended() == []
    story.sends(story.village.baraka, f"{codes[-1]}2")
    assert story.latest(story.village.baraka).startswith(f"{codes[-1]}: yours, you visit.")


def test_a_danger_sign_goes_by_itself_in_any_storm(story: Story) -> None:
    story.crowd(ALONE + 2)
    story.heard(story.village.baraka)
    story.breach(DANGER)
    assert story.latest(story.village.baraka).startswith(f"URGENT {story.code}: patient 12")


def test_a_doctor_with_his_hands_full_is_spared_and_the_next_on_duty_told(story: Story) -> None:
    second = colleague(story)
    story.crowd(OPEN_AT_ONCE)
    assert story.heard(second) == []
    story.breach()
    assert story.heard(second)[0].startswith(f"URGENT {story.code}")


def test_without_a_colleague_the_next_site_is_told_at_once(story: Story) -> None:
    story.crowd(OPEN_AT_ONCE)
    story.breach()
    assert story.heard(story.tiers.zhao)[0].startswith(f"URGENT {story.code}")
    assert "too many cases there" in [event.kind for event in story.ledger()]


def test_where_all_hands_are_full_nothing_is_sent_away(story: Story) -> None:
    off_duty(story, story.tiers.zhao)
    off_duty(story, story.tiers.odera)
    codes = story.crowd(OPEN_AT_ONCE + 4)
    with story.database.read() as session:
        found = session.scalars(select(Case)).all()
        assert sorted(case.code for case in found) == sorted(codes)
        assert {line["person"] for case in found for line in case.progress["told"]} == {story.village.baraka.id}


def test_a_danger_sign_comes_to_the_village_doctor_however_many_wait(story: Story) -> None:
    story.crowd(OPEN_AT_ONCE)
    story.breach(DANGER)
    assert story.code in story.latest(story.village.baraka)


def test_a_second_breach_joins_and_is_told_only_when_worse(story: Story) -> None:
    story.breach()
    code = story.code
    story.heard(story.village.baraka)
    story.passes(minutes=1)
    story.breach(SEVERE)
    assert (story.code, story.heard(story.village.baraka)) == (code, [])
    story.breach(DANGER)
    assert story.case.level == Level.NOW
    assert story.heard(story.village.baraka)[0].startswith(f"{code} is worse")


def test_what_waits_for_a_digest_climbs_from_the_digest_on(story: Story) -> None:
    story.breach(MILD)
    story.passes(hours=5)
    assert story.life.climb_from == story.life.began + timedelta(hours=5)
    story.passes(hours=7.9)
    assert story.heard(story.tiers.zhao) == []
    story.passes(hours=0.1)
    assert len(story.heard(story.tiers.zhao)) == 1


def colleague(story: Story) -> Person:
    with story.writing() as session:
        return add_person(session, story.now, story.village.clinic, "chen", Role.CLINICIAN, "Chen", "+254722000009")


def test_one_call_rings_for_all_that_share_an_sms(story: Story) -> None:
    """Nobody picks up and no SMS is known to have arrived: all of them go on to the next tier, where one call rings."""
    codes = story.crowd(ALONE + 3)
    for _ in range(19):
        story.passes(minutes=1)
        with story.writing() as session:
            over = {"state": Sending.ACCEPTED, "receipt": "no-answer"}
            session.execute(update(Call).where(Call.state == Sending.PENDING).values(**over))
    with story.database.read() as session:
        rows = session.execute(select(Case.code, Call.to_id).join(Call, Call.case_id == Case.id)).all()
        tiers = {case.code: len(case.progress["told"]) for case in session.scalars(select(Case))}
    assert {code for code, _ in rows} <= set(codes)
    rings = Counter(person for _, person in rows)
    assert list(rings.values()) == [ALONE + 1] * 3, "each of the three doctors once more for all that came together"
    assert set(tiers.values()) == {3}
