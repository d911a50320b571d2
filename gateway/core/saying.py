"""What is wrong with a flow's sentences, in the language they were written in and in translation?"""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from string import Formatter

from gateway.core import wording
from gateway.core.comparing import Course
from gateway.core.events import Asked, Event, Finished, Greeted, LeftToPerson, Said
from gateway.core.flow import Ask, Flow, Say
from gateway.core.places import texts
from gateway.core.worded import Code, Worded, together, worded
from gateway.core.words import Language
from gateway.core.written import START, Path, Place, Problem

RESERVED_WORDS = frozenset({
    "STOP", "STOPALL", "END", "QUIT", "CANCEL", "UNSUBSCRIBE", "REVOKE", "OPTOUT", "UNSTOP",
    "HELP", "INFO", "START", "YES",
})  # fmt: skip
OFFERED = re.compile(rf"\b(?:reply|send|text|answer)\s+[\"'“]?({'|'.join(sorted(RESERVED_WORDS))})\b", re.IGNORECASE)
PATIENT_FACTS = frozenset(
    {"clinic", "doctor", "doctor_phone", "emergency_number", "deadline", "name", "question_count", "meeting"}
)
IN_STEPS = frozenset({"meeting"})  # what a `say` may name: on a call `hello` is not heard
LONGEST_FACTS: Mapping[str, str] = {
    "clinic": "Dr Wanjiku's health centre",
    "doctor": "Dr Wanjiku",
    "doctor_phone": "+254712345678",
    "emergency_number": "999",
    "deadline": "Wed 18:00",
    "name": "Mrs Wanjiku",
    "meeting": "Wednesday 23 September, 10:00 at the school of Kasarani",
}
MISSING = worded("the %(language)s translation of '%(text)s' (%(place)s) is missing").written
FUZZY = worded("the %(language)s translation of '%(text)s' (%(place)s) is marked fuzzy").written
SEGMENTS_WARNED, SEGMENTS_REFUSED = 2, 4
CARRIER_SIGNATURE = 11  # signs that a carrier in China puts before a text
NOT_FOR_PATIENTS = ("doctor_", "coordinator_", "call_doctor", "call_coordinator", "state_", "done_", "level_")


def problems(
    flow: Flow, languages: Mapping[str, Language], places: Mapping[Path, Place], facts: Mapping[str, str]
) -> Iterator[Problem]:
    for place, written in texts(flow):
        if sentence := _braces(flow, place, written):
            yield _problem(places, place, sentence)
    yield from _offered(flow, places)
    for language in languages.values():
        yield from translation(flow, language, places, facts)


def translation(
    flow: Flow, language: Language, places: Mapping[Path, Place], facts: Mapping[str, str] = LONGEST_FACTS
) -> Iterator[Problem]:
    """What is wrong with the flow's sentences in this one language; lengths only where every sentence can be filled."""
    found = [_problem(places, *wrong) for wrong in _wrong(flow, language)]
    yield from found
    if not found and not any(_braces(flow, place, written) for place, written in texts(flow)):
        yield from _lengths(flow, language, places, facts)


def at(places: Mapping[Path, Place], key: Path) -> Place:
    """The nearest thing that is written: a step that lacks `lowest` is shown at the step."""
    while key and key not in places:
        key = key[:-1]
    return places.get(key, places.get((), START))


def near(given: str, known: list[str]) -> str:
    found = get_close_matches(given, known, n=1, cutoff=0.6)
    return worded("; did you mean '%(meant)s'?", meant=found[0]) if found else ""


def placeholders(text: str) -> frozenset[str] | None:
    """The names in braces; None when the braces are broken."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return None
    names = {name for _, name, _, _ in parts if name is not None}
    plain = all(not spec and not conversion for _, name, spec, conversion in parts if name is not None)
    return frozenset(names) if plain and all(re.fullmatch(r"[a-z_]+", name) for name in names) else None


def _problem(places: Mapping[Path, Place], place: str, sentence: str, *, warning: bool = False) -> Problem:
    key = _key(place)
    spot = at(places, key)
    step = str(key[1]) if key[:1] == ("step",) else None
    return Problem(spot.line, spot.column, sentence, "warning" if warning else "refused", step)


def _key(place: str) -> Path:
    """`weekly-check/pain_where/choice.1` as ("step", "pain_where", "choices", "1")."""
    _, first, *rest = place.split("/")
    if place.startswith("shared/"):
        return ()
    if first == "title" and not rest:
        return ("title",)
    if first == "words" and rest:
        return ("words", rest[0])
    part, _, number = rest[0].partition(".") if rest else ("text", "", "")
    folder: Path = ("voice_each", int(number)) if part == "voice_each" else ({"choice": "choices"}.get(part, part),)
    return ("step", first, *folder, *((number,) if number and part == "choice" else ()))


def _braces(flow: Flow, place: str, written: str) -> str | None:
    names = placeholders(written)
    if names is None:
        return worded("the braces { } are broken: between them stands one name in small letters")
    if place.startswith("shared/"):
        return None
    if _key(place)[:1] == ("step",):
        said = [step.id for step, _ in flow.every_step() if isinstance(step, Say)]
        unknown = names - IN_STEPS if _key(place)[1] in said else names
        return worded("a step has no {placeholders}: they stand in words only") if unknown else None
    known = PATIENT_FACTS | (placeholders(flow.shared.get(place.rpartition("/")[2], "")) or frozenset())
    strange = sorted(names - known)
    told = [
        worded("nothing is known as {%(name)s}%(near)s", name=name, near=near(name, sorted(known))) for name in strange
    ]
    return together("; ", told) if told else None


def _offered(flow: Flow, places: Mapping[Path, Place]) -> Iterator[Problem]:
    for place, written in texts(flow):
        part, in_step = place.rpartition("/")[2], _key(place)[:1] == ("step",)
        label = part.startswith(("choice.", "label.")) or part in ("lowest", "middle", "highest")
        found = OFFERED.search(written) if in_step else None
        word = found[1] if found else written if label and written.upper() in RESERVED_WORDS else None
        if word:
            sentence = worded(
                "'%(word)s' is offered as an answer, but the telephone company takes it for itself", word=word
            )
            yield _problem(places, place, sentence)


def _wrong(flow: Flow, language: Language) -> Iterator[tuple[str, str]]:
    """The place of each sentence that cannot be said as it stands, and why."""
    for place, written in texts(flow):
        said = written if language.code == flow.written_in else language.catalog.get((place, written), "")
        if said:
            yield from ((place, sentence) for sentence in _misleads(flow, language, place, written, said))
        else:
            lacks = FUZZY if place in language.unsure else MISSING
            yield place, Worded(lacks, {"language": Code(language.code), "text": _short(written), "place": place})


def _misleads(flow: Flow, language: Language, place: str, written: str, said: str) -> Iterator[str]:
    before, after, code = placeholders(written) or frozenset(), placeholders(said), language.code
    if after is None and said != written:
        yield worded(
            "the braces { } in the %(language)s translation of %(place)s are broken", language=Code(code), place=place
        )
    for name in sorted(before - (after or before)):
        yield worded(
            "the %(language)s translation of %(place)s has lost {%(name)s}", language=Code(code), place=place, name=name
        )
    for name in sorted((after or before) - before):
        yield worded(
            "the %(language)s translation of %(place)s has invented {%(name)s}",
            language=Code(code),
            place=place,
            name=name,
        )
    if place.startswith("shared/") and place.removeprefix("shared/").startswith(NOT_FOR_PATIENTS):
        return
    if flow.discreet and (word := _found(language.words.forbidden, said)):
        yield worded(
            "'%(word)s' must not stand in a discreet flow (%(language)s, %(place)s)",
            word=word,
            language=Code(code),
            place=place,
        )
    if "{deadline}" not in said and (word := _found(language.words.promises, said)):
        yield worded(
            "'%(word)s' promises something without {deadline} (%(language)s, %(place)s)",
            word=word,
            language=Code(code),
            place=place,
        )


def _found(phrases: tuple[str, ...], text: str) -> str | None:
    """The first of the list that stands in the text."""
    folded = text.casefold()
    if not phrases or not _any_of(phrases).search(folded):
        return None
    return next(phrase for phrase in phrases if _any_of((phrase,)).search(folded))


@lru_cache(maxsize=256)
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Letters of a spaced script are found as whole words: `tb` is not in `outbreak`."""
    plain = [phrase.casefold() for phrase in phrases]
    return re.compile("|".join(rf"\b{re.escape(one)}\b" if one.isascii() else re.escape(one) for one in plain))


def _lengths(
    flow: Flow, language: Language, places: Mapping[Path, Place], facts: Mapping[str, str]
) -> Iterator[Problem]:
    """What leaves for each step, as the renderer says it. Without the shared words nothing can be rendered."""
    if "sms" not in flow.channels or not flow.shared:
        return
    for name, key, events in _turns(flow):
        step = str(key[1]) if key[0] == "step" else None
        try:
            count = _count(wording.sms(flow, language, events, facts))
        except KeyError as missing:
            yield Problem(
                1,
                1,
                worded(
                    "'%(name)s' cannot be said in %(language)s: %(why)s",
                    name=name,
                    language=Code(language.code),
                    why=missing.args[0],
                ),
                step=step,
            )
        else:
            yield from _too_long(name, count, language, at(places, key), step)


def _turns(flow: Flow) -> Iterator[tuple[str, Path, tuple[Event, ...]]]:
    """Every turn that sends something: its name, where it is written, its events."""
    asked = list(flow.questions())
    first = (Asked(asked[0]),) if asked and flow.open == "straight" else ()
    if asked:
        yield "hello", ("words", "hello"), (Greeted(), *first)
        yield "close", ("words", "close"), (Finished(),)
        yield "sorry", ("words", "sorry"), (LeftToPerson(None),)
    for step, _ in flow.every_step():
        course = Course.WORSE if isinstance(step, Say) and step.compares else ""
        yield step.id, ("step", step.id, "text"), (Asked(step.id) if isinstance(step, Ask) else Said(step.id, course),)


def _too_long(name: str, count: int, language: Language, spot: Place, step: str | None) -> Iterator[Problem]:
    if count > SEGMENTS_WARNED:
        refused = count > SEGMENTS_REFUSED
        limit = SEGMENTS_REFUSED if refused else SEGMENTS_WARNED
        sentence = worded(
            "'%(name)s' makes %(count)s SMS in %(language)s: more than %(limit)s",
            name=name,
            count=count,
            language=Code(language.code),
            limit=limit,
        )
        yield Problem(spot.line, spot.column, sentence, "refused" if refused else "warning", step)


def _count(text: str) -> int:
    is_chinese = any("\u4e00" <= sign <= "\u9fff" for sign in text)
    return wording.segments(text + "一" * CARRIER_SIGNATURE * is_chinese).count


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."
