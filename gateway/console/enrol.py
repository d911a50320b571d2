"""Enrolling somebody who sits beside: was it offered, what does she agree to, how is she met, and what comes next?"""

from datetime import timedelta
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy import select

from gateway import enrolment, outreach
from gateway.console import casewords
from gateway.console.doors import Visit, opens
from gateway.console.patients import theirs
from gateway.core.flow import Rank
from gateway.enrolment import Row, offers
from gateway.enrolment.cells import WEEKDAYS, PatientCells
from gateway.enrolment.offers import REASONS, Answer
from gateway.enrolment.questions import is_regular
from gateway.enrolment.sheet import told_apart
from gateway.outreach import CannotAsk
from gateway.store.outbox import NoPhone
from gateway.store.queries import patients as asked
from gateway.store.queries.flows import flow_of, newest, newest_of_each, spoken_in
from gateway.store.queries.people import person_by_code
from gateway.store.queries.reports import has_been_through
from gateway.store.tables import FlowVersion, Person, Post, Role, Site
from gateway.talk.facts import called

ENROLS = (Post.COORDINATOR,)
# Asked at the table, one after the other: not planted, or they would ring in between.
PRACTICE, FIRST_REPORT = "practice", "baseline"
CODES = 100
WEEK = timedelta(days=7)


@opens("/enrol", *ENROLS)
def page(at: Visit) -> Any:
    return _shown(at)


@opens("/enrol/offer", *ENROLS, methods=("POST",))
def note_offer(at: Visit) -> Any:
    """Declined, or never offered: kept for the month's figures, without a name."""
    answer, why = request.form.get("answer", ""), request.form.get("because", "")
    site = _site(at)
    if site is None or answer not in (Answer.DECLINED, Answer.NOT_OFFERED) or why not in REASONS[Answer(answer)]:
        return _shown(at, problem="offer"), 400
    offers.note_offer(at.session, at.now, site, Answer(answer), why=why, user_id=at.who.id)
    at.notes("noted an offer")
    return redirect(url_for("console.enrol_page", noted=answer))


@opens("/enrol", *ENROLS, methods=("POST",))
def enter(at: Visit) -> Any:
    """By the road of a list of one row: what a list refuses is refused here, beside its field."""
    site = _site(at)
    if site is None:
        return _shown(at, errors={"site": [("site_code", "")]}), 400
    cells = _cells(at, site)
    done = enrolment.enter(at.session, "patients", [Row(1, cells)], at.now, at.house.settings)
    if done.bad:
        return _shown(at, errors=_errors([bad.why for bad in done.bad])), 400
    person = person_by_code(at.session, cells["code"])
    assert person is not None
    offers.note_offer(at.session, at.now, site, Answer.ACCEPTED, person=person, user_id=at.who.id)
    at.notes("enrolled a patient", person_id=person.id)
    return redirect(url_for("console.enrol_steps", patient_id=person.id))


@opens("/enrol/<patient_id>", *ENROLS)
def steps(at: Visit, patient_id: str) -> Any:
    """What is still done together before she goes home."""
    return _next_steps(at, patient_id)


@opens("/enrol/<patient_id>/practice", *ENROLS, methods=("POST",))
def practise(at: Visit, patient_id: str) -> Any:
    """A live SMS or call, while somebody sits beside her."""
    person = theirs(at, patient_id).person
    try:
        with at.session.begin_nested():
            outreach.ask(at.session, person, PRACTICE, at.now)
    except (CannotAsk, NoPhone) as why:
        return _next_steps(at, patient_id, problem=casewords.cannot_ask(why)), 409
    at.notes("had a patient asked", person_id=person.id)
    return redirect(url_for("console.enrol_steps", patient_id=person.id))


def _next_steps(at: Visit, patient_id: str, problem: str = "") -> str:
    hers = theirs(at, patient_id)
    person = hers.person
    return render_template(
        "enrolled.html",
        at=at,
        now=at.now,
        hers=hers,
        person=person,
        name=called(at.session, person) or person.code,
        first=newest(at.session, FIRST_REPORT),
        has_reported=has_been_through(at.session, person.id, FIRST_REPORT),
        has_practised=has_been_through(at.session, person.id, PRACTICE),
        is_practising=any(row.flow == PRACTICE for row in asked.open_conversations(at.session, person.id)),
        problem=problem,
    )


def _site(at: Visit) -> Site | None:
    """None where none was chosen; one out of reach is not there."""
    chosen = request.form.get("site", "")
    site = at.session.get(Site, chosen) if chosen else None
    if chosen and (site is None or not at.reach().holds(site.id)):
        abort(404)
    return site


def _cells(at: Visit, site: Site) -> dict[str, str]:
    """The form as a row of the list. What the form does not ask stays empty."""
    sent = {name: request.form.get(name, "").strip() for name in PatientCells.model_fields}
    flows = [flow for flow in request.form.getlist("flow") if flow]
    doctor = next((one for one in _doctors(at) if one.id == request.form.get("doctor")), None)
    return sent | {
        "site_code": site.code,
        "doctor_code": doctor.code if doctor else "",
        "code": _free_code(at, f"{site.code[:20]}-{sent['number']}"),
        "flow": " ".join(flows),
        "consent": "yes" if request.form.get("messages") == "yes" else "",
        "no_visit": "yes" if request.form.get("no_visit") else "no",
        "day": sent["day"] if flows else "",
        "time": sent["time"] if flows else "",
        "called": sent["called"] if sent["shares"] != "alone" else "",
        "first_report": "",
    }


def _free_code(at: Visit, wanted: str) -> str:
    """Never the code of somebody else: that row would be hers."""
    codes = [wanted, *(f"{wanted}-{number}" for number in range(2, CODES))]
    return next(code for code in codes if person_by_code(at.session, code) is None)


def _errors(whys: list[str]) -> dict[str, list[tuple[str, str]]]:
    """By the field that they stand beside: (column, what is wrong with it)."""
    found: dict[str, list[tuple[str, str]]] = {}
    for why in whys:
        column, detail = told_apart(why)
        for name in column.split(" and ")[:1]:
            found.setdefault(FIELDS.get(name, name), []).append((name, detail))
    return found


FIELDS = {"site_code": "site", "doctor_code": "doctor", "consent": "messages", "code": "number"}


def _doctors(at: Visit) -> list[Person]:
    """Whoever works at a site within reach."""
    within = at.reach().within(Person.site_id)
    return list(at.session.scalars(select(Person).where(Person.role == Role.CLINICIAN, within).order_by(Person.code)))


def _flows(at: Visit) -> list[FlowVersion]:
    """What begins by itself and can go on after today."""
    return [version for version in newest_of_each(at.session) if is_regular(flow_of(version))]


def _languages(at: Visit, flows: list[FlowVersion]) -> list[str]:
    """The page's own first: most patients of a place speak what its coordinator reads."""
    spoken = sorted({code for version in flows for code in spoken_in(version)})
    return sorted(spoken, key=lambda code: code != at.tongue.code)


def _is_usual(version: FlowVersion) -> bool:
    """What nearly everybody is asked, each week."""
    flow = flow_of(version)
    return flow.rank is Rank.WEEKLY and flow.start.every == WEEK


def _shown(at: Visit, errors: dict[str, list[tuple[str, str]]] | None = None, problem: str = "") -> str:
    flows = _flows(at)
    sites = {site.id: site for site in at.session.scalars(select(Site).order_by(Site.name))}
    return render_template(
        "enrol.html",
        at=at,
        sent=request.form,
        errors=errors or {},
        problem=problem,
        noted=request.args.get("noted", ""),
        sites=[site for site in sites.values() if at.reach().holds(site.id)],
        doctors=[(one, called(at.session, one) or one.code, sites[one.site_id].name) for one in _doctors(at)],
        spoken=[(code, at.tongue.language(code)) for code in _languages(at, flows)],
        channels=[(one, at.tongue.word("channel", one)) for one in ("sms", "voice")],
        days=[("", at.tongue.say("any day"))] + [(day, at.tongue.weekday(day)) for day in WEEKDAYS],
        shares=[(one, at.tongue.word("shares", one)) for one in ("alone", "family", "others")],
        disclosures=[(one, at.tongue.word("disclosure", one)) for one in ("openly", "patient only", "family only")],
        flows=[(version.flow, casewords.title(at, version.flow), _is_usual(version)) for version in flows],
        reasons=REASONS,
    )
