"""What happens next when a conversation begins, is answered, or is not?"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from gateway.core.answers import Channel
from gateway.core.checking import hear_check
from gateway.core.events import (
    CallDue,
    Event,
    GaveUp,
    Greeted,
    KeywordHeard,
    Lapse,
    LapseKind,
    RedFlagged,
    Reminded,
    Why,
)
from gateway.core.expecting import expected
from gateway.core.flow import Flow
from gateway.core.greeting import greet, hear_greeting, start
from gateway.core.hearing import hear_answer, spelling, suspend
from gateway.core.keypad import hear_menu, hear_read_back, hear_sign
from gateway.core.memory import Circumstances, Conversation, Outcome, State, Turn
from gateway.core.speakers import answered_by, hear_who
from gateway.core.steps import end, put_again
from gateway.core.understand import (
    AnswerHeard,
    MenuPressed,
    RedFlagHeard,
    RepeatPressed,
    SkipHeard,
    UnclearHeard,
    Understood,
    WordHeard,
)

__all__ = [
    "Circumstances", "Conversation", "Outcome", "State", "Turn",
    "ask_back", "begin", "carry_on", "expected", "hear", "lapse", "silence", "suspend",
]  # fmt: skip

Listener = Callable[[Flow, Conversation, Understood, Circumstances], Turn]
LISTENERS: dict[State, Listener] = {
    State.GREETING: hear_greeting,
    State.CHECKING: hear_check,
    State.WHO: hear_who,
    State.ASKING: hear_answer,
    State.READING_BACK: hear_read_back,
    State.MENU: hear_menu,
}
# What may be the same once more. Digits of her own are not remembered in any form.
REPLIES = (AnswerHeard, SkipHeard, UnclearHeard)
# What she said no to half an hour ago may have come since.
SAME_SIGNS_WITHIN = timedelta(minutes=30)
# After these words nothing more is asked.
PARTING = frozenset({"stop", "pause", "wrong_number"})


def begin(flow: Flow, channel: Channel, circumstances: Circumstances) -> Turn:
    conversation = Conversation(channel, State.ASKING, in_words=circumstances.in_words)
    if flow.open == "ask first" or channel is Channel.VOICE:
        return greet(flow, conversation, circumstances)
    conversation, events = start(flow, conversation, circumstances)
    return conversation, (Greeted(), *events)


def hear(
    flow: Flow,
    conversation: Conversation,
    understood: Understood,
    circumstances: Circumstances,
    channel: Channel | None = None,
) -> Turn:
    """A danger sign and a keyword are heard in any state, an answer where one is waited for.

    `channel`: how the reply came, where that may differ from the conversation's: an SMS after a call that broke off.
    """
    circumstances = answered_by(conversation, circumstances)
    moves = channel is not None and channel is not conversation.channel
    conversation = replace(conversation, channel=channel or conversation.channel)
    if isinstance(understood, RedFlagHeard):
        conversation, events = _red_flag(conversation, understood)
    elif isinstance(understood, WordHeard):
        conversation, events = _keyword(conversation, understood)
    elif moves and conversation.state in LISTENERS and not _is_whole_question(conversation):
        conversation, events = carry_on(flow, conversation, conversation.channel, circumstances)
    else:
        conversation, events = _listen(flow, conversation.reopened(), understood, circumstances)
    last_reply = spelling(understood.raw) if isinstance(understood, REPLIES) else None
    return replace(conversation, last_reply=last_reply, last_heard_at=circumstances.now), events


def ask_back(conversation: Conversation, circumstances: Circumstances) -> Turn:
    """It may have been meant for another question: what is open is put once more, and then believed."""
    heard = replace(conversation, last_reply=None, last_heard_at=circumstances.now)
    return heard, (put_again(conversation, Why.MEANT_ANOTHER),)


def silence(flow: Flow, conversation: Conversation, circumstances: Circumstances) -> Turn:
    """By voice: no key came."""
    unheard = UnclearHeard(Why.NO_KEY, (), "")
    return _listen(flow, conversation, unheard, answered_by(conversation, circumstances))


def lapse(flow: Flow, conversation: Conversation, circumstances: Circumstances) -> Turn:
    """Performs `conversation.lapse`."""
    if conversation.lapse is None:
        return conversation, ()
    due, conversation = conversation.lapse, replace(conversation, lapses=conversation.lapses[1:])
    if due.kind is LapseKind.REMIND:
        conversation = replace(conversation, rang_back=False)
    if due.kind is LapseKind.GIVE_UP:
        conversation, _ = end(conversation, Outcome.GAVE_UP)
        return conversation, (GaveUp(),)
    return conversation, (CallDue(),) if due.kind is LapseKind.CALL else _reminder(conversation)


def carry_on(flow: Flow, conversation: Conversation, channel: Channel, circumstances: Circumstances) -> Turn:
    """The same question once more: on the other channel, after a hang-up, or after a suspension."""
    if conversation.ended:
        return conversation, ()
    waiting, started = conversation.lapses, conversation.open is not None
    part = conversation.part if _broke_off_just_now(conversation, channel, circumstances) else None
    conversation = replace(conversation, channel=channel, menu_from=None, part=part)
    if channel is Channel.VOICE or (not started and flow.open == "ask first"):
        conversation, events = greet(flow, conversation, circumstances)
    else:
        conversation, events = start(flow, conversation, circumstances)
    return _keep_waiting(conversation, waiting), events


def _broke_off_just_now(conversation: Conversation, channel: Channel, circumstances: Circumstances) -> bool:
    """On a call again so soon that the signs she has said no to need not be put once more."""
    heard, on_calls = conversation.last_heard_at, conversation.channel is channel is Channel.VOICE
    return on_calls and heard is not None and circumstances.now - heard <= SAME_SIGNS_WITHIN


def _is_whole_question(conversation: Conversation) -> bool:
    """A text that answers one sign of six, a read-back or the menu of a call would be taken for something else."""
    return conversation.state is State.ASKING and conversation.part is None


def _listen(flow: Flow, conversation: Conversation, understood: Understood, circumstances: Circumstances) -> Turn:
    listener = LISTENERS.get(conversation.state)
    if listener is None:
        return conversation, ()
    if isinstance(understood, RepeatPressed | MenuPressed):
        return hear_sign(conversation, understood)
    return listener(flow, conversation, understood, circumstances)


def _red_flag(conversation: Conversation, heard: RedFlagHeard) -> Turn:
    if conversation.state in (State.SUSPENDED, State.ENDED):
        return conversation, (RedFlagged(heard.flag),)
    conversation, events = suspend(conversation)
    return conversation, (RedFlagged(heard.flag), *events)


def _keyword(conversation: Conversation, heard: WordHeard) -> Turn:
    """After "help" or "call me" the question stays open."""
    if heard.name in PARTING and not conversation.ended:
        conversation, hung_up = end(conversation, Outcome.STOPPED)
        return conversation, (KeywordHeard(heard.name), *hung_up)
    return conversation, (KeywordHeard(heard.name),)


def _reminder(conversation: Conversation) -> tuple[Event, ...]:
    """After "later" it is no reminder but the second asking that was agreed."""
    if conversation.state is State.GREETING and conversation.postponed:
        return (Greeted(again=True),)
    return Reminded(), put_again(conversation, Why.REMINDER)


def _keep_waiting(conversation: Conversation, waiting: tuple[Lapse, ...]) -> Conversation:
    """Times run on over a change of channel: calls that nobody answers must not put off giving up for ever."""
    if not waiting or conversation.ended:
        return conversation
    kept = tuple(due for due in waiting if due.kind is not LapseKind.CALL or conversation.channel is Channel.SMS)
    return replace(conversation, lapses=kept)
