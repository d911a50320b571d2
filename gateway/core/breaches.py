"""Which limits do the answers cross?"""

from collections.abc import Iterator, Mapping
from typing import Literal

from gateway.core.answers import Value
from gateway.core.conditions import Claim, Evidence, Test, crossing
from gateway.core.events import Breached
from gateway.core.flow import Ask, Flow, Level
from gateway.core.memory import Circumstances


def judge(flow: Flow, values: Mapping[str, Value], circumstances: Circumstances) -> tuple[Breached, ...]:
    """Every limit that `values` (answers and scores by id) cross, in the flow's order.

    A breach that waits for silence (`silent_for`) is the outreach's to judge, not an answer's.
    """
    seen = evidence(flow, values, circumstances)
    crossed = [(breach, crossing(breach.when, seen)) for breach in flow.breaches if breach.when]
    return tuple(
        Breached(breach.id, breach.level, symptoms, breach.wait_for, flag=breach.flag)
        for breach, symptoms in crossed
        if symptoms
    )


def evidence(flow: Flow, values: Mapping[str, Value], circumstances: Circumstances) -> Evidence:
    return Evidence({**circumstances.known, **values}, circumstances.history, circumstances.respondent, bad_ends(flow))


def bad_ends(flow: Flow) -> dict[str, Literal["higher", "lower"]]:
    """Which way is worse, for every question on a scale and every score of such questions."""
    ends: dict[str, Literal["higher", "lower"]] = {}
    for step_id, step in flow.questions().items():
        scale = flow.scales.get(step.scale or "")
        if scale and scale.worse:
            ends[step_id] = scale.worse
    for name, rule in flow.scores.items():
        if all(ends.get(item) == "lower" for item in rule.sum):
            ends[name] = "lower"
    return ends


def is_worse(flow: Flow, symptoms: Mapping[str, Value], known: Mapping[str, Value]) -> bool:
    """Another symptom crosses, or one of them further than before."""
    ends = bad_ends(flow)
    for symptom, value in symptoms.items():
        before = known.get(symptom)
        if before is None or (isinstance(before, str) != isinstance(value, str)):
            return True
        if not isinstance(before, str) and not isinstance(value, str):
            further = before - value if ends.get(symptom) == "lower" else value - before
            if further > 0:
                return True
    return False


def levels_at(flow: Flow, question: str) -> set[Level]:
    """The levels that an answer to this question could open."""
    return {breach.level for breach in flow.breaches if breach.when and question in breach.when.ids()}


def is_gate(flow: Flow, step: Ask) -> bool:
    """A question about danger signs: its answer can open `now`."""
    return Level.NOW in levels_at(flow, step.id)


def is_at_limit(flow: Flow, question: str, value: Value) -> bool:
    """The value alone reaches a limit of some breach, whatever earlier reports say."""
    return not isinstance(value, str) and any(_reaches(claim, value) for claim in _claims(flow, question))


def _claims(flow: Flow, question: str) -> Iterator[Claim]:
    for breach in flow.breaches:
        for clause in breach.when.clauses if breach.when else ():
            if question in clause.ids:
                yield from clause.claims


def _reaches(claim: Claim, value: float) -> bool:
    limits = [float(limit) for limit in claim.values if not isinstance(limit, str)]
    match claim.test:
        case Test.AT_LEAST:
            return value >= limits[0]
        case Test.AT_MOST:
            return value <= limits[0]
        case Test.BETWEEN:
            return limits[0] <= value <= limits[1]
        case _:
            return False
