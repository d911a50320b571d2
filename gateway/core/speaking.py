"""What does a turn say on a call, and for which keys does it then listen?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from gateway.core.events import (
    Asked,
    Breached,
    Checked,
    Declined,
    EmergencyTold,
    Event,
    Finished,
    Greeted,
    HungUp,
    LeftToPerson,
    MenuOffered,
    NotShe,
    Postponed,
    ReadBack,
    RedFlagged,
    Said,
    WhoAsked,
    Why,
)
from gateway.core.flow import Ask, Flow, Level, Say
from gateway.core.keypad import perhaps_ten
from gateway.core.places import place, word
from gateway.core.questions import (
    has_all_named,
    kind_of,
    named_answers,
    question_facts,
    question_number,
    said_in,
    text_for,
    written,
)
from gateway.core.replies.keys import PIN_LENGTH
from gateway.core.sentences import phrase
from gateway.core.texting import how_to_answer, said_of
from gateway.core.words import Language


@dataclass(frozen=True)
class Speak:
    """`place`: the name by which a recording of this line is made and found; "" for what is only ever put together."""

    text: str
    slow: bool = False
    uninterrupted: bool = False  # no key cuts it short
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class Listen:
    """`digits`: how many keys at most."""

    kind: Literal["greeting", "scale", "yes_no", "choice", "pin", "read back", "menu"]
    digits: int


@dataclass(frozen=True)
class Connect:
    """Whoever is on the call is connected to this number, in E.164, and comes back when the other puts down."""

    number: str


@dataclass(frozen=True)
class HangUpNow:
    pass


@dataclass(frozen=True)
class TurnAway:
    """The call is never taken: it costs whoever rings nothing."""


Spoken = Speak | Listen | Connect | HangUpNow | TurnAway
Facts = Mapping[str, str]


def spoken(flow: Flow, language: Language, events: tuple[Event, ...], facts: Facts) -> Iterator[Spoken]:
    for event in events:
        match event:
            case Greeted():
                yield from _greeting(flow, language, event, facts)
            case WhoAsked(why):
                yield from _who(flow, language, why, facts)
            case Asked():
                yield from _question(flow, language, event, facts)
            case ReadBack():
                yield from _read_back(flow, language, event, facts)
            case Checked():
                yield from _check(flow, language, event, facts)
            case MenuOffered():
                yield _word(flow, language, "call_menu", facts)
                yield Listen("menu", 1)
            case Said():
                yield _said(flow, language, event, facts)
            case HungUp():
                yield HangUpNow()
            case _:
                yield from _house_words(flow, language, event, events, facts)


def _house_words(
    flow: Flow, language: Language, event: Event, turn: tuple[Event, ...], facts: Facts
) -> Iterator[Speak]:
    """Danger: twice, slowly, no key cuts it short. After "not she" nothing of what the call was about."""
    if isinstance(event, Postponed | Declined | NotShe):
        yield _word(flow, language, "call_not_here", facts)
        return
    if isinstance(event, EmergencyTold):
        yield _word(flow, language, "call_emergency", facts)
        return
    said = [_word(flow, language, name, facts) for name in said_of(flow, event, turn)]
    if isinstance(event, RedFlagged) or (isinstance(event, Breached) and event.level is Level.NOW):
        said = [*said, *said]
        yield from (replace(line, slow=True, uninterrupted=True) for line in said)
        return
    yield from said
    if isinstance(event, Finished | LeftToPerson):
        yield _word(flow, language, "call_goodbye", facts)


def _greeting(flow: Flow, language: Language, greeted: Greeted, facts: Facts) -> Iterator[Spoken]:
    lead = {Why.NO_KEY: "call_silence", Why.WRONG_KEY: "call_wrong_key_greeting"}.get(greeted.why)
    if lead:
        yield _word(flow, language, lead, facts)
    yield _word(flow, language, "call_greeting", facts)
    yield Listen("greeting", 1)


def _check(flow: Flow, language: Language, checked: Checked, facts: Facts) -> Iterator[Spoken]:
    """Not a word of what the call is about: it may be anybody."""
    lead = {Why.NO_KEY: "call_silence", Why.WRONG_KEY: "call_wrong_key_pin", Why.NOT_RIGHT: "not_right"}
    if checked.why in lead:
        yield _word(flow, language, lead[checked.why], facts)
    yield _word(flow, language, f"call_check_{checked.check.name.lower()}", facts)
    yield Listen("pin", PIN_LENGTH)


def _who(flow: Flow, language: Language, why: Why, facts: Facts) -> Iterator[Spoken]:
    lead = {Why.NO_KEY: "call_silence", Why.WRONG_KEY: "call_wrong_key_choice"}.get(why)
    if lead:
        yield _word(flow, language, lead, facts)
    yield _word(flow, language, "call_who", facts)
    yield Listen("choice", 1)


def _question(flow: Flow, language: Language, asked: Asked, facts: Facts) -> Iterator[Spoken]:
    """After a wrong key the ends stand in its own sentence, so that it never sounds like silence."""
    step = flow.questions()[asked.step]
    kind, known, of = kind_of(step), {**facts, **question_facts(flow, language, step)}, place(flow, step)
    if asked.why is Why.WRONG_KEY:
        yield _word(flow, language, f"call_wrong_key_{kind}", known, of)
    elif asked.why is Why.NO_KEY:
        yield _word(flow, language, "call_silence", known)
    elif asked.why is Why.NOT_RIGHT:
        yield _word(flow, language, "not_right", known)
    elif asked.why is Why.FIRST and question_number(flow, step):
        yield _word(flow, language, "question_number", known, "", f".{known['number']}.{known['count']}")
    yield _text(flow, language, step, asked.part)
    if asked.why is not Why.WRONG_KEY or kind == "choice":
        yield from _how(flow, language, step, known)
    if asked.why is not Why.WRONG_KEY and _is_first_of_two_digits(flow, step):
        yield _word(flow, language, "call_then_hash", known)
    yield Listen(kind, _digits(flow, step))


def _text(flow: Flow, language: Language, step: Ask, part: int | None) -> Speak:
    if part is None:
        return Speak(text_for(flow, language, step, "voice"), place=place(flow, step, _which(step)))
    sign = written(flow, language, step, f"voice_each.{part}")
    return _word(flow, language, "call_sign", {"sign": sign}, place(flow, step), f".{part}")


def _how(flow: Flow, language: Language, step: Ask, facts: Facts) -> Iterator[Speak]:
    if not step.choices and not has_all_named(flow, step):
        how = how_to_answer("call_how", kind_of(step), bool(step.middle))
        yield _word(flow, language, how, facts, place(flow, step))
        return
    for number, label in named_answers(flow, language, step) if step.scale or step.choices else ():
        known = {"label": label, "number": str(number)}
        yield _word(flow, language, "call_choice", known, place(flow, step), f".{number}")


def _read_back(flow: Flow, language: Language, read: ReadBack, facts: Facts) -> Iterator[Spoken]:
    step = flow.questions()[read.step]
    if step.choices:
        number = step.numbers.index(int(read.value)) + 1 if step.numbers else read.value
        label = written(flow, language, step, f"choice.{number}")
        known = {**facts, "label": label}
        yield _word(flow, language, "call_read_back_choice", known, place(flow, step), f".{number}")
    else:
        name = "call_read_back_ten" if perhaps_ten(flow, step, read.value) else "call_read_back"
        yield _word(flow, language, name, {**facts, "value": str(read.value)}, "", f".{read.value}")
    yield Listen("read back", 1)


def _digits(flow: Flow, step: Ask) -> int:
    """Ten is 1 and then 0."""
    if step.pin:
        return PIN_LENGTH
    if step.scale and not step.choices:
        return len(str(flow.scales[step.scale].high))
    return len(str(max(step.choices, default=2)))


def _is_first_of_two_digits(flow: Flow, step: Ask) -> bool:
    """Told once: without a hash the line waits for a second key behind each number."""
    long = (one.id for one in flow.questions().values() if one.scale and not one.choices and _digits(flow, one) > 1)
    return next(long, None) == step.id


def _which(step: Ask | Say) -> str:
    """Which of a step's texts is said. What is asked while a case is open is another sentence."""
    if isinstance(step, Ask) and step.of and step.re_check:
        return "re_check"
    return "voice" if step.voice else ""


def _said(flow: Flow, language: Language, said: Said, facts: Facts) -> Speak:
    step = flow.step(said.step)
    text = said_in(flow, language, said, "voice", facts)
    if said.course:
        return Speak(text, place=f"{place(flow, step)}/compared_{said.course}")
    if isinstance(step, Say) and step.shows:
        shown = facts.get(f"scores {step.id}")
        course, only = facts.get(f"course {step.id}", "unknown"), "" if shown else "_only"
        return Speak(text, place=f"{place(flow, step)}/course_{course}{only}")
    return Speak(text, place=place(flow, step, _which(step)))


def _word(flow: Flow, language: Language, name: str, facts: Facts, of: str = "", which: str = "") -> Speak:
    """A house word. `of`: the question whose own words stand in it, if it has room for any; `which` of several."""
    text, found = phrase(flow, language, name, facts), word(flow, name)
    where, written = found or ("", "")
    return Speak(text, place=f"{of}/{name}{which}" if of and "{" in written else f"{where}{which}")
