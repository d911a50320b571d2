"""What must be known to put a question: its number, its scale's ends, its choices?"""

from collections.abc import Mapping
from typing import Literal

from gateway.core.breaches import is_gate
from gateway.core.events import Said
from gateway.core.flow import Ask, Flow, Say
from gateway.core.places import place
from gateway.core.sentences import fill, joined, phrase
from gateway.core.words import Language

Facts = Mapping[str, str]
Kind = Literal["scale", "yes_no", "choice", "pin"]


def kind_of(step: Ask) -> Kind:
    if step.yes_no or step.pin:
        return "pin" if step.pin else "yes_no"
    return "choice" if step.choices else "scale"


def written(flow: Flow, language: Language, step: Ask | Say, part: str = "") -> str:
    """A step's text, or one of its parts, in her language. "" when the step has no such part."""
    text = step.text if not part else _part(flow, step, part)
    return language.text(place(flow, step, part), text) if text else ""


def text_for(flow: Flow, language: Language, step: Ask | Say, channel: Literal["sms", "voice"]) -> str:
    """One wording serves both, unless the step has its own for this channel."""
    return written(flow, language, step, channel) or written(flow, language, step)


def said_in(flow: Flow, language: Language, said: Said, channel: Literal["sms", "voice"], facts: Facts) -> str:
    """What a `say` says. One that shows earlier scores has them, and the word for their course, among the facts."""
    step = flow.step(said.step)
    if said.course:
        what = text_for(flow, language, step, channel)
        return phrase(flow, language, f"compared_{said.course}", {**facts, "what": what})
    if isinstance(step, Say) and step.shows:
        own = {**facts, "what": text_for(flow, language, step, channel), "scores": facts.get(f"scores {step.id}", "")}
        course = facts.get(f"course {step.id}", "unknown")
        only = "" if own["scores"] or course == "unknown" else "_only"
        return phrase(flow, language, f"course_{course}{only}", own)
    return fill(text_for(flow, language, step, channel), facts, place(flow, step))


def question_facts(flow: Flow, language: Language, step: Ask) -> dict[str, str]:
    facts = {"count": str(question_count(flow)), "number": str(question_number(flow, step) or "")}
    if step.choices:
        return facts | {"choices": choices(flow, language, step)}
    if step.yes_no or step.pin:
        return facts
    scale = flow.scales[str(step.scale)]
    if has_all_named(flow, step):
        facts["choices"] = choices(flow, language, step)
    numbers = {"low": scale.low, "mid": (scale.low + scale.high) // 2, "high": scale.high}
    facts |= {name: str(number) for name, number in numbers.items()}
    for name, number in {"lowest": scale.low, "middle": numbers["mid"], "highest": scale.high}.items():
        facts[name] = (
            written(flow, language, step, name) or written(flow, language, step, f"label.{number}") or str(number)
        )
    return facts


def choices(flow: Flow, language: Language, step: Ask) -> str:
    """ "1 = head or neck, 2 = chest": as many as there are."""
    named = [(str(number), label) for number, label in named_answers(flow, language, step)]
    said = [phrase(flow, language, "choice", {"number": number, "label": label}) for number, label in named]
    comma = phrase(flow, language, "comma", {}).strip()
    return joined(*(f"{one}{comma}" for one in said[:-1]), *said[-1:])


def named_answers(flow: Flow, language: Language, step: Ask) -> list[tuple[int, str]]:
    """The choices, or the numbers of a scale on which each has its name."""
    numbers, part = (step.choices, "choice") if step.choices else (flow.scales[str(step.scale)].labels, "label")
    return [(number, written(flow, language, step, f"{part}.{number}")) for number in numbers]


def has_all_named(flow: Flow, step: Ask) -> bool:
    scale = flow.scales.get(step.scale or "")
    return scale is not None and not step.choices and set(scale.labels) == set(range(scale.low, scale.high + 1))


def question_count(flow: Flow) -> int:
    return len(_numbered(flow))


def question_number(flow: Flow, step: Ask) -> int | None:
    """None for a question that only some are asked, for the danger gate, and where there is but one: "1 of 1"."""
    numbered = _numbered(flow)
    return numbered.index(step.id) + 1 if step.id in numbered and len(numbered) > 1 else None


def _numbered(flow: Flow) -> list[str]:
    return [
        step.id
        for step, conditions in flow.every_step()
        if isinstance(step, Ask) and not conditions and not step.every_reports and not is_gate(flow, step)
    ]


def _part(flow: Flow, step: Ask | Say, part: str) -> str | None:
    name, _, number = part.partition(".")
    if not number:
        found: str | None = getattr(step, part, None)
        return found
    if not isinstance(step, Ask):
        return None
    if name == "voice_each":
        return step.voice_each[int(number)]
    scale = flow.scales.get(step.scale or "")
    known: Mapping[int, str] = step.choices if name == "choice" else scale.labels if scale else {}
    return known.get(int(number))
