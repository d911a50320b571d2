"""What does a reply to the open question do?"""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from gateway.core.answers import Channel, Value
from gateway.core.breaches import is_gate, levels_at
from gateway.core.events import Breached, Event, LeftToPerson, ReadBack, SkippedAtGate, Suspended, Why
from gateway.core.flow import Ask, Flow, Level, Rank
from gateway.core.keypad import is_read_back
from gateway.core.memory import Circumstances, Conversation, Outcome, State, Turn
from gateway.core.recording import if_it_were_the_worst, record
from gateway.core.steps import end, hang_up, move_on, put_again
from gateway.core.understand import AnswerHeard, SkipHeard, UnclearHeard, Understood

# By voice: silences and wrong keys at one question before a person takes over.
MISSES_ON_A_CALL = 3
# Unclear or skipped so many times where `now` or red could open: a case.
MISSES_AT_A_GATE = 2
# By SMS: questions given up before the rest is left to a person as well.
QUESTIONS_GIVEN_UP = 2
TRIES_IN_PRACTICE = 2
PINS_AT_MOST = 5
# A finger that pressed "send" twice: the first "1" said yes to the greeting, the second would say yes to danger.
SAME_AGAIN_WITHIN = timedelta(seconds=60)


def hear_answer(flow: Flow, conversation: Conversation, understood: Understood, circumstances: Circumstances) -> Turn:
    match understood:
        case AnswerHeard(value, raw):
            return _take(flow, conversation, value, raw, circumstances)
        case SkipHeard(raw):
            return _skip(flow, conversation, raw, circumstances)
        case UnclearHeard():
            return _unclear(flow, conversation, understood, circumstances)
        case _:
            return conversation, ()


def suspend(conversation: Conversation) -> Turn:
    """Something more urgent has the floor. By voice the call ends, so that she can dial."""
    return replace(conversation, state=State.SUSPENDED, lapses=()), (Suspended(), *hang_up(conversation))


def after_answer(flow: Flow, turn: Turn, circumstances: Circumstances) -> Turn:
    """What was recorded stops the flow, is read back, or lets it go on."""
    conversation, events = turn
    answer = conversation.answer(str(conversation.open))
    if any(isinstance(event, Breached) and event.level is Level.NOW for event in events):
        conversation, more = suspend(conversation)
    elif answer and answer.confirmed is False:
        conversation = replace(conversation, state=State.READING_BACK, tries=0, silences=0)
        more = (ReadBack(answer.question, answer.value),)
    else:
        conversation, more = move_on(flow, conversation, circumstances)
    return conversation, (*events, *more)


def spelling(raw: str) -> str:
    """What makes two replies the same reply: a digest, since her words are remembered under her own key only."""
    return sha256(raw.strip().casefold().encode(errors="replace")).hexdigest()[:16]


def _take(flow: Flow, conversation: Conversation, value: Value, raw: str, circumstances: Circumstances) -> Turn:
    step = _open(flow, conversation)
    if is_gate(flow, step) and _is_same_again(conversation, raw, circumstances):
        conversation = replace(conversation, asked_back=True)
        return conversation, (put_again(conversation, Why.SAME_AGAIN, (raw.strip(),)),)
    if _may_try_again(flow, conversation, step, value):
        conversation = replace(conversation, tries=conversation.tries + 1, silences=0)
        return conversation, (put_again(conversation, Why.NOT_RIGHT),)
    if conversation.part is not None and value == "no" and conversation.part + 1 < len(step.voice_each):
        conversation = replace(conversation, part=conversation.part + 1, tries=0, silences=0)
        return conversation, (put_again(conversation, Why.FIRST),)
    if step.numbers and not isinstance(value, str):
        value = step.numbers[int(value) - 1]  # in five words: what the word stands for
    read_back = is_read_back(flow, conversation, step, value)
    return after_answer(flow, record(flow, conversation, value, raw, circumstances, read_back=read_back), circumstances)


def _may_try_again(flow: Flow, conversation: Conversation, step: Ask, value: Value) -> bool:
    """In practice once; with one's own digits four times; a training says what was right. The last answer counts."""
    if step.pin:
        return value == "no" and conversation.tries + 1 < PINS_AT_MOST
    is_wrong = flow.rank is Rank.PRACTICE and step.right is not None and value != step.right
    return is_wrong and conversation.tries + 1 < TRIES_IN_PRACTICE


def _is_same_again(conversation: Conversation, raw: str, circumstances: Circumstances) -> bool:
    """By SMS only: on a call every key follows its own question. Asked back once, then believed."""
    if conversation.channel is Channel.VOICE or conversation.asked_back or conversation.last_heard_at is None:
        return False
    is_soon = circumstances.now - conversation.last_heard_at <= SAME_AGAIN_WITHIN
    return is_soon and conversation.last_reply == spelling(raw)


def _skip(flow: Flow, conversation: Conversation, raw: str, circumstances: Circumstances) -> Turn:
    """An answer of its own; where a case could open it is asked once more."""
    step, tries = _open(flow, conversation), conversation.tries + 1
    at_gate = _could_open_a_case(flow, step)
    if at_gate and tries < MISSES_AT_A_GATE:
        conversation = replace(conversation, tries=tries)
        return conversation, (put_again(conversation, Why.SKIPPED),)
    conversation, events = record(flow, conversation, "skipped", raw, circumstances, read_back=False)
    if at_gate and tries == MISSES_AT_A_GATE:
        conversation, gate = _miss_the_gate(conversation)
        events = (*events, *gate)
    return after_answer(flow, (conversation, events), circumstances)


def _unclear(flow: Flow, conversation: Conversation, heard: UnclearHeard, circumstances: Circumstances) -> Turn:
    step, conversation = _open(flow, conversation), count_miss(conversation, heard)
    events: tuple[Event, ...] = ()
    if heard.why is Why.TWO_NUMBERS:
        conversation, events = if_it_were_the_worst(flow, conversation, heard.heard, circumstances)
    limit = MISSES_ON_A_CALL if conversation.channel is Channel.VOICE else flow.unclear
    at_gate = heard.why is not Why.NO_KEY and _could_open_a_case(flow, step)
    if at_gate and conversation.tries == min(MISSES_AT_A_GATE, limit):
        conversation, gate = _miss_the_gate(conversation)
        events = (*events, *gate)
    if conversation.tries + conversation.silences < limit:
        return conversation, (*events, put_again(conversation, heard.why, heard.heard))
    conversation, more = _leave_to_a_person(flow, conversation, step, circumstances)
    return conversation, (*events, *more)


def _miss_the_gate(conversation: Conversation) -> Turn:
    missed = SkippedAtGate(str(conversation.open), conversation.patient_knows)
    return replace(conversation, patient_knows=True), (missed,)


def count_miss(conversation: Conversation, heard: UnclearHeard) -> Conversation:
    """Silence is never "unclear", and neither is ever "no symptoms"."""
    if heard.why is Why.NO_KEY:
        return replace(conversation, silences=conversation.silences + 1)
    return replace(conversation, tries=conversation.tries + 1)


def _leave_to_a_person(flow: Flow, conversation: Conversation, step: Ask, circumstances: Circumstances) -> Turn:
    """By SMS the next question may go better; a call ends politely."""
    conversation = replace(conversation, left=conversation.left + 1, done=(*conversation.done, step.id))
    if conversation.channel is Channel.VOICE or conversation.left >= QUESTIONS_GIVEN_UP:
        conversation, more = end(conversation, Outcome.LEFT)
    else:
        conversation, more = move_on(flow, conversation, circumstances)
    return conversation, (LeftToPerson(step.id), *more)


def _open(flow: Flow, conversation: Conversation) -> Ask:
    return flow.questions()[str(conversation.open)]


def _could_open_a_case(flow: Flow, step: Ask) -> bool:
    return bool(levels_at(flow, step.id) & {Level.NOW, Level.RED})
