"""The condition language: "any of pain, breath at least 7", parsed by a grammar, judged on answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from gateway.core.answers import History, Respondent, Value


class Test(StrEnum):
    AT_LEAST = "at least"
    AT_MOST = "at most"
    BETWEEN = "between"
    IS = "is"
    WORSE_BY = "worse by"
    WORSE_SINCE_BASELINE = "worse by since baseline"


@dataclass(frozen=True)
class Claim:
    """One test: its kind and its one or two values."""

    test: Test
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Clause:
    """`needed` of the ids must pass every test, `reports` times running (1: this report only)."""

    ids: tuple[str, ...]
    needed: int
    claims: tuple[Claim, ...]
    reports: int = 1


@dataclass(frozen=True)
class Condition:
    clauses: tuple[Clause, ...]
    joined_by: Literal["and", "or"]
    text: str

    def ids(self) -> tuple[str, ...]:
        return tuple(name for clause in self.clauses for name in clause.ids)


@dataclass(frozen=True)
class Evidence:
    """What a condition is judged on. `worse` says for each id which way is bad; ids without a scale are `higher`."""

    now: Mapping[str, Value]
    history: History = field(default_factory=History)
    respondent: Respondent = Respondent.PATIENT
    worse: Mapping[str, Literal["higher", "lower"]] = field(default_factory=dict)


class ConditionProblem(ValueError):
    """`column` is the 0-based offset in the text at which it stops making sense."""

    def __init__(self, sentence: str, column: int) -> None:
        super().__init__(sentence)
        self.column = column


def parse(text: str) -> Condition:
    """Raises ConditionProblem."""
    raise ConditionProblem("the condition language is not read yet", 0)
