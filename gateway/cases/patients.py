"""What does the patient hear and get asked because of a case?"""

from datetime import datetime

from sqlalchemy import select, update

from gateway.cases.casefile import CaseFile, CaseNotice
from gateway.store import outbox
from gateway.store.ids import new_id
from gateway.store.tables import Conversation, Enrolment, Standing

RE_CHECK = "re-check"
TO_BE_CONFIRMED = "in hospital, moved or died: to be confirmed"


def notice(file: CaseFile) -> CaseNotice:
    """Until when somebody should have phoned: by the opening's clock, so that no more is promised than is kept."""
    deadline = file.clock.times(file.life).contact.after(file.life.began, file.clock.hours)
    return CaseNotice(file.case.id, file.life.level, deadline)


def plant_re_checks(file: CaseFile, at: tuple[datetime, ...]) -> None:
    """`outreach` finds them as enrolments that are due; those of an earlier opening are taken back."""
    end_re_checks(file)
    for moment in at:
        file.session.add(
            Enrolment(
                id=new_id(file.now),
                person_id=file.patient.id,
                flow=RE_CHECK,
                rule={},
                next_due=moment,
                case_id=file.case.id,
                created_at=file.now,
            )
        )
    file.case.progress = {**file.case.progress, "re-checks": [moment.isoformat() for moment in at]}


def end_re_checks(file: CaseFile) -> None:
    file.session.flush()
    running = (Enrolment.case_id == file.case.id, Enrolment.ended_at.is_(None))
    file.session.execute(
        update(Enrolment).where(*running).values(next_due=None, ended_at=file.now, ended_why=f"case {file.life.state}")
    )


def next_re_check(file: CaseFile) -> datetime | None:
    planted = (Enrolment.case_id == file.case.id, Enrolment.ended_at.is_(None), Enrolment.next_due > file.now)
    return file.session.scalars(select(Enrolment.next_due).where(*planted).order_by(Enrolment.next_due)).first()


def pause(file: CaseFile) -> None:
    """A question to somebody who has died wounds whoever holds the phone: nothing more goes out, at once."""
    patient = file.patient
    patient.standing, patient.standing_why = Standing.PAUSED, TO_BE_CONFIRMED
    outbox.cancel(file.session, file.now, person=patient)
    end_re_checks(file)
    file.session.execute(
        update(Conversation)
        .where(Conversation.person_id == patient.id, Conversation.ended_at.is_(None))
        .values(state="ended", outcome="away", ended_at=file.now, due_at=None)
    )
