"""What does the patient hear and get asked because of a case?"""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from gateway import languages
from gateway.cases import plans, who
from gateway.cases.casefile import CaseFile, CaseNotice
from gateway.core import timetable, wording
from gateway.core.life import Promise, State
from gateway.store import outbox
from gateway.store.ids import new_id
from gateway.store.queries import conversations
from gateway.store.queries.people import phone_of
from gateway.store.tables import Enrolment, Kind, Person, Standing
from gateway.talk import away
from gateway.talk.facts import called, facts, spoken_number
from gateway.talk.telling import spoken

# The flows that a case asks by.
RE_CHECK, WHICH_SIGN, REACHED = "re-check", "danger-sign", "doctor-reached"
ABOUT_A_CASE = (RE_CHECK, WHICH_SIGN, REACHED)
READ_VALID = timedelta(hours=1)


def notice(file: CaseFile) -> CaseNotice:
    """By when somebody should have phoned: by the opening's clock, so that no more is promised than is kept. Where that
    is over and nobody has, by when somebody new may have."""
    times, hours = file.clock.times(file.life), file.clock.hours
    by_then = max(times.contact.after(file.life.began, hours), times.after_missed.after(file.now, hours))
    deadline = file.life.due.get(Promise.CONTACT, by_then)
    if file.life.state is State.PLANNED:
        return CaseNotice(file.case.id, file.life.level, deadline, plans.made_by(file), file.life.plan_until)
    return CaseNotice(file.case.id, file.life.level, deadline, _who_hears(file))


def _who_hears(file: CaseFile) -> Person | None:
    """Whoever holds it, was told last, or is told when a held SMS leaves."""
    if file.holder:
        return file.holder
    if file.life.state is State.HELD:
        tiers = (who.at_tier(file, tier) for tier in range(file.life.top + 1))
        return next((person for person in tiers if person), None)
    return file.session.get_one(Person, file.told[-1]["person"]) if file.told else None


def plant_re_checks(file: CaseFile, at: tuple[datetime, ...]) -> None:
    """`outreach` finds them as enrolments that are due; those of an earlier opening are taken back."""
    end_planted(file, RE_CHECK)
    for moment in at:
        plant(file, RE_CHECK, moment)
    file.case.progress = {**file.case.progress, "re-checks": [moment.isoformat() for moment in at]}


def ask_reached(file: CaseFile, moment: datetime) -> None:
    """Once for each deadline; an earlier one that has not been asked yet is taken back."""
    end_planted(file, REACHED)
    plant(file, REACHED, moment)


def tell_read(file: CaseFile, doctor: Person, deadline: datetime) -> None:
    """A named person has read her report. Nothing goes to a phone that stopped, or to somebody who is away."""
    patient = file.patient
    phone = phone_of(file.session, patient.id)
    if patient.standing != Standing.ACTIVE or phone is None or phone.opted_out_at or phone.bad_since:
        return
    language = languages.of(file.session, file.version, spoken(file.version, patient))
    around = conversations.around(file.session, [patient])[0]
    named = {"doctor": called(file.session, doctor), **_his_phone(file, doctor)}
    said = facts(file.session, around, file.flow, language, file.now, deadline) | named
    outbox.put_sms(
        file.session,
        file.now,
        to=patient,
        body=wording.phrase(file.flow, language, "report_read", said),
        subject=patient,
        kind=Kind.REPLY,
        case_id=file.case.id,
        valid_for=READ_VALID,
    )


def _his_phone(file: CaseFile, doctor: Person) -> dict[str, str]:
    """Whoever accepted is phoned, not the village doctor who is silent; without a phone that works, as ever."""
    phone = phone_of(file.session, doctor.id)
    if phone is None or phone.opted_out_at or phone.bad_since:
        return {}
    return {"doctor_phone": spoken_number(file.session, phone)}


def plant(file: CaseFile, flow: str, moment: datetime) -> None:
    file.session.add(
        Enrolment(
            id=new_id(file.now),
            person_id=file.patient.id,
            flow=flow,
            rule={},
            next_due=moment,
            case_id=file.case.id,
            created_at=file.now,
        )
    )


def end_planted(file: CaseFile, *flows: str) -> None:
    file.session.flush()
    running = (Enrolment.case_id == file.case.id, Enrolment.ended_at.is_(None), Enrolment.flow.in_(flows))
    file.session.execute(
        update(Enrolment).where(*running).values(next_due=None, ended_at=file.now, ended_why=f"case {file.life.state}")
    )


def next_re_check(file: CaseFile) -> datetime | None:
    """When she is really asked: never in her quiet hours."""
    planted = (Enrolment.case_id == file.case.id, Enrolment.ended_at.is_(None), Enrolment.next_due > file.now)
    re_checks = select(Enrolment.next_due).where(*planted, Enrolment.flow == RE_CHECK)
    due = file.session.scalars(re_checks.order_by(Enrolment.next_due)).first()
    return timetable.in_window(due, file.patient.time_zone) if due else None


def pause(file: CaseFile) -> None:
    """A question to somebody who has died wounds whoever holds the phone: nothing more goes out, at once."""
    end_planted(file, *ABOUT_A_CASE)
    outbox.cancel(file.session, file.now, case_id=file.case.id, kinds=(Kind.SAFETY,))  # the family is asked nothing
    away.pause(file.session, file.now, file.patient)
