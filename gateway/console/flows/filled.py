"""What do the filled fields of a card change in the flow's text, and how does what stands fill them?"""

import re

from werkzeug.datastructures import MultiDict

from gateway.console.flows.fields import ANSWERS, Field, fields_of
from gateway.core.cards import Card
from gateway.core.composing import ANY, Judged, Row, composed, rows
from gateway.core.conditions import ConditionProblem
from gateway.core.worded import worded
from gateway.core.written import Plain

TESTS = 2  # of a part of a condition that a card can show
Form = MultiDict[str, str]


LISTS = ("questions", "channels", "flows")
UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


class Unfilled(ValueError):
    """What lacks in the form, in one sentence."""


def values_of(card: Card, form: Form) -> dict[str, Plain]:
    """What the form's answers change on the card; "" takes a key away. Raises ConditionProblem and Unfilled."""
    found: dict[str, Plain] = {}
    for field in fields_of(card):
        if field.kind == "answer":
            found |= dict.fromkeys(("yes_no", "pin"), "") | _flagged(form.get("answer", ""))
        elif field.kind != "id":
            fits = not field.when or form.get("answer") in field.when
            found[field.key] = _value(field, form) if fits else ""
    if card.kind == "words":
        found |= _another(form)
    if card.place < 0:
        return found
    return {key: value for key, value in found.items() if not _stands(card, key, value)}


def _another(form: Form) -> dict[str, Plain]:
    """One more of the house's sentences in the flow's own words."""
    name, text = form.get("another", ""), one_line(form.get("another.text", ""))
    if bool(name) != bool(text):
        raise Unfilled(worded("other words take two things: which sentence of the house, and what is said instead"))
    return {name: text} if name else {}


def _flagged(answer: str) -> dict[str, Plain]:
    return {answer: "true"} if answer in ("yes_no", "pin") else {}


def _stands(card: Card, key: str, value: Plain) -> bool:
    """Whether the card says so already, be it in other words: what nobody changed stays as it was written."""
    found, given = next((one for one in fields_of(card) if one.key == key), None), _given(card, key)
    if value == given or not (value or given):
        return True
    if found is None:
        return False
    if not value and found.kind not in LISTS and not shown(card, found):  # a list where a text belongs: never shown
        return True
    match found.kind:
        case "flag":
            return not value and given == "false"
        case "condition":
            return value == _as_chosen(str(given))
        case "reports" | "prompts":
            return str(value).partition(" ")[0] == str(given).partition(" ")[0]
        case _:
            return not given and value == found.default


def uses_seldom(card: Card) -> bool:
    return any(_given(card, field.key) for field in fields_of(card) if field.seldom)


def _as_chosen(condition: str) -> str:
    """What the lists make of a condition that nobody touched; "" of one that they cannot show."""
    try:
        found, joint = rows(condition)
    except ConditionProblem:
        return ""
    return composed(found, joint) if all(len(row.tests) <= TESTS for row in found) else ""


def _value(field: Field, form: Form) -> Plain:
    sent = one_line(form.get(field.key, ""))
    match field.kind:
        case "condition":
            return condition_of(form, field.key)
        case "lines":
            return [*_lines(form.get(field.key, ""))]
        case "numbered":
            return {str(number): line for number, line in enumerate(_lines(form.get(field.key, "")), 1)}
        case "labels":
            pairs = (line.partition("=") for line in _lines(form.get(field.key, "")))
            return {number.strip(): label.strip() for number, _sign, label in pairs}
        case "questions" | "channels" | "flows":
            return list(form.getlist(field.key))
        case "commas":
            return [part.strip() for part in sent.split(",") if part.strip()]
        case "reports" | "prompts":
            return f"{sent} {field.kind}" if sent.isdigit() else sent
        case "flag":
            return "true" if sent else ""
        case _:
            return sent


def one_line(text: str) -> str:
    """Without what no telephone can show and no database keeps."""
    return " ".join(UNSEEN.sub("", text).split())


def _lines(text: str) -> list[str]:
    return [line for line in map(one_line, text.splitlines()) if line]


def condition_of(form: Form, key: str) -> str:
    return composed(rows_of(form, key), form.get(f"{key}.join", "and"))


def rows_of(form: Form, key: str) -> list[Row]:
    """The parts as they were chosen, the empty ones too."""
    numbers = [number for number in range(20) if f"{key}.{number}.of" in form]
    return [_row(form, f"{key}.{number}") for number in numbers]


def _row(form: Form, part: str) -> Row:
    tests = (
        Judged(*(one_line(form.get(f"{part}.{test}.{name}", "")) for name in ("test", "first", "second")))
        for test in range(TESTS)
    )
    return Row(
        tuple(form.getlist(f"{part}.id")),
        form.get(f"{part}.of", ANY),
        tuple(tests),
        one_line(form.get(f"{part}.reports", "")),
    )


def shown(card: Card, field: Field) -> str:
    """What stands on the card, as its field shows it."""
    value = card.values.get(field.key, "")
    match field.kind:
        case "lines" | "numbered":
            return "\n".join(card.lines(field.key))
        case "labels":
            return (
                "\n".join(f"{number} = {label}" for number, label in value.items()) if isinstance(value, dict) else ""
            )
        case "commas":
            return ", ".join(card.lines(field.key)) or card.text(field.key)
        case "reports" | "prompts":
            return card.text(field.key).partition(" ")[0]
        case _:
            return given if isinstance(given := _given(card, field.key), str) and given else field.default


def answer_of(card: Card) -> str:
    return next((kind for kind, _label in ANSWERS if card.values.get(kind)), "yes_no")


def _given(card: Card, key: str) -> Plain:
    """`start.every` stands in the folder `start`."""
    folder, _dot, name = key.partition(".")
    value = card.values.get(folder, "")
    if not name:
        return value
    return value.get(name, "") if isinstance(value, dict) else ""
