"""A word was sent that a flow waits for: how does that flow begin?"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.core.timetable import AT_ONCE
from gateway.store.ids import new_id
from gateway.store.queries.flows import flow_of, newest_of_each, spoken_in
from gateway.store.tables import Enrolment, FlowVersion, Person


def begin_by(session: Session, person: Person, keyword: str, now: datetime) -> bool:
    """False where no published flow that speaks her language waits for it. `outreach` finds the row within seconds."""
    version = flow_for(session, keyword, person.language)
    if version is None or version.paused_at is not None:
        return False
    if not _is_planted(session, person, version.flow):
        session.add(
            Enrolment(
                id=new_id(now), person_id=person.id, flow=version.flow, rule=AT_ONCE, next_due=now, created_at=now
            )
        )
        session.flush()
    return True


def flow_for(session: Session, keyword: str, language: str) -> FlowVersion | None:
    waiting = (version for version in newest_of_each(session) if flow_of(version).start.keyword == keyword)
    return next((version for version in waiting if language in spoken_in(version)), None)


def _is_planted(session: Session, person: Person, flow: str) -> bool:
    """Sent twice, it begins once."""
    planted = select(Enrolment).where(
        Enrolment.person_id == person.id, Enrolment.flow == flow, Enrolment.ended_at.is_(None)
    )
    return any(row.rule == AT_ONCE for row in session.scalars(planted))
