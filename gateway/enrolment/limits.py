"""A clinician gives a patient a limit of her own, for a reason and until a date: what is kept, and when does it end?"""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from gateway.core.flow import Flow, Level
from gateway.core.ownlimits import OwnLimit
from gateway.store.database import lock
from gateway.store.queries.people import limit_name
from gateway.store.tables import Person, Plain, Role

LONGEST = timedelta(days=92)  # a default that needs a clinician's approval


class Not(StrEnum):
    """Why no limit was set or ended."""

    NO_CLINICIAN = "no clinician"
    NO_REASON = "no reason"
    DATE = "date"
    VALUE = "value"
    CHANGED = "changed"  # somebody wrote another one meanwhile


def set_limit(
    session: Session,
    now: datetime,
    person: Person,
    limit: OwnLimit,
    *,
    by: Person | None,
    until: datetime,
    flow: Flow | None,
    reason: str,
    note_id: str,
    seen: str,
) -> Not | None:
    """`flow`: by which she is asked. The reason stands in the note, sealed; what a case froze stays as it was."""
    if by is None or by.role != Role.CLINICIAN:
        return Not.NO_CLINICIAN
    if not reason:
        return Not.NO_REASON
    if not now < until <= now + LONGEST:
        return Not.DATE
    if flow is None or not _is_of(flow, limit):
        return Not.VALUE
    person = lock(session, Person, person.id)
    if stands(person) != seen:
        return Not.CHANGED
    kept = {"value": limit.value, "from": now.isoformat(), "until": until.isoformat(), "by": by.id, "note": note_id}
    person.limits = {**(person.limits or {}), limit_name(limit.question, limit.level): kept}
    return None


def end_limit(session: Session, person: Person, name: str, *, by: Person | None, seen: str) -> Not | None:
    """From now on the flow's own hold again."""
    if by is None or by.role != Role.CLINICIAN:
        return Not.NO_CLINICIAN
    person = lock(session, Person, person.id)
    if stands(person) != seen:
        return Not.CHANGED
    person.limits = {other: kept for other, kept in (person.limits or {}).items() if other != name} or None
    return None


def stands(person: Person) -> str:
    """What a form carries, so that nobody writes over what he has not seen."""
    limits: Plain = person.limits or {}
    return max((kept["from"] for kept in limits.values()), default="") + f" {len(limits)}"


def _is_of(flow: Flow, limit: OwnLimit) -> bool:
    step = flow.questions().get(limit.question)
    scale = flow.scales.get(step.scale or "") if step else None
    return limit.level is not Level.NOW and scale is not None and scale.low < limit.value <= scale.high
