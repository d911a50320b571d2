"""Which flow asks this person, and on which day and hour of her own?"""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.core import timetable
from gateway.core.answers import Channel
from gateway.core.flow import Flow, Rank
from gateway.core.timetable import Place, Rule
from gateway.core.worded import Worded, worded
from gateway.enrolment.cells import WEEKDAYS
from gateway.enrolment.sheet import about
from gateway.store.ids import new_id
from gateway.store.queries.flows import flow_of, is_silent, spoken_in
from gateway.store.queries.reports import DONE_BEFORE
from gateway.store.tables import Enrolment, FlowVersion, Person

TOGETHER = (Rank.CONSENT, Rank.PRACTICE, Rank.BASELINE)  # what is gone through at enrolment


@dataclass(frozen=True)
class Times:
    """Her own, where she has any: a day of WEEKDAYS or "", an hour, and the day from which some flows count."""

    day: str = ""
    at: time | None = None
    day_one: date | None = None


def begins_by_itself(flow: Flow) -> bool:
    return flow.start.after in ("enrolment", "day one") or bool(
        flow.start.every and flow.start.every.days and flow.start.time
    )


def is_regular(flow: Flow) -> bool:
    """What begins by itself and can go on after today: what somebody chooses for a patient at the console."""
    is_dateless = flow.start.after != "day one"
    return flow.audience == "patient" and begins_by_itself(flow) and flow.rank not in TOGETHER and is_dateless


def misfits(flow: Flow, version: FlowVersion, language: str, channel: str) -> list[Worded]:
    """Why somebody of this language and channel cannot be asked by it: the column, and what is wrong with it."""
    named, whys = {"flow": flow.flow}, list[Worded]()
    if language not in spoken_in(version):
        whys.append(about("language", worded("'%(flow)s' does not speak '%(language)s'", language=language, **named)))
    if Channel(channel) not in flow.channels:
        whys.append(about("channel", worded("'%(flow)s' does not go by %(channel)s", channel=channel, **named)))
    elif channel == "voice" and is_silent(version, language):
        silent = worded("'%(flow)s' has neither a voice nor recordings in '%(language)s'", language=language, **named)
        whys.append(about("channel", silent))
    if flow.audience != "patient":
        whys.append(about("flow", worded("'%(flow)s' is for a %(audience)s", audience=flow.audience, **named)))
    if not begins_by_itself(flow):
        whys.append(about("flow", worded("'%(flow)s' has no time of its own, leave the cell empty", **named)))
    return whys


def enrol(
    session: Session, person: Person, times: Times, version: FlowVersion, ordinal: int, now: datetime
) -> list[str]:
    """A day or time that has changed holds from the next prompt on. Her own are those of the weekly questions."""
    flow = flow_of(version)
    day, at = (times.day, times.at) if flow.rank is Rank.WEEKLY else ("", None)
    standing = session.scalars(
        select(Enrolment).where(
            Enrolment.person_id == person.id,
            Enrolment.flow == version.flow,
            Enrolment.case_id.is_(None),
            Enrolment.ended_at.is_(None),
        )
    ).first()
    rule = rule_of(flow, day, at, _place(flow, day, at, standing, ordinal))
    begins = _begins(flow, times.day_one, person.time_zone, now)
    if begins is None:
        return []
    if standing is None:
        session.add(_begin(person, flow, rule, begins, now))
        return ["flow"]
    if rule is None:
        return _moved(standing, begins, person.time_zone) if flow.start.after == "day one" else []
    if rule.to_json() == standing.rule:
        return []
    standing.rule = rule.to_json()
    _promise(standing, rule, person.time_zone, now)
    return ["day and time"]


def _begins(flow: Flow, day_one: date | None, zone: str, now: datetime) -> datetime | None:
    """The earliest moment. None: it was to be asked once, so many days after her day one, and that is over."""
    if flow.start.after != "day one" or day_one is None or flow.start.time is None:
        return now + flow.start.wait
    at = timetable.instant(datetime.combine(day_one, flow.start.time) + flow.start.wait, zone)
    return at if at > now else now if flow.start.every else None


def _moved(standing: Enrolment, begins: datetime, zone: str) -> list[str]:
    """Her treatment begins on another day than was written before."""
    before = standing.next_slot
    _promise(standing, None, zone, begins)
    return ["day and time"] if standing.next_slot != before else []


def note_first_report(session: Session, person: Person, version: FlowVersion, now: datetime) -> list[str]:
    """It was given on paper, or elsewhere: what comes before the flow's first time is not asked any more."""
    flow = flow_of(version)
    return [change for name in flow.first if flow.start.every for change in _note(session, person, name, now)]


def _note(session: Session, person: Person, name: str, now: datetime) -> list[str]:
    noted = select(Enrolment.id).where(
        Enrolment.person_id == person.id, Enrolment.flow == name, Enrolment.ended_why == DONE_BEFORE
    )
    if session.scalar(noted.limit(1)):
        return []
    session.add(
        Enrolment(
            id=new_id(now), person_id=person.id, flow=name, rule={}, created_at=now, ended_at=now, ended_why=DONE_BEFORE
        )
    )
    return ["first_report"]


def _place(flow: Flow, day: str, at: time | None, standing: Enrolment | None, ordinal: int) -> Place:
    """Whoever has a place keeps it. Over the days go only weekly questions without a day and time of her own."""
    if standing is not None:
        own = WEEKDAYS.index(flow.start.day or "monday")
        return Place((standing.rule.get("weekday", own) - own) % 7, standing.rule.get("spread", 0))
    if flow.rank is Rank.WEEKLY and not day and at is None:
        return timetable.place_of(ordinal)
    return Place(0, timetable.spread(ordinal))


def rule_of(flow: Flow, day: str, at: time | None, place: Place) -> Rule | None:
    """Her own day and time where given, else the flow's, spread over days and hours. None: once, after enrolment."""
    if flow.start.every is None or flow.start.time is None:
        return None
    weekly = flow.start.every.days % 7 == 0
    days = 0 if day else place.days
    weekday = (WEEKDAYS.index(day or flow.start.day or "monday") + days) % 7 if weekly else None
    spread = 0 if at else place.minutes
    return Rule(at or flow.start.time, every_days=flow.start.every.days, weekday=weekday, spread=spread)


def _begin(person: Person, flow: Flow, rule: Rule | None, begins: datetime, now: datetime) -> Enrolment:
    enrolment = Enrolment(
        id=new_id(now), person_id=person.id, flow=flow.flow, rule=rule.to_json() if rule else {}, created_at=now
    )
    _promise(enrolment, rule, person.time_zone, begins)
    return enrolment


def _promise(enrolment: Enrolment, rule: Rule | None, zone: str, now: datetime) -> None:
    first = timetable.once(now, zone) if rule is None else timetable.next_prompt(rule, zone, now)
    enrolment.next_due, enrolment.next_slot = first.due, first.slot
