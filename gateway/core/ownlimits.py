"""Limits of her own: from which number on is this symptom red or amber for this one person?"""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.core.conditions import Claim, Clause, Condition, Test
from gateway.core.flow import Breach, Flow, Level

ABSOLUTE = (Test.AT_LEAST, Test.AT_MOST)


@dataclass(frozen=True)
class OwnLimit:
    """`value` crosses it. There is none of level `now`: a danger sign is everybody's."""

    question: str
    level: Level
    value: int


def put(flow: Flow, limits: Iterable[OwnLimit]) -> Flow:
    """The flow as it is judged for her. Only "at least" and "at most" of one report give way; "worse by" and "for 2
    reports" stay, and so does whatever is level `now`."""
    for limit in limits:
        if limit.level is not Level.NOW and _is_on_scale(flow, limit):
            flow = _put(flow, limit)
    return flow


def _is_on_scale(flow: Flow, limit: OwnLimit) -> bool:
    step = flow.questions().get(limit.question)
    scale = flow.scales.get(step.scale or "") if step else None
    return scale is not None and scale.low <= limit.value <= scale.high


def _put(flow: Flow, limit: OwnLimit) -> Flow:
    kept, wait_for = list[Breach](), None
    for breach in flow.breaches:
        narrowed = _without(breach, limit)
        if narrowed is not breach:
            wait_for = wait_for or breach.wait_for
        if narrowed is not None:
            kept.append(narrowed)
    return flow.model_copy(update={"breaches": (*kept, _own(flow, limit, wait_for))})


def _without(breach: Breach, limit: OwnLimit) -> Breach | None:
    """The breach as far as it speaks of other questions: itself where it doesn't name this one, None if only it."""
    when = breach.when
    if breach.level is not limit.level or when is None or (when.joined_by == "and" and len(when.clauses) > 1):
        return breach
    clauses = [_narrowed(clause, limit.question) for clause in when.clauses]
    if clauses == list(when.clauses):
        return breach
    left = tuple(clause for clause in clauses if clause)
    return breach.model_copy(update={"when": Condition(left, when.joined_by, when.text)}) if left else None


def _narrowed(clause: Clause, question: str) -> Clause | None:
    is_absolute = clause.reports == 1 and len(clause.claims) == 1 and clause.claims[0].test in ABSOLUTE
    if question not in clause.ids or clause.needed != 1 or not is_absolute:
        return clause
    ids = tuple(name for name in clause.ids if name != question)
    return Clause(ids, 1, clause.claims) if ids else None


def _own(flow: Flow, limit: OwnLimit, wait_for: str | None) -> Breach:
    step = flow.questions()[limit.question]
    is_lower = flow.scales[str(step.scale)].worse == "lower"
    claim = Claim(Test.AT_MOST if is_lower else Test.AT_LEAST, (limit.value,))
    text = f"{limit.question} {claim.test.value} {limit.value}"
    when = Condition((Clause((limit.question,), 1, (claim,)),), "and", text)
    return Breach(id=f"own_{limit.level}_{limit.question}"[:40], level=limit.level, when=when, wait_for=wait_for)
