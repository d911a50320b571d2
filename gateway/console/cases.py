"""One case: what happened, the texts as they were sent, and what a person does about it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import abort, redirect, render_template, request, url_for

from gateway.cases import hands, plans
from gateway.cases.hands import Hand, Kept, Not
from gateway.console import casewords
from gateway.console.doors import LOOKS, Visit, opens
from gateway.console.notes import add_note, notes_of
from gateway.console.patients import theirs
from gateway.console.story import story
from gateway.core.flow import Level
from gateway.core.life import State
from gateway.core.orders import NOT_REACHED
from gateway.store.queries.cases import events_of, reachable_clinicians
from gateway.store.queries.patients import Listed
from gateway.store.queries.people import ladder
from gateway.store.tables import Case, Person, Post, Role
from gateway.talk.facts import called

ACTS = (Post.COORDINATOR, Post.CLINICIAN)
OUTCOMES = (
    "reached, managed at home",
    "seen at the clinic",
    "sent to hospital",
    "not reached",
    "no case",
    "died",
)
DIGITS = "4567"


@opens("/cases/<case_id>", *LOOKS)
def page(at: Visit, case_id: str) -> Any:
    case, hers = _within(at, case_id)
    at.notes("saw a case", person_id=case.patient_id, case_id=case.id)
    return _shown(at, case, hers)


@opens("/cases/<case_id>/take", *ACTS, methods=("POST",))
def take(at: Visit, case_id: str) -> Any:
    visits = request.form.get("how") == "visit"
    return _act(
        at, case_id, "took a case", lambda hand: hands.take_over(at.session, at.now, case_id, hand, visits=visits)
    )


@opens("/cases/<case_id>/done", *ACTS, methods=("POST",))
def done(at: Visit, case_id: str) -> Any:
    """What was done, in the digits of the SMS; nobody reached stands alone."""
    digits = "".join(sorted(set(request.form.getlist("digit")) & set(DIGITS + NOT_REACHED)))
    if not digits or (NOT_REACHED in digits and len(digits) > 1):
        case, hers = _within(at, case_id)
        return _shown(at, case, hers, problem="digits"), 400
    return _act(at, case_id, "noted a contact", lambda hand: hands.say_done(at.session, at.now, case_id, hand, digits))


@opens("/cases/<case_id>/hand-over", *ACTS, methods=("POST",))
def hand_over(at: Visit, case_id: str) -> Any:
    to = at.session.get(Person, request.form["to"])
    _, hers = _within(at, case_id)
    if to is None or to.id not in {person.id for person, _ in _others(at, hers)}:
        abort(404)
    return _act(at, case_id, "handed a case over", lambda hand: hands.hand_over(at.session, at.now, case_id, hand, to))


@opens("/cases/<case_id>/close", *ACTS, methods=("POST",))
def close(at: Visit, case_id: str) -> Any:
    outcome, why = request.form["outcome"], request.form["reason"].strip()
    if outcome not in OUTCOMES:
        abort(400)
    if not why:
        case, hers = _within(at, case_id)
        return _shown(at, case, hers, problem="reason"), 400
    return _act(at, case_id, "closed a case", lambda hand: hands.close(at.session, at.now, case_id, hand, outcome))


@opens("/cases/<case_id>/plan-in-place", *ACTS, methods=("POST",))
def put_plan(at: Visit, case_id: str) -> Any:
    """Severe and known: a clinician answers for it that nobody is told again until a date, while it grows no worse."""
    reason, until = request.form["reason"].strip(), day_in(request.form.get("until", ""))
    if until is None or not reason:
        case, hers = _within(at, case_id)
        return _shown(at, case, hers, problem="until" if until is None else "plan reason"), 400
    return _act(
        at,
        case_id,
        "put a plan in place",
        lambda hand: hands.put_plan(at.session, at.now, case_id, hand, until, reason),
        note="in place",
    )


@opens("/cases/<case_id>/plan", *ACTS, methods=("POST",))
def plan(at: Visit, case_id: str) -> Any:
    """What is agreed: it moves nothing, and whoever opens the case next reads it."""
    case, hers = _within(at, case_id)
    words = request.form["reason"].strip()
    if words:
        add_note(at, hers.person, case, "plan", words)
        at.notes("wrote a plan", person_id=case.patient_id, case_id=case.id)
    return redirect(url_for("console.cases_page", case_id=case.id))


def _act(at: Visit, case_id: str, what: str, step: Callable[[Hand], Kept | None], note: str = "") -> Any:
    case, hers = _within(at, case_id)
    person = at.session.get(Person, at.who.person_id) if at.who.person_id else None
    kept = step(Hand(person, person.code if person else f"account {at.who.id}", request.form.get("seen", 0, type=int)))
    if kept:
        at.session.expire_all()
        return _shown(at, *_within(at, case_id), kept=kept), 409
    if words := request.form.get("reason", "").strip():
        add_note(at, hers.person, case, note or what.split()[0], words)
    at.notes(what, person_id=case.patient_id, case_id=case.id)
    return redirect(url_for("console.cases_page", case_id=case_id))


def day_in(text: str) -> date | None:
    """As a browser's date field sends it, or None."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _within(at: Visit, case_id: str) -> tuple[Case, Listed]:
    case = at.session.get(Case, case_id)
    if case is None:
        abort(404)
    return case, theirs(at, case.patient_id)


def _others(at: Visit, hers: Listed) -> list[tuple[Person, str]]:
    """To whom it may be handed: whoever can be sent an SMS at her site or above it."""
    sites = {site.id: site for site in ladder(at.session, hers.person.site_id)}
    found = reachable_clinicians(at.session, list(sites))
    return [(person, f"{called(at.session, person)}, {sites[person.site_id].name}") for person in found]


def _may_plan(at: Visit, case: Case) -> bool:
    person = at.session.get(Person, at.who.person_id) if at.who.person_id else None
    return person is not None and person.role == Role.CLINICIAN and case.level == Level.RED and case.state != State.HELD


def _shown(at: Visit, case: Case, hers: Listed, kept: Kept | None = None, problem: str = "") -> str:
    events = events_of(at.session, case.id)
    return render_template(
        "case.html",
        at=at,
        now=at.now,
        case=case,
        hers=hers,
        name=called(at.session, hers.person) or hers.person.code,
        holder=at.session.get(Person, case.accepted_by) if case.accepted_by else None,
        story=story(at, case, events),
        notes=notes_of(at, hers.person, case),
        seen=request.form.get("seen", 0, type=int) if problem else events[-1].number if events else 0,
        others=_others(at, hers),
        acts=at.holds(*ACTS) and case.closed_at is None,
        is_mine=case.accepted_by is not None and case.accepted_by == at.who.person_id,
        may_plan=_may_plan(at, case),
        earliest=(at.now + timedelta(days=1)).astimezone(at.tongue.zone).date(),
        latest=(at.now + plans.LONGEST - timedelta(days=1)).astimezone(at.tongue.zone).date(),
        is_free=case.accepted_by is None and case.state in (State.TOLD, State.BETTER, State.HELD),
        outcomes=OUTCOMES,
        digits=DIGITS,
        say=casewords,
        kept=kept,
        news=story(at, case, list(kept.events)) if kept and kept.why is Not.CHANGED else [],
        problem=problem,
    )
