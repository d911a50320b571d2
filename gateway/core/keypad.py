"""What is said back on a call: an answer that matters, and the menu behind `#`."""

from dataclasses import replace

from gateway.core.answers import Channel, Value
from gateway.core.breaches import is_at_limit
from gateway.core.events import EmergencyTold, KeywordHeard, LeftToPerson, MenuOffered, Why
from gateway.core.flow import Ask, Flow
from gateway.core.memory import Circumstances, Conversation, Outcome, State, Turn
from gateway.core.recording import confirm, record
from gateway.core.steps import end, move_on, put_again
from gateway.core.understand import AnswerHeard, MenuPressed, RepeatPressed, UnclearHeard, Understood

# Wrong keys at a read-back before the answer is kept unconfirmed: she was heard once, she needn't be asked for ever.
WRONG_KEYS_AT_A_READ_BACK = 2
RIGHT, AGAIN, TEN = 1, 2, 0
PHONE_ME, EMERGENCY, STOP = 1, 2, 3


def is_read_back(flow: Flow, conversation: Conversation, step: Ask, value: Value) -> bool:
    """By voice: at or over a limit, and a lone 1 that may have been the beginning of ten."""
    if conversation.channel is not Channel.VOICE:
        return False
    return is_at_limit(flow, step.id, value) or perhaps_ten(flow, step, value)


def perhaps_ten(flow: Flow, step: Ask, value: Value) -> bool:
    return value == 1 and step.scale is not None and not step.choices and flow.scales[step.scale].high >= 10


def hear_read_back(
    flow: Flow, conversation: Conversation, understood: Understood, circumstances: Circumstances
) -> Turn:
    match understood:
        case AnswerHeard(value):
            return _judged_by_her(flow, conversation, value, circumstances)
        case UnclearHeard(Why.WRONG_KEY) if conversation.tries + 1 < WRONG_KEYS_AT_A_READ_BACK:
            return replace(conversation, tries=conversation.tries + 1), (put_again(conversation, Why.WRONG_KEY),)
        case _:
            return move_on(flow, conversation, circumstances)  # kept, unconfirmed


def hear_sign(conversation: Conversation, pressed: RepeatPressed | MenuPressed) -> Turn:
    """`*` and `#` do the same at every question; behind the menu `*` leads back to where she was."""
    was = conversation.menu_from or conversation.state
    if isinstance(pressed, MenuPressed):
        return replace(conversation, state=State.MENU, menu_from=was), (MenuOffered(),)
    back = replace(conversation, state=was, menu_from=None)
    return back, (put_again(back, Why.REPEATED),)


def hear_menu(flow: Flow, conversation: Conversation, understood: Understood, circumstances: Circumstances) -> Turn:
    """Silence, or any other key, leads back to where she was."""
    chosen = understood.value if isinstance(understood, AnswerHeard) else None
    if chosen == PHONE_ME:
        conversation, hung_up = end(conversation, Outcome.LEFT)
        return conversation, (LeftToPerson(conversation.open), *hung_up)
    if chosen == STOP:
        conversation, hung_up = end(conversation, Outcome.STOPPED)
        return conversation, (KeywordHeard("stop"), *hung_up)
    conversation = replace(conversation, state=conversation.menu_from or State.ASKING, menu_from=None)
    told = (EmergencyTold(),) if chosen == EMERGENCY else ()
    return conversation, (*told, put_again(conversation, Why.REPEATED))


def _judged_by_her(flow: Flow, conversation: Conversation, key: Value, circumstances: Circumstances) -> Turn:
    if key == AGAIN:
        conversation = replace(conversation, state=State.ASKING, tries=0, silences=0)
        return conversation, (put_again(conversation, Why.REPEATED),)
    if key == TEN:
        conversation, events = record(flow, conversation, 10, "10", circumstances, read_back=True)
        return conversation, (*events, put_again(conversation, Why.FIRST))
    conversation, confirmed = confirm(conversation)
    conversation, more = move_on(flow, conversation, circumstances)
    return conversation, (*confirmed, *more)
