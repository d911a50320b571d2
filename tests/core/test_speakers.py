"""Who answers, as the core hears it: asked where it may be somebody else, and never guessed."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.core.answers import Channel, Respondent, Speaker
from gateway.core.conversation import Circumstances, Conversation, begin, carry_on, expected, hear
from gateway.core.events import Answered, Asked, Declined, Postponed, WhoAsked, Why
from gateway.core.flow import Flow, Rank
from gateway.core.memory import State
from gateway.core.understand import AnswerHeard, ChoiceExpected, UnclearHeard
from tests.core.shipped import flow

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
SHARED = (Speaker.ANOTHER, Speaker.HERSELF, Speaker.HELPER)
HELPED = (Speaker.HERSELF, Speaker.HELPER)
WEEK = flow("weekly-check")


def of_rank(rank: Rank) -> Flow:
    return WEEK.model_copy(update={"rank": rank})


def asked_who(flow: Flow, speakers: tuple[Speaker, ...], channel: Channel = Channel.SMS) -> Conversation:
    circumstances = Circumstances(NOW, speakers=speakers)
    conversation, _ = begin(flow, channel, circumstances)
    conversation, events = hear(flow, conversation, AnswerHeard("yes", "1"), circumstances)
    assert events == (WhoAsked(),)
    assert conversation.state is State.WHO
    return Conversation.from_json(conversation.to_json())


def test_each_number_is_one_of_them() -> None:
    conversation, circumstances = asked_who(WEEK, SHARED), Circumstances(NOW, speakers=SHARED)
    assert expected(WEEK, conversation) == ChoiceExpected(3)
    another, events = hear(WEEK, conversation, AnswerHeard(1, "1"), circumstances)
    assert (another.respondent, events) == (None, (Postponed(),))
    herself, events = hear(WEEK, conversation, AnswerHeard(2, "2"), circumstances)
    assert (herself.respondent, events) == (Respondent.PATIENT, (Asked("danger"),))
    helper, _ = hear(WEEK, conversation, AnswerHeard(3, "3"), circumstances)
    assert helper.respondent is Respondent.HELPER


def test_whoever_has_the_phone_alone_is_not_asked() -> None:
    conversation, _ = begin(WEEK, Channel.SMS, Circumstances(NOW, speakers=(Speaker.HERSELF,)))
    _, events = hear(WEEK, conversation, AnswerHeard("yes", "1"), Circumstances(NOW, speakers=(Speaker.HERSELF,)))
    assert events == (Asked("danger"),)


def test_twice_somebody_else_ends_it_for_this_time() -> None:
    conversation, circumstances = asked_who(WEEK, SHARED), Circumstances(NOW, speakers=SHARED)
    conversation, _ = hear(WEEK, conversation, AnswerHeard(1, "1"), circumstances)
    conversation, events = hear(WEEK, conversation, AnswerHeard(1, "1"), circumstances)
    assert Declined() in events
    assert conversation.ended


@pytest.mark.parametrize("rank", [Rank.MOOD, Rank.CONSENT])
def test_nobody_says_for_her_how_her_mood_is(rank: Rank) -> None:
    """Edge case 27. Nor what she agrees to: it waits for her."""
    asked, circumstances = of_rank(rank), Circumstances(NOW, speakers=HELPED)
    alone = asked.model_copy(update={"by_proxy": flow(rank.value).by_proxy})
    _, events = hear(alone, asked_who(alone, HELPED), AnswerHeard(2, "2"), circumstances)
    assert events == (Postponed(),)


def test_an_unclear_answer_is_asked_again_and_then_left_to_a_person() -> None:
    conversation, circumstances = asked_who(WEEK, HELPED), Circumstances(NOW, speakers=HELPED)
    unclear = UnclearHeard(Why.OUT_OF_RANGE, ("9",), "9")
    conversation, events = hear(WEEK, conversation, unclear, circumstances)
    assert events == (WhoAsked(Why.OUT_OF_RANGE),)
    conversation, _ = hear(WEEK, conversation, unclear, circumstances)
    assert conversation.ended


def test_after_an_interruption_it_is_asked_anew() -> None:
    circumstances = Circumstances(NOW, speakers=HELPED)
    conversation, _ = hear(WEEK, asked_who(WEEK, HELPED), AnswerHeard(2, "2"), circumstances)
    conversation, events = carry_on(WEEK, conversation, Channel.SMS, circumstances)
    assert (conversation.respondent, events) == (None, (WhoAsked(),))


def test_where_a_danger_sign_waits_nobody_is_asked_who_he_is() -> None:
    urgent, circumstances = of_rank(Rank.EMERGENCY), Circumstances(NOW, speakers=SHARED)
    conversation, _ = begin(urgent, Channel.SMS, circumstances)
    _, events = hear(urgent, conversation, AnswerHeard("yes", "1"), circumstances)
    assert events == (Asked("danger"),)


def test_every_answer_holds_who_gave_it() -> None:
    circumstances = Circumstances(NOW, speakers=HELPED)
    conversation, _ = hear(WEEK, asked_who(WEEK, HELPED), AnswerHeard(2, "2"), circumstances)
    later = Circumstances(NOW + timedelta(minutes=2), speakers=HELPED)
    _, events = hear(WEEK, conversation, AnswerHeard("no", "2"), later)
    assert [event.answer.respondent for event in events if isinstance(event, Answered)] == [Respondent.HELPER]
