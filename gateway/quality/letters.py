"""What does each doctor hear once a month: one SMS that begins with what went well, in his language and his hours?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from babel.dates import format_date
from sqlalchemy.orm import Session

from gateway import languages
from gateway.core import rota, timetable, wording
from gateway.quality.month import Doctor, figures_of
from gateway.quality.periods import Period, month_at
from gateway.store import outbox
from gateway.store.marks import is_my_turn
from gateway.store.queries import talks
from gateway.store.queries.cases import reachable_clinician
from gateway.store.queries.figures import Fate
from gateway.store.queries.flows import flow_of, newest_of_each
from gateway.store.queries.load import open_cases_before
from gateway.store.tables import FlowVersion, Kind, Message, Person
from gateway.talk.telling import spoken

VALID = timedelta(hours=10)  # what the provider keeps at most
FIRST = "doctor_month"
ONCE = timedelta(days=3650)
FEW = 0.5  # of the cases taken on: below this, the hours or the phone may be wrong
NAMED, COUNTED = 4, 100  # patients by their numbers in one SMS, and how many are looked for; the others are counted
WITHIN = timedelta(days=14)  # of the month's end: later than that, it is no news


@dataclass(frozen=True)
class Unspoken:
    """Patients, by the numbers of the clinic's paper list, with whom nobody has spoken for so many weeks."""

    weeks: int
    numbers: tuple[str, ...]

    @property
    def facts(self) -> dict[str, str]:
        others = len(self.numbers) - NAMED
        more = f" +{others}" if others > 0 else ""
        return {"weeks": str(self.weeks), "numbers": ", ".join(self.numbers[:NAMED]) + more}


def every_month(day: int | None, zone: str, talk_weeks: int) -> Callable[[Session, datetime], int] | None:
    """What the clock does, where a day of the month is set."""
    return partial(send_due, ZoneInfo(zone), day, talk_weeks) if day else None


def send_due(zone: ZoneInfo, day: int, talk_weeks: int, session: Session, now: datetime) -> int:
    """The last month's, from this day of the month on. Always 0: one look is enough."""
    this = month_at(now, zone)
    begins = this.since + timedelta(days=day - 1)
    if begins <= now < begins + WITHIN:
        send(session, this.step(-1), now, talk_weeks)
    return 0


def send(session: Session, month: Period, now: datetime, talk_weeks: int) -> list[Message]:
    """To everybody who had a case or has patients, once a month; not while a case waits for him."""
    version = next((one for one in newest_of_each(session) if FIRST in flow_of(one).shared), None)
    if version is None:  # published before there was such an SMS, or nothing is
        return []
    found = figures_of(session, month, None, now)
    letters = (_send(session, version, doctor, month, now, talk_weeks) for doctor in found.doctors)
    return [sms for sms in letters if sms is not None]


def letter(session: Session, version: FlowVersion, doctor: Doctor, month: Period, unspoken: Unspoken | None) -> str:
    """The parts with a share stand in the order of their shares; beside whom he should ring only the best two."""
    person, part = doctor.part.clinician, doctor.part
    flow, language = flow_of(version), languages.of(session, version, spoken(version, person))
    answered, asked = doctor.answering.fates[Fate.ANSWERED], doctor.answering.over
    counted = [
        (len(part.accepted), part.cases, "doctor_month_cases", ("accepted", "told")),
        (part.in_time, part.timed, "doctor_month_in_time", ("in_time", "timed")),
        (answered, asked, "doctor_month_answers", ("answered", "asked")),
    ]
    known = sorted((each for each in counted if each[1]), key=lambda each: each[0] / each[1], reverse=True)
    # Not "LLLL": Babel 2.18 then keeps the names of whichever language was asked for first.
    named = format_date(month.since.astimezone(month.zone), "MMMM", locale=language.code)
    said = [wording.phrase(flow, language, FIRST, {"clinic": session.info["clinic_name"], "month": named})]
    for some, all_, word, (first, second) in known[: 2 if unspoken else None]:
        said.append(wording.phrase(flow, language, word, {first: str(some), second: str(all_)}))
    if not part.cases:
        said.append(wording.phrase(flow, language, "doctor_month_quiet", {}))
    elif len(part.accepted) < FEW * part.cases:
        said.append(wording.phrase(flow, language, "doctor_month_hours", {}))
    if unspoken and "doctor_month_talk" in flow.shared:
        said.append(wording.phrase(flow, language, "doctor_month_talk", unspoken.facts))
    return "\n".join(said)


def _send(
    session: Session, version: FlowVersion, doctor: Doctor, month: Period, now: datetime, talk_weeks: int
) -> Message | None:
    person = doctor.part.clinician
    has_something = doctor.part.cases or doctor.answering.over
    if not has_something or not reachable_clinician(session, person.id) or open_cases_before(session, person.id):
        return None
    if not is_my_turn(session, f"month {month.name} {person.id}", now, ONCE):
        return None
    return outbox.put_sms(
        session,
        now,
        to=person,
        body=letter(session, version, doctor, month, _unspoken(session, person, now, talk_weeks)),
        subject=None,
        kind=Kind.NOTICE,
        valid_for=VALID,
        not_before=_in_his_hours(person, now),
    )


def _unspoken(session: Session, doctor: Person, now: datetime, weeks: int) -> Unspoken | None:
    """His patients with whom nobody has spoken, whatever they reported."""
    found = talks.unspoken(session, Person.doctor_id == doctor.id, now - timedelta(weeks=weeks), COUNTED)
    numbers = [row.person.small_number or row.person.code for row in found]
    return Unspoken(weeks, tuple(numbers)) if numbers else None


def _in_his_hours(person: Person, now: datetime) -> datetime:
    """On duty and by day."""
    zone = ZoneInfo(person.time_zone)
    return timetable.in_window(rota.next_duty(rota.parse(person.duty), now, zone), person.time_zone)
