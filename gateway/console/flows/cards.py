"""Writing a flow: a card for each step, limit, score and scale, changed one at a time; and the file itself."""

from typing import Any

from flask import abort, redirect, request, url_for

from gateway.console.doors import Visit, opens
from gateway.console.flows import desk as desks
from gateway.console.flows import fields, sentences
from gateway.console.flows.desk import WRITES, Desk, desk
from gateway.console.flows.picture import picture
from gateway.core import cards, flowfile, rewriting, written
from gateway.core.cards import STEP_KINDS, Card
from gateway.core.composing import Row, rows
from gateway.core.conditions import ConditionProblem
from gateway.core.worded import Worded, said_by
from gateway.core.written import Path, Plain, Problem

FOLDERS = {"score": "scores", "scale": "scales"}
KINDS = ("ask", "say", "when", "breach", "score", "scale")
LISTS = {"breach": ("breaches",)}
ID_KEYS = {"ask": "ask", "say": "say", "breach": "id", "score": "score", "scale": "scale"}
BLANK = Row()


@opens("/flows/<flow>/draft", *WRITES)
def page(at: Visit, flow: str) -> Any:
    """`card`: the one that lies open; `add`: a new one of this kind, `into`: in this block."""
    place = desk(at, flow)
    if address := request.args.get("card"):
        return _shown(place, open_card=place.card(address))
    kind = request.args.get("add", "")
    return _shown(place, adding=_new(place, kind, request.args.get("into", "")) if kind in KINDS else None)


@opens("/flows/<flow>/draft/card", *WRITES, methods=("POST",))
def save(at: Visit, flow: str) -> Any:
    """One card as its form gives it; "more" only adds an empty part to a condition."""
    place = desk(at, flow)
    card = _addressed(place)
    if "more" in request.form:
        return _shown(place, **_still_open(card), typed=request.form, more=True)
    try:
        values = fields.values_of(card.kind, request.form)
        text = _with(place, card, values)
    except ConditionProblem as wrong:
        return _shown(place, **_still_open(card), typed=request.form, wrong=said_by(wrong)), 400
    if problem := _unwritable(text):
        return _shown(place, **_still_open(card), typed=request.form, wrong=problem), 400
    return desks.change(at, place, source=text) or _back_to(flow, card)


@opens("/flows/<flow>/draft/move", *WRITES, methods=("POST",))
def move(at: Visit, flow: str) -> Any:
    place = desk(at, flow)
    card, by = place.card(request.form["card"]), -1 if request.form.get("by") == "up" else 1
    if card.kind not in (*STEP_KINDS, "breach"):
        abort(400)
    moved = (*card.path[:-1], min(max(card.place + by, 0), card.among - 1))
    text = rewriting.move(place.draft.source, card.path, by)
    return desks.change(at, place, source=text) or _to(flow, Card(moved, card.kind, "", {}, 1))


@opens("/flows/<flow>/draft/remove", *WRITES, methods=("POST",))
def remove(at: Visit, flow: str) -> Any:
    place = desk(at, flow)
    card = place.card(request.form["card"])
    if not card.path:
        abort(400)
    return desks.change(at, place, source=rewriting.take(place.draft.source, card.path)) or _to(flow)


@opens("/flows/<flow>/draft/file", *WRITES)
def file(at: Visit, flow: str) -> Any:
    return desk(at, flow).page("file.html", text=None)


@opens("/flows/<flow>/draft/file", *WRITES, methods=("POST",))
def save_file(at: Visit, flow: str) -> Any:
    """Kept with its Problems of sense, so that nobody loses work; what cannot be read at all stays on the page."""
    place, text = desk(at, flow), request.form["text"].replace("\r\n", "\n").strip("\n") + "\n"
    tree, problems = written.load(text)
    if tree is None or not isinstance(tree.value, dict):
        return place.page("file.html", text=text, wrong=problems[0] if problems else None), 400
    if tree.value.get("flow") != flow:
        return place.page("file.html", text=text, renamed=True), 400
    return desks.change(at, place, source=text) or redirect(url_for("console.cards_file", flow=flow))


@opens("/flows/<flow>/draft/discard", *WRITES, methods=("POST",))
def discard(at: Visit, flow: str) -> Any:
    place = desk(at, flow)
    if place.draft.revision != request.form.get("revision", 0, type=int):
        return desks.beaten(at, place)
    at.session.delete(place.draft)
    at.notes("threw a draft away")
    return redirect("/flows")


def _addressed(place: Desk) -> Card:
    """The card that the form is about: one that stands, or a new one."""
    kind = request.form.get("add", "")
    if kind:
        return _new(place, kind, request.form.get("into", "")) if kind in KINDS else abort(400)
    return place.card(request.form["card"])


def _new(place: Desk, kind: str, into: str) -> Card:
    """Not written yet: its path is that of the list or folder where it will stand."""
    block = place.card(into).path if into else ()
    path: Path = LISTS.get(kind) or ((FOLDERS[kind],) if kind in FOLDERS else (*block, "steps"))
    return Card(path, kind, "", {"scale": "zero_to_ten"} if kind == "ask" else {}, 1, place=-1)


def _still_open(card: Card) -> dict[str, Card]:
    return {"adding" if card.place < 0 else "open_card": card}


def _with(place: Desk, card: Card, values: dict[str, Plain]) -> str:
    text = place.draft.source
    if card.place >= 0:
        return _put(text, card, values)
    name = fields.one_line(request.form.get("id", ""))
    wanted = {key: value for key, value in values.items() if value}
    if card.kind in FOLDERS:
        return rewriting.put(text, (*card.path, name), wanted)
    named: dict[str, Plain] = {ID_KEYS[card.kind]: name} if card.kind in ID_KEYS else {}
    return rewriting.add(text, card.path, {**named, **wanted})


def _put(text: str, card: Card, values: dict[str, Plain]) -> str:
    """`start.every` goes into the folder `start`."""
    start = {key.removeprefix("start."): value for key, value in values.items() if key.startswith("start.")}
    rest = {key: value for key, value in values.items() if not key.startswith("start.")}
    text = rewriting.put(text, card.path, rest)
    return rewriting.put(text, ("start",), start) if start else text


def _unwritable(text: str) -> str:
    """What would make the draft's file unreadable for its cards."""
    tree, problems = written.load(text)
    return problems[0].sentence if tree is None else ""


def _back_to(flow: str, card: Card) -> Any:
    return _to(flow, card if card.place >= 0 else None)


def _to(flow: str, card: Card | None = None) -> Any:
    return redirect(url_for("console.cards_page", flow=flow, _anchor=f"c-{card.address}" if card else "cards"))


def _shown(place: Desk, **told: Any) -> str:
    flow, problems = place.judged
    steps = {card.name: card.address for card in place.cards if card.kind in ("ask", "say")}
    common = flowfile.read_shared(place.draft.shared)[0]
    found = [(problem, place.card_of(problem)) for problem in problems]
    ways = [(problem, _way(place, problem, card)) for problem, card in found]
    return place.page(
        "draft.html",
        problems=ways,
        wrong_cards={card.address for problem, card in found if card and problem.severity == "refused"},
        drawn=picture(place.at.tongue, flow, steps) if flow and flow.steps else None,
        limits=_limits(place),
        scales=list(
            dict.fromkeys(
                [*(card.name for card in place.cards if card.kind == "scale"), *(common.scales if common else ())]
            )
        ),
        say=sentences,
        forms=fields,
        rows_for=_rows_for,
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


def _rows_for(card: Card, key: str, typed: fields.Form | None, more: bool = False) -> tuple[list[Row], str, str]:
    """The parts of a condition, one empty one behind them, how they are joined, and a text that no list can show."""
    if typed is not None:
        kept = [row for row in fields.rows_of(typed, key) if not row.is_empty]
        return [*kept, BLANK], typed.get(f"{key}.join", "and"), ""
    try:
        found, joint = rows(card.text(key))
    except ConditionProblem:
        return [BLANK], "and", card.text(key)
    return [*found, BLANK], joint, ""


def _may_name(place: Desk, card: Card) -> list[str]:
    """Which questions and scores a condition of this card may name."""
    if card.kind == "breach":
        return [one.name for one in place.cards if one.kind in ("ask", "score")]
    path = card.path if card.place >= 0 else _end_of(place, card.path)
    return cards.earlier_questions(place.cards, path)


def _end_of(place: Desk, path: Path) -> Path:
    """Of the last step in this list: what is added comes behind it."""
    inside = [card.path for card in place.cards if card.path[: len(path)] == path]
    following = [card.path for card in place.cards if card.kind in STEP_KINDS]
    last = following.index(inside[-1]) + 1 if inside and inside[-1] in following else len(following)
    return following[last] if last < len(following) else ()
