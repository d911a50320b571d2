"""What happens next when a conversation begins, is answered, or is not?"""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.answers import Answer
from gateway.core.conversation import (
    Circumstances,
    Outcome,
    State,
    carry_on,
    lapse,
    suspend,
)
from gateway.core.events import (
    Answered,
    Asked,
    Breached,
    CallDue,
    Declined,
    Finished,
    GaveUp,
    Greeted,
    KeywordHeard,
    LeftToPerson,
    Postponed,
    RedFlagged,
    Reminded,
    Resumed,
    SkippedAtGate,
    Suspended,
    Why,
)
from gateway.core.flow import Level
from tests.core.shipped import MONDAY, flow
from tests.core.talk import NO_DANGER_BY_VOICE, SMS, VOICE, WEEKLY, Talk, breaches


def test_the_first_text_asks_whether_now_is_a_good_time() -> None:
    talk = Talk(SMS)
    assert talk.events == (Greeted(),)
    assert talk.says("1") == (Asked("danger"),)


def test_later_twice_ends_this_week() -> None:
    talk = Talk(SMS)
    assert talk.says("2") == (Postponed(),)
    assert talk.waits() == (Greeted(again=True),)
    assert talk.now == MONDAY + timedelta(hours=4, minutes=2)
    assert talk.says("later") == (Declined(),)
    assert talk.conversation.outcome is Outcome.DECLINED


def test_a_severe_answer_is_judged_before_the_next_question() -> None:
    answered, breached, asked = Talk(SMS, "1", "2").says("8")
    assert answered == Answered(Answer("pain", 8, "8", SMS))
    assert breached == Breached("severe_pain", Level.RED, (("pain", 8),), wait_for="pain_now")
    assert asked == Asked("pain_now")


def test_nothing_is_waited_for_that_will_not_be_asked() -> None:
    events = Talk(SMS, "1", "2", "3", "1").says("9")
    (severe,) = [event for event in events if isinstance(event, Breached)]
    assert severe.breach == "severe"
    assert severe.wait_for is None


def test_a_second_symptom_at_its_limit_is_reported_too_but_the_patient_is_told_once() -> None:
    talk = Talk(SMS, "1", "2", "3", "7")
    (severe,) = [event for event in talk.says("10") if isinstance(event, Breached)]
    assert dict(severe.symptoms) == {"tiredness": 7, "breath": 10}
    assert severe.patient_knows


def test_yes_at_the_danger_gate_suspends_the_flow() -> None:
    events = Talk(SMS, "1").says("yes")
    assert [type(event) for event in events] == [Answered, Breached, Suspended]
    assert breaches(events) == ["danger"]


def test_after_a_danger_sign_the_flow_comes_back_where_it_was() -> None:
    talk = Talk(SMS, "1", "2")
    assert talk.says("I can't breathe") == (RedFlagged("breathlessness"), Suspended())
    assert talk.conversation.lapse is None
    assert talk.says("7") == ()
    assert talk.carries_on(SMS) == (Resumed(), Asked("pain", Why.RESUMED))


def test_a_danger_sign_is_heard_after_the_end_as_well() -> None:
    talk = Talk(SMS, "1", "2", "stop")
    assert talk.conversation.ended
    assert talk.says("chest pain") == (RedFlagged("chest_pain"),)


def test_two_numbers_are_asked_again_and_a_doctor_hears_of_the_worse_at_once() -> None:
    talk = Talk(SMS, "1", "2")
    breached, asked = talk.says("6 or 8")
    assert breached == Breached("severe_pain", Level.RED, (("pain", 8),), confirmed=False, heard=("6", "8"))
    assert asked == Asked("pain", Why.TWO_NUMBERS, heard=("6", "8"))
    assert talk.conversation.answer("pain") is None
    assert breaches(talk.says("6")) == []


def test_two_numbers_below_every_limit_open_nothing() -> None:
    assert breaches(Talk(SMS, "1", "2").says("2 or 3")) == []


def test_unclear_twice_at_the_gate_is_a_case_and_a_person_phones() -> None:
    talk = Talk(SMS, "1")
    assert talk.says("blah") == (Asked("danger", Why.UNREADABLE),)
    assert talk.says("blah blah") == (SkippedAtGate("danger"), LeftToPerson("danger"), Asked("pain"))


def test_dont_know_at_the_gate_is_asked_once_more() -> None:
    talk = Talk(SMS, "1")
    assert talk.says("don't know") == (Asked("danger", Why.SKIPPED),)
    answered, gate, asked = talk.says("pass")
    assert answered == Answered(Answer("danger", "skipped", "pass", SMS))
    assert (gate, asked) == (SkippedAtGate("danger"), Asked("pain"))


def test_a_second_question_that_cannot_be_read_leaves_the_rest_to_a_person() -> None:
    talk = Talk(SMS, "1", "2", "x", "y", "x")
    assert talk.says("y")[-1] == LeftToPerson("tiredness")
    assert talk.conversation.outcome is Outcome.LEFT


def test_the_same_reply_within_a_minute_is_asked_back_at_the_gate() -> None:
    talk = Talk(SMS, "1")
    assert talk.says("1", after=timedelta(seconds=20)) == (Asked("danger", Why.SAME_AGAIN, heard=("1",)),)
    assert breaches(talk.says("1", after=timedelta(seconds=20))) == ["danger"]


def test_the_same_reply_is_believed_after_a_minute_and_at_other_questions() -> None:
    assert breaches(Talk(SMS, "1").says("1", after=timedelta(seconds=61))) == ["danger"]
    talk = Talk(SMS, "1", "2", "3")
    assert isinstance(talk.says("3", after=timedelta(seconds=5))[0], Answered)


def test_a_keyword_leaves_the_question_open_unless_it_says_goodbye() -> None:
    talk = Talk(SMS, "1", "2")
    assert talk.says("call me") == (KeywordHeard("call_me"),)
    assert talk.conversation.open == "pain"
    assert talk.says("STOP") == (KeywordHeard("stop"),)
    assert talk.conversation.outcome is Outcome.STOPPED


def test_a_silent_patient_is_reminded_then_called_then_given_up() -> None:
    talk = Talk(SMS, "1", "2")
    asked_at = talk.now
    assert talk.waits() == (Reminded(), Asked("pain", Why.REMINDER))
    assert talk.waits() == (CallDue(),)
    assert talk.carries_on(VOICE) == (Greeted(),)
    assert talk.waits() == (GaveUp(),)
    assert talk.now == asked_at + timedelta(days=3)


def test_a_late_answer_to_a_question_that_was_given_up_still_counts() -> None:
    talk = Talk(SMS, "1", "2")
    while not talk.conversation.ended:
        talk.waits()
    assert breaches(talk.says("9")) == ["severe_pain"]


def test_after_a_hang_up_it_goes_on_by_sms_at_the_open_question() -> None:
    talk = Talk(VOICE, *NO_DANGER_BY_VOICE, "3")
    assert talk.carries_on(SMS) == (Resumed(), Asked("tiredness", Why.RESUMED))


def test_after_a_hang_up_at_the_read_back_the_next_question_comes() -> None:
    talk = Talk(VOICE, *NO_DANGER_BY_VOICE, "8")
    assert talk.carries_on(SMS) == (Resumed(), Asked("pain_now"))


def test_a_conversation_of_higher_rank_has_the_floor() -> None:
    talk = Talk(SMS, "1", "2", "3")
    talk.conversation, events = suspend(talk.conversation)
    assert events == (Suspended(),)
    assert talk.carries_on(SMS) == (Resumed(), Asked("tiredness", Why.RESUMED))


def test_an_advice_is_said_and_the_end_is_reached() -> None:
    talk = Talk(SMS, "1", "2", "5", "1", "1", "1", "1")
    assert [type(event).__name__ for event in talk.says("1")] == ["Answered", "Scored", "Said", "Finished"]
    assert talk.conversation.outcome is Outcome.FINISHED
    assert Finished() in talk.events


def test_a_straight_flow_greets_with_its_first_question() -> None:
    assert Talk(SMS, asked=flow("re-check")).events == (Greeted(), Asked("danger"))
    assert Talk(VOICE, asked=flow("re-check")).events == (Greeted(),)


REPLIES = st.sampled_from(
    ["1", "2", "3", "8", "10", "11", "", "?", "6 or 8", "later", "pass", "ok", "help", "I can't breathe"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(REPLIES, max_size=25))
def test_no_replies_by_sms_break_a_conversation_or_slip_past_a_limit(replies: list[str]) -> None:
    talk = Talk(SMS)
    for reply in replies:
        was_open, before = talk.conversation, talk.conversation.open
        events = talk.says(reply)
        told = before == "pain" and was_open.state is State.ASKING and reply in ("8", "10")
        assert not told or "severe_pain" in dict(talk.conversation.breached)
        assert talk.conversation.ended or talk.conversation.lapse or talk.conversation.state is State.SUSPENDED
        assert sum(isinstance(event, Asked | Greeted) for event in events) <= 1


def test_replay_gives_the_same_events() -> None:
    replies = ("1", "2", "8", "1", "3", "pass", "5", "11", "4", "0")
    assert Talk(SMS, *replies).conversation == Talk(SMS, *replies).conversation


def test_nothing_lapses_after_the_end() -> None:
    conversation = replace(Talk(SMS).conversation, state=State.ENDED, lapses=())
    assert lapse(WEEKLY, conversation, Circumstances(MONDAY)) == (conversation, ())
    assert carry_on(WEEKLY, conversation, SMS, Circumstances(MONDAY)) == (conversation, ())
