"""On a call, behind the greeting's key: is it really she?"""

from dataclasses import replace

from gateway.core.events import HungUp, NotShe, Why
from gateway.core.flow import Flow
from gateway.core.greeting import start
from gateway.core.hearing import MISSES_ON_A_CALL, PINS_AT_MOST, count_miss
from gateway.core.memory import Circumstances, Conversation, State, Turn
from gateway.core.steps import put_again
from gateway.core.understand import AnswerHeard, UnclearHeard, Understood


def hear_check(flow: Flow, conversation: Conversation, understood: Understood, circumstances: Circumstances) -> Turn:
    match understood:
        case AnswerHeard("yes"):
            return start(flow, conversation, circumstances)
        case AnswerHeard():
            return _unless_too_often(replace(conversation, tries=conversation.tries + 1), Why.NOT_RIGHT)
        case UnclearHeard():
            return _unless_too_often(count_miss(conversation, understood), understood.why)
        case _:
            return conversation, (put_again(conversation, Why.REPEATED),)


def _unless_too_often(conversation: Conversation, why: Why) -> Turn:
    """Nobody is rung again at once: whoever holds the phone now is not she."""
    if conversation.tries < PINS_AT_MOST and conversation.silences < MISSES_ON_A_CALL:
        return conversation, (put_again(conversation, why),)
    parted = replace(conversation, state=State.GREETING, tries=0, silences=0, parted=True)
    return parted, (NotShe(), HungUp())
