"""Which sentences does a turn send by SMS?"""

from collections.abc import Iterator, Mapping

from gateway.core.events import (
    Asked,
    Breached,
    Declined,
    Event,
    Finished,
    Greeted,
    KeywordHeard,
    LeftToPerson,
    Postponed,
    RedFlagged,
    Reminded,
    Resumed,
    Said,
    SkippedAtGate,
    WhoAsked,
    Why,
)
from gateway.core.flow import Flow, Level
from gateway.core.questions import has_all_named, kind_of, question_facts, question_number, said_in, text_for
from gateway.core.segments import plain, segments
from gateway.core.sentences import joined, phrase
from gateway.core.words import Language

Facts = Mapping[str, str]

# Why a question is put once more, and the house word that says so instead of the question.
ASKED_AGAIN = {
    Why.UNREADABLE: "unreadable",
    Why.TWO_NUMBERS: "two_numbers",
    Why.OUT_OF_RANGE: "out_of_range",
    Why.SKIPPED: "skipped",
}
LEADS = {
    Why.FIRST: "question_number",
    Why.REMINDER: "reminder",
    Why.NOT_RIGHT: "not_right",
    Why.SAME_AGAIN: "same_again",
    Why.MEANT_ANOTHER: "meant_another",
}
KEYWORDS = {
    "stop": "stopped",
    "help": "help",
    "call_me": "call_me",
    "pause": "paused",
    "wrong_number": "wrong_number",
}
NEEDED = (Why.SAME_AGAIN, Why.MEANT_ANOTHER, Why.NOT_RIGHT)  # without these words the question would be a riddle
SIMPLE: dict[type[Event], str] = {
    Postponed: "postponed",
    Declined: "declined",
    Resumed: "back_to_questions",
}


def sentences(flow: Flow, language: Language, events: tuple[Event, ...], facts: Facts) -> Iterator[str]:
    """Where patients share the phone, what begins or comes back says whom it is for."""
    if facts.get("called") and any(_begins(event) for event in events):
        yield phrase(flow, language, "for_one", facts)
    for event in events:
        match event:
            case Greeted():
                yield from _greeting(flow, language, event, facts)
            case WhoAsked(why):
                if why is Why.MEANT_ANOTHER:
                    yield phrase(flow, language, "meant_another", facts)
                word = "unreadable_choice" if why in ASKED_AGAIN else "who"
                yield phrase(flow, language, word, {**facts, "choices": facts["people"]})
            case Asked():
                yield from _question(flow, language, event, facts)
            case Said():
                yield said_in(flow, language, event, "sms", facts)
            case _:
                yield from (phrase(flow, language, name, facts) for name in said_of(flow, event, events))


def _begins(event: Event) -> bool:
    return isinstance(event, Reminded | Resumed) or (isinstance(event, Greeted) and event.why is Why.FIRST)


def said_of(flow: Flow, event: Event, turn: tuple[Event, ...]) -> Iterator[str]:
    """The house words of an event, the same by SMS and by voice."""
    match event:
        case RedFlagged(flag):
            yield "self_harm" if flag == "self_harm" else "red_flag"
        case Breached(level=Level.NOW, flag=flag):
            yield "self_harm" if flag == "self_harm" else "red_flag"
        case Breached(level=Level.RED, patient_knows=False, has_plan=True):
            yield "told_plan"
        case Breached(level=Level.RED, patient_knows=False) | SkippedAtGate(patient_knows=False):
            yield "told"
        case LeftToPerson() if not _is_told(turn):
            yield "sorry"
        case Finished() if flow.questions():
            yield "received" if _is_told(turn) and has_word(flow, "received") else "close"
        case KeywordHeard(name) if name in KEYWORDS:
            yield KEYWORDS[name]
        case _ if type(event) in SIMPLE:
            yield SIMPLE[type(event)]


def _is_told(turn: tuple[Event, ...]) -> bool:
    """The turn says already whom to phone if nobody phones, and the emergency number."""
    return any(_tells(event) for event in turn)


def _tells(event: Event) -> bool:
    if isinstance(event, SkippedAtGate):
        return not event.patient_knows
    return isinstance(event, Breached) and event.level is Level.RED and not event.patient_knows


def _greeting(flow: Flow, language: Language, greeted: Greeted, facts: Facts) -> Iterator[str]:
    if greeted.why in (Why.UNREADABLE, Why.TWO_NUMBERS, Why.OUT_OF_RANGE):
        yield phrase(flow, language, "unreadable_greeting", facts)
        return
    if greeted.why is Why.MEANT_ANOTHER:
        yield phrase(flow, language, "meant_another", facts)
    if has_word(flow, "hello"):
        yield phrase(flow, language, "hello", facts)
    if flow.open == "ask first":
        yield phrase(flow, language, "good_time", facts)


def _question(flow: Flow, language: Language, asked: Asked, facts: Facts) -> Iterator[str]:
    step = flow.questions()[asked.step]
    known = {**facts, **question_facts(flow, language, step), "heard": _heard(flow, language, asked)}
    if asked.why in ASKED_AGAIN:
        again = "unreadable" if step.pin else ASKED_AGAIN[asked.why]
        yield phrase(flow, language, f"{again}_{'choice' if has_all_named(flow, step) else kind_of(step)}", known)
        return
    kind = "choice" if has_all_named(flow, step) else kind_of(step)
    how = phrase(flow, language, how_to_answer("how", kind, bool(step.middle)), known)
    question = joined(text_for(flow, language, step, "sms"), how)
    yield _with_lead(_lead(flow, language, asked, known), question, needed=asked.why in NEEDED)


def _lead(flow: Flow, language: Language, asked: Asked, facts: Facts) -> str:
    name = LEADS.get(asked.why, "")
    if not name or (asked.why is Why.FIRST and not question_number(flow, flow.questions()[asked.step])):
        return ""
    return phrase(flow, language, name, facts)


def _with_lead(lead: str, question: str, *, needed: bool) -> str:
    """What only leads up to the question is left out where it would cost another SMS."""
    whole = joined(lead, question)
    return whole if needed or segments(plain(whole)).count == segments(plain(question)).count else question


def has_word(flow: Flow, name: str) -> bool:
    """A version that was frozen before the word was written lacks it."""
    return name in flow.words or name in flow.shared


def how_to_answer(channel: str, kind: str, has_middle: bool) -> str:
    return f"{channel}_{kind}_middle" if kind == "scale" and has_middle else f"{channel}_{kind}"


def _heard(flow: Flow, language: Language, asked: Asked) -> str:
    between = phrase(flow, language, "and_between", {})
    return joined(*[part for number in asked.heard for part in (between, number)][1:])
