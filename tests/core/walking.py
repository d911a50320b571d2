"""Which turns can a flow come to by SMS? Walked with many tempers, from always well to always worse and misread."""

import random
from collections.abc import Iterator
from dataclasses import replace

from gateway.core import conversation as core
from gateway.core.answers import Channel, History, Report, Speaker, Value
from gateway.core.events import Answered, Event, Scored, Why
from gateway.core.expecting import expected
from gateway.core.flow import Flow
from gateway.core.memory import Circumstances, Conversation, State
from gateway.core.recheck import insert
from gateway.core.replies.answer import values
from gateway.core.understand import (
    AnswerHeard,
    Expected,
    PinExpected,
    RedFlagHeard,
    ScaleExpected,
    SkipHeard,
    UnclearHeard,
    Understood,
    WordHeard,
)
from gateway.core.values import KNOWN
from tests.core.shipped import MONDAY, flow

WALKS, TURNS = 250, 60
SYMPTOMS = ("pain", "tiredness", "breath", "appetite", "sleep", "sickness")
SPEAKERS = ((), (Speaker.HERSELF, Speaker.HELPER), (Speaker.HERSELF, Speaker.ANOTHER))
SILENT = (Answered, Scored)  # nobody hears these
Turn = tuple[Event, ...]


def put_to_patients(name: str) -> Flow:
    """A re-check never goes out without the symptoms of its case."""
    return insert(flow(name), flow("weekly-check"), SYMPTOMS[:3]) if name == "re-check" else flow(name)


def turns(asked: Flow) -> set[Turn]:
    """Each with what is said in it only: two that sound alike are one."""
    return {heard for walk in range(WALKS) for heard in _walk(asked, random.Random(walk))}


def _walk(asked: Flow, dice: random.Random) -> Iterator[Turn]:
    conversation, events = core.begin(asked, Channel.SMS, _circumstances(asked, dice))
    circumstances, odd = _circumstances(asked, dice), dice.choice((0.0, 0.1, 0.4))
    share = dice.choice(((0.0,), (0.2,), (0.5,), (0.7,), (1.0,), (0.0, 0.5, 1.0), (0.5, 0.7)))
    for _ in range(TURNS):
        yield tuple(event for event in events if not isinstance(event, SILENT))
        if conversation.ended:
            return
        conversation, events = _next(asked, conversation, circumstances, dice, odd, share)


def _circumstances(asked: Flow, dice: random.Random) -> Circumstances:
    known: dict[str, Value] = {name: dice.choice(("yes", "no")) for name in sorted(KNOWN)}
    series = dice.randrange(len(list(asked.every_step()))) if asked.series else 0
    speakers = dice.choice(SPEAKERS)
    before = dice.choice((None, 0, 3))  # of every question on a scale, last time: then it is compared
    last = {name: before for name, step in asked.questions().items() if step.scale and before is not None}
    history = History((Report(dict(last)),) if last else ())
    in_words = dice.random() < 0.2
    return Circumstances(MONDAY, history, known=known, said_before=series, speakers=speakers, in_words=in_words)


def _next(
    asked: Flow,
    conversation: Conversation,
    known: Circumstances,
    dice: random.Random,
    odd: float,
    share: tuple[float, ...],
) -> core.Turn:
    if conversation.state is State.SUSPENDED:
        return core.carry_on(asked, conversation, Channel.SMS, known)
    if conversation.lapse and dice.random() < odd / 2:
        return core.lapse(asked, conversation, known)
    waited = expected(asked, conversation)
    heard = _odd(dice) if dice.random() < odd else _answer(waited, dice, share)
    if conversation.state is State.GREETING and isinstance(heard, AnswerHeard) and dice.random() < 0.9:
        heard = AnswerHeard("yes", "1")
    turn = core.hear(asked, conversation, heard, known)
    return replace(turn[0], last_reply=None), turn[1]


def _answer(waited: Expected, dice: random.Random, share: tuple[float, ...]) -> Understood:
    if isinstance(waited, PinExpected):
        return AnswerHeard(dice.choice(("yes", "no")), "1234")
    if isinstance(waited, ScaleExpected):
        return AnswerHeard(round(waited.low + (waited.high - waited.low) * dice.choice(share)), "7")
    return AnswerHeard(dice.choice(list(values(waited).values())), "1")


def _odd(dice: random.Random) -> Understood:
    word = dice.choice(("help", "call_me", "stop", "pause", "wrong_number"))
    unclear = dice.choice((Why.UNREADABLE, Why.TWO_NUMBERS, Why.OUT_OF_RANGE))
    heard = {Why.TWO_NUMBERS: ("10", "5"), Why.OUT_OF_RANGE: ("11",)}.get(unclear, ())
    often = [UnclearHeard(unclear, heard, "?"), SkipHeard("?")] * 3
    return dice.choice([*often, RedFlagHeard(dice.choice(("fever", "self_harm")), "?"), WordHeard(word, word)])
