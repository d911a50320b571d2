"""Which versions of the flows stand, and what they say."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from gateway.core import flowfile
from gateway.core.answers import Channel
from gateway.core.flow import Flow
from gateway.store.tables import Enrolment, FlowVersion

Given = TypeVar("Given")
KEPT_AT_MOST = 500
NOT_ON_CALLS = "not on calls"  # in what a version keeps of a language


def newest(session: Session, flow: str) -> FlowVersion | None:
    """The version that conversations begin with from now on; None when nothing is published under this name."""
    return session.scalars(_newest(), {"flow": flow}).first()


@cache
def _newest() -> Select[Any]:
    return (
        select(FlowVersion)
        .where(FlowVersion.flow == bindparam("flow"), FlowVersion.published_at.is_not(None))
        .order_by(FlowVersion.number.desc())
        .limit(1)
    )


def latest(session: Session, flow: str, number: int | None = None) -> FlowVersion | None:
    """The last version of this flow, be it a draft, or the one with this number."""
    wanted = select(FlowVersion).where(FlowVersion.flow == flow)
    if number is not None:
        wanted = wanted.where(FlowVersion.number == number)
    return session.scalars(wanted.order_by(FlowVersion.number.desc()).limit(1)).first()


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
    return kept(version, "flow", lambda: _read(version))


def flow_in(version: FlowVersion, language: str) -> Flow:
    """The flow with the channels that it has in this language: without a voice or recordings it goes by SMS only."""
    flow = flow_of(version)
    return kept(version, f"in {language}", lambda: _without_calls(flow)) if is_silent(version, language) else flow


def is_silent(version: FlowVersion, language: str) -> bool:
    """Whether this version cannot be spoken in that language on calls."""
    return language in kept(version, "silent", lambda: _silent(version))


def spoken_in(version: FlowVersion) -> frozenset[str]:
    """The languages that a version has."""
    return kept(version, "languages", lambda: frozenset(version.languages))


def kept(version: FlowVersion, what: str, read: Callable[[], Given]) -> Given:
    """What `read` made of a version, once in this process: a published one never changes, so its id is enough."""
    if version.published_at is None:
        return read()
    key = (version.id, what)
    if key not in _KEPT:
        if len(_KEPT) >= KEPT_AT_MOST:
            _KEPT.clear()
        _KEPT[key] = read()
    found: Given = _KEPT[key]
    return found


def _silent(version: FlowVersion) -> frozenset[str]:
    return frozenset(code for code, told in version.languages.items() if NOT_ON_CALLS in told)


def _without_calls(flow: Flow) -> Flow:
    left = tuple(channel for channel in flow.channels if channel is not Channel.VOICE)
    return flow.model_copy(update={"channels": left}) if left else flow


_KEPT: dict[tuple[str, str], Any] = {}


def _read(version: FlowVersion) -> Flow:
    flow, problems = flowfile.read(version.source, version.shared)
    if flow is None:
        raise ValueError(f"flow version {version.id} cannot be read: {problems[0].sentence}")
    return flow
