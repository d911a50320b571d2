"""Which flows are there, in which version, in which languages, who approved them, and who may stop one at once?"""

import re
from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, render_template, request, url_for

from gateway import languages
from gateway.console import casewords
from gateway.console.doors import Visit, opens
from gateway.console.flows import sentences
from gateway.console.flows.desk import READS, WRITES, may_publish
from gateway.console.flows.picture import picture
from gateway.core import places
from gateway.core.cards import cards
from gateway.core.changes import called
from gateway.core.flow import Flow
from gateway.core.words import Language
from gateway.publishing import drafts as drafting
from gateway.publishing import live
from gateway.store.queries import drafts as asked
from gateway.store.queries.flows import flow_of, kept, newest, newest_of_each
from gateway.store.tables import FlowDraft, FlowVersion

NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


@dataclass(frozen=True)
class Row:
    """`spoken`: language -> how much of the flow it can say, in percent."""

    name: str
    version: FlowVersion | None
    title: str
    spoken: dict[str, int]
    draft: FlowDraft | None
    has_limits: bool = False


@opens("/flows", *READS)
def page(at: Visit) -> Any:
    return _list(at)


@opens("/flows", *WRITES, methods=("POST",))
def add(at: Visit) -> Any:
    """A flow from nothing; its cards come next."""
    name, title = request.form.get("name", "").strip(), request.form.get("title", "").strip()
    if not NAME.fullmatch(name) or not title:
        return _list(at, problem="name", name=name, title=title), 400
    draft = drafting.begin_new(at.session, name, title, at.who, at.now)
    if draft is None:
        return _list(at, problem="taken", name=name, title=title), 400
    at.notes("began a flow")
    return redirect(url_for("console.cards_page", flow=name))


@opens("/flows/<flow>", *READS)
def flow(at: Visit, flow: str) -> Any:
    return _one(at, flow)


@opens("/flows/<flow>/begin", *WRITES, methods=("POST",))
def begin(at: Visit, flow: str) -> Any:
    """From the version that is live, or from an older one that is named."""
    drafting.begin(at.session, _version(at, flow), at.who, at.now)
    return redirect(url_for("console.cards_page", flow=flow))


@opens("/flows/<flow>/pause", *WRITES, methods=("POST",))
def pause(at: Visit, flow: str) -> Any:
    version = _everywhere(at, flow)
    if version.paused_at is None:
        live.pause(at.session, version, at.now)
        at.notes("paused a flow")
    return redirect(url_for("console.listing_flow", flow=flow))


@opens("/flows/<flow>/resume", *WRITES, methods=("POST",))
def resume(at: Visit, flow: str) -> Any:
    live.resume(at.session, _everywhere(at, flow))
    at.notes("resumed a flow")
    return redirect(url_for("console.listing_flow", flow=flow))


@opens("/flows/<flow>/back", *WRITES, methods=("POST",))
def back(at: Visit, flow: str) -> Any:
    """An older version once more, as the next one."""
    _everywhere(at, flow)
    again, problems = live.go_back(at.session, _version(at, flow), at.now)
    if again is None:
        return _one(at, flow, problems=problems), 409
    at.notes("went back to a version")
    return redirect(url_for("console.listing_flow", flow=flow))


def _everywhere(at: Visit, flow: str) -> FlowVersion:
    version = newest(at.session, flow) or abort(404)
    if not may_publish(at):
        abort(403)
    return version


def _version(at: Visit, flow: str) -> FlowVersion:
    """The one whose number the form names, else the one that is live."""
    number = request.form.get("number", type=int)
    known = asked.versions_of(at.session, flow)
    return next((one for one in known if number in (None, one.number)), None) or abort(404)


def _list(at: Visit, **told: object) -> str:
    drafts = {draft.flow: draft for draft in asked.drafts(at.session)}
    rows = [_row(at, version, drafts.pop(version.flow, None)) for version in newest_of_each(at.session)]
    rows += [Row(name, None, cards(draft.source)[0].text("title"), {}, draft) for name, draft in drafts.items()]
    return render_template("flows/list.html", at=at, now=at.now, rows=rows, writes=at.holds(*WRITES), **told)


def _row(at: Visit, version: FlowVersion, draft: FlowDraft | None) -> Row:
    flow, spoken = flow_of(version), kept(version, "percent", lambda: _percent(version))
    return Row(version.flow, version, _title(at, version), spoken, draft, bool(flow.breaches))


def _percent(version: FlowVersion) -> dict[str, int]:
    """Of the flow's own sentences. A version speaks only whole languages; a wording that differs there is its own."""
    flow = flow_of(version)
    own = [one for one in places.texts(flow) if not one[0].startswith("shared/")]
    said = {code: languages.catalog_of(version, code) for code in sorted(version.languages)}
    return {code: 100 if code == flow.written_in else _part(own, known) for code, known in said.items()}


def _part(own: list[tuple[str, str]], known: Container[tuple[str, str]]) -> int:
    return 100 * sum(one in known for one in own) // max(len(own), 1)


def _in_words(at: Visit, version: FlowVersion) -> dict[str, object]:
    """Title, sentences and names in the page's language where the version speaks it, else as they were written."""
    flow, language = flow_of(version), casewords.language(at, version)
    steps = [step for step, _ in flow.every_step()]
    return {
        "title": _title(at, version),
        "texts": {step.id: language.text(places.place(flow, step), step.text) for step in steps},
        "names": {name: _name(flow, language, name) for name in flow.questions()},
        "tag": language.code.replace("_", "-"),
    }


def _title(at: Visit, version: FlowVersion) -> str:
    flow = flow_of(version)
    return casewords.language(at, version).text(f"{flow.flow}/title", flow.title)


def _name(flow: Flow, language: Language, name: str) -> str:
    """What people call a question, for the conditions that name it."""
    step = flow.questions()[name]
    return language.text(places.place(flow, step, "name"), step.name) if step.name else called(flow, name)


def _one(at: Visit, name: str, **told: object) -> str:
    version, draft = newest(at.session, name), asked.draft_of(at.session, name)
    if version is None:
        if draft is None:
            abort(404)
        abort(redirect(url_for("console.cards_page", flow=name)))
    flow = flow_of(version)
    return render_template(
        "flows/flow.html",
        at=at,
        now=at.now,
        version=version,
        flow=flow,
        cards=cards(version.source),
        **_in_words(at, version),
        row=_row(at, version, draft),
        versions=asked.versions_of(at.session, name),
        drawn=picture(at.tongue, flow),
        writes=at.holds(*WRITES),
        publishes=may_publish(at),
        say=sentences,
        **told,
    )
