"""Can a step ever be reached, and can a breach ever hold?"""

from collections.abc import Iterable, Mapping
from itertools import product

from gateway.core.answers import Value
from gateway.core.conditions import Claim, Clause, Condition, passes
from gateway.core.flow import Ask, Flow
from gateway.core.values import KNOWN

Ranges = Mapping[str, frozenset[Value]]


def ranges(flow: Flow) -> Ranges:
    """Every value that each question and score can have; a question may be skipped."""
    found: dict[str, frozenset[Value]] = dict.fromkeys(KNOWN, frozenset[Value](("yes", "no")))
    found |= {name: _answers(flow, step) for name, step in flow.questions().items()}
    return {**found, **{name: _sums(found, rule.sum, rule.needs) for name, rule in flow.scores.items()}}


def can_hold(flow: Flow, conditions: Iterable[Condition]) -> bool:
    """False only when it is certain that they can never hold together.

    What must be answered for them brings the conditions under which it is asked.
    """
    wanted = list(conditions)
    asked_when = {step.id: above for step, above in flow.every_step()}
    seen: set[str] = set()
    for condition in wanted:  # grows while it is walked
        for name in _certain(condition):
            if name not in seen:
                seen.add(name)
                wanted.extend(asked_when.get(name, ()))
    left = dict(ranges(flow))
    if not all(left.get(name) for condition in wanted for name in condition.ids()):
        return True  # a scale without numbers is a problem of its own
    for name, claims in _certain_claims(wanted):
        left[name] = frozenset(value for value in left[name] if _fits(flow, name, value, claims))
    return all(_could(flow, condition, left) for condition in wanted)


def _answers(flow: Flow, step: Ask) -> frozenset[Value]:
    if step.yes_no or step.pin:
        return frozenset(("yes", "no", "skipped"))
    if step.choices:
        return frozenset((*step.choices, "skipped"))
    scale = flow.scales.get(step.scale or "")
    numbers = range(scale.low, scale.high + 1) if scale else range(0)
    return frozenset((*numbers, "skipped")) if numbers else frozenset()


def _sums(answers: Mapping[str, frozenset[Value]], names: tuple[str, ...], needs: int) -> frozenset[Value]:
    """Whole numbers between the smallest and the largest sum; fewer answers than all may give a score."""
    numbers = [[value for value in answers.get(name, ()) if not isinstance(value, str)] for name in names]
    if not all(numbers):
        return frozenset()
    lows, highs = sorted(min(one) for one in numbers), [max(one) for one in numbers]
    return frozenset(range(int(sum(lows[: max(needs, 1)])), int(sum(highs)) + 1))


def _certain(condition: Condition) -> list[str]:
    """The ids that must be answered for it to hold."""
    return [name for clause in _certain_clauses(condition) for name in clause.ids]


def _certain_clauses(condition: Condition) -> list[Clause]:
    if condition.joined_by == "or" and len(condition.clauses) > 1:
        return []
    return [clause for clause in condition.clauses if clause.needed == len(clause.ids)]


def _certain_claims(conditions: Iterable[Condition]) -> Iterable[tuple[str, tuple[Claim, ...]]]:
    for condition in conditions:
        for clause in _certain_clauses(condition):
            yield from product(clause.ids, (clause.claims,))


def _could(flow: Flow, condition: Condition, left: Ranges) -> bool:
    verdicts = [
        sum(any(_fits(flow, name, value, clause.claims) for value in left[name]) for name in clause.ids)
        >= clause.needed
        for clause in condition.clauses
    ]
    return all(verdicts) if condition.joined_by == "and" else any(verdicts)


def _fits(flow: Flow, name: str, value: Value, claims: tuple[Claim, ...]) -> bool:
    return all(passes(claim, value, lambda number: _room(flow, name, number)) for claim in claims)


def _room(flow: Flow, name: str, value: float) -> float:
    """How much better an earlier value can have been, at the most."""
    numbers = [one for one in ranges(flow)[name] if not isinstance(one, str)]
    return max(numbers) - value if _lower_is_worse(flow, name) else value - min(numbers)


def _lower_is_worse(flow: Flow, name: str) -> bool:
    step = flow.questions().get(name)
    scale = flow.scales.get(step.scale or "") if step else None
    return scale is not None and scale.worse == "lower"
