"""What do keys do on a call?"""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.answers import Answer
from gateway.core.conversation import (
    Outcome,
    State,
)
from gateway.core.events import (
    Answered,
    Asked,
    Breached,
    EmergencyTold,
    Event,
    HungUp,
    KeywordHeard,
    LapseKind,
    LeftToPerson,
    MenuOffered,
    ReadBack,
    RedFlagged,
    Resumed,
    SkippedAtGate,
    Suspended,
    Why,
)
from tests.core.talk import NO_DANGER_BY_VOICE, SMS, VOICE, Talk, breaches

KEYS = st.sampled_from(["", "0", "1", "2", "3", "7", "8", "10", "*", "#", "99", "2", "2"])


def test_by_voice_no_call_is_due() -> None:
    kinds = [due.kind for due in Talk(VOICE).conversation.lapses]
    assert kinds == [LapseKind.REMIND, LapseKind.GIVE_UP]


def test_by_voice_the_gate_comes_one_sign_at_a_time() -> None:
    talk = Talk(VOICE, "1")
    assert talk.events == (Asked("danger", part=0),)
    assert talk.says("2") == (Asked("danger", part=1),)
    events = talk.says("1")
    assert [type(event) for event in events] == [Answered, Breached, Suspended, HungUp]
    assert talk.conversation.part == 1


def test_by_voice_six_times_no_is_no() -> None:
    answered, asked = Talk(VOICE, *NO_DANGER_BY_VOICE[:-1]).says("2")
    assert answered == Answered(Answer("danger", "no", "2", VOICE))
    assert asked == Asked("pain")


def test_by_voice_an_answer_at_a_limit_counts_and_is_read_back() -> None:
    """Edge case 38."""
    talk = Talk(VOICE, *NO_DANGER_BY_VOICE)
    answered, breached, read_back = talk.says("8")
    assert answered == Answered(Answer("pain", 8, "8", VOICE, confirmed=False))
    assert isinstance(breached, Breached)
    assert breached.confirmed is False
    assert read_back == ReadBack("pain", 8)
    confirmed, asked = talk.says("1")
    assert confirmed == Answered(Answer("pain", 8, "8", VOICE, confirmed=True), corrects=True)
    assert asked == Asked("pain_now")


def test_silence_at_the_read_back_keeps_the_answer_unconfirmed() -> None:
    talk = Talk(VOICE, *NO_DANGER_BY_VOICE, "8")
    assert talk.is_silent() == (Asked("pain_now"),)
    answer = talk.conversation.answer("pain")
    assert answer is not None
    assert answer.confirmed is False


def test_again_at_the_read_back_corrects_and_a_worse_one_is_reported_again() -> None:
    talk = Talk(VOICE, *NO_DANGER_BY_VOICE, "7")
    assert talk.says("2") == (Asked("pain", Why.REPEATED),)
    answered, breached, _ = talk.says("9")
    assert isinstance(answered, Answered)
    assert answered.corrects
    assert isinstance(breached, Breached)
    assert breached.symptoms == (("pain", 9),)


def test_a_lower_correction_leaves_the_case_alone() -> None:
    talk = Talk(VOICE, *NO_DANGER_BY_VOICE, "8", "2")
    assert [type(event) for event in talk.says("3")] == [Answered, Asked]


def test_a_lone_one_is_read_back_and_a_zero_makes_it_ten() -> None:
    """Edge case 39."""
    talk = Talk(VOICE, *NO_DANGER_BY_VOICE)
    assert talk.says("1")[-1] == ReadBack("pain", 1)
    answered, breached, read_back = talk.says("0")
    assert answered == Answered(Answer("pain", 10, "10", VOICE, confirmed=False), corrects=True)
    assert isinstance(breached, Breached)
    assert read_back == ReadBack("pain", 10)


def test_a_wrong_key_at_the_read_back_is_forgiven_once() -> None:
    talk = Talk(VOICE, *NO_DANGER_BY_VOICE, "8")
    assert talk.says("5") == (ReadBack("pain", 8),)
    assert talk.says("5") == (Asked("pain_now"),)


def test_a_call_that_broke_off_among_the_signs_goes_on_where_it_was() -> None:
    """Edge case 40."""
    talk = Talk(VOICE, "1", "2", "2")
    assert talk.events == (Asked("danger", part=2),)
    talk.now += timedelta(minutes=5)
    talk.carries_on(VOICE)
    assert talk.says("1") == (Resumed(), Asked("danger", Why.RESUMED, 2))
    assert talk.says("2") == (Asked("danger", part=3),)


def test_hours_later_every_sign_is_put_again() -> None:
    talk = Talk(VOICE, "1", "2", "2")
    talk.now += timedelta(minutes=31)
    talk.carries_on(VOICE)
    assert talk.says("1") == (Resumed(), Asked("danger", Why.RESUMED, 0))


def test_after_a_text_between_two_signs_every_sign_is_put_again() -> None:
    talk = Talk(VOICE, "1", "2", "2")
    talk.carries_on(SMS)
    talk.carries_on(VOICE)
    assert talk.says("1") == (Resumed(), Asked("danger", Why.RESUMED, 0))


def test_star_repeats() -> None:
    """Edge case 38."""
    talk = Talk(VOICE, *NO_DANGER_BY_VOICE)
    assert talk.says("*") == (Asked("pain", Why.REPEATED),)


def test_hash_offers_the_menu_and_leads_back() -> None:
    """Edge case 38."""
    talk = Talk(VOICE, *NO_DANGER_BY_VOICE)
    assert talk.says("#") == (MenuOffered(),)
    assert talk.says("2") == (EmergencyTold(), Asked("pain", Why.REPEATED))
    talk.says("#")
    assert talk.is_silent() == (Asked("pain", Why.REPEATED),)


@pytest.mark.parametrize(
    ("key", "event", "outcome"),
    [("1", LeftToPerson("pain"), Outcome.LEFT), ("3", KeywordHeard("stop"), Outcome.STOPPED)],
)
def test_the_menu_can_end_the_call(key: str, event: Event, outcome: Outcome) -> None:
    talk = Talk(VOICE, *NO_DANGER_BY_VOICE, "#")
    assert talk.says(key) == (event, HungUp())
    assert talk.conversation.outcome is outcome


def test_three_silences_end_the_call_and_a_person_phones() -> None:
    """Edge case 41."""
    talk = Talk(VOICE, *NO_DANGER_BY_VOICE)
    assert talk.is_silent() == (Asked("pain", Why.NO_KEY),)
    assert talk.is_silent() == (Asked("pain", Why.NO_KEY),)
    assert talk.is_silent() == (LeftToPerson("pain"), HungUp())


def test_wrong_keys_are_unclear_but_silence_is_not() -> None:
    talk = Talk(VOICE, *NO_DANGER_BY_VOICE)
    assert talk.says("99") == (Asked("pain", Why.WRONG_KEY, heard=("99",)),)
    assert talk.says("99")[0] == SkippedAtGate("pain")


def test_nobody_behind_the_greeting_ends_the_call_only() -> None:
    """Voicemail presses no key: the call was not answered, the conversation waits on."""
    talk = Talk(VOICE)
    talk.is_silent()
    talk.is_silent()
    assert talk.is_silent() == (HungUp(),)
    assert not talk.conversation.ended
    assert talk.conversation.lapse is not None


def test_a_text_after_a_call_that_broke_off_answers_the_question_that_was_heard() -> None:
    talk = Talk(VOICE, *NO_DANGER_BY_VOICE)
    assert breaches(talk.texts("8")) == ["severe_pain"]
    assert talk.events[-1] == Asked("pain_now")


def test_a_text_never_answers_one_sign_of_the_gate_for_all_six() -> None:
    talk = Talk(VOICE, "1", "2", "2")
    assert talk.texts("2") == (Resumed(), Asked("danger", Why.RESUMED))
    assert talk.conversation.answer("danger") is None


def test_a_text_does_not_wake_a_flow_that_a_danger_sign_stopped() -> None:
    talk = Talk(VOICE, "1", "1")
    assert talk.texts("2") == ()


def test_a_text_after_a_call_that_broke_off_at_the_read_back_gets_the_next_question() -> None:
    talk = Talk(VOICE, *NO_DANGER_BY_VOICE, "8")
    assert talk.texts("1") == (Resumed(), Asked("pain_now"))
    assert talk.texts("can't breathe")[0] == RedFlagged("breathlessness")


@settings(max_examples=150, deadline=None)
@given(st.lists(KEYS, max_size=60))
def test_no_keys_break_a_call(keys: list[str]) -> None:
    talk = Talk(VOICE)
    for key in keys:
        events = talk.says(key) if key else talk.is_silent()
        is_over = talk.conversation.state in (State.ENDED, State.SUSPENDED)
        assert not is_over or not events or HungUp() in events or isinstance(events[0], RedFlagged)
        if is_over:
            return
