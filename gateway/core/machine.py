"""Which states does a flow have, and which ways lead out of each?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from gateway.core.conditions import Condition
from gateway.core.flow import Ask, Breach, Flow, Level, Say

GREETING, END, CASE = "greeting", "end", "case"


@dataclass(frozen=True)
class Place:
    """A state: the greeting, a step, the end, or a case that is opened beside the flow."""

    name: str
    kind: str
    text: str = ""


@dataclass(frozen=True)
class Arrow:
    """`when` is empty for the way that is taken when no way before it was."""

    source: str
    target: str
    when: str = ""


@dataclass(frozen=True)
class Machine:
    flow: str
    title: str
    places: tuple[Place, ...]
    arrows: tuple[Arrow, ...]
    limits: tuple[tuple[str, str, str], ...]  # breach, level, condition
    silence: str

    def ways(self, name: str) -> tuple[Arrow, ...]:
        return tuple(arrow for arrow in self.arrows if arrow.source == name)


def machine(flow: Flow) -> Machine:
    """Every step is a state. Arrows of a state are tried in order; those to a case leave the flow where it is,
    but for level `now`, which suspends it."""
    steps = list(flow.every_step())
    places = [Place(step.id, _kind(flow, step), step.text) for step, _ in steps]
    first = [Place(GREETING, "is now a good time?")] if flow.open == "ask first" else []
    cases = [Place(f"{CASE} {level}", "a person is told") for level in _levels(flow)]
    arrows = [*_greeting(flow, steps)]
    for index in range(len(steps)):
        arrows += _cases(flow, index, steps)
        arrows += _onward(index, steps)
    every = (*first, *places, Place(END, "close is said"), *cases)
    limits = tuple((breach.id, breach.level.value, breach.when.text) for breach in flow.breaches if breach.when)
    return Machine(flow.flow, flow.title, every, tuple(arrows), limits, _silence(flow))


def as_text(machine: Machine) -> str:
    """One line a state with its ways out."""
    width = max(len(place.name) for place in machine.places)
    kinds = max(len(place.kind) for place in machine.places)
    lines = [f"{machine.flow}: {machine.title}", ""]
    for place in machine.places:
        ways = "; ".join(_way(arrow) for arrow in machine.ways(place.name))
        lines.append(f"  {place.name:<{width}}  {place.kind:<{kinds}}  {ways}".rstrip())
    longest = max((len(name) for name, _, _ in machine.limits), default=0)
    limits = [f"  {name:<{longest}}  {level:<5}  {condition}" for name, level, condition in machine.limits]
    return "\n".join([*lines, "", *limits, "", f"  no answer: {machine.silence}"])


def as_mermaid(machine: Machine) -> str:
    lines = ["stateDiagram-v2"]
    lines += [f"    state {_quoted(place.name)} as {_id(place.name)}" for place in machine.places]
    lines.append(f"    [*] --> {_id(machine.places[0].name)}")
    for arrow in machine.arrows:
        label = f": {arrow.when}" if arrow.when else ""
        lines.append(f"    {_id(arrow.source)} --> {_id(arrow.target)}{label}")
    return "\n".join([*lines, f"    {_id(END)} --> [*]"])


def as_dot(machine: Machine) -> str:
    lines = [f"digraph {_quoted(machine.flow)} {{", "  rankdir=TB; node [shape=box, style=rounded];"]
    lines += [f"  {_quoted(place.name)} [tooltip={_quoted(place.text or place.kind)}];" for place in machine.places]
    for arrow in machine.arrows:
        label = f" [label={_quoted(arrow.when)}]" if arrow.when else ""
        lines.append(f"  {_quoted(arrow.source)} -> {_quoted(arrow.target)}{label};")
    return "\n".join([*lines, "}"])


Steps = list[tuple[Ask | Say, tuple[Condition, ...]]]


def _greeting(flow: Flow, steps: Steps) -> Iterator[Arrow]:
    if flow.open == "ask first":
        yield Arrow(GREETING, GREETING, "later")
        yield Arrow(GREETING, END, "later twice")
        yield from (Arrow(GREETING, arrow.target, arrow.when) for arrow in _onward(-1, steps))


def _onward(index: int, steps: Steps) -> Iterator[Arrow]:
    """To the first later step whose conditions hold; what holds here already needs no saying."""
    here = steps[index] if index >= 0 else None
    known = {condition.text for condition in here[1]} if here else set()
    tried: set[str] = set()
    for step, above in steps[index + 1 :]:
        when = " and ".join(dict.fromkeys(one.text for one in above if one.text not in known))
        every = f"every {step.every_reports} reports" if step.every_reports else ""
        label = ", ".join(part for part in (when, every) if part)
        if label not in tried:
            yield Arrow(here[0].id if here else GREETING, step.id, label)
        if not label:
            return
        tried.add(label)
    yield Arrow(here[0].id if here else GREETING, END)


def _cases(flow: Flow, index: int, steps: Steps) -> Iterator[Arrow]:
    """Limits are judged after every answer, so a breach leaves from each question that it names."""
    step = steps[index][0]
    for breach in flow.breaches:
        if breach.when and step.id in _names(flow, breach):
            yield Arrow(step.id, f"{CASE} {breach.level}", breach.id)


def _names(flow: Flow, breach: Breach) -> set[str]:
    named = set(breach.when.ids() if breach.when else ())
    return named | {item for name in named & set(flow.scores) for item in flow.scores[name].sum}


def _levels(flow: Flow) -> list[Level]:
    return [level for level in Level if any(breach.level is level and breach.when for breach in flow.breaches)]


def _kind(flow: Flow, step: Ask | Say) -> str:
    if isinstance(step, Say):
        return "said"
    scale = flow.scales.get(step.scale or "")
    if scale:
        return f"{scale.low} to {scale.high}"
    return "yes or no" if step.yes_no else f"1 to {len(step.choices)}"


def _silence(flow: Flow) -> str:
    parts = [f"asked again after {length(remind)}" for remind in flow.remind]
    parts += [f"by voice after {length(flow.then_call)}"] if flow.then_call else []
    parts += [f"given up after {length(flow.give_up)}"] if flow.give_up else []
    parts += [
        f"case {breach.level} after {breach.silent_for} prompts without an answer"
        for breach in flow.breaches
        if breach.silent_for
    ]
    return ", ".join(parts) or "nothing happens"


def length(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    unit, count = next((name, minutes // size) for name, size in UNITS if minutes % size == 0)
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


UNITS = (("week", 10080), ("day", 1440), ("hour", 60), ("minute", 1))


def _way(arrow: Arrow) -> str:
    return f"{arrow.when} -> {arrow.target}" if arrow.when else f"-> {arrow.target}"


def _id(name: str) -> str:
    """Mermaid reads a bare `end` as its own word."""
    return "the_end" if name == END else name.replace(" ", "_")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
