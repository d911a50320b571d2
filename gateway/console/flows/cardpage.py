"""What stands on the page of a draft's cards: each card, what is wrong with it, and what its lists offer?"""

from typing import Any

from flask import url_for

from gateway.console import casewords
from gateway.console.flows import fields, filled, sentences
from gateway.console.flows.desk import Desk
from gateway.console.flows.fields import Field
from gateway.console.flows.filled import TESTS, Form
from gateway.console.flows.picture import picture
from gateway.console.words import _
from gateway.core import cards
from gateway.core.cards import STEP_KINDS, Card
from gateway.core.composing import Row, rows
from gateway.core.conditions import ConditionProblem
from gateway.core.saying import NOT_FOR_PATIENTS
from gateway.core.worded import Worded
from gateway.core.written import Path, Problem
from gateway.store.queries.flows import flow_of, newest_of_each

BLANK = Row()
DANGER_SIGN = "flag_"  # begins the names of the house's danger signs
NOT_ON_A_CARD = (*NOT_FOR_PATIENTS, DANGER_SIGN, "card_", "five_")
HEAD = 50  # signs of a sentence in a list
Offers = list[tuple[str, str]]  # what is sent, and how it is called


def draft_page(place: Desk, **told: Any) -> str:
    """`open_card`: the one whose form is shown; `adding`: a new one; `typed`: what was sent and not kept, and why."""
    flow, problems = place.judged
    steps = {card.name: card.address for card in place.cards if card.kind in ("ask", "say")}
    found = [(problem, place.card_of(problem)) for problem in problems]
    return place.page(
        "draft.html",
        problems=[(problem, _way(place, problem, card)) for problem, card in found],
        wrong_cards={card.address for problem, card in found if card and problem.severity == "refused"},
        drawn=picture(place.at.tongue, flow, steps) if flow and flow.steps else None,
        limits=_limits(place),
        say=sentences,
        lists=fields,
        filled=filled,
        offered=lambda card, field, chosen: _offered(place, card, field, chosen),
        offered_words=lambda card: _more_words(place, card),
        rows_for=rows_for,
        may_name=lambda card: _may_name(place, card),
        **{"open_card": None, "adding": None, "typed": None, "wrong": "", **told},
    )


def _way(place: Desk, problem: Problem, card: Card | None) -> str:
    """To where it is mended: what is wrong with a translation, among the translations; else its card."""
    spoken = problem.sentence.facts.get("language") if isinstance(problem.sentence, Worded) else None
    if spoken in place.languages and place.flow and spoken != place.flow.written_in:
        return url_for("console.translating_page", flow=place.draft.flow, language=spoken)
    return f"?card={card.address}#c-{card.address}" if card else ""


def _limits(place: Desk) -> dict[str, list[Card]]:
    """Question -> the limits that name it."""
    found: dict[str, list[Card]] = {}
    for card in place.cards:
        if card.kind == "breach":
            for name in dict.fromkeys(_named(card.text("when"))):
                found.setdefault(name, []).append(card)
    return found


def _named(condition: str) -> list[str]:
    try:
        return [name for row in rows(condition)[0] for name in row.ids]
    except ConditionProblem:
        return []


def _offered(place: Desk, card: Card, field: Field, chosen: str) -> Offers:
    """What a list to pick from holds; what stands is among it, be it wrong."""
    offers = _choices(place, field)
    if chosen or card.place >= 0:
        return offers if chosen in dict(offers) else [(chosen, chosen), *offers]
    return offers


def _choices(place: Desk, field: Field) -> Offers:
    nothing = ("", place.at.tongue.say(_("nothing")))
    match field.kind:
        case "scale":
            own = [card.name for card in place.cards if card.kind == "scale"]
            return [(name, _plain(name)) for name in dict.fromkeys((*own, *place.house.scales))]
        case "question":
            return [nothing, *place.names.items()]
        case "score":
            return [nothing, *((card.name, _plain(card.name)) for card in place.cards if card.kind == "score")]
        case "shown":
            return [nothing, *_scores(place)]
        case "sign":
            signs = {name: text for name, text in place.house.words.items() if name.startswith(DANGER_SIGN)}
            return [nothing, *((name.removeprefix(DANGER_SIGN), text) for name, text in signs.items())]
        case "flows":
            others = (version for version in newest_of_each(place.at.session) if version.flow != place.draft.flow)
            return [(version.flow, casewords.title(place.at, version.flow)) for version in others]
        case _:
            return [(name, place.at.tongue.say(label)) for name, label in field.options]


def _scores(place: Desk) -> Offers:
    live = [flow_of(version) for version in newest_of_each(place.at.session)]
    return [(f"{flow.flow} {name}", f"{flow.title}: {_plain(name)}") for flow in live for name in flow.scores]


def _more_words(place: Desk, card: Card) -> Offers:
    """The house's sentences for patients of which this flow has no words of its own."""
    named = {field.key for field in fields.fields_of(card)}
    rest = {name: text for name, text in place.house.words.items() if not name.startswith(NOT_ON_A_CARD)}
    return [(name, f"{_plain(name)}: {text[:HEAD]}") for name, text in rest.items() if name not in named]


def _plain(name: str) -> str:
    return name.replace("_", " ")


def rows_for(card: Card, key: str, typed: Form | None) -> tuple[list[Row], str, str]:
    """The parts of a condition, one empty one behind them, how they are joined, and a text that no list can show."""
    if typed is not None:
        kept = [row for row in filled.rows_of(typed, key) if not row.is_empty]
        return [*kept, BLANK], typed.get(f"{key}.join", "and"), ""
    try:
        found, joint = rows(card.text(key))
    except ConditionProblem:
        return [BLANK], "and", card.text(key)
    if any(len(row.tests) > TESTS for row in found):
        return [BLANK], "and", card.text(key)
    return [*found, BLANK], joint, ""


def _may_name(place: Desk, card: Card) -> list[str]:
    """Which questions and scores a condition of this card may name, and what it names."""
    if card.kind == "breach":
        names = [one.name for one in place.cards if one.kind in ("ask", "score")]
    else:
        path = card.path if card.place >= 0 else _end_of(place, card.path)
        names = cards.earlier_questions(place.cards, path)
        names += [one.name for one in place.cards if one.kind == "score" and set(one.lines("sum")) <= set(names)]
    standing = _named(card.text("when") or card.text("only_if"))
    return list(dict.fromkeys((*names, *(name for name in standing if name not in fields.KNOWN_FACTS))))


def _end_of(place: Desk, path: Path) -> Path:
    """Of the last step in this list, or of the block that is still empty: what is added comes behind it."""
    following = [card.path for card in place.cards if card.kind in STEP_KINDS]
    inside = [one for one in following if one[: len(path)] == path] or [path[:-1]]
    last = following.index(inside[-1]) + 1 if inside[-1] in following else len(following)
    return following[last] if last < len(following) else ()
