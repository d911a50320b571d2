"""What is wrong with a flow's sentences, in the language they were written in and in translation?"""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from string import Formatter

from gateway.core.flow import Ask, Flow, Say
from gateway.core.places import place as place_of
from gateway.core.places import texts, word
from gateway.core.segments import segments
from gateway.core.words import Language
from gateway.core.written import START, Path, Place, Problem

RESERVED_WORDS = frozenset({
    "STOP", "STOPALL", "END", "QUIT", "CANCEL", "UNSUBSCRIBE", "REVOKE", "OPTOUT", "UNSTOP",
    "HELP", "INFO", "START", "YES",
})  # fmt: skip
OFFERED = re.compile(rf"\b(?:reply|send|text|answer)\s+[\"'“]?({'|'.join(sorted(RESERVED_WORDS))})\b", re.IGNORECASE)
PATIENT_FACTS = frozenset(
    {"clinic", "doctor", "doctor_phone", "emergency_number", "deadline", "name", "question_count"}
)
LONGEST_FACTS: Mapping[str, str] = {
    "clinic": "Dr Wanjiku's health centre",
    "doctor": "Dr Wanjiku",
    "doctor_phone": "+254712345678",
    "emergency_number": "999",
    "deadline": "Wed 18:00",
    "name": "Mrs Wanjiku",
    "question_count": "12",
}
ENDS = ("lowest", "middle", "highest")
SEGMENTS_WARNED, SEGMENTS_REFUSED = 2, 4
CARRIER_SIGNATURE = 11  # signs that a carrier may put before a text that is not GSM-7
NOT_FOR_PATIENTS = ("doctor_", "coordinator_", "call_doctor", "call_coordinator", "state_", "done_", "level_")


def problems(
    flow: Flow, languages: Mapping[str, Language], places: Mapping[Path, Place], facts: Mapping[str, str]
) -> Iterator[Problem]:
    for place, written in texts(flow):
        if sentence := _braces(flow, place, written):
            yield _problem(places, place, sentence)
    yield from _offered(flow, places)
    broken = any(_braces(flow, place, written) for place, written in texts(flow))
    for code, language in languages.items():
        found = tuple(_in_language(flow, code, language, places))
        yield from found
        if not found and not broken:  # only what can be filled has a length
            yield from _lengths(flow, language, places, facts)


def at(places: Mapping[Path, Place], key: Path) -> Place:
    """The nearest thing that is written: a step that lacks `lowest` is shown at the step."""
    while key and key not in places:
        key = key[:-1]
    return places.get(key, places.get((), START))


def near(given: str, known: list[str]) -> str:
    found = get_close_matches(given, known, n=1, cutoff=0.6)
    return f"; did you mean '{found[0]}'?" if found else ""


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
        return "the braces { } are broken: between them stands one name in small letters"
    if place.startswith("shared/"):
        return None
    known = PATIENT_FACTS | (placeholders(flow.shared.get(place.rpartition("/")[2], "")) or frozenset())
    strange = sorted(names - known)
    return f"nothing is known as {{{strange[0]}}}{near(strange[0], sorted(known))}" if strange else None


def _offered(flow: Flow, places: Mapping[Path, Place]) -> Iterator[Problem]:
    for place, written in texts(flow):
        part, in_step = place.rpartition("/")[2], _key(place)[:1] == ("step",)
        label = part.startswith(("choice.", "label.")) or part in ("lowest", "middle", "highest")
        found = OFFERED.search(written) if in_step else None
        word = found[1] if found else written if label and written.upper() in RESERVED_WORDS else None
        if word:
            sentence = f"'{word}' is offered as an answer, but the telephone company takes it for itself"
            yield _problem(places, place, sentence)


def _in_language(flow: Flow, code: str, language: Language, places: Mapping[Path, Place]) -> Iterator[Problem]:
    for place, written in texts(flow):
        said = written
        if code != flow.written_in:
            said = language.catalog.get((place, written), "")
            if not said:
                why = "is marked fuzzy" if place in language.unsure else "is missing"
                yield _problem(places, place, f"the {code} translation of '{_short(written)}' ({place}) {why}")
                continue
        yield from (
            _problem(places, place, sentence) for sentence in _wrong(flow, code, language, place, written, said)
        )


def _wrong(flow: Flow, code: str, language: Language, place: str, written: str, said: str) -> Iterator[str]:
    before, after = placeholders(written) or frozenset(), placeholders(said)
    if after is None and said != written:
        yield f"the braces {{ }} in the {code} translation of {place} are broken"
    for name in sorted(before - (after or before)):
        yield f"the {code} translation of {place} has lost {{{name}}}"
    for name in sorted((after or before) - before):
        yield f"the {code} translation of {place} has invented {{{name}}}"
    if place.startswith("shared/") and place.removeprefix("shared/").startswith(NOT_FOR_PATIENTS):
        return
    if flow.discreet and (word := _found(language.words.forbidden, said)):
        yield f"'{word}' must not stand in a discreet flow ({code}, {place})"
    if "{deadline}" not in said and (word := _found(language.words.promises, said)):
        yield f"'{word}' promises something without {{deadline}} ({code}, {place})"


def _found(phrases: tuple[str, ...], text: str) -> str | None:
    """Letters of a spaced script are found as whole words: `tb` is not in `outbreak`."""
    folded = text.casefold()
    for phrase in phrases:
        plain = phrase.casefold()
        pattern = rf"\b{re.escape(plain)}\b" if plain.isascii() else re.escape(plain)
        if re.search(pattern, folded):
            return phrase
    return None


def _lengths(
    flow: Flow, language: Language, places: Mapping[Path, Place], facts: Mapping[str, str]
) -> Iterator[Problem]:
    """What leaves for each step: the question's number, the text, how to answer."""
    if "sms" not in flow.channels:
        return
    yield from _long_greeting(flow, language, places, facts)
    for step, _ in flow.every_step():
        count = _count(_longest(flow, language, step, facts))
        yield from _too_long(step.id, count, language, at(places, ("step", step.id, "text")), step.id)


def _long_greeting(
    flow: Flow, language: Language, places: Mapping[Path, Place], facts: Mapping[str, str]
) -> Iterator[Problem]:
    for names in (("hello", "good_time"), ("close",), ("sorry",)):
        written = [found for found in (word(flow, name) for name in names) if found]
        said = [language.text(*found).format(**facts) for found in written]
        yield from _too_long(names[0], _count(" ".join(said)), language, at(places, ("words", names[0])), None)


def _too_long(name: str, count: int, language: Language, spot: Place, step: str | None) -> Iterator[Problem]:
    if count > SEGMENTS_WARNED:
        refused = count > SEGMENTS_REFUSED
        limit = SEGMENTS_REFUSED if refused else SEGMENTS_WARNED
        sentence = f"'{name}' makes {count} SMS in {language.code}: more than {limit}"
        yield Problem(spot.line, spot.column, sentence, "refused" if refused else "warning", step)


def _longest(flow: Flow, language: Language, step: Ask | Say, facts: Mapping[str, str]) -> str:
    text = (
        language.text(place_of(flow, step, "sms"), step.sms)
        if step.sms
        else language.text(place_of(flow, step), step.text)
    )
    names = ["question_number", *_how(step)] if isinstance(step, Ask) else []
    frames = [language.text(*found) for found in (word(flow, name) for name in names) if found]
    said = {part: language.text(place_of(flow, step, part), str(getattr(step, part, "") or "")) for part in ENDS}
    choices = language.text(*found) if (found := word(flow, "comma")) else ", "
    labels = step.choices if isinstance(step, Ask) else {}
    listed = [
        f"{number} = {language.text(place_of(flow, step, f'choice.{number}'), one)}" for number, one in labels.items()
    ]
    known = {**facts, **said, "low": "0", "mid": "5", "high": "10", "number": "10", "count": "12"}
    return " ".join(frame.format(**known, choices=choices.join(listed)) for frame in (text, *frames))


def _how(step: Ask) -> list[str]:
    if step.scale:
        return ["how_scale_middle" if step.middle else "how_scale"]
    return ["how_yes_no" if step.yes_no else "how_choice"]


def _count(text: str) -> int:
    counted = segments(text)
    if counted.encoding == "UCS-2":
        counted = segments(text + "一" * CARRIER_SIGNATURE)
    return counted.count


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."
