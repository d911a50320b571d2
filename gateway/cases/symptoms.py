"""What crossed a limit: how is it kept in a case, and said in one line of an SMS?"""

from typing import Any

from gateway.core import wording
from gateway.core.answers import Answer, History, Respondent, Value
from gateway.core.events import Breached, RedFlagged, SkippedAtGate
from gateway.core.flow import Ask, Flow
from gateway.core.places import place
from gateway.core.words import Language

Opening = Breached | RedFlagged | SkippedAtGate
Symptom = list[Any]  # [id, what is known of it], as JSON keeps it


def of_event(event: Opening, flow: Flow, history: History, respondent: Respondent) -> list[Symptom]:
    """An id of "" is no question of the flow: a danger sign in words, or silence."""
    if isinstance(event, RedFlagged) or (isinstance(event, Breached) and event.flag):
        return [["", {"flag": event.flag}]]
    if isinstance(event, SkippedAtGate):
        return [[event.step, {"unclear": True}]]
    if not event.symptoms:
        prompts = next((breach.silent_for for breach in flow.breaches if breach.id == event.breach), None)
        return [["", {"silent": prompts or 1}]]
    return [
        [name, _known(name, value, event, history, respondent) | _sign(flow, name, event)]
        for name, value in event.symptoms
    ]


def joined(old: list[Symptom], new: list[Symptom]) -> list[Symptom]:
    """The newest value of each, the worst news first; what was known before is not lost."""
    fresh = [[name, {**_before(old, name), **known}] for name, known in new]
    return [*fresh, *(each for each in old if not _is_in(each, new))]


def confirmed(known: list[Symptom], answer: Answer) -> list[Symptom]:
    """Without the mark where the number that was read back is the one that she said "right" to."""
    return [[name, _sure(what)] if _is_said(name, what, answer) else [name, what] for name, what in known]


def in_words(flow: Flow, language: Language, symptoms: list[Symptom]) -> str:
    """`Pain 8 (last 4, start 3), breath 7`."""
    said = listed(flow, language, [_said(flow, language, *each) for each in symptoms])
    return said[:1].upper() + said[1:]


def listed(flow: Flow, language: Language, items: list[str]) -> str:
    """With the language's own comma; a Chinese one brings its space along, an Arabic one does not."""
    comma = wording.phrase(flow, language, "comma", {}).strip()
    return (comma if comma >= "\u2e80" else f"{comma} ").join(items)


def stopped(language: Language, parts: list[str]) -> str:
    """Short sentences behind one another, the last without its stop."""
    stop = "。" if language.code.startswith("zh") else ". "
    return stop.join(part.rstrip(".。 ") for part in parts)


def danger_sign(flow: Flow, language: Language, symptoms: list[Symptom]) -> str | None:
    """The newest sign that was said, typed or chosen; None when all that is known is a yes at the danger signs."""
    named = next((known for _, known in symptoms if "flag" in known or known.get("sign")), None)
    return _named(flow, language, named) if named else None


def is_unnamed(symptom: Symptom) -> bool:
    """A yes to several danger signs at once, and nobody knows to which."""
    return symptom[1].get("sign", "") is None


def is_unconfirmed(symptom: Symptom) -> bool:
    """Pressed on a call, and not yet said "right" to. "6 or 8" is no number that is read back."""
    return bool(symptom[1].get("unconfirmed")) and "heard" not in symptom[1]


def _sign(flow: Flow, name: str, event: Breached) -> dict[str, Any]:
    """By voice each sign is asked by itself. Kept with its place, so that it is said in the reader's language."""
    step = flow.questions().get(name)
    if step is None or not step.voice_each:
        return {}
    if event.part is None:
        return {"sign": None}
    return {"sign": [place(flow, step, f"voice_each.{event.part}"), step.voice_each[event.part]]}


def _known(name: str, value: Value, event: Breached, history: History, respondent: Respondent) -> dict[str, Any]:
    last = _last(name, history, respondent)
    start = history.baseline.values.get(name) if history.baseline else None
    known: dict[str, Any] = {"value": value, "last": last, "start": start}
    if event.wait_for:
        known["wait_for"] = event.wait_for
    if event.heard:
        known["heard"] = list(event.heard)
    return known if event.confirmed is not False else {**known, "unconfirmed": True}


def _last(name: str, history: History, respondent: Respondent) -> Value | None:
    """As the limits compare: with the newest number by the same kind of person, else by anybody."""
    earlier = [report for report in history.before if isinstance(report.values.get(name), int | float)]
    same = [report for report in earlier if report.respondent is respondent]
    return next((report.values[name] for report in same or earlier), None)


def _before(old: list[Symptom], name: str) -> dict[str, Any]:
    known: dict[str, Any] = next((known for other, known in old if other == name and name), {})
    return {"start": known["start"]} if "start" in known else {}


def _is_said(name: str, known: dict[str, Any], answer: Answer) -> bool:
    return bool(answer.confirmed) and (name, known.get("value")) == (answer.question, answer.value)


def _sure(known: dict[str, Any]) -> dict[str, Any]:
    return {key: what for key, what in known.items() if key != "unconfirmed"}


def _is_in(symptom: Symptom, others: list[Symptom]) -> bool:
    name, known = symptom
    return any(other == name and (name or known == what) for other, what in others)


def _said(flow: Flow, language: Language, name: str, known: dict[str, Any]) -> str:
    if "flag" in known or known.get("sign"):
        return _named(flow, language, known)
    if "silent" in known:
        return wording.phrase(flow, language, "silent_for", {"count": str(known["silent"])})
    symptom = _name(flow, language, name)
    if "unclear" in known:
        return wording.phrase(flow, language, "unclear_at", {"symptom": symptom})
    return _with_value(flow, language, symptom, name, known)


def _with_value(flow: Flow, language: Language, symptom: str, name: str, known: dict[str, Any]) -> str:
    value = known["value"]
    if isinstance(value, str):
        return wording.phrase(flow, language, "symptom_yes", {"symptom": symptom})
    step = flow.questions().get(name)
    if step and step.choices:
        label = language.text(place(flow, step, f"choice.{value}"), step.choices[int(value)])
        return wording.phrase(flow, language, "symptom_choice", {"symptom": symptom, "label": label})
    if "heard" in known:
        between = wording.phrase(flow, language, "or_between", {}).strip()
        heard = (f" {between} " if between.isascii() else between).join(known["heard"])
        return wording.phrase(flow, language, "said_not_confirmed", {"symptom": symptom, "heard": heard})
    facts = {"symptom": symptom, "value": _value(flow, language, known)}
    earlier = {key: f"{known[key]:g}" for key in ("last", "start") if isinstance(known.get(key), int | float)}
    word = "_".join(["symptom", *earlier])
    return wording.phrase(flow, language, word, {**facts, **earlier})


def _value(flow: Flow, language: Language, known: dict[str, Any]) -> str:
    word = "value"
    if known.get("now"):
        word = "value_now" if known["now"] == "yes" else "value_not_now"
    elif known.get("unconfirmed"):
        word = "value_unconfirmed"
    return wording.phrase(flow, language, word, {"value": f"{known['value']:g}"})


def _name(flow: Flow, language: Language, name: str) -> str:
    step: Ask | None = flow.questions().get(name)
    if step is None or not step.name:
        return name.replace("_", " ")
    return language.text(place(flow, step, "name"), step.name)


def _named(flow: Flow, language: Language, known: dict[str, Any]) -> str:
    return language.text(*known["sign"]) if "sign" in known else _flag(flow, language, known["flag"])


def _flag(flow: Flow, language: Language, flag: str) -> str:
    word = f"flag_{flag}"
    return wording.phrase(flow, language, word if word in flow.shared or word in flow.words else "flag_other", {})
