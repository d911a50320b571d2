"""The condition language: "any of pain, breath at least 7", parsed by a grammar, judged on answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput, UnexpectedToken, VisitError
from lark.lexer import PatternStr

from gateway.core.answers import History, Report, Respondent, Value
from gateway.core.worded import together, worded


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


# AND_TEST is the one token of look-ahead: `and` before a test keeps the subject, before an id it starts a clause.
GRAMMAR = r"""
    start: clause ((AND | OR) clause)*
    clause: [quantifier] ids tests [run]
    quantifier: ANY "of" | ALL "of" | NUMBER "of"
    ids: NAME ("," NAME)*
    tests: test (_AND_TEST test)*
    test: "at" "least" NUMBER         -> at_least
        | "at" "most" NUMBER          -> at_most
        | "between" NUMBER "to" NUMBER -> between
        | "is" (NUMBER | YES | NO | SKIPPED) -> exactly
        | "worse" "by" NUMBER ["since" BASELINE] -> worse_by
    run: "for" NUMBER ("reports" | "report")
    AND: "and"
    OR: "or"
    _AND_TEST.2: /and(?=\s+(at|is|between|worse)\b)/
    ANY: "any"
    ALL: "all"
    YES: "yes"
    NO: "no"
    SKIPPED: "skipped"
    BASELINE: "baseline"
    NUMBER: /[0-9]{1,6}(?![A-Za-z0-9_.])/
    NAME: /[a-z][a-z0-9_]*/
    %ignore /\s+/
"""


def parse(text: str) -> Condition:
    """Raises ConditionProblem."""
    try:
        condition: Condition = _Reading(text).transform(_PARSER.parse(text))
    except UnexpectedInput as problem:
        raise _explained(text, problem) from None
    except VisitError as problem:
        raise problem.orig_exc from None
    return condition


def holds(condition: Condition, evidence: Evidence) -> bool:
    """Each test is judged for one id at a time, then the ids are counted. Unanswered never holds."""
    verdicts = (len(_passing(clause, evidence)) >= clause.needed for clause in condition.clauses)
    return all(verdicts) if condition.joined_by == "and" else any(verdicts)


def crossing(condition: Condition, evidence: Evidence) -> tuple[tuple[str, Value], ...]:
    """The ids that make it hold, with their values of now, in written order. Empty when it does not hold."""
    if not holds(condition, evidence):
        return ()
    clauses = [(clause, _passing(clause, evidence)) for clause in condition.clauses]
    found = [name for clause, names in clauses if len(names) >= clause.needed for name in names]
    return tuple((name, evidence.now[name]) for name in dict.fromkeys(found))


def _passing(clause: Clause, evidence: Evidence) -> tuple[str, ...]:
    return tuple(name for name in dict.fromkeys(clause.ids) if _passes(name, clause, evidence))


def _passes(name: str, clause: Clause, evidence: Evidence) -> bool:
    """True when every claim holds in this report and in the `reports` - 1 answered ones before it."""
    if name not in evidence.now:
        return False
    running = Report(dict(evidence.now), evidence.respondent)
    reports = [running, *(report for report in evidence.history.before if name in report.values)]
    if len(reports) < clause.reports:
        return False
    return all(
        _claim_holds(name, claim, reports[back:], evidence) for back in range(clause.reports) for claim in clause.claims
    )


def _claim_holds(name: str, claim: Claim, reports: list[Report], evidence: Evidence) -> bool:
    """`reports`: the judged one first, then the earlier ones in which `name` was answered."""
    since = evidence.history.baseline if claim.test is Test.WORSE_SINCE_BASELINE else _last(name, reports)
    return passes(claim, reports[0].values[name], lambda value: _worsening(name, value, since, evidence))


def passes(claim: Claim, value: Value, worse_by: Callable[[float], float]) -> bool:
    """`worse_by`: how much worse a number is than the earlier one with which the claim compares it."""
    if claim.test is Test.IS:
        return value == claim.values[0]
    if isinstance(value, str):
        return False
    first = float(claim.values[0])
    match claim.test:
        case Test.AT_LEAST:
            return value >= first
        case Test.AT_MOST:
            return value <= first
        case Test.BETWEEN:
            return first <= value <= float(claim.values[1])
        case Test.WORSE_BY | Test.WORSE_SINCE_BASELINE:
            return worse_by(value) >= first


def _last(name: str, reports: list[Report]) -> Report | None:
    """The newest earlier report with a number for `name`: by the same kind of respondent, else by any.

    A skip is passed over: 3, skipped, 9 is worse by 6, not a comparison that fails in silence.
    """
    earlier = [report for report in reports[1:] if not isinstance(report.values[name], str)]
    same = [report for report in earlier if report.respondent is reports[0].respondent]
    return next(iter(same or earlier), None)


def _worsening(name: str, value: float, earlier: Report | None, evidence: Evidence) -> float:
    """How much worse than the earlier value, by the scale's bad end. No earlier number: below every limit."""
    before = earlier.values.get(name) if earlier else None
    if before is None or isinstance(before, str):
        return float("-inf")
    return before - value if evidence.worse.get(name) == "lower" else value - before


# The basic lexer keeps the words of the language reserved everywhere, so no step can be called `and`.
_PARSER = Lark(GRAMMAR, parser="lalr", lexer="basic")
RESERVED = frozenset(word.pattern.value for word in _PARSER.terminals if isinstance(word.pattern, PatternStr))


@v_args(inline=True)
class _Reading(Transformer[Token, Condition]):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def start(self, first: Clause, *rest: "Token | Clause") -> Condition:
        joins = [part for part in rest if isinstance(part, Token)]
        odd = next((join for join in joins if join != joins[0]), None)
        if odd is not None:
            raise ConditionProblem(
                worded("'and' and 'or' stand in one condition: use two breaches or a block"), _at(odd)
            )
        clauses = (first, *(part for part in rest if isinstance(part, Clause)))
        return Condition(clauses, "or" if joins and joins[0] == "or" else "and", " ".join(self.text.split()))

    def clause(
        self, quantifier: Token | None, ids: tuple[Token, ...], claims: tuple[Claim, ...], run: int | None
    ) -> Clause:
        if quantifier is None and len(ids) > 1:
            raise ConditionProblem(
                worded("several names stand together: write 'any of' or 'all of' before them"), _at(ids[0])
            )
        needed = {None: 1, "any": 1, "all": len(ids)}.get(quantifier) or int(quantifier or 0)
        if not 1 <= needed <= len(ids):
            raise ConditionProblem(
                worded("'%(needed)s of' can never count right among %(count)s names", needed=needed, count=len(ids)),
                _at(quantifier),
            )
        return Clause(tuple(map(str, ids)), needed, claims, run or 1)

    def quantifier(self, word: Token) -> Token:
        return word

    def ids(self, *names: Token) -> tuple[Token, ...]:
        twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
        if twice is not None:
            raise ConditionProblem(worded("'%(twice)s' is named twice in one list", twice=twice), _at(twice))
        return names

    def tests(self, *claims: Claim) -> tuple[Claim, ...]:
        return claims

    def at_least(self, number: Token) -> Claim:
        return Claim(Test.AT_LEAST, (int(number),))

    def at_most(self, number: Token) -> Claim:
        return Claim(Test.AT_MOST, (int(number),))

    def between(self, low: Token, high: Token) -> Claim:
        if int(low) > int(high):
            raise ConditionProblem(
                worded("between %(low)s to %(high)s holds no number: put the smaller one first", low=low, high=high),
                _at(low),
            )
        return Claim(Test.BETWEEN, (int(low), int(high)))

    def exactly(self, value: Token) -> Claim:
        words: dict[str, Value] = {"yes": "yes", "no": "no", "skipped": "skipped"}
        return Claim(Test.IS, (words[value] if value in words else int(value),))

    def worse_by(self, number: Token, baseline: Token | None) -> Claim:
        if int(number) == 0:
            raise ConditionProblem(worded("worse by 0 is no change: write at least 1"), _at(number))
        return Claim(Test.WORSE_SINCE_BASELINE if baseline else Test.WORSE_BY, (int(number),))

    def run(self, number: Token) -> int:
        if int(number) == 0:
            raise ConditionProblem(worded("for 0 reports says nothing: write at least 1"), _at(number))
        return int(number)


def _at(token: Token | None) -> int:
    return (token.start_pos or 0) if token is not None else 0


SPOKEN = {
    "NAME": worded("the name of a step"), "NUMBER": worded("a whole number"), "ANY": "'any of'", "ALL": "'all of'",
    "AT": "'at least' or 'at most'", "BETWEEN": "'between 2 to 5'", "IS": "'is'", "WORSE": "'worse by'",
    "AND": "'and' or 'or'", "OR": "'and' or 'or'", "FOR": "'for 2 reports'",
    "COMMA": worded("a comma and one more name"),
}  # fmt: skip
QUIET = frozenset({"$END", "_AND_TEST"})


def _explained(text: str, problem: UnexpectedInput) -> ConditionProblem:
    """Says in a coordinator's words what stands in the wrong place and what could stand there."""
    expected = problem.expected if isinstance(problem, UnexpectedToken) else set()
    wanted = [SPOKEN.get(name, f"'{name.lower()}'") for name in sorted(set(expected) - QUIET)]
    named = together(", ", tuple(dict.fromkeys(wanted)))
    here = worded("; here could stand %(names)s", names=named) if wanted else ""
    if isinstance(problem, UnexpectedToken) and problem.token.type == "$END":
        return ConditionProblem(worded("the condition stops too early%(here)s", here=here), len(text.rstrip()))
    column = problem.pos_in_stream or 0
    word = text[column:].split()[0].rstrip(",") or ","
    if word[0].isdigit() and not word.isdigit():
        return ConditionProblem(worded("'%(word)s' is no whole number", word=word), column)
    if word != word.lower():
        return ConditionProblem(
            worded("'%(word)s' is not understood: names and words are in small letters", word=word), column
        )
    return ConditionProblem(worded("'%(word)s' is not understood%(here)s", word=word, here=here), column)
