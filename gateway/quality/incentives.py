"""What would a site's own rules give each person for what stands in the record? Counted and exported, never paid."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from gateway.core import written
from gateway.core.flow import Level
from gateway.core.life import Move
from gateway.core.written import Path, Problem, Written
from gateway.quality.doctors import went_there
from gateway.quality.periods import Period
from gateway.quality.steps import ACCEPTS, Record
from gateway.quality.tables import Row
from gateway.quality.trainings import Training
from gateway.store.queries.places import STAFF
from gateway.store.tables import Person

INCENTIVES = ("period", "clinician", "role", "site_kind", "rule", "number", "amount", "sum", "unit")
NEEDED, MAY = ("name", "for", "amount"), ("role", "site_kind", "level")
MOST = Decimal(1_000_000)


class Deed(StrEnum):
    """What a rule may count, once for each case or training."""

    TAKEN_ON = "case taken on in time"
    CONTACT = "contact in time"
    COMPLETED = "case completed in time"  # that contact, and the case is closed
    CALL = "contact by call"
    VISIT = "contact by visit"
    TRAINING = "training finished"


@dataclass(frozen=True)
class Rule:
    """`role`, `site_kind`, `level` empty: any."""

    name: str
    deed: Deed
    amount: Decimal
    role: str = ""
    site_kind: str = ""
    level: str = ""


@dataclass(frozen=True)
class Rules:
    unit: str  # points, or a currency: a word of the site's
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Done:
    """One deed. `level` empty for a training."""

    deed: Deed
    by: Person
    level: str = ""


def read(text: str) -> tuple[Rules | None, tuple[Problem, ...]]:
    """The rules, or everything that is wrong with the file, each with its line."""
    tree, problems = written.load(text)
    if tree is None:
        return None, problems
    if not isinstance(tree.value, dict) or set(tree.value) != {"unit", "rules"}:
        return None, (Problem(1, 1, "the file holds 'unit' (points, or a currency) and 'rules', and nothing else"),)
    found = [*tree.problems, *_wrong(tree)]
    if found:
        return None, tuple(sorted(found, key=lambda one: (one.line, one.column)))
    rules = tuple(_rule({key: str(value) for key, value in given.items()}) for given in _given(tree))
    return Rules(str(tree.value["unit"]), rules), ()


def deeds(found: Iterable[Record], trainings: Iterable[Training]) -> Iterator[Done]:
    """Drills and practice are none, nor what was taken back."""
    for record in found:
        if record.is_real:
            yield from _in_case(record)
    yield from (Done(Deed.TRAINING, one.clinician) for one in trainings if one.is_finished)


def rows(period: Period, rules: Rules, done: Iterable[Done], kinds: dict[str, str]) -> list[Row]:
    """Every rule that fits counts. `kinds`: site id -> its kind. By clinician, the rules in the order of the file."""
    counted: Counter[tuple[str, int]] = Counter()
    people: dict[str, Person] = {}
    for one in done:
        people[one.by.code] = one.by
        counted.update((one.by.code, place) for place, rule in enumerate(rules.rules) if _fits(rule, one, kinds))
    table: list[Row] = []
    for (code, place), number in sorted(counted.items()):
        rule, person = rules.rules[place], people[code]
        total = rule.amount * number
        head = (period.name, code, person.role, kinds[person.site_id], rule.name)
        table.append((*head, number, f"{rule.amount:f}", f"{total:f}", rules.unit))
    return table


def _fits(rule: Rule, one: Done, kinds: dict[str, str]) -> bool:
    return (
        rule.deed is one.deed
        and rule.role in ("", one.by.role)
        and rule.site_kind in ("", kinds[one.by.site_id])
        and rule.level in ("", one.level)
    )


def _in_case(record: Record) -> Iterator[Done]:
    """Whoever was first has it; a contact by several people is one for each."""
    level, seen = record.opened_as, set[tuple[str, Deed]]()
    accepted = next((step for step in record.counted if step.by and step.event.kind in ACCEPTS), None)
    if accepted and accepted.by and accepted.is_in_time:
        yield Done(Deed.TAKEN_ON, accepted.by, level)
    first = record.first_contact
    if first and first.by and first.event.at <= record.contact_due:
        yield Done(Deed.CONTACT, first.by, level)
        if record.case.closed_at is not None:
            yield Done(Deed.COMPLETED, first.by, level)
    for step in record.counted:
        if step.by and step.event.kind == Move.CONTACT:
            deed = Deed.VISIT if went_there(record, step) else Deed.CALL
            if (step.by.id, deed) not in seen:
                seen.add((step.by.id, deed))
                yield Done(deed, step.by, level)


def _given(tree: Written) -> list[dict[str, written.Plain]]:
    rules = tree.value["rules"] if isinstance(tree.value, dict) else []
    return [one for one in rules if isinstance(one, dict)] if isinstance(rules, list) else []


def _wrong(tree: Written) -> Iterator[Problem]:
    assert isinstance(tree.value, dict)
    rules = tree.value["rules"]
    if not isinstance(tree.value["unit"], str) or not tree.value["unit"].strip():
        yield _problem(tree, ("unit",), "'unit' is one word: points, or a currency such as CNY")
    if not isinstance(rules, list) or not rules:
        yield _problem(tree, ("rules",), "'rules' is a list: begin each rule with '- name:'")
        return
    for place, rule in enumerate(rules):
        yield from _wrong_rule(tree, ("rules", place), rule)
    names = [rule.get("name") for rule in rules if isinstance(rule, dict)]
    for place, name in enumerate(names):
        if name in names[:place]:
            yield _problem(tree, ("rules", place, "name"), f"another rule is called '{name}' already")


def _wrong_rule(tree: Written, path: Path, rule: written.Plain) -> Iterator[Problem]:
    if not isinstance(rule, dict):
        yield _problem(tree, path, f"a rule holds {', '.join(NEEDED)}, and perhaps {', '.join(MAY)}")
        return
    for key in NEEDED:
        if key not in rule:
            yield _problem(tree, path, f"this rule needs '{key}'")
    for key, value in rule.items():
        if sentence := _wrong_value(key, value):
            place = tree.key((*path, key))
            yield Problem(place.line, place.column, sentence)


def _wrong_value(key: str, value: written.Plain) -> str:
    if key not in (*NEEDED, *MAY):
        return f"'{key}' is no part of a rule: it holds {', '.join((*NEEDED, *MAY))}"
    if not isinstance(value, str) or not value.strip():
        return f"'{key}' is one text"
    known: dict[str, list[str]] = {"for": [*Deed], "role": [str(role) for role in STAFF], "level": [*Level]}
    if key in known and value not in known[key]:
        return f"'{value}' is not known: '{key}' is one of {', '.join(known[key])}"
    return (
        "" if key != "amount" or _amount(value) is not None else f"'{value}' is no amount: write for example 10 or 2.50"
    )


def _amount(value: str) -> Decimal | None:
    """Never below 0, and no more than two digits behind the point."""
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return None
    is_money = amount.is_finite() and 0 <= amount <= MOST and round(amount, 2) == amount
    return amount if is_money and "E" not in str(amount).upper() else None


def _rule(given: dict[str, str]) -> Rule:
    return Rule(
        name=given["name"],
        deed=Deed(given["for"]),
        amount=Decimal(given["amount"]),
        role=given.get("role", ""),
        site_kind=given.get("site_kind", ""),
        level=given.get("level", ""),
    )


def _problem(tree: Written, path: Path, sentence: str) -> Problem:
    place = tree.place(path)
    return Problem(place.line, place.column, sentence)
