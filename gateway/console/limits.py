"""Limits of one patient's own at the console: who set which, why, and until when?"""

from datetime import datetime, time
from typing import Any

from flask import abort, redirect, request, url_for

from gateway.console.cases import day_in
from gateway.console.doors import Visit, opens
from gateway.console.notes import add_note, opened
from gateway.console.patients import theirs
from gateway.core.flow import Flow, Level
from gateway.core.ownlimits import OwnLimit
from gateway.enrolment import limits
from gateway.enrolment.limits import Not
from gateway.store.ids import new_id
from gateway.store.queries.flows import flow_of, newest_for
from gateway.store.tables import Note, Person, Post, Role
from gateway.talk.facts import called

SETS = (Post.CLINICIAN, Post.COORDINATOR)
LEVELS = (Level.RED, Level.AMBER)
KIND = "limit"


@opens("/patients/<patient_id>/limit", *SETS, methods=("POST",))
def put(at: Visit, patient_id: str) -> Any:
    """By a clinician's name. A danger sign has no limit of anybody's own."""
    person, sent = theirs(at, patient_id).person, request.form
    level, reason, note_id = sent.get("level", ""), sent.get("reason", "").strip(), new_id(at.now)
    if level not in LEVELS:
        abort(400)
    limit = OwnLimit(sent.get("question", ""), Level(level), sent.get("value", -1, type=int))
    day = day_in(sent.get("until", ""))
    until = datetime.combine(day, time(23, 59), at.tongue.zone) if day else at.now
    why = limits.set_limit(
        at.session, at.now, person, limit, by=_clinician(at), until=until, flow=flow_for(at, person), reason=reason,
        note_id=note_id, seen=sent.get("stands", ""),
    )  # fmt: skip
    if why is None:
        add_note(at, person, None, KIND, reason, note_id)
        at.notes("set a limit", person_id=person.id)
    return _back(person, why)


@opens("/patients/<patient_id>/limit/end", *SETS, methods=("POST",))
def end(at: Visit, patient_id: str) -> Any:
    person = theirs(at, patient_id).person
    seen = request.form.get("stands", "")
    why = limits.end_limit(at.session, person, request.form.get("limit", ""), by=_clinician(at), seen=seen)
    if why is None:
        at.notes("ended a limit", person_id=person.id)
    return _back(person, why)


def shown(at: Visit, person: Person, names: dict[str, str]) -> list[dict[str, Any]]:
    """What holds, and what has run out and not been ended."""
    return [_line(at, person, name, kept, names) for name, kept in sorted((person.limits or {}).items())]


def flow_for(at: Visit, person: Person) -> Flow | None:
    version = newest_for(at.session, person.id)
    return flow_of(version) if version else None


def may_set(at: Visit) -> bool:
    return at.holds(*SETS) and (by := _clinician(at)) is not None and by.role == Role.CLINICIAN


def _line(at: Visit, person: Person, name: str, kept: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    question, _, level = name.rpartition(" ")
    by, note = at.session.get(Person, kept["by"]), at.session.get(Note, kept["note"])
    until = datetime.fromisoformat(kept["until"])
    return {
        "name": name,
        "symptom": names.get(question, question),
        "level": level,
        "value": kept["value"],
        "until": until,
        "is_over": until <= at.now,
        "by": called(at.session, by) if by else "",
        "reason": opened(at, person, note) if note else None,
    }


def _clinician(at: Visit) -> Person | None:
    return at.session.get(Person, at.who.person_id) if at.who.person_id else None


def _back(person: Person, why: Not | None) -> Any:
    problem = f"limit {why.value}" if why else None
    return redirect(url_for("console.patient_page", patient_id=person.id, problem=problem) + "#limits")
