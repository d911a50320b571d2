"""What does the patient hear and get asked because of a case?"""

from datetime import datetime

from sqlalchemy import select, update

from gateway.cases.casefile import CaseFile, CaseNotice
from gateway.store.ids import new_id
from gateway.store.tables import Enrolment
from gateway.talk import away

RE_CHECK, WHICH_SIGN = "re-check", "danger-sign"  # the flows that a case asks by


def notice(file: CaseFile) -> CaseNotice:
    """Until when somebody should have phoned: by the opening's clock, so that no more is promised than is kept."""
    deadline = file.clock.times(file.life).contact.after(file.life.began, file.clock.hours)
    return CaseNotice(file.case.id, file.life.level, deadline)


def plant_re_checks(file: CaseFile, at: tuple[datetime, ...]) -> None:
    """`outreach` finds them as enrolments that are due; those of an earlier opening are taken back."""
    end_planted(file, RE_CHECK)
    for moment in at:
        plant(file, RE_CHECK, moment)
    file.case.progress = {**file.case.progress, "re-checks": [moment.isoformat() for moment in at]}


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
    planted = (Enrolment.case_id == file.case.id, Enrolment.ended_at.is_(None), Enrolment.next_due > file.now)
    re_checks = select(Enrolment.next_due).where(*planted, Enrolment.flow == RE_CHECK)
    return file.session.scalars(re_checks.order_by(Enrolment.next_due)).first()


def pause(file: CaseFile) -> None:
    """A question to somebody who has died wounds whoever holds the phone: nothing more goes out, at once."""
    end_planted(file, RE_CHECK, WHICH_SIGN)
    away.pause(file.session, file.now, file.patient)
