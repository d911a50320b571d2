"""Somebody who works here: when, away when, what the number can do, and which hours nobody else covers."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, redirect, render_template, request, url_for

from gateway.cases.rota import gaps
from gateway.console.doors import LOOKS, Visit, opens
from gateway.core import rota
from gateway.core.rota import DAYS, DutyProblem
from gateway.core.worded import said_by
from gateway.enrolment import duty, phones
from gateway.phone import abilities
from gateway.store.queries import patients as asked
from gateway.store.queries.people import ladder
from gateway.store.queries.places import STAFF
from gateway.store.tables import Person, Post
from gateway.talk.facts import called

WRITES = (Post.COORDINATOR, Post.ADMINISTRATOR)
SEES = (*LOOKS, Post.ADMINISTRATOR)


@opens("/people/<colleague_id>", *SEES)
def page(at: Visit, colleague_id: str) -> Any:
    return _shown(at, _theirs(at, colleague_id))


@opens("/people/<colleague_id>/duty", *WRITES, methods=("POST",))
def write_duty(at: Visit, colleague_id: str) -> Any:
    """Hours and absences in one form; who wrote them meanwhile is not written over."""
    person, sent = _theirs(at, colleague_id), request.form
    hours = {day: sent.get(day, "") for day in DAYS}
    away = list(zip(sent.getlist("first"), sent.getlist("last"), strict=False))
    text = duty.written(hours, away, sent.get("digests", ""), always="always" in sent)
    try:
        kept = duty.set_duty(at.session, person, text, sent.get("before", ""))
    except DutyProblem as problem:
        return _shown(at, person, problem=said_by(problem), typed=True), 400
    if not kept:
        return _shown(at, person, problem="changed"), 409
    at.notes("wrote duty hours", person_id=person.id)
    return redirect(url_for("console.colleague_page", colleague_id=person.id, done="yes"))


@opens("/people/<colleague_id>/number", *WRITES, methods=("POST",))
def number_works(at: Visit, colleague_id: str) -> Any:
    person = _theirs(at, colleague_id)
    if phones.try_again(at.session, person):
        at.notes("let a number be tried again", person_id=person.id)
    return redirect(url_for("console.colleague_page", colleague_id=person.id))


def _theirs(at: Visit, colleague_id: str) -> Person:
    person = at.session.get(Person, colleague_id)
    if person is None or person.role not in STAFF or not at.reach().holds(person.site_id):
        abort(404)
    return person


def _shown(at: Visit, person: Person, problem: str = "", *, typed: bool = False) -> str:
    """`typed`: what was sent stands in the form again."""
    now, zone, stands = at.now, ZoneInfo(person.time_zone), rota.parse(person.duty)
    sites = ladder(at.session, person.site_id)
    today = now.astimezone(zone).date()
    away = [(first.isoformat(), last.isoformat()) for first, last in duty.absences_after(stands, today)]
    sent = request.form
    return render_template(
        "colleague.html",
        at=at,
        now=now,
        person=person,
        name=called(at.session, person) or person.code,
        site=sites[0],
        above=sites[1:],
        is_on_duty=rota.on_duty(stands, now, zone),
        before=person.duty,
        always=("always" in sent) if typed else stands.is_always,
        hours={day: sent.get(day, "") for day in DAYS} if typed else duty.hours_by_day(stands),
        away=list(zip(sent.getlist("first"), sent.getlist("last"), strict=False)) if typed else [*away, ("", "")],
        digests=sent.get("digests", "") if typed else duty.own_digests(stands),
        days=list(zip(DAYS, at.tongue.weekdays(), strict=True)),
        phones=[(phone, abilities.of(phone.country)) for phone in asked.phones_of(at.session, person.id)],
        gaps=[
            gap
            for gap in gaps(at.session, now)
            if person.site_id in {one.id for one in ladder(at.session, gap.site.id)}
        ],
        may_write=at.holds(*WRITES) and at.reach(*WRITES).holds(person.site_id),
        done="done" in request.args and not problem,
        problem=problem,
    )
