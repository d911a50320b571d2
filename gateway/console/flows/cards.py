"""Writing a flow: a card for each step, limit, score and scale, changed one at a time; and the file itself."""

import re
from typing import Any

from flask import abort, redirect, request, url_for

from gateway.console.doors import Visit, opens
from gateway.console.flows import desk as desks
from gateway.console.flows import filled
from gateway.console.flows.cardpage import draft_page
from gateway.console.flows.desk import WRITES, Desk, desk
from gateway.console.flows.filled import Unfilled
from gateway.core import rewriting, written
from gateway.core.cards import STEP_KINDS, Card
from gateway.core.conditions import ConditionProblem
from gateway.core.rewriting import OutOfShape
from gateway.core.values import unreserved
from gateway.core.worded import said_by, worded
from gateway.core.written import Path, Plain

FOLDERS = {"score": "scores", "scale": "scales"}
KINDS = ("ask", "say", "when", "breach", "score", "scale")
LISTS = {"breach": ("breaches",)}
ID_KEYS = {"ask": "ask", "say": "say", "breach": "id", "score": "score", "scale": "scale"}
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
NAMED_ALIKE = ("ask", "say", "score")  # conditions name them: no two may be called the same


@opens("/flows/<flow>/draft", *WRITES)
def page(at: Visit, flow: str) -> Any:
    """`card`: the one that lies open; `add`: a new one of this kind, `into`: in this block."""
    place = desk(at, flow)
    if address := request.args.get("card"):
        return draft_page(place, open_card=place.card(address))
    kind = request.args.get("add", "")
    return draft_page(place, adding=_new(place, kind, request.args.get("into", "")) if kind in KINDS else None)


@opens("/flows/<flow>/draft/card", *WRITES, methods=("POST",))
def save(at: Visit, flow: str) -> Any:
    """One card as its form gives it; "more" only adds an empty part to a condition."""
    place = desk(at, flow)
    card = _addressed(place)
    if "more" in request.form:
        return draft_page(place, **_still_open(card), typed=request.form, more=True)
    try:
        values = filled.values_of(card, request.form)
    except (ConditionProblem, Unfilled) as wrong:
        return draft_page(place, **_still_open(card), typed=request.form, wrong=said_by(wrong)), 400
    if not values:  # as it was: no change, and nobody's name is taken away
        return _back_to(flow, card)
    name = card.name if card.place >= 0 else filled.one_line(request.form.get("id", ""))
    wrong_name = _wrong_name(place, card, name)
    try:
        text = "" if wrong_name else _with(place, card, name, values)
    except OutOfShape as wrong:
        return draft_page(place, **_still_open(card), typed=request.form, wrong=said_by(wrong)), 400
    if problem := wrong_name or _unwritable(text):
        return draft_page(place, **_still_open(card), typed=request.form, wrong=problem), 400
    return desks.change(at, place, source=text) or _back_to(flow, card)


@opens("/flows/<flow>/draft/move", *WRITES, methods=("POST",))
def move(at: Visit, flow: str) -> Any:
    place = desk(at, flow)
    card, by = place.card(request.form["card"]), -1 if request.form.get("by") == "up" else 1
    if card.kind not in (*STEP_KINDS, "breach"):
        abort(400)
    moved = (*card.path[:-1], min(max(card.place + by, 0), card.among - 1))
    try:
        text = rewriting.move(place.draft.source, card.path, by)
    except OutOfShape as wrong:
        return draft_page(place, open_card=card, wrong=said_by(wrong)), 400
    return desks.change(at, place, source=text) or _to(flow, Card(moved, card.kind, "", {}, 1))


@opens("/flows/<flow>/draft/remove", *WRITES, methods=("POST",))
def remove(at: Visit, flow: str) -> Any:
    place = desk(at, flow)
    card = place.card(request.form["card"])
    if not card.path:
        abort(400)
    try:
        text = rewriting.take(place.draft.source, card.path)
    except OutOfShape as wrong:
        return draft_page(place, open_card=card, wrong=said_by(wrong)), 400
    return desks.change(at, place, source=text) or _to(flow)


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
    if place.draft.revision != desks.revision():
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
    if into and place.card(into).kind != "when":
        abort(404)
    path: Path = LISTS.get(kind) or ((FOLDERS[kind],) if kind in FOLDERS else (*block, "steps"))
    return Card(path, kind, "", _usual(place) if kind == "ask" else {}, 1, place=-1)


def _usual(place: Desk) -> dict[str, Plain]:
    """How a new question is answered until one chooses: the first asks for danger signs, the others for a number."""
    return {"scale": "zero_to_ten"} if place.names else {"yes_no": "true"}


def _still_open(card: Card) -> dict[str, Card]:
    return {"adding" if card.place < 0 else "open_card": card}


def _wrong_name(place: Desk, card: Card, name: str) -> str:
    """Of a new card: it never changes again, so one that cannot stay is not taken."""
    if card.place >= 0 or card.kind not in ID_KEYS:
        return ""
    if not NAME.fullmatch(name):
        return worded("a name takes small letters, digits and _, and begins with a letter")
    try:
        unreserved(name)
    except ValueError as reserved:
        return said_by(reserved)
    kinds = NAMED_ALIKE if card.kind in NAMED_ALIKE else (card.kind,)
    if any(one.kind in kinds and one.name == name for one in place.cards):
        return worded("there is a card called '%(name)s' already: take another name", name=name)
    return ""


def _with(place: Desk, card: Card, name: str, values: dict[str, Plain]) -> str:
    text = place.draft.source
    if card.place >= 0:
        return _put(text, card, values)
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
