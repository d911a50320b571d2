"""A clinician has a plan for what is severe and known: how is it put in place?"""

from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from gateway.cases import patients, plans
from gateway.cases.casefile import CaseFile
from gateway.cases.moving import move, taken
from gateway.core.escalation import TRANSITIONS
from gateway.core.flow import Level
from gateway.core.life import Move
from gateway.core.timetable import QUIET_UNTIL
from gateway.store.tables import Person, Role

LONGEST_REASON = 80


class Cannot(StrEnum):
    """Why no plan can be put in place."""

    NO_CLINICIAN = "no clinician"
    NO_REASON = "no reason"
    DATE = "date"
    AWAY = "away"
    LEVEL = "level"
    STATE = "state"


class CannotPlan(ValueError):
    """Why not, in one sentence, and which of the reasons it is."""

    def __init__(self, sentence: str, why: Cannot | None = None) -> None:
        super().__init__(sentence)
        self.why = why


def plan(session: Session, now: datetime, case_id: str, clinician: Person, until: date, reason: str) -> datetime:
    """When it ends: in the morning of that day, where the patient lives. Raises CannotPlan.

    By a clinician's name and for a reason, never by SMS: a text may be forged, and may raise but never lower.
    """
    with taken(session, now, case_id) as file:
        return put(file, clinician, until, reason)


def put(file: CaseFile, clinician: Person, until: date, reason: str) -> datetime:
    """The same on a case that is held already. Raises CannotPlan, and has changed nothing then."""
    ends = datetime.combine(until, QUIET_UNTIL, ZoneInfo(file.patient.time_zone))
    _check(file, clinician, until, ends, reason)
    file.life = file.life.planned(ends)
    known = {name: what["value"] for name, what in file.symptoms if isinstance(what.get("value"), int | float)}
    kept = {"until": ends.isoformat(), "by": clinician.id, "reason": reason[:LONGEST_REASON], "values": known}
    file.case.progress = {**file.case.progress, "plan": kept}
    move(file, Move.PLAN, clinician, until=ends.isoformat())
    patients.end_planted(file, *patients.ABOUT_A_CASE)
    return ends


def _check(file: CaseFile, clinician: Person, until: date, ends: datetime, reason: str) -> None:
    code = file.case.code
    if clinician.role != Role.CLINICIAN:
        raise CannotPlan(f"{clinician.code} is no clinician", Cannot.NO_CLINICIAN)
    if not reason.strip():
        raise CannotPlan("a plan needs a reason", Cannot.NO_REASON)
    if not file.now < ends <= file.now + plans.LONGEST:
        raise CannotPlan(f"a plan ends within {plans.LONGEST.days} days, not on {until}", Cannot.DATE)
    if file.life.is_away:
        raise CannotPlan(f"{code} waits for news of the patient, who is away", Cannot.AWAY)
    if file.life.level is not Level.RED:
        raise CannotPlan(f"{code} is {file.life.level}: a plan is for a red case", Cannot.LEVEL)
    if (file.life.state, Move.PLAN) not in TRANSITIONS:
        raise CannotPlan(f"{code} is {file.life.state}: no plan is possible now", Cannot.STATE)
