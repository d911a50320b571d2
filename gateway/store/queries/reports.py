"""What has a person reported so far: her scores, how often a flow was put, what stands in her timeline?"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gateway.core.flow import Rank
from gateway.store.queries.flows import flow_of
from gateway.store.tables import Answer, Conversation, Enrolment, FlowVersion, Score

FINISHED = ("finished", "danger")  # what counts as having been through it
DONE_BEFORE = "done before"  # of an enrolment that was never asked: on paper, or in another programme
COUNTED = (Rank.WEEKLY, Rank.MOOD, Rank.EDUCATION)  # contacts of a week; a reminder she asked for is none


@dataclass(frozen=True)
class Happening:
    """`name` is the step's `event`; `answer` its number, yes or no."""

    at: datetime
    name: str
    answer: int | str


def last_scores(session: Session, person_id: str, flow: str, name: str, count: int) -> list[float]:
    """One a report, oldest first. Practice and re-checks are no reports."""
    newest = (
        select(func.max(Score.id))
        .join(Conversation, Conversation.id == Score.conversation_id)
        .where(Score.person_id == person_id, Score.name == name, Conversation.flow == flow)
        .where(Conversation.case_id.is_(None), Conversation.rank != Rank.PRACTICE)
        .group_by(Score.conversation_id)
    )
    values = session.scalars(select(Score.value).where(Score.id.in_(newest)).order_by(Score.id.desc()).limit(count))
    return list(values)[::-1]


def times_put(session: Session, person_id: str, flow: str) -> int:
    """How often a flow was begun and not broken off."""
    put = select(func.count()).where(
        Conversation.person_id == person_id, Conversation.flow == flow, Conversation.outcome == "finished"
    )
    return session.scalar(put) or 0


def is_still_needed(session: Session, person_id: str, flow: str) -> bool:
    """Somebody was enrolled in it and has not been through it."""
    enrolled = select(Enrolment.id).where(Enrolment.person_id == person_id, Enrolment.flow == flow)
    return session.scalar(enrolled.limit(1)) is not None and not has_been_through(session, person_id, flow)


def lacks_first_report(session: Session, person_id: str, first: str, regular: str, put_at_most: int) -> bool:
    """Neither `first` nor `regular` was reported, nobody noted it as done, nor was it left unanswered too often."""
    if has_been_through(session, person_id, regular) or has_been_through(session, person_id, first):
        return False
    noted = select(Enrolment.id).where(
        Enrolment.person_id == person_id, Enrolment.flow == first, Enrolment.ended_why == DONE_BEFORE
    )
    unanswered = select(func.count()).where(
        Conversation.person_id == person_id,
        Conversation.flow == first,
        Conversation.ended_at.is_not(None),
        Conversation.outcome.is_distinct_from("missed_system"),
    )
    return session.scalar(noted.limit(1)) is None and (session.scalar(unanswered) or 0) < put_at_most


def has_been_through(session: Session, person_id: str, flow: str) -> bool:
    done = select(Conversation.id).where(
        Conversation.person_id == person_id, Conversation.flow == flow, Conversation.outcome.in_(FINISHED)
    )
    return session.scalar(done.limit(1)) is not None


def contacts_since(session: Session, person_id: str, since: datetime) -> int:
    """What we began by ourselves; nothing about a case, nothing that she began."""
    begun = select(func.count()).where(
        Conversation.person_id == person_id,
        Conversation.started_at > since,
        Conversation.rank.in_(COUNTED),
        Conversation.enrolment_id.is_not(None),
        Conversation.case_id.is_(None),
        Conversation.outcome.is_distinct_from("missed_system"),
    )
    return session.scalar(begun) or 0


def timeline(session: Session, person_id: str) -> list[Happening]:
    """Current answers to questions with an `event`, oldest first."""
    rows = session.execute(
        select(Answer, FlowVersion)
        .join(Conversation, Conversation.id == Answer.conversation_id)
        .join(FlowVersion, FlowVersion.id == Conversation.version_id)
        .where(Answer.person_id == person_id, Answer.superseded_at.is_(None))
        .order_by(Answer.answered_at, Answer.id)
    )
    return [happening for answer, version in rows if (happening := _happening(answer, version))]


def _happening(answer: Answer, version: FlowVersion) -> Happening | None:
    step = flow_of(version).questions().get(answer.question)
    if step is None or step.event is None:
        return None
    given = answer.number if answer.number is not None else answer.word
    return None if given is None else Happening(answer.answered_at, step.event, given)
