"""Writing an advice text: its cards, what is different, a clinician's name, and its use."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for

from gateway import advising
from gateway.advising import Publication
from gateway.console.doors import Visit, opens
from gateway.console.flows import advicewords
from gateway.console.flows.advicewords import LEVELS, Card, cards
from gateway.console.flows.desk import APPROVES, READS, WRITES, go, is_clinician, may_publish, revision
from gateway.console.flows.filled import one_line
from gateway.console.flows.listing import NAME
from gateway.core.advice import read
from gateway.core.sopchanges import differences
from gateway.core.written import Path, Plain
from gateway.store.queries.accounts import named
from gateway.store.queries.advice import advice_draft, advice_of, newest_of_advice
from gateway.store.queries.flows import newest_of_each, spoken_in
from gateway.store.tables import AdviceDraft, User

ENGLISH = "en"  # the language that the others are judged by


@opens("/advice/<advice>/draft", *READS)
def page(at: Visit, advice: str) -> Any:
    """`card`: the one that lies open; `add`: a level, or `lacks`, that is not there yet."""
    draft, kind = _draft(at, advice), request.args.get("add", "")
    adding = Card("level", kind, {}, 0) if kind in LEVELS else Card("lacks", "", {}, 0) if kind == "lacks" else None
    return _shown(at, draft, open_card=request.args.get("card", ""), adding=adding)


@opens("/advice/<advice>/draft/card", *APPROVES, methods=("POST",))
def save(at: Visit, advice: str) -> Any:
    """One card as its form gives it; a card without a line is taken away."""
    draft, place = _draft(at, advice), _place()
    values = _of_head() if not place else _said()
    done = advising.change(at.session, draft, _revision(), place, values, at.who, at.now)
    return _kept(at, draft, done) or _to(advice, ".".join(map(str, place)) or "head")


@opens("/advice/<advice>/draft/approve", *APPROVES, methods=("POST",))
def approve(at: Visit, advice: str) -> Any:
    draft = _draft(at, advice)
    if not _may_approve(at, draft):
        return _shown(at, draft, refused=True), 409
    done = advising.approve(at.session, draft, _revision(), at.who, at.named.name if at.named else "", at.now)
    if done:
        at.notes("approved an advice")
    return (_shown(at, draft, sent={}), 409) if not done else _to(advice, "names")


@opens("/advice/<advice>/draft/use", *WRITES, methods=("POST",))
def use(at: Visit, advice: str) -> Any:
    draft = _draft(at, advice)
    if not may_publish(at):
        abort(403)
    done = advising.put_in_use(at.session, draft, _revision(), at.now)
    if done.is_stale:
        return _shown(at, draft, sent={}), 409
    if done.version is None:
        return _shown(at, draft, done=done), 409
    at.notes("put an advice in use")
    return redirect(url_for("console.advice_one", advice=advice))


@opens("/advice/<advice>/draft/discard", *APPROVES, methods=("POST",))
def discard(at: Visit, advice: str) -> Any:
    draft = _draft(at, advice)
    if draft.revision != _revision():
        return _shown(at, draft, sent={}), 409
    at.session.delete(draft)
    at.notes("threw an advice draft away")
    return redirect(url_for("console.advice_page"))


def _draft(at: Visit, advice: str) -> AdviceDraft:
    """404 where there is no such advice; to its own page where nobody writes at it."""
    draft = advice_draft(at.session, advice)
    if draft is None:
        if newest_of_advice(at.session, advice) is None:
            abort(404)
        go(url_for("console.advice_one", advice=advice))
    return draft


def _revision() -> int:
    return revision()


def _place() -> Path:
    """Of the card that the form is about; a new thing that a clinic lacks brings its name along."""
    folder, _dot, name = request.form.get("card", "").partition(".")
    if folder == "head":
        return ()
    if folder == "levels" and name in LEVELS:
        return folder, name
    name = name or "-".join(request.form.get("thing", "").lower().split())
    return (folder, name) if folder == "without" and NAME.fullmatch(name) else abort(400)


def _of_head() -> dict[str, Plain]:
    sent = {name: one_line(request.form.get(name, "")) for name in ("title", "source", "review_by")}
    topics = request.form.get("about", "").replace("，", ",").split(",")
    return {**sent, "about": [one_line(topic).replace(" ", "_") for topic in topics if topic.strip()]}


def _said() -> dict[str, Plain]:
    return {key.removeprefix("said."): one_line(text) for key, text in request.form.items() if key.startswith("said.")}


def _kept(at: Visit, draft: AdviceDraft, done: bool) -> Any:
    """None when it was; else the page as it is now, with what this person had written."""
    if done:
        at.notes("changed an advice")
        return None
    sent = {name: text for name, text in request.form.items() if name not in ("form_token", "revision", "card")}
    return _shown(at, draft, sent={name: text for name, text in sent.items() if text.strip()}), 409


def _to(advice: str, anchor: str) -> Any:
    return redirect(url_for("console.sops_page", advice=advice, _anchor=anchor))


def _may_approve(at: Visit, draft: AdviceDraft) -> bool:
    return not draft.approval and is_clinician(at) and at.who.id not in draft.authors


def _languages(at: Visit, known: tuple[Card, ...]) -> list[str]:
    """English, and every language that a flow speaks or the text itself does."""
    spoken = {code for version in newest_of_each(at.session) for code in spoken_in(version)}
    own = {code for card in known if card.kind != "head" for code in card.said}
    return [ENGLISH, *sorted((spoken | own) - {ENGLISH})]


def _shown(at: Visit, draft: AdviceDraft, done: Publication | None = None, **told: Any) -> str:
    """`sent`: somebody was faster, and this is what had been written."""
    known, (text, problems) = cards(draft.source), read(draft.source)
    live = newest_of_advice(at.session, draft.name)
    author = at.session.get(User, draft.changed_by)
    return render_template(
        "flows/advice_draft.html",
        at=at,
        now=at.now,
        draft=draft,
        cards=known,
        title=known[0].said["title"] if known else draft.name,
        levels=[level for level in LEVELS if level not in {card.name for card in known if card.kind == "level"}],
        languages=_languages(at, known),
        problems=[(problem, advicewords.at_line(known, problem.line)) for problem in problems],
        changes=differences(advice_of(live) if live else None, text) if text else (),
        is_new=live is None,
        author=named(at.session, author).name if author else "",
        may_approve=_may_approve(at, draft),
        is_author=at.who.id in draft.authors,
        is_clinician=is_clinician(at),
        writes=at.holds(*APPROVES),
        uses=may_publish(at),
        say=advicewords,
        done=done,
        **{"sent": None, "open_card": "", "adding": None, "refused": False, **told},
    )
