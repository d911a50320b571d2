"""Today: what waits for a person, and what goes out by itself."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import abort, redirect, render_template, request, url_for

from gateway.console import casewords
from gateway.console.doors import EVERYBODY, LOOKS, Visit, opens
from gateway.status import how_is
from gateway.store.database import lock
from gateway.store.queries import talks
from gateway.store.queries import today as asked
from gateway.store.queries.advice import overdue
from gateway.store.queries.people import number_of
from gateway.store.sealing import CannotOpen, Erased, unseal
from gateway.store.tables import Inbound, Person, Phone, Post
from gateway.talk.facts import called

CASES, OTHERS, NEXT, DOCTORS = 25, 12, 6, 8
READS = (Post.COORDINATOR, Post.CLINICIAN)
ADVISES = (Post.COORDINATOR, Post.CLINICIAN, Post.SUPERVISOR)  # who is told that an advice is overdue


@dataclass(frozen=True)
class Hours:
    """How many questions go out in which hour, by doctor; the busiest doctors, and all together."""

    hours: list[datetime]
    rows: list[tuple[str, list[int]]]
    total: int


@opens("/", *EVERYBODY)
def today(at: Visit) -> Any:
    if not at.holds(*LOOKS):
        return redirect(url_for("console.accounts_page" if at.holds(Post.ADMINISTRATOR) else "console.account_page"))
    now, within = at.now, at.reach(*LOOKS).within(Person.site_id)
    has_strangers = at.reach(*LOOKS).sites is None
    cases = asked.waiting(at.session, within, CASES)
    casewords.hold(at, [row.case for row in cases])
    return render_template(
        "today.html",
        at=at,
        now=now,
        cases=cases,
        counts=asked.count_waiting(at.session, within),
        silent=asked.silent(at.session, now, within, OTHERS),
        texts=[
            (*row, _words(at, row), _sender(at, row))
            for row in asked.unread(at.session, now, within, strangers=has_strangers, limit=OTHERS)
        ],
        unspoken=talks.unspoken(at.session, within, now - timedelta(weeks=at.house.settings.talk_weeks), OTHERS),
        weeks=at.house.settings.talk_weeks,
        failing=asked.failing(at.session, within, OTHERS),
        planned=asked.planned(at.session, now, within, NEXT),
        hours=_hours(at, now),
        state=how_is(at.house.database, at.house.clock, at.house.doorbell),
        called=lambda person: called(at.session, person),
        say=casewords,
        title=lambda flow: casewords.title(at, flow),
        may_read=at.holds(*READS),
        overdue=overdue(at.session, at.today) if at.holds(*ADVISES) else [],
    )


@opens("/texts/read", *READS, methods=("POST",))
def read(at: Visit) -> Any:
    """A person has read it, and answers for what is done about it."""
    row = at.session.get(Inbound, request.form["text"])
    person = at.session.get(Person, row.person_id) if row and row.person_id else None
    reach = at.reach()
    if row is None or not (reach.holds(person.site_id) if person else reach.sites is None):
        abort(404)
    lock(at.session, Inbound, row.key).looked_at = at.now
    at.notes("read a text", person_id=row.person_id)
    return redirect(url_for("console.today_today") + "#texts")


def _words(at: Visit, row: asked.Text) -> str | None:
    """None where nothing is kept any more."""
    if row.text.body is None:
        return None
    try:
        return unseal(at.session, row.text.body, table="inbound", column="body", row=row.text.key, person=row.person)
    except (Erased, CannotOpen):
        return None


def _sender(at: Visit, row: asked.Text) -> str:
    """A stranger can be rung back."""
    if row.person:
        return called(at.session, row.person)
    return number_of(at.session, row.phone) if isinstance(row.phone, Phone) and row.phone.number else ""


def _hours(at: Visit, now: datetime) -> Hours:
    """By the full hours of the district's clock."""
    due = asked.planned_by_doctor(at.session, now, at.reach(*LOOKS).within(Person.site_id))
    moments = [(doctor, _full_hour(at, max(when, now))) for doctor, when in due]
    hours = sorted({hour for _, hour in moments})
    counted, loads = Counter(moments), Counter(doctor for doctor, _ in moments)
    busiest = [doctor for doctor, _ in loads.most_common(DOCTORS)]
    at.hold(Person, busiest)
    rows = [(_doctor(at, doctor), [counted[doctor, hour] for hour in hours]) for doctor in busiest]
    return Hours(hours, rows, len(moments))


def _full_hour(at: Visit, moment: datetime) -> datetime:
    local = moment.astimezone(at.tongue.zone)
    return local - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)


def _doctor(at: Visit, doctor_id: str | None) -> str:
    person = at.session.get(Person, doctor_id) if doctor_id else None
    return called(at.session, person) if person else at.tongue.say("no doctor")
