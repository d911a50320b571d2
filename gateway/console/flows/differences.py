"""What does a draft change, who has approved it, do its tests pass, and may it go live?"""

from typing import Any

from flask import abort, redirect, request, url_for

from gateway.console.doors import Visit, opens
from gateway.console.flows import desk as desks
from gateway.console.flows import sentences
from gateway.console.flows.desk import APPROVES, READS, WRITES, Desk, desk, is_clinician, may_publish
from gateway.core.changes import Area
from gateway.core.transcripts import TranscriptProblem, read
from gateway.core.worded import said_by
from gateway.publishing import drafts, live, proofs
from gateway.publishing.live import Publication

LONGEST_TEST = 20_000


@opens("/flows/<flow>/draft/changes", *READS)
def page(at: Visit, flow: str) -> Any:
    return _shown(desk(at, flow))


@opens("/flows/<flow>/draft/approve", *APPROVES, methods=("POST",))
def approve(at: Visit, flow: str) -> Any:
    """Of what this very page showed; a clinician for limits, and never one of those who wrote it."""
    place = desk(at, flow)
    areas = _may_approve(place)
    if not areas:
        return _shown(place, refused="approve"), 409
    if not drafts.approve(
        at.session, place.draft, desks.revision(), areas, at.who, at.named.name if at.named else "", at.now
    ):
        return desks.beaten(at, place)
    at.notes("approved a draft")
    return redirect(url_for("console.differences_page", flow=flow))


@opens("/flows/<flow>/draft/publish", *WRITES, methods=("POST",))
def publish(at: Visit, flow: str) -> Any:
    place = desk(at, flow)
    if not may_publish(at):
        abort(403)
    done = live.publish(at.session, place.draft, desks.revision(), at.now)
    if done.is_stale:
        return desks.beaten(at, place)
    if done.version is None:
        return _shown(place, done=done), 409
    at.notes("published a flow")
    return redirect(url_for("console.listing_flow", flow=flow))


@opens("/flows/<flow>/draft/tests", *WRITES)
def tests(at: Visit, flow: str) -> Any:
    return _tests(desk(at, flow))


@opens("/flows/<flow>/draft/tests", *WRITES, methods=("POST",))
def save_test(at: Visit, flow: str) -> Any:
    """One transcript under its name; without a line it is taken away."""
    place, name = desk(at, flow), "-".join(request.form.get("name", "").lower().split())
    text = request.form["text"].replace("\r\n", "\n").strip() + "\n"
    if not name or len(text) > LONGEST_TEST:
        abort(400)
    kept = {one: lines for one, lines in place.draft.tests.items() if one != name}
    if text.strip():
        try:
            read(text)
        except TranscriptProblem as wrong:
            return _tests(place, wrong=wrong, name=name, text=text), 400
        kept[name] = text
    return desks.change(at, place, tests=kept) or redirect(url_for("console.differences_tests", flow=flow))


def _tests(place: Desk, **told: Any) -> str:
    """In the flow's own language at once; publishing plays them in every one."""
    flow = place.flow
    own = {flow.written_in: place.languages[flow.written_in]} if flow else {}
    failed = {one.test: one for one in proofs.failures(flow, own, place.draft.tests)} if flow else None
    return place.page("tests.html", failed=failed, said_by=said_by, **told)


def _shown(place: Desk, done: Publication | None = None, **told: Any) -> str:
    at, draft = place.at, place.draft
    return place.page(
        "changes.html",
        changes=drafts.changed(at.session, draft),
        lacking=drafts.still_needed(at.session, draft),
        base=drafts.base_of(at.session, draft),
        readable=place.flow is not None,
        may_approve=_may_approve(place),
        is_author=at.who.id in draft.authors,
        publishes=may_publish(at),
        writes=at.holds(*WRITES),
        say=sentences,
        done=done,
        **told,
    )


def _may_approve(place: Desk) -> tuple[Area, ...]:
    """Which names that lack this visitor may give."""
    at = place.at
    if at.who.id in place.draft.authors or not at.holds(*APPROVES):
        return ()
    lacking = drafts.still_needed(at.session, place.draft)
    return tuple(area for area in lacking if area is not Area.LIMITS or is_clinician(at))
