"""When is a question asked? As enableWhen where a condition is about answers alone, else in a note."""

from collections.abc import Mapping, Sequence
from typing import Literal

from gateway.core.answers import Value
from gateway.core.conditions import Claim, Clause, Condition, Test
from gateway.quality.fhir.asked import Asked
from gateway.quality.fhir.elements import EXTENSION, Json, Local

Joined = tuple[Literal["all", "any"], list[Json]]
SIGNS = {Test.AT_LEAST: (">=",), Test.AT_MOST: ("<=",), Test.BETWEEN: (">=", "<="), Test.IS: ("=",)}


def enabled(conditions: Sequence[Condition], questions: Mapping[str, Asked], local: Local) -> Json:
    """All of `conditions` must hold. Scores, earlier reports and what is known besides have no word in enableWhen:
    then none is written, since a part of a condition would be another condition, and the note says what was meant."""
    if not conditions:
        return {}
    joined = _together("all", [_condition(each, questions, local) for each in conditions])
    if joined is None:
        meant = " and ".join(condition.text for condition in conditions)
        return {"extension": [{"url": f"{EXTENSION}/designNote", "valueMarkdown": f"Asked only when: {meant}"}]}
    behavior, tests = joined
    return {"enableWhen": tests} | ({"enableBehavior": behavior} if len(tests) > 1 else {})


def _condition(condition: Condition, questions: Mapping[str, Asked], local: Local) -> Joined | None:
    clauses = [_clause(clause, questions, local) for clause in condition.clauses]
    return _together("all" if condition.joined_by == "and" else "any", clauses)


def _clause(clause: Clause, questions: Mapping[str, Asked], local: Local) -> Joined | None:
    """Of several ids all or any; two of three cannot be said."""
    if clause.reports != 1 or clause.needed not in (1, len(clause.ids)):
        return None
    each = [_question(name, clause.claims, questions, local) for name in clause.ids]
    return _together("all" if clause.needed == len(clause.ids) else "any", each)


def _question(name: str, claims: tuple[Claim, ...], questions: Mapping[str, Asked], local: Local) -> Joined | None:
    asked = questions.get(name)
    return _together("all", [_claim(asked, claim, local) for claim in claims]) if asked else None


def _claim(asked: Asked, claim: Claim, local: Local) -> Joined | None:
    values = [_answer(asked, value, local) for value in claim.values]
    signs = SIGNS.get(claim.test, ())
    if not signs or None in values or (asked.kind != "integer" and signs != ("=",)):
        return None
    pairs = zip(signs, values, strict=True)
    return "all", [{"question": asked.step.ask, "operator": sign, **(value or {})} for sign, value in pairs]


def _answer(asked: Asked, value: Value, local: Local) -> Json | None:
    """A skip is an answer of ours that FHIR has no word for."""
    if asked.kind == "boolean":
        return {"answerBoolean": value == "yes"} if value in ("yes", "no") else None
    if not isinstance(value, int):
        return None
    if asked.kind == "integer":
        return {"answerInteger": value}
    return {"answerCoding": asked.option(local, value)} if value in asked.choices else None


def _together(how: Literal["all", "any"], parts: Sequence[Joined | None]) -> Joined | None:
    """One list has one `all` or `any`: a list within a list cannot be said."""
    tests: list[Json] = []
    for part in parts:
        if part is None or (len(parts) > 1 and len(part[1]) > 1 and part[0] != how):
            return None
        tests += part[1]
    only = parts[0] if len(parts) == 1 else None
    return (only[0] if only else how), tests
