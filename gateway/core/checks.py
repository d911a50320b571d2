"""What must be mended before a flow may be published?"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Literal

from gateway.core import declared, saying
from gateway.core.conditions import Condition
from gateway.core.flow import Ask, Breach, Flow, Level, Rank, Say
from gateway.core.instruments import joining
from gateway.core.instruments.instrument import Instrument
from gateway.core.places import word
from gateway.core.reach import can_hold
from gateway.core.saying import LONGEST_FACTS, at
from gateway.core.values import KNOWN
from gateway.core.worded import worded
from gateway.core.words import Language
from gateway.core.written import Path, Place, Problem

__all__ = ["LONGEST_FACTS", "RESERVED_WORDS", "problems"]

# The provider acts on these itself; one that is offered as an answer would stop all messages.
RESERVED_WORDS = saying.RESERVED_WORDS
CHOICES_LIMIT = 9  # one key each


def problems(
    flow: Flow,
    languages: Mapping[str, Language],
    places: Mapping[Path, Place],
    facts: Mapping[str, str] = LONGEST_FACTS,
    instruments: Mapping[str, Instrument] | None = None,
) -> tuple[Problem, ...]:
    """Everything, in the order of the file. `languages`: those whose sentences are to be judged, by code.

    `places` comes from `flowfile.places`; `facts` are the longest real names, for counting SMS; `instruments` are
    those that may be used, by name.
    """
    found = [
        *_names(flow, places),
        *_conditions(flow, places),
        *_scales(flow, places),
        *_questions(flow, places),
        *_breaches(flow, places),
        *_scores(flow, places),
        *_safety(flow, places),
        *_times(flow, places),
        *(_problem(places, *said) for said in declared.problems(flow)),
        *(_problem(places, *said) for said in joining.problems(flow, instruments or {})),
    ]
    if all(one.severity == "warning" for one in found):  # only a flow that makes sense can be rendered
        found += saying.problems(flow, languages, places, facts)
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (one.line, one.column, one.sentence)))


def _problem(
    places: Mapping[Path, Place],
    key: Path,
    sentence: str,
    severity: Literal["refused", "warning"] = "refused",
) -> Problem:
    place = at(places, key)
    step = str(key[1]) if len(key) > 1 and key[0] == "step" else None
    return Problem(place.line, place.column, sentence, severity, step)


def _names(flow: Flow, places: Mapping[Path, Place]) -> Iterator[Problem]:
    steps = [step.id for step, _ in flow.every_step()]
    if not steps and flow.asks is None:
        yield _problem(places, ("steps",), worded("this flow asks and says nothing: it needs a step"))
    for name in dict.fromkeys(name for name in steps if steps.count(name) > 1):
        yield _problem(places, ("step", name), worded("two steps are called '%(name)s'", name=name))
    for name in flow.scores:
        if name in steps:
            yield _problem(places, ("scores", name), worded("a step and a score are both called '%(name)s'", name=name))
    breaches = [breach.id for breach in flow.breaches]
    for name in dict.fromkeys(name for name in breaches if breaches.count(name) > 1):
        yield _problem(places, ("breach", name), worded("two breaches are called '%(name)s'", name=name))
    for name in [own for own in flow.words if flow.shared and own not in flow.shared]:
        yield _problem(
            places,
            ("words", name),
            worded("no one says the word '%(name)s': see flows/shared.yaml", name=name),
            "warning",
        )


def _conditions(flow: Flow, places: Mapping[Path, Place]) -> Iterator[Problem]:
    """`only_if` and `when` name earlier questions only, and can hold."""
    earlier: list[str] = []
    every = [step.id for step, _ in flow.every_step()]
    for step, above in flow.every_step():
        key: Path = ("step", step.id, "only_if") if step.only_if else ("step", step.id)
        wrong = [_wrong_name(flow, name, earlier, every) for one in above for name in one.ids()]
        yield from (_problem(places, key, sentence) for sentence in dict.fromkeys(wrong) if sentence)
        if above and not any(wrong) and not can_hold(flow, above):
            yield _problem(
                places, key, worded("the step '%(name)s' can never be reached: its conditions never hold", name=step.id)
            )
        if isinstance(step, Say) and step.compares and (sentence := _wrong_comparison(flow, step.compares, earlier)):
            yield _problem(places, ("step", step.id, "compares"), sentence)
        if isinstance(step, Ask):
            earlier.append(step.id)


def _wrong_comparison(flow: Flow, score: str, earlier: list[str]) -> str | None:
    if score not in flow.scores:
        return worded("no score is called '%(name)s'%(near)s", name=score, near=saying.near(score, list(flow.scores)))
    if not all(item in earlier for item in flow.scores[score].sum):
        return worded(
            "'%(name)s' is a score of questions that are asked later: it can be compared when all are answered",
            name=score,
        )
    return None


def _wrong_name(flow: Flow, name: str, earlier: list[str], every: list[str]) -> str | None:
    if name in earlier or name in KNOWN:
        return None
    if name in flow.scores and all(item in earlier for item in flow.scores[name].sum):
        return None
    if name in flow.questions():
        return worded("'%(name)s' is asked later: a condition names earlier questions only", name=name)
    if name in flow.scores:
        return worded(
            "'%(name)s' is a score of questions that are asked later: a condition names earlier ones only", name=name
        )
    return _unknown(flow, name, every)


def _unknown(flow: Flow, name: str, every: list[str]) -> str:
    if name in every:
        return worded("'%(name)s' is said, not asked: it has no answer", name=name)
    return worded(
        "no question is called '%(name)s'%(near)s", name=name, near=saying.near(name, [*flow.questions(), *flow.scores])
    )


def _scales(flow: Flow, places: Mapping[Path, Place]) -> Iterator[Problem]:
    used = dict.fromkeys(step.scale for step in flow.questions().values() if step.scale in flow.scales)
    for name in {**used, **dict.fromkeys(own for own in flow.scales if ("scales", own) in places)}:
        scale, key = flow.scales[str(name)], ("scales", str(name))
        if scale.low >= scale.high:
            yield _problem(
                places, key, worded("the scale '%(name)s' has no numbers: 'from' is not below 'to'", name=name)
            )
        if scale.worse is None:
            yield _problem(
                places, key, worded("the scale '%(name)s' does not say which end is worse: higher or lower", name=name)
            )
        ends = {scale.low, (scale.low + scale.high) // 2, scale.high}
        gaps = set(range(scale.low, scale.high + 1)) - set(scale.labels)
        if scale.labels and not set(scale.labels) <= ends and gaps:
            yield _problem(
                places,
                (*key, "labels"),
                worded("the scale '%(name)s' has a gap: %(number)s has no label", name=name, number=min(gaps)),
            )
        for number in set(scale.labels) - set(range(scale.low, scale.high + 1)):
            yield _problem(
                places,
                (*key, "labels"),
                worded("the label %(number)s lies outside the scale '%(name)s'", number=number, name=name),
            )
    if len({(flow.scales[str(name)].low, flow.scales[str(name)].high) for name in used}) > 1:
        yield _problem(places, ("steps",), worded("one conversation has one scale of numbers: this flow mixes two"))


def _questions(flow: Flow, places: Mapping[Path, Place]) -> Iterator[Problem]:
    for name, step in flow.questions().items():
        if step.scale:
            yield from _scale_question(flow, step, places)
        if step.choices and list(step.choices) != list(range(1, len(step.choices) + 1)):
            yield _problem(places, ("step", name, "choices"), worded("choices are numbered 1, 2, 3 without a gap"))
        if len(step.choices) > CHOICES_LIMIT:
            yield _problem(
                places,
                ("step", name, "choices"),
                worded("more than %(most)s choices have no key each", most=CHOICES_LIMIT),
            )
        if step.voice_each and not step.yes_no:
            yield _problem(places, ("step", name, "voice_each"), worded("voice_each belongs to a yes_no question"))
        if not step.scale and (step.lowest or step.middle or step.highest):
            yield _problem(
                places, ("step", name), worded("lowest, middle and highest belong to a question with a scale")
            )


def _scale_question(flow: Flow, step: Ask, places: Mapping[Path, Place]) -> Iterator[Problem]:
    scale = flow.scales.get(step.scale or "")
    if scale is None:
        sentence = worded(
            "no scale is called '%(scale)s'%(near)s",
            scale=step.scale,
            near=saying.near(step.scale or "", list(flow.scales)),
        )
        yield _problem(places, ("step", step.id, "scale"), sentence)
        return
    for number, said, key in ((scale.low, step.lowest, "lowest"), (scale.high, step.highest, "highest")):
        if not said and number not in scale.labels:
            yield _problem(
                places,
                ("step", step.id),
                worded(
                    "'%(name)s' does not say what %(number)s means: write '%(key)s'",
                    name=step.id,
                    number=number,
                    key=key,
                ),
            )


def _breaches(flow: Flow, places: Mapping[Path, Place]) -> Iterator[Problem]:
    every = [step.id for step, _ in flow.every_step()]
    for breach in flow.breaches:
        key = ("breach", breach.id, "when")
        names = breach.when.ids() if breach.when else ()
        known = {*flow.questions(), *flow.scores, *KNOWN}
        unknown = [name for name in dict.fromkeys(names) if name not in known]
        yield from (_problem(places, key, _unknown(flow, name, every)) for name in unknown)
        if breach.when and not unknown and not can_hold(flow, (breach.when,)):
            yield _problem(places, key, worded("the breach '%(name)s' can never hold", name=breach.id))
        if breach.wait_for and (sentence := _wrong_wait(flow, breach, every)):
            yield _problem(places, ("breach", breach.id, "wait_for"), sentence)


def _wrong_wait(flow: Flow, breach: Breach, every: list[str]) -> str | None:
    """The doctor's SMS is held for this answer: it must be the very next one after a symptom of the breach."""
    name, asked = breach.wait_for or "", list(flow.questions())
    if name not in asked:
        return _unknown(flow, name, every)
    if breach.level is Level.NOW:
        return worded("a breach of level now waits for nothing")
    places = [asked.index(one) for one in (breach.when.ids() if breach.when else ()) if one in asked]
    if asked.index(name) - 1 in places:
        return None
    late = any(asked.index(name) > place for place in places)
    if late:
        return worded(
            "'%(name)s' is asked too late: wait for the question that comes right after a symptom of this breach",
            name=name,
        )
    return worded(
        "'%(name)s' is asked before: wait for the question that comes right after a symptom of this breach", name=name
    )


def _scores(flow: Flow, places: Mapping[Path, Place]) -> Iterator[Problem]:
    every = [step.id for step, _ in flow.every_step()]
    for name, rule in flow.scores.items():
        for item in rule.sum:
            if item not in flow.questions():
                yield _problem(places, ("scores", name, "sum"), _unknown(flow, item, every))
            elif not flow.questions()[item].scale:
                yield _problem(
                    places, ("scores", name, "sum"), worded("'%(item)s' has no scale and cannot be added", item=item)
                )
        if not 1 <= rule.needs <= len(rule.sum):
            yield _problem(
                places, ("scores", name, "needs"), worded("'needs' is a number from 1 to %(most)s", most=len(rule.sum))
            )


def _safety(flow: Flow, places: Mapping[Path, Place]) -> Iterator[Problem]:
    if flow.audience == "clinician":
        return
    symptoms = any(step.scale and step.right is None for step in flow.questions().values()) or flow.asks is not None
    if symptoms and flow.rank is not Rank.MOOD and not flow.waived_by and not _has_gate(flow):
        sentence = worded(
            "symptoms are asked without a danger gate: begin with a yes_no question whose yes has level now"
        )
        yield _problem(places, ("steps",), sentence)
    close = word(flow, "close")
    if flow.questions() and not (close and "{emergency_number}" in close[1]):
        yield _problem(places, ("words", "close"), worded("the word 'close' does not give the {emergency_number}"))
    red_flag = word(flow, "red_flag")
    if red_flag and "{emergency_number}" not in red_flag[1]:
        yield _problem(
            places, ("words", "red_flag"), worded("the word 'red_flag' does not give the {emergency_number}")
        )


def _has_gate(flow: Flow) -> bool:
    """The first question, unconditional, yes or no, whose yes opens a case of level now."""
    steps = [(step, above) for step, above in flow.every_step() if isinstance(step, Ask)]
    if not steps or steps[0][1] or not steps[0][0].yes_no:
        return False
    return any(breach.level is Level.NOW and _opens_on_yes(breach.when, steps[0][0]) for breach in flow.breaches)


def _opens_on_yes(when: Condition | None, gate: Ask | Say) -> bool:
    return when is not None and when.text == f"{gate.id} is yes"


def _times(flow: Flow, places: Mapping[Path, Place]) -> Iterator[Problem]:
    last = timedelta(0)
    for remind in flow.remind:
        if remind <= last:
            yield _problem(places, ("remind",), worded("reminders stand in order, each later than the one before"))
        last = max(last, remind)
    if flow.then_call and flow.then_call in flow.remind:
        yield _problem(places, ("then_call",), worded("a reminder and the call are due at the same time"))
    elif flow.then_call and flow.then_call < last:
        yield _problem(places, ("then_call",), worded("the call is due before the last reminder"))
    if flow.give_up and flow.give_up <= max(last, flow.then_call or last):
        yield _problem(places, ("give_up",), worded("give_up is not later than the last reminder and the call"))
    if flow.then_call and "voice" not in flow.channels:
        yield _problem(places, ("then_call",), worded("then_call needs the channel voice"))
    if flow.asks and flow.rank != "re-check":
        yield _problem(places, ("asks",), worded("only a flow of rank re-check asks the symptoms of the case"))
    keyword = (flow.start.keyword or "").upper()
    if keyword in RESERVED_WORDS and keyword.lower() not in declared.STARTING:  # START reaches us, too
        yield _problem(
            places,
            ("start", "keyword"),
            worded("'%(keyword)s' belongs to the telephone company: take another word", keyword=keyword),
        )
