"""What is a patient asked, and when: another flow, another day and hour, or one flow less."""

from datetime import time
from typing import Any

from flask import redirect, request, url_for

from gateway.console import casewords
from gateway.console.doors import Visit, opens
from gateway.console.patients import theirs
from gateway.enrolment import schedule
from gateway.enrolment.cells import WEEKDAYS
from gateway.enrolment.questions import Times, is_regular
from gateway.enrolment.sheet import told_apart
from gateway.store.queries.flows import flow_of, newest, newest_of_each
from gateway.store.tables import Person, Post, Standing

ASKED = (Standing.ACTIVE, Standing.PAUSED)


@opens("/patients/<patient_id>/schedule", Post.COORDINATOR, methods=("POST",))
def put_on(at: Visit, patient_id: str) -> Any:
    """From the next time on. The page says why not, where her language or channel does not fit."""
    person, sent = theirs(at, patient_id).person, request.form
    version, times = newest(at.session, sent.get("flow", "")), _times(sent.get("day", ""), sent.get("time", ""))
    if version is None or times is None or person.standing not in ASKED or not is_regular(flow_of(version)):
        return _back(person, "schedule")
    whys = schedule.put_on(at.session, person, version, times, at.now)
    if whys:
        return _back(person, f"schedule {told_apart(whys[0])[0]}")
    at.notes("put a patient on a flow", person_id=person.id)
    return _back(person)


@opens("/patients/<patient_id>/schedule/end", Post.COORDINATOR, methods=("POST",))
def take_off(at: Visit, patient_id: str) -> Any:
    person = theirs(at, patient_id).person
    if not schedule.take_off(at.session, person, request.form.get("enrolment", ""), at.now):
        return _back(person, "ended already")
    at.notes("took a patient off a flow", person_id=person.id)
    return _back(person)


def offered(at: Visit, person: Person) -> list[tuple[str, str]]:
    """Flows that begin by themselves, by what they are called; nothing for somebody who is not asked."""
    if person.standing not in ASKED:
        return []
    flows = (version.flow for version in newest_of_each(at.session) if is_regular(flow_of(version)))
    return [(flow, casewords.title(at, flow)) for flow in flows]


def days(at: Visit) -> list[tuple[str, str]]:
    return [("", at.tongue.say("any day")), *((day, at.tongue.weekday(day)) for day in WEEKDAYS)]


def _times(day: str, hour: str) -> Times | None:
    try:
        return Times(day, time.fromisoformat(hour) if hour else None) if day in ("", *WEEKDAYS) else None
    except ValueError:
        return None


def _back(person: Person, problem: str | None = None) -> Any:
    return redirect(url_for("console.patient_page", patient_id=person.id, problem=problem) + "#plan")
