"""What is asked while a case is open: its own symptoms, by the limits that held when it opened."""

from collections.abc import Iterator

from gateway.core.answers import Value
from gateway.core.conditions import Clause, Condition, Test
from gateway.core.flow import Ask, Breach, Flow, Level
from gateway.core.words import Language


def insert(recheck_flow: Flow, base: Flow, symptoms: tuple[str, ...]) -> Flow:
    """The re-check with the symptoms' questions, scores and limits of `base` behind its own. Order is the base's.

    Conditions on the questions fall away: a symptom of the case is always asked. What the re-check asks itself
    (the danger gate) is not asked twice.
    """
    scores = {name: rule for name, rule in base.scores.items() if name in symptoms}
    asked = {*symptoms, *(item for rule in scores.values() for item in rule.sum)} - set(recheck_flow.questions())
    steps = tuple(_now(base, step) for name, step in base.questions().items() if name in asked)
    known = {step.id for step in steps} | set(scores)
    return recheck_flow.model_copy(
        update={
            "steps": (*recheck_flow.steps, *steps),
            "scales": {**recheck_flow.scales, **base.scales},
            "scores": {**recheck_flow.scores, **scores},
            "breaches": (*recheck_flow.breaches, *_limits(recheck_flow, base, known)),
        }
    )


def both(language: Language, base: Language) -> Language:
    """The re-check's language with the sentences of the flow that wrote the inserted questions."""
    return Language(language.code, language.words, {**base.catalog, **language.catalog})


def is_below(base: Flow, symptom: str, value: Value) -> bool:
    """Under the lowest amber value of this symptom, on the good side of its scale. A skip is never below."""
    if isinstance(value, str):
        return value == "no"
    limits = list(_amber_limits(base, symptom))
    step = base.questions().get(symptom)
    scale = base.scales.get(step.scale or "") if step else None
    if scale and scale.worse == "lower":
        return all(value > limit for test, limit in limits if test is Test.AT_MOST)
    return all(value < limit for test, limit in limits if test is Test.AT_LEAST)


def _amber_limits(base: Flow, symptom: str) -> Iterator[tuple[Test, float]]:
    """Limits of every level: where amber names none, red is the lowest that there is."""
    named = [breach for breach in base.breaches if breach.when and symptom in breach.when.ids()]
    amber = [breach for breach in named if breach.level is Level.AMBER] or named
    for breach in amber:
        for clause in breach.when.clauses if breach.when else ():
            for claim in clause.claims if symptom in clause.ids else ():
                if claim.test in (Test.AT_LEAST, Test.AT_MOST) and not isinstance(claim.values[0], str):
                    yield claim.test, claim.values[0]


def _now(base: Flow, step: Ask) -> Ask:
    changes: dict[str, object] = {"of": base.flow, "only_if": None, "every_reports": None}
    if step.re_check:
        changes |= {"text": step.re_check, "sms": None, "voice": None}
    return step.model_copy(update=changes)


def _limits(recheck_flow: Flow, base: Flow, known: set[str]) -> Iterator[Breach]:
    taken = {breach.id for breach in recheck_flow.breaches}
    for breach in base.breaches:
        when = _narrowed(breach.when, known) if breach.when else None
        if when and breach.id not in taken:
            wait_for = breach.wait_for if breach.wait_for in known else None
            yield breach.model_copy(update={"when": when, "wait_for": wait_for})


def _narrowed(condition: Condition, known: set[str]) -> Condition | None:
    """The condition as far as it speaks of what is asked; None when it can no longer hold."""
    kept = [_narrow_clause(clause, known) for clause in condition.clauses]
    clauses = tuple(clause for clause in kept if clause)
    if not clauses or (condition.joined_by == "and" and len(clauses) < len(kept)):
        return None
    return Condition(clauses, condition.joined_by, condition.text)


def _narrow_clause(clause: Clause, known: set[str]) -> Clause | None:
    ids = tuple(name for name in clause.ids if name in known)
    return Clause(ids, clause.needed, clause.claims, clause.reports) if len(ids) >= clause.needed else None
