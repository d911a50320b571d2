"""Does a clinician's digit do to a case exactly what his card says, once, and under the lock?"""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from gateway.core.life import State
from gateway.store.tables import PersonPhone, Role
from tests.cases.story import DANGER, FLAG, MILD, Story
from tests.village import MONDAY, add_person

AMINA_DIALLED = "0711098765"


def test_accepting_sends_the_patients_number(story: Story) -> None:
    story.breach()
    story.heard(story.village.baraka)
    story.now += timedelta(minutes=12)
    story.sends(story.village.baraka, "1")
    said = story.latest(story.village.baraka)
    assert said.startswith(f"{story.code}: yours. Phone {AMINA_DIALLED}.")
    assert story.life.state is State.ACCEPTED
    assert story.case.accepted_by == story.village.baraka.id
    story.passes(minutes=60)
    assert story.heard(story.tiers.zhao) == []


def test_a_visit_where_none_is_wished_says_call_first(story: Story) -> None:
    with story.writing() as session:
        story.amina(session).no_visit = True
    story.breach()
    assert "Prefers a call, not a visit." in story.latest(story.village.baraka)
    story.sends(story.village.baraka, "2")
    assert "Patient asked for a call. Call first" in story.latest(story.village.baraka)


def test_who_cannot_is_told_to_whom_it_went(story: Story) -> None:
    story.breach()
    story.now += timedelta(minutes=12)
    story.sends(story.village.baraka, "3")
    assert story.latest(story.village.baraka) == (
        f"{story.code}: noted, you cannot. Passed to Zhao Zhao, Qingshan, 09:12. Nothing more for you to do."
    )
    assert story.latest(story.tiers.zhao).startswith(f"{story.code} passed to you, Baraka Baraka cannot:")
    story.sends(story.village.baraka, "3")
    assert story.life.tier == 1


def test_after_his_own_three_he_may_still_take_it(story: Story) -> None:
    story.breach()
    story.sends(story.village.baraka, "3")
    story.sends(story.village.baraka, "1")
    assert story.case.accepted_by == story.village.baraka.id


def test_whoever_comes_second_hears_who_has_it(story: Story) -> None:
    story.breach()
    story.passes(minutes=25)
    story.sends(story.tiers.zhao, "1")
    story.now += timedelta(minutes=5)
    before = story.case
    for text in ("1", "3", "46", "8"):
        story.sends(story.village.baraka, text)
        assert story.latest(story.village.baraka) == f"{story.code} is with Zhao Zhao since 09:25. Nothing to do."
    assert (story.case.state, story.case.accepted_by, story.case.done) == (before.state, story.tiers.zhao.id, None)
    assert story.life.tier == 1


def test_what_was_done_counts_as_the_contact(story: Story) -> None:
    story.breach()
    story.sends(story.village.baraka, "1")
    story.passes(minutes=30)
    story.sends(story.village.baraka, "4 6")
    assert story.latest(story.village.baraka) == (
        f"{story.code}: noted 4 advice, 6 medicine, by phone. We ask the patient again Tue 09:00. "
        f"Wrong? Reply {story.code} 9."
    )
    case = story.case
    assert (case.state, case.done, case.contact_doctor) == (State.CONTACTED, "46", "by call")
    assert case.contacted_at == MONDAY + timedelta(minutes=30)


def test_accepted_and_done_in_one(story: Story) -> None:
    story.breach()
    story.sends(story.village.baraka, "246")
    assert (story.case.accepted_by, story.case.contact_doctor) == (story.village.baraka.id, "by visit")
    assert story.life.state is State.CONTACTED


def test_a_referral_alone_leaves_the_contact_open(story: Story) -> None:
    story.breach()
    story.sends(story.village.baraka, "7")
    assert story.latest(story.village.baraka).startswith(
        f"{story.code}: noted 7 referred. The coordinator asks whether someone reached the patient."
    )
    assert "noted 7 referred. Please ask by phone" in story.latest(story.village.chandra)
    assert story.life.state is State.ACCEPTED
    story.passes(hours=2)
    assert story.life.state is State.OVERDUE


def test_not_reached_tries_again_and_the_second_time_goes_up(story: Story) -> None:
    story.breach()
    story.sends(story.village.baraka, "1")
    story.now += timedelta(minutes=20)
    story.sends(story.village.baraka, "8")
    assert story.latest(story.village.baraka) == f"{story.code}: try again by 11:00."
    story.now += timedelta(seconds=20)
    story.sends(story.village.baraka, "8")
    assert story.life.state is State.ACCEPTED, "the same 8 twice within a minute is one"
    story.now += timedelta(minutes=20)
    story.sends(story.village.baraka, "8")
    assert "noted, not reached. Passed to Zhao Zhao" in story.latest(story.village.baraka)
    assert story.life.state is State.TOLD
    story.sends(story.tiers.zhao, "1")
    assert story.case.accepted_by == story.tiers.zhao.id


def test_a_missed_contact_reminds_tells_the_coordinator_and_goes_up(story: Story) -> None:
    story.breach()
    story.now += timedelta(minutes=12)
    story.sends(story.village.baraka, "1")
    story.heard(story.village.baraka)
    story.passes(minutes=108)
    assert story.latest(story.village.baraka).startswith(f"{story.code}: what was done? 4 advice")
    assert "Baraka Baraka accepted at 09:12, no contact noted" in story.latest(story.village.chandra)
    story.passes(minutes=14)
    assert story.heard(story.tiers.zhao) == []
    story.passes(minutes=1)
    assert story.latest(story.tiers.zhao).startswith(f"{story.code} passed to you, no contact noted by Baraka Baraka:")
    story.sends(story.village.baraka, "4")
    assert story.life.state is State.CONTACTED, "nobody else has taken it: what he did counts"


def test_who_was_told_above_is_told_again_when_the_one_below_gives_up(story: Story) -> None:
    story.breach()
    story.passes(minutes=25)
    story.sends(story.village.baraka, "1")
    story.heard(story.tiers.zhao)
    story.sends(story.village.baraka, "3")
    assert story.latest(story.tiers.zhao).startswith(f"{story.code} passed to you, Baraka Baraka cannot:")


def test_after_a_danger_sign_the_missed_contact_goes_up_five_minutes_later(story: Story) -> None:
    story.breach(DANGER)
    story.sends(story.village.baraka, "1")
    story.passes(minutes=34)
    assert story.heard(story.tiers.zhao) == []
    story.passes(minutes=1)
    assert len(story.heard(story.tiers.zhao)) == 1


def test_nine_takes_the_last_reply_back_and_the_clock_runs_on(story: Story) -> None:
    story.breach()
    story.now += timedelta(minutes=5)
    story.sends(story.village.baraka, "1")
    story.now += timedelta(minutes=10)
    story.sends(story.village.baraka, "9")
    assert story.latest(story.village.baraka) == f"{story.code}: last reply removed. Clock runs on."
    assert (story.life.state, story.case.accepted_by) == (State.TOLD, None)
    story.passes(minutes=5)
    assert len(story.heard(story.tiers.zhao)) == 1


def test_nine_takes_back_what_was_done_but_not_twice(story: Story) -> None:
    story.breach()
    story.sends(story.village.baraka, "1")
    story.sends(story.village.baraka, "46")
    story.sends(story.village.baraka, f"{story.code} 9")
    assert (story.life.state, story.case.done, story.case.contacted_at) == (State.ACCEPTED, None, None)
    story.sends(story.village.baraka, "9")
    assert "nothing to remove" in story.latest(story.village.baraka)
    assert story.life.state is State.ACCEPTED


def test_a_bare_digit_with_two_cases_open_changes_nothing(story: Story) -> None:
    story.breach()
    first = story.code
    second = another_patient(story)
    story.sends(story.village.baraka, "1")
    said = story.latest(story.village.baraka)
    assert said == (
        f"You have 2 open: {first} patient 12, {second} patient 5. "
        f"Put the number first: {first}1 or {second}1. We are still waiting."
    )
    story.sends(story.village.baraka, f"{first}1 {second}3")
    assert len(story.heard(story.village.baraka)) == 2
    assert story.life.tier == 1


def test_a_bare_digit_waits_ten_minutes_after_another_case_was_answered(story: Story) -> None:
    story.breach()
    story.passes(minutes=20)
    another_patient(story)
    story.sends(story.tiers.zhao, "1")
    story.sends(story.village.baraka, "1")
    assert story.latest(story.village.baraka).startswith("Which case? Put the number first")
    story.now += timedelta(minutes=10)
    story.sends(story.village.baraka, "1")
    assert ": yours." in story.latest(story.village.baraka)


def test_zero_lists_the_most_urgent_first(story: Story) -> None:
    story.breach(MILD)
    story.passes(hours=5)
    mild = story.code
    urgent = another_patient(story)
    story.sends(story.village.baraka, "0")
    said = story.latest(story.village.baraka)
    assert said.startswith(f"{urgent} patient 5 waiting, {mild} patient 12 waiting. 1 call, 2 visit")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("13", "please send one of these: 1 = I call"),
        ("84", "84 says done and not reached"),
        ("9001", "is no open case of yours"),
        ("what shall I do", "Not understood, a person reads it."),
    ],
)
def test_what_is_asked_back_leaves_the_clock_running(story: Story, text: str, words: str) -> None:
    story.breach()
    if story.code == "900":
        pytest.skip("drawn by chance")
    due = story.next_due()
    story.sends(story.village.baraka, text)
    assert words in story.latest(story.village.baraka)
    assert (story.life.state, story.next_due()) == (State.TOLD, due)


def test_words_go_to_the_coordinator_too(story: Story) -> None:
    story.breach()
    story.sends(story.village.baraka, "she is my aunt")
    assert "Baraka Baraka wrote something that a person must read." in story.latest(story.village.chandra)


def test_in_hospital_pauses_every_message_to_the_patient_at_once(story: Story) -> None:
    story.breach()
    story.sends(story.village.baraka, "she is in hospital")
    assert "All messages to this patient pause." in story.latest(story.village.baraka)
    assert "in hospital, moved or died" in story.latest(story.village.chandra)
    assert story.planted() == []
    with story.database.read() as session:
        assert story.amina(session).standing == "paused"
    story.passes(days=2)
    assert story.heard(story.tiers.zhao) == []
    assert len(story.heard(story.village.chandra)) == 2
    assert story.closes()


def test_digits_after_the_end_change_nothing(story: Story) -> None:
    story.breach(FLAG)
    story.sends(story.village.baraka, "1")
    assert story.closes()
    for text in ("1", "3", "46", "8", "9"):
        story.sends(story.village.baraka, text)
        assert story.life.state is State.CLOSED
    assert f"{story.code} is closed. Nothing to do." in story.heard(story.village.baraka)


def test_a_clinician_who_was_never_told_cannot_take_it(story: Story) -> None:
    story.breach()
    story.sends(story.tiers.odera, f"{story.code}1")
    assert "is no open case of yours" in story.latest(story.tiers.odera)
    assert story.case.accepted_by is None


def test_a_digit_and_a_deadline_at_the_same_moment_give_one_result(story: Story) -> None:
    story.breach()
    story.now += timedelta(minutes=20)
    both(story)
    tiers = story.heard(story.tiers.zhao)
    if tiers:  # the deadline was quicker: one SMS too many, and she hears who has it
        story.sends(story.tiers.zhao, "1")
        assert "is with Baraka Baraka" in story.latest(story.tiers.zhao)
    assert story.case.accepted_by == story.village.baraka.id
    assert len(tiers) <= 1
    numbers = [event.number for event in story.ledger()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_two_clinicians_at_the_same_moment_get_one_case_between_them(story: Story) -> None:
    story.breach()
    story.passes(minutes=20)
    story.heard(story.village.baraka), story.heard(story.tiers.zhao)
    racing(
        lambda: story.sends(story.village.baraka, "1"),
        lambda: story.sends(story.tiers.zhao, "1"),
    )
    said = story.heard(story.village.baraka) + story.heard(story.tiers.zhao)
    assert sorted(": yours." in each for each in said) == [False, True]


def both(story: Story) -> None:
    racing(lambda: story.sends(story.village.baraka, "1"), story.tick)


def racing(*steps: object) -> None:
    failed: list[BaseException] = []

    def run(step: object) -> None:
        try:
            assert callable(step)
            step()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_a_doctor_who_is_a_patient_too_is_told_to_send_the_number_first(story: Story) -> None:
    """Edge case 30."""
    with story.writing() as session:
        omar = add_person(session, story.now, story.village.clinic, "omar", Role.PATIENT, "Omar", "+254777000007")
        session.flush()
        phone = session.scalars(
            select(PersonPhone.phone_id).where(PersonPhone.person_id == story.village.baraka.id)
        ).one()
        session.add(PersonPhone(person_id=omar.id, phone_id=phone))
    story.breach()
    assert story.latest(story.village.baraka).endswith(f"Always send the number first, for example {story.code}1.")


def another_patient(story: Story) -> str:
    """A second patient of Dr Baraka's crosses a limit; gives the code."""
    with story.writing() as session:
        brother = add_person(session, story.now, story.village.clinic, "omar", Role.PATIENT, "Omar", "+254777000007")
        brother.doctor_id, brother.small_number = story.village.baraka.id, "5"
    amina, story.village = (
        story.village,
        type(story.village)(story.village.clinic, brother, story.village.baraka, story.village.chandra),
    )
    story.now += timedelta(seconds=1)
    story.breach()
    code, story.village = story.code, amina
    return code
