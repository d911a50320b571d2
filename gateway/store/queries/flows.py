"""Which versions of the flows stand, and what they say."""

from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gateway.core.flow import Flow
from gateway.core.flowfile import read
from gateway.store.tables import Enrolment, FlowVersion

VERSIONS_KEPT = 128


def newest(session: Session, flow: str) -> FlowVersion | None:
    """The version that conversations begin with from now on; None when nothing is published under this name."""
    return session.scalars(
        select(FlowVersion)
        .where(FlowVersion.flow == flow, FlowVersion.published_at.is_not(None))
        .order_by(FlowVersion.number.desc())
        .limit(1)
    ).first()


def newest_of_each(session: Session) -> list[FlowVersion]:
    latest = (
        select(FlowVersion.flow, func.max(FlowVersion.number).label("number"))
        .where(FlowVersion.published_at.is_not(None))
        .group_by(FlowVersion.flow)
        .subquery()
    )
    matches = (FlowVersion.flow == latest.c.flow) & (FlowVersion.number == latest.c.number)
    return list(session.scalars(select(FlowVersion).join(latest, matches).order_by(FlowVersion.flow)))


def newest_for(session: Session, person_id: str) -> FlowVersion | None:
    """Of the flow that this person is asked by, else of any; its words and limits hold for what comes unasked."""
    enrolled = (
        select(Enrolment.flow)
        .where(Enrolment.person_id == person_id, Enrolment.case_id.is_(None))
        .order_by(Enrolment.ended_at.is_(None).desc(), Enrolment.id.desc())
        .limit(1)
    )
    flow = session.scalar(enrolled)
    version = newest(session, flow) if flow else None
    others = (each for each in newest_of_each(session) if flow_of(each).asks is None)
    return version or next(others, None)


def flow_of(version: FlowVersion) -> Flow:
    """What a version's file says. It was checked before it was frozen, so a problem here is ours and is loud."""
    return _read(version.id, version.source, version.shared)


@lru_cache(VERSIONS_KEPT)
def _read(version_id: str, source: str, shared: str) -> Flow:
    flow, problems = read(source, shared)
    if flow is None:
        raise ValueError(f"flow version {version_id} cannot be read: {problems[0].sentence}")
    return flow
