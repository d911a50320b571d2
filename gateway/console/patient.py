"""One patient: her card, her schedule, how she is over time, what was said; pausing her and ending it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import abort, redirect, render_template, request, url_for

from gateway import outreach
from gateway.console import casewords, limits, schedule, thread, trend
from gateway.console.changes import Change, medicines_of, places
from gateway.console.doors import LOOKS, Visit, opens
from gateway.console.patients import theirs
from gateway.console.trend import Picture
from gateway.core import ownlimits
from gateway.core.flow import Flow
from gateway.core.places import place
from gateway.enrolment import standing
from gateway.enrolment.limits import stands as standing_limits
from gateway.enrolment.standing import End, Pause
from gateway.outreach import CannotAsk
from gateway.store.outbox import NoPhone
from gateway.store.queries import patients as asked
from gateway.store.queries.flows import flow_of, newest_for
from gateway.store.queries.patients import Listed, Reported
from gateway.store.queries.people import card_of, helpers_of, limits_of, number_of
from gateway.store.queries.talks import last_talk
from gateway.store.tables import Case, FlowVersion, Person, Post
from gateway.talk.facts import called

LOOKED_BACK = timedelta(weeks=26)
LINES, CASES = 60, 12
COORDINATES = (Post.COORDINATOR,)


@opens("/patients/<patient_id>", *LOOKS)
def page(at: Visit, patient_id: str) -> Any:
    return _shown(at, patient_id)


@opens("/patients/<patient_id>/summary", *LOOKS)
def summary(at: Visit, patient_id: str) -> Any:
    """One page before a consultation, for screen and paper: no words of hers beyond her numbers."""
    hers = theirs(at, patient_id)
    at.notes("saw a summary", person_id=patient_id)
    return render_template("summary.html", **_known(at, hers))


@opens("/patients/<patient_id>/pause", *COORDINATES, methods=("POST",))
def pause(at: Visit, patient_id: str) -> Any:
    person, why = theirs(at, patient_id).person, request.form["why"]
    if why not in list(Pause):
        abort(400)
    if not standing.pause(at.session, person, at.now, Pause(why)):
        return _shown(at, patient_id, problem="not asked anyway"), 409
    return _done(at, "paused a patient", person)


@opens("/patients/<patient_id>/resume", *COORDINATES, methods=("POST",))
def resume(at: Visit, patient_id: str) -> Any:
    person = theirs(at, patient_id).person
    if not standing.resume(at.session, person):
        return _shown(at, patient_id, problem="not ours to resume"), 409
    return _done(at, "resumed a patient", person)


@opens("/patients/<patient_id>/end", *COORDINATES, methods=("POST",))
def end(at: Visit, patient_id: str) -> Any:
    person, why = theirs(at, patient_id).person, request.form["why"]
    if why not in list(End):
        abort(400)
    if not standing.end(at.session, person, at.now, End(why)):
        return _shown(at, patient_id, problem="ended already"), 409
    return _done(at, "ended a patient", person)


@opens("/patients/<patient_id>/ask", *COORDINATES, methods=("POST",))
def ask(at: Visit, patient_id: str) -> Any:
    """Her questions now, whatever the hour: somebody has just spoken with her."""
    person, flow = theirs(at, patient_id).person, request.form["flow"]
    try:
        with at.session.begin_nested():
            outreach.ask(at.session, person, flow, at.now)
    except (CannotAsk, NoPhone) as why:
        return _shown(at, patient_id, problem="cannot ask", told=casewords.cannot_ask(why)), 409
    return _done(at, "had a patient asked", person)


def _done(at: Visit, what: str, person: Person) -> Any:
    at.notes(what, person_id=person.id)
    return redirect(url_for("console.patient_page", patient_id=person.id))


def _shown(at: Visit, patient_id: str, problem: str = "", told: str = "") -> str:
    hers = theirs(at, patient_id)
    named = _named(at, hers.person)
    if not problem:
        at.notes("saw a patient", person_id=patient_id)
    return render_template(
        "patient.html",
        **_known(at, hers),
        days=thread.days(at, hers.person, LINES),
        enrolments=[(each, casewords.title(at, each.flow)) for each in asked.enrolments_of(at.session, patient_id)],
        flows=schedule.offered(at, hers.person) if at.holds(*COORDINATES) else [],
        weekdays=schedule.days(at),
        consents=asked.consents_of(at.session, patient_id),
        may_act=at.holds(*COORDINATES),
        may_resume=standing.may_resume(at.session, hers.person),
        pauses=list(Pause),
        ends=list(End),
        may_write=at.holds(*COORDINATES, Post.CLINICIAN),
        may_read_out=hers.person.standing in ("active", "paused"),
        places=places(at),
        own=limits.shown(at, hers.person, named),
        may_limit=limits.may_set(at),
        questions=_on_scale(at, hers.person, named),
        stands=standing_limits(hers.person),
        card=card_of(at.session, hers.person),
        wishes=hers.person.wishes or {},
        today=at.today,
        problem=problem or request.args.get("problem", ""),
        told=told,
    )


def _known(at: Visit, hers: Listed) -> dict[str, Any]:
    """What the page and the summary share."""
    now, person = at.now, hers.person
    cases = asked.cases_of(at.session, person.id, CASES)
    reports = asked.reported(at.session, person.id, now - LOOKED_BACK)
    changed = [change for change in medicines_of(at, person) if change.at > now - LOOKED_BACK]
    return {
        "at": at,
        "now": now,
        "hers": hers,
        "person": person,
        "name": called(at.session, person) or person.code,
        "doctor": called(at.session, hers.doctor) if hers.doctor else "",
        "phones": [(phone, number_of(at.session, phone)) for phone in asked.phones_of(at.session, person.id)],
        "helpers": [called(at.session, helper) for helper in helpers_of(at.session, person.id)],
        "talk": last_talk(at.session, person),
        "cases": cases,
        "drawn": _drawn(at, person, reports, cases, now, changed),
        "changes": changed,
        "table": _table(reports),
        "say": casewords,
    }


def _drawn(
    at: Visit,
    person: Person,
    reports: Sequence[Reported],
    cases: Sequence[Case],
    now: datetime,
    changes: Sequence[Change],
) -> list[Picture]:
    """By the limits of the flow that she is asked by now."""
    version = newest_for(at.session, person.id)
    if version is None:
        return []
    flow = ownlimits.put(flow_of(version), limits_of(person, now))
    names, moments = _names(at, version, flow), [change.at for change in changes]
    return trend.pictures(flow, names, reports, cases, now, moments)


def _named(at: Visit, person: Person) -> dict[str, str]:
    version = newest_for(at.session, person.id)
    return _names(at, version, flow_of(version)) if version else {}


def _on_scale(at: Visit, person: Person, named: dict[str, str]) -> list[tuple[str, str]]:
    """What may have a limit of her own."""
    flow = limits.flow_for(at, person)
    return [(step.id, named.get(step.id, step.id)) for step in flow.questions().values() if step.scale] if flow else []


def _names(at: Visit, version: FlowVersion, flow: Flow) -> dict[str, str]:
    """What each question is called, in the page's language where the version speaks it."""
    language = casewords.language(at, version)
    named = {step.id: (place(flow, step, "name"), step.name) for step in flow.questions().values() if step.name}
    said = {question: language.text(where, str(written)) for question, (where, written) in named.items()}
    return {question: text[:1].upper() + text[1:] for question, text in said.items()}


def _table(reports: Sequence[Reported]) -> list[tuple[datetime, str, dict[str, Reported]]]:
    """One row for each conversation, the newest first: when, who answered, and each number."""
    rows: dict[str, tuple[datetime, str, dict[str, Reported]]] = {}
    for report in reports:
        row = rows.setdefault(report.conversation_id, (report.at, report.respondent, {}))
        row[2][report.question] = report
    return list(rows.values())[::-1]
