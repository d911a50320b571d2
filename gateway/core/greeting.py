"""Is now a good time, and on a call: is it she?"""

from dataclasses import replace
from datetime import timedelta

from gateway.core.answers import Channel, Check, Speaker
from gateway.core.events import (
    Checked,
    Declined,
    Event,
    Greeted,
    HungUp,
    Lapse,
    LapseKind,
    LeftToPerson,
    Postponed,
    Resumed,
    WhoAsked,
    Why,
)
from gateway.core.flow import Flow, Rank
from gateway.core.hearing import MISSES_ON_A_CALL, count_miss
from gateway.core.memory import Circumstances, Conversation, Outcome, State, Turn
from gateway.core.steps import end, hang_up, lapses, move_on, put, put_again
from gateway.core.understand import AnswerHeard, UnclearHeard, Understood

# "Later" in a flow that names no reminder.
LATER = timedelta(hours=4)


def greet(flow: Flow, conversation: Conversation, circumstances: Circumstances) -> Turn:
    """On a call always: nothing is said before she has pressed that it is she."""
    waiting = lapses(flow, conversation.channel, circumstances.now)
    greeting = replace(conversation, state=State.GREETING, tries=0, silences=0, parted=False, lapses=waiting)
    return greeting, (Greeted(),)


def hear_greeting(flow: Flow, conversation: Conversation, understood: Understood, circumstances: Circumstances) -> Turn:
    match understood:
        case AnswerHeard("yes"):
            return check(flow, conversation, circumstances)
        case AnswerHeard():
            return postpone(flow, conversation, circumstances)
        case UnclearHeard():
            return hear_unclear(flow, conversation, understood)
        case _:
            return hear_unclear(flow, conversation, UnclearHeard(Why.UNREADABLE, (), ""))


def check(flow: Flow, conversation: Conversation, circumstances: Circumstances) -> Turn:
    """On a call what the site has chosen, before a word of what it is about."""
    conversation = replace(conversation, rings=0, unreached=False)
    if conversation.channel is not Channel.VOICE or circumstances.check is Check.KEY:
        return start(flow, conversation, circumstances)
    checking = replace(conversation, state=State.CHECKING, check=circumstances.check, tries=0, silences=0)
    return checking, (Checked(circumstances.check),)


def start(flow: Flow, conversation: Conversation, circumstances: Circumstances) -> Turn:
    """First who answers, where it may be somebody else. Asked anew whenever she comes back to her questions."""
    who = _choices(flow, conversation, circumstances)
    if len(who) < 2:
        return resume(flow, replace(conversation, who=(), respondent=None), circumstances)
    waiting = lapses(flow, conversation.channel, circumstances.now)
    asked = replace(
        conversation, state=State.WHO, who=who, respondent=None, part=None, tries=0, silences=0, lapses=waiting
    )
    return asked, (WhoAsked(),)


def _choices(flow: Flow, conversation: Conversation, circumstances: Circumstances) -> tuple[Speaker, ...]:
    """On a call she has pressed that it is she. Where a danger sign waits nothing else is asked."""
    if flow.rank is Rank.EMERGENCY or not flow.questions():
        return ()
    is_call = conversation.channel is Channel.VOICE
    return tuple(one for one in circumstances.speakers if not (is_call and one is Speaker.ANOTHER))


def resume(flow: Flow, conversation: Conversation, circumstances: Circumstances) -> Turn:
    """The open question, or the next one where that is answered. "Back to your questions." if there were any."""
    back: tuple[Event, ...] = (Resumed(),) if conversation.open else ()
    if conversation.open and conversation.open not in conversation.done:
        step = flow.questions()[conversation.open]
        conversation, asked = put(flow, conversation, step, Why.RESUMED, circumstances)
    else:
        conversation, asked = move_on(flow, conversation, circumstances)
    return conversation, (*back, *asked)


def postpone(flow: Flow, conversation: Conversation, circumstances: Circumstances) -> Turn:
    """Asked once more when the first reminder would be due; a second "later" ends this occurrence."""
    if conversation.postponed:
        conversation, hung_up = end(conversation, Outcome.DECLINED)
        return conversation, (Declined(), *hung_up)
    again = Lapse(LapseKind.REMIND, circumstances.now + (flow.remind[0] if flow.remind else LATER))
    last = [lapse for lapse in conversation.lapses if lapse.kind is LapseKind.GIVE_UP and lapse.at > again.at]
    is_call = conversation.channel is Channel.VOICE
    conversation = replace(conversation, postponed=True, parted=is_call, tries=0, silences=0, lapses=(again, *last))
    return conversation, (Postponed(), *hang_up(conversation))


def hear_unclear(flow: Flow, conversation: Conversation, heard: UnclearHeard) -> Turn:
    conversation = count_miss(conversation, heard)
    is_call = conversation.channel is Channel.VOICE
    if conversation.tries + conversation.silences < (MISSES_ON_A_CALL if is_call else flow.unclear):
        return conversation, (put_again(conversation, heard.why),)
    if is_call:  # voicemail, or a pocket: nobody was there, the call counts as not answered
        return replace(conversation, tries=0, silences=0), (HungUp(),)
    conversation, events = end(conversation, Outcome.LEFT)
    return conversation, (LeftToPerson(None), *events)
