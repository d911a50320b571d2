"""A clinician has a plan for what is severe and known: how is it put in place?"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from gateway.cases import patients, plans
from gateway.cases.moving import move, taken
from gateway.core.flow import Level
from gateway.core.life import Move
from gateway.core.timetable import QUIET_UNTIL
from gateway.store.tables import Person, Role

LONGEST_REASON = 80


class CannotPlan(ValueError):
    """Why not, in one sentence."""


def plan(session: Session, now: datetime, case_id: str, clinician: Person, until: date, reason: str) -> datetime:
    """When it ends: in the morning of that day, where the patient lives. Raises CannotPlan.

    By a clinician's name and for a reason, never by SMS: a text may be forged, and may raise but never lower.
    """
    if clinician.role != Role.CLINICIAN:
        raise CannotPlan(f"{clinician.code} is no clinician")
    if not reason.strip():
        raise CannotPlan("a plan needs a reason")
    with taken(session, now, case_id) as file:
        ends = datetime.combine(until, QUIET_UNTIL, ZoneInfo(file.patient.time_zone))
        if not now < ends <= now + plans.LONGEST:
            raise CannotPlan(f"a plan ends within {plans.LONGEST.days} days, not on {until}")
        if file.life.is_away:
            raise CannotPlan(f"{file.case.code} waits for news of the patient, who is away")
        if file.life.level is not Level.RED:
            raise CannotPlan(f"{file.case.code} is {file.life.level}: a plan is for a red case")
        file.life = file.life.planned(ends)
        known = {name: what["value"] for name, what in file.symptoms if isinstance(what.get("value"), int | float)}
        kept = {"until": ends.isoformat(), "by": clinician.id, "reason": reason[:LONGEST_REASON], "values": known}
        file.case.progress = {**file.case.progress, "plan": kept}
        if not move(file, Move.PLAN, clinician, until=ends.isoformat()):
            raise CannotPlan(f"{file.case.code} is {file.life.state}: no plan is possible now")
        patients.end_planted(file, *patients.ABOUT_A_CASE)
    return ends
