"""What somebody at the console writes down about a patient: another medicine, another site or doctor."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask import abort, redirect, request, url_for
from sqlalchemy import select

from gateway.console.doors import Visit, opens
from gateway.console.notes import add_note, opened
from gateway.console.patients import theirs
from gateway.enrolment import moving, phones
from gateway.store.queries.patients import notes_about
from gateway.store.queries.reports import timeline
from gateway.store.tables import Person, Post, Role, Site
from gateway.talk.facts import called

WRITES = (Post.COORDINATOR, Post.CLINICIAN)
MEDICINE, REPORTED = "medicine", "medicine changed"
LONGEST = 80
NOON = time(12)


@dataclass(frozen=True)
class Change:
    """`what` None: she reported it herself, by the flow of another medicine."""

    at: datetime
    what: str | None


@opens("/patients/<patient_id>/medicine", *WRITES, methods=("POST",))
def medicine(at: Visit, patient_id: str) -> Any:
    """Drawn in every picture of hers, so that a change of the numbers can be read."""
    person, what = theirs(at, patient_id).person, request.form.get("what", "").strip()[:LONGEST]
    on = _day(at, request.form.get("on", ""))
    if not what or on is None:
        return _back(person, problem="medicine")
    add_note(at, person, None, MEDICINE, json.dumps({"on": on.isoformat(), "what": what}, ensure_ascii=False))
    at.notes("noted a medicine", person_id=person.id)
    return _back(person)


@opens("/patients/<patient_id>/number", Post.COORDINATOR, methods=("POST",))
def number_works(at: Visit, patient_id: str) -> Any:
    """Somebody has rung it, or asked her: it is tried again."""
    person = theirs(at, patient_id).person
    if not phones.try_again(at.session, person):
        return _back(person, problem="number works")
    at.notes("let a number be tried again", person_id=person.id)
    return _back(person)


@opens("/patients/<patient_id>/move", Post.COORDINATOR, methods=("POST",))
def move(at: Visit, patient_id: str) -> Any:
    """Her questions, her answers and her consents go with her."""
    person, sent = theirs(at, patient_id).person, request.form
    site, doctor = at.session.get(Site, sent.get("site", "")), at.session.get(Person, sent.get("to", ""))
    if site is None or not at.reach().holds(site.id) or doctor is None or not at.reach().holds(doctor.site_id):
        abort(404)
    if doctor.role != Role.CLINICIAN:
        abort(400)
    seen = (sent.get("was_site", ""), sent.get("was_doctor", ""))
    why = moving.move(at.session, person, site, doctor, sent.get("number", "").strip(), seen)
    if why:
        return _back(person, problem=f"move {why.value}")
    at.notes("moved a patient", person_id=person.id)
    return _back(person)


def medicines_of(at: Visit, person: Person) -> list[Change]:
    """The oldest first, what was written down and what she reported."""
    kept = [
        json.loads(words)
        for note in notes_about(at.session, person.id, MEDICINE)
        if (words := opened(at, person, note))
    ]
    noted = [Change(datetime.combine(date.fromisoformat(one["on"]), NOON, at.tongue.zone), one["what"]) for one in kept]
    reported = [Change(one.at, None) for one in timeline(at.session, person.id) if one.name == REPORTED]
    return sorted(noted + reported, key=lambda change: change.at)


def places(at: Visit) -> tuple[Sequence[Site], list[tuple[Person, str]]]:
    """Where she may move to, and to whom."""
    sites = {
        site.id: site for site in at.session.scalars(select(Site).order_by(Site.name)) if at.reach().holds(site.id)
    }
    working = select(Person).where(Person.role == Role.CLINICIAN, Person.site_id.in_(list(sites))).order_by(Person.code)
    named = [
        (one, f"{called(at.session, one) or one.code}, {sites[one.site_id].name}")
        for one in at.session.scalars(working)
    ]
    return list(sites.values()), named


def _day(at: Visit, text: str) -> date | None:
    """Not one that is still to come: a plan is no change."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day <= at.today else None


def _back(person: Person, problem: str = "") -> Any:
    where = url_for("console.patient_page", patient_id=person.id, problem=problem or None)
    return redirect(where + ("#act" if problem else "#trend"))
