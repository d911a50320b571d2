"""What is different in a new version of a flow, in words a clinician reads, and who must approve it?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum

from gateway.core.conditions import Condition, Test
from gateway.core.flow import Ask, Block, Breach, Flow, Level, Say, Scale, ScoreRule, Start, Step
from gateway.core.machine import length


class Area(StrEnum):
    """What needs a name other than the author's. Limits need a clinician's."""

    LIMITS = "limits"
    TIMES = "times"
    ADVICE = "advice"
    EMERGENCY = "emergency"


@dataclass(frozen=True)
class Change:
    """`kind` names its sentence; `about` is what people call the thing; `before` and `after` as they are written."""

    kind: str
    about: str = ""
    before: str = ""
    after: str = ""
    area: Area | None = None
    level: str = ""


TIMES = ("start", "remind", "then_call", "give_up", "learning", "unclear", "first", "unanswered")
REST = ("title", "audience", "rank", "channels", "discreet", "open", "series", "by_proxy", "shared_phone", "asks",
        "credits")  # fmt: skip
TEXTS = ("text", "sms", "voice", "re_check", "name", "lowest", "middle", "highest", "voice_each", "choices")
EFFECTS = ("agreement", "consent", "if_yes", "right", "if_wrong", "event", "item", "shows", "compares")
EMERGENCY_WORDS = ("close", "sorry", "red_flag", "self_harm", "declined")
Steps = Mapping[str, tuple[Ask | Say, tuple[str, ...]]]


def changes(before: Flow | None, after: Flow) -> tuple[Change, ...]:
    """All of them, limits first. Without a flow before: everything is new."""
    old = before or after.model_copy(
        update={"steps": (), "breaches": (), "scores": {}, "scales": {}, "words": {}, "remind": ()}
    )
    return (
        *_limits(old, after),
        *_scales(old, after),
        *_scores(old, after),
        *_steps(old, after),
        *_times(before, after),
        *_words(old, after),
        *(
            Change("setting", name, _said(getattr(old, name)), _said(getattr(after, name)))
            for name in REST
            if getattr(old, name) != getattr(after, name)
        ),
        *_waived(old, after),
    )


def needed(found: tuple[Change, ...]) -> tuple[Area, ...]:
    """Who else must put a name to it."""
    return tuple(area for area in Area if any(change.area is area for change in found))


def called(flow: Flow, name: str) -> str:
    """What people call a question: its short name, else its id."""
    step = flow.questions().get(name)
    return (step.name if step and step.name else name).replace("_", " ")


def _limits(old: Flow, new: Flow) -> Iterator[Change]:
    before, after = {one.id: one for one in old.breaches}, {one.id: one for one in new.breaches}
    for name, limit in after.items():
        if name not in before:
            yield Change("limit added", name, "", _when(limit), Area.LIMITS, limit.level)
        elif limit != before[name]:
            yield from _limit(old, new, before[name], limit)
    for name in before.keys() - after.keys():
        yield Change("limit removed", name, _when(before[name]), "", Area.LIMITS, before[name].level)


def _limit(old: Flow, new: Flow, before: Breach, after: Breach) -> Iterator[Change]:
    if before.level != after.level:
        yield Change("level", after.id, before.level, after.level, Area.LIMITS)
    moved = _moved(before.when, after.when)
    if moved:
        names = ", ".join(called(new, name) for name in after.when.ids()) if after.when else ""
        yield Change("limit moved", names, *moved, Area.LIMITS, after.level)
    elif (before.when, before.silent_for) != (after.when, after.silent_for):
        yield Change("limit changed", after.id, _when(before), _when(after), Area.LIMITS, after.level)
    if before.wait_for != after.wait_for:
        yield Change("waits", after.id, before.wait_for or "-", after.wait_for or "-", Area.LIMITS, after.level)
    if before.flag != after.flag:
        yield Change("flag", after.id, before.flag or "-", after.flag or "-", Area.LIMITS, after.level)


def _moved(before: Condition | None, after: Condition | None) -> tuple[str, str] | None:
    """From which number to which, where nothing else of the limit has changed: "red from 8 instead of 7"."""
    if before is None or after is None or before == after or len(before.clauses) != 1 or len(after.clauses) != 1:
        return None
    one, two = before.clauses[0], after.clauses[0]
    same = (one.ids, one.needed, one.reports) == (two.ids, two.needed, two.reports)
    alone = [claim.test for claim in (*one.claims, *two.claims)] == [Test.AT_LEAST, Test.AT_LEAST]
    return (str(one.claims[0].values[0]), str(two.claims[0].values[0])) if same and alone else None


def _when(limit: Breach) -> str:
    return limit.when.text if limit.when else f"silent_for {limit.silent_for}"


def _scales(old: Flow, new: Flow) -> Iterator[Change]:
    used = {step.scale for step in new.questions().values() if step.scale}
    for name in sorted(used | (new.scales.keys() & old.scales.keys())):
        before, after = old.scales.get(name), new.scales.get(name)
        if after and before != after:
            yield Change("scale", name, _scale(before) if before else "", _scale(after), Area.LIMITS)


def _scale(scale: Scale) -> str:
    labels = "".join(f", {number} = {label}" for number, label in scale.labels.items())
    words = f", 1-5 = {', '.join(map(str, scale.in_words))}" if scale.in_words else ""
    return f"{scale.low}-{scale.high}, {scale.worse}{labels}{words}"


def _scores(old: Flow, new: Flow) -> Iterator[Change]:
    for name in dict.fromkeys((*new.scores, *old.scores)):
        before, after = old.scores.get(name), new.scores.get(name)
        if before != after:
            yield Change("score", name, _rule(before), _rule(after), Area.LIMITS)


def _rule(rule: ScoreRule | None) -> str:
    if rule is None:
        return ""
    return "; ".join(filter(None, (", ".join(rule.sum), str(rule.needs), rule.missing, rule.instrument)))


def _steps(old: Flow, new: Flow) -> Iterator[Change]:
    before, after = _by_id(old.steps), _by_id(new.steps)
    for name, (step, above) in after.items():
        area = Area.LIMITS if isinstance(step, Ask) else Area.ADVICE
        kind = "question" if isinstance(step, Ask) else "sentence"
        if name not in before:
            yield Change(f"{kind} added", name, "", step.text, area)
            continue
        was, were_above = before[name]
        if above != were_above or step.every_reports != was.every_reports:
            yield Change("asked when", name, _asked(was, were_above), _asked(step, above), area)
        yield from _texts(new, was, step)
        if isinstance(step, Ask) and isinstance(was, Ask) and _kind(was) != _kind(step):
            yield Change("kind", name, _kind(was), _kind(step), Area.LIMITS)
        yield from _effects(was, step, area)
    for name in before.keys() - after.keys():
        step = before[name][0]
        asked = isinstance(step, Ask)
        kind, area = ("question removed", Area.LIMITS) if asked else ("sentence removed", Area.ADVICE)
        yield Change(kind, name, step.text, "", area)
    stayed = [name for name in after if name in before]
    if stayed != [name for name in before if name in after]:
        yield Change("order", "", ", ".join(name for name in before if name in after), ", ".join(stayed), Area.LIMITS)


def _effects(was: Ask | Say, step: Ask | Say, area: Area) -> Iterator[Change]:
    """What a step does besides asking and saying: a consent that it gives, which answer is right."""
    for key in EFFECTS:
        before, after = getattr(was, key, None), getattr(step, key, None)
        if before != after:
            yield Change("effect", f"{step.id}/{key}", _said(before), _said(after), area)


def _texts(flow: Flow, was: Ask | Say, step: Ask | Say) -> Iterator[Change]:
    gates = {name for one in flow.breaches if one.level is Level.NOW and one.when for name in one.when.ids()}
    area = Area.ADVICE if isinstance(step, Say) else Area.EMERGENCY if step.id in gates else None
    for key in TEXTS:
        before, after = getattr(was, key, None), getattr(step, key, None)
        if before != after:
            # Which choice a number stands for is what a limit judges: it is more than wording.
            judged = Area.LIMITS if key == "choices" else area
            yield Change("text", f"{step.id}/{key}" if key != "text" else step.id, _said(before), _said(after), judged)


def _by_id(steps: tuple[Step, ...], above: tuple[str, ...] = ()) -> Steps:
    found: dict[str, tuple[Ask | Say, tuple[str, ...]]] = {}
    for step in steps:
        if isinstance(step, Block):
            found |= _by_id(step.steps, (*above, step.when.text))
        else:
            found[step.id] = step, (*above, step.only_if.text) if step.only_if else above
    return found


def _asked(step: Ask | Say, above: tuple[str, ...]) -> str:
    every = (f"every {step.every_reports} reports",) if step.every_reports else ()
    return " and ".join((*above, *every)) or "always"


def _kind(step: Ask) -> str:
    return step.scale or ("yes or no" if step.yes_no else "PIN" if step.pin else "choices")


def _times(before: Flow | None, after: Flow) -> Iterator[Change]:
    for name in TIMES:
        was, now = _said(getattr(before, name)) if before else "", _said(getattr(after, name))
        if was != now:
            yield Change("time", name, was, now, Area.TIMES)


def _words(old: Flow, new: Flow) -> Iterator[Change]:
    for name in dict.fromkeys((*new.words, *old.words)):
        before, after = (flow.words.get(name) or flow.shared.get(name, "") for flow in (old, new))
        if before != after:
            urgent = name in EMERGENCY_WORDS or "{emergency_number}" in before + after
            yield Change("word", name, before, after, Area.EMERGENCY if urgent else None)


def _waived(old: Flow, new: Flow) -> Iterator[Change]:
    if old.waived_by != new.waived_by:
        yield Change("setting", "waived_by", old.waived_by or "", new.waived_by or "", Area.LIMITS)


def _said(value: object) -> str:
    """Of a field of a flow, short."""
    match value:
        case None | () | timedelta(days=0, seconds=0):
            return ""
        case bool():
            return "yes" if value else "no"
        case timedelta():
            return length(value)
        case time():
            return value.strftime("%H:%M")
        case dict():
            return "; ".join(f"{key} {each}" for key, each in value.items())
        case tuple():
            return ", ".join(map(_said, value))
        case Start():
            told = ((name, _said(getattr(value, name))) for name in Start.model_fields)
            return ", ".join(f"{name} {each}" for name, each in told if each)
        case _:
            return str(value)
