"""Who was asked which training, how did the quiz go, and how many credit points does the flow give for it?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.core.answers import Value
from gateway.core.flow import Flow, Rank
from gateway.store.queries.cases import values_of
from gateway.store.queries.flows import flow_of
from gateway.store.queries.reports import FINISHED
from gateway.store.tables import Conversation, FlowVersion, Person


@dataclass(frozen=True)
class Training:
    """`right` of `quiz` questions that have a right answer. `credits` of the version that was asked, once finished."""

    clinician: Person
    row: Conversation
    values: dict[str, Value]
    right: int
    quiz: int
    credits: float

    @property
    def is_finished(self) -> bool:
        return self.row.outcome in FINISHED

    @property
    def minutes(self) -> float | None:
        if self.row.ended_at is None:
            return None
        return round((self.row.ended_at - self.row.started_at) / timedelta(minutes=1), 1)


def trainings(session: Session, since: datetime, until: datetime) -> list[Training]:
    """Kick-offs, refreshers and drills, oldest first. They count in no figure of a case."""
    asked = select(Conversation, Person, FlowVersion).join(Person, Person.id == Conversation.person_id)
    versions = asked.join(FlowVersion, FlowVersion.id == Conversation.version_id)
    within = (Conversation.rank.in_((Rank.TRAINING, Rank.DRILL)), Conversation.started_at >= since)
    rows = versions.where(*within, Conversation.started_at < until).order_by(Conversation.started_at, Conversation.id)
    return [_training(session, row, person, flow_of(version)) for row, person, version in session.execute(rows)]


def _training(session: Session, row: Conversation, clinician: Person, flow: Flow) -> Training:
    values = values_of(session, row)
    quiz = {step.id: step.right for step in flow.questions().values() if step.right is not None}
    right = sum(values.get(question) == answer for question, answer in quiz.items())
    credits = flow.credits if row.outcome in FINISHED and flow.credits else 0.0
    return Training(clinician, row, values, right, len(quiz), credits)
