"""What are doctors advised to do, who approved it, which of it is out of date, and where does a new text begin?"""

from typing import Any

from flask import abort, redirect, render_template, request, url_for

from gateway import advising
from gateway.console.doors import Visit, opens
from gateway.console.flows import advicewords
from gateway.console.flows.desk import APPROVES, READS
from gateway.console.flows.listing import NAME
from gateway.store.queries import advice as asked
from gateway.store.queries.advice import advice_of


@opens("/advice", *READS)
def page(at: Visit) -> Any:
    return _list(at)


@opens("/advice", *APPROVES, methods=("POST",))
def add(at: Visit) -> Any:
    """A text about something that has none; its cards come next."""
    name, title = request.form.get("name", "").strip(), request.form.get("title", "").strip()
    if not NAME.fullmatch(name) or not title:
        return _list(at, problem="name", name=name, title=title), 400
    if advising.begin_new(at.session, name, title, at.who, at.now) is None:
        return _list(at, problem="taken", name=name, title=title), 400
    at.notes("began an advice")
    return redirect(url_for("console.sops_page", advice=name))


@opens("/advice/<advice>", *READS)
def one(at: Visit, advice: str) -> Any:
    """In every language, with all its versions."""
    versions = asked.versions_of_advice(at.session, advice)
    draft = asked.advice_draft(at.session, advice)
    if not versions:
        return redirect(url_for("console.sops_page", advice=advice)) if draft else abort(404)
    return render_template(
        "flows/advice_text.html",
        at=at,
        now=at.now,
        version=versions[0],
        versions=[(version, advice_of(version)) for version in versions],
        one=advice_of(versions[0]),
        today=at.today,
        draft=draft,
        writes=at.holds(*APPROVES),
        say=advicewords,
    )


@opens("/advice/<advice>/begin", *APPROVES, methods=("POST",))
def begin(at: Visit, advice: str) -> Any:
    """From the version that is used, or from an older one that is named."""
    number = request.form.get("number", type=int)
    known = asked.versions_of_advice(at.session, advice)
    base = next((one for one in known if number in (None, one.number)), None) or abort(404)
    advising.begin(at.session, base, at.who, at.now)
    return redirect(url_for("console.sops_page", advice=advice))


def _list(at: Visit, **told: object) -> str:
    drafts = {draft.name: draft for draft in asked.advice_drafts(at.session)}
    rows = [(version, advice_of(version)) for version in asked.newest_advice(at.session)]
    return render_template(
        "flows/advice.html",
        at=at,
        now=at.now,
        rows=rows,
        drafts=drafts,
        new=[draft for name, draft in drafts.items() if name not in {version.name for version, _ in rows}],
        today=at.today,
        writes=at.holds(*APPROVES),
        say=advicewords,
        **told,
    )
