"""How is a condition put together from lists, and how does one that stands come back into them?"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.core import conditions
from gateway.core.conditions import Claim, Clause, Condition, ConditionProblem, Test
from gateway.core.worded import worded

ANY, ALL = "any", "all"


@dataclass(frozen=True)
class Judged:
    """One test as it is chosen: `at least`, 7; `between`, 2, 5."""

    test: str = ""
    first: str = ""
    second: str = ""


@dataclass(frozen=True)
class Row:
    """One part of a condition as it is chosen. `of`: any, all, or how many; `reports` empty: this report only."""

    ids: tuple[str, ...] = ()
    of: str = ANY
    tests: tuple[Judged, ...] = field(default_factory=lambda: (Judged(), Judged()))
    reports: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.ids and not any(judged.test for judged in self.tests)


def composed(rows: Sequence[Row], joined_by: str) -> str:
    """The condition in the words of a flow file; "" of no rows. Raises ConditionProblem."""
    text = f" {joined_by} ".join(_clause(row) for row in rows if not row.is_empty)
    return conditions.parse(text).text if text else ""


def rows(text: str) -> tuple[list[Row], str]:
    """What stands, as it would be chosen, and by which word its parts are joined. Raises ConditionProblem."""
    if not text:
        return [], "and"
    condition: Condition = conditions.parse(text)
    return [_row(clause) for clause in condition.clauses], condition.joined_by


def _clause(row: Row) -> str:
    tests = " and ".join(_test(judged) for judged in row.tests if judged.test)
    if not row.ids or not tests:
        raise ConditionProblem(worded("a part of the condition lacks its question or its test"), 0)
    many = f"{'any' if row.of == ANY else row.of} of " if len(row.ids) > 1 else ""
    run = f" for {row.reports} reports" if row.reports not in ("", "1") else ""
    return f"{many}{', '.join(row.ids)} {tests}{run}"


def _test(judged: Judged) -> str:
    if judged.test == Test.BETWEEN:
        return f"between {judged.first} to {judged.second}"
    if judged.test == Test.WORSE_SINCE_BASELINE:
        return f"worse by {judged.first} since baseline"
    return f"{judged.test} {judged.first}"


def _row(clause: Clause) -> Row:
    of = ANY if clause.needed == 1 else ALL if clause.needed == len(clause.ids) else str(clause.needed)
    tests = [_judged(claim) for claim in clause.claims]
    tests += [Judged()] * (2 - len(tests))
    return Row(clause.ids, of, tuple(tests), str(clause.reports) if clause.reports > 1 else "")


def _judged(claim: Claim) -> Judged:
    values = [str(value) for value in claim.values]
    return Judged(claim.test.value, values[0], values[1] if len(values) > 1 else "")
