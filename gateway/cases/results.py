"""A re-check, or the next report, has ended: what does it say of the case?"""

from datetime import datetime

from sqlalchemy.orm import Session

from gateway.cases import reached, signs
from gateway.cases.casefile import CaseFile
from gateway.cases.moving import settle, taken
from gateway.cases.patients import REACHED, WHICH_SIGN
from gateway.core import escalation, ownlimits, recheck
from gateway.core.answers import Value
from gateway.core.conditions import Evidence, holds
from gateway.core.escalation import Reading
from gateway.core.flow import Flow, Level
from gateway.core.life import Move
from gateway.core.memory import Outcome
from gateway.store.queries.cases import answered_for_her, frozen_limits, open_case_of, values_of
from gateway.store.queries.flows import flow_of
from gateway.store.tables import Case, Conversation, FlowVersion

MOVES = {
    Reading.BELOW: Move.LOW,
    Reading.AMBER: Move.MODERATE,
    Reading.HIGH: Move.HIGH,
    Reading.MISSING: Move.NO_RESULT,
    Reading.SILENT: Move.SILENT,
}


def finished(session: Session, now: datetime, conversation: Conversation) -> None:
    """Called for every conversation that ends: a re-check answers its case, a report may close an amber one.

    Which danger sign it is, and whether somebody phoned, say nothing of how she is: they are no result.
    """
    case = _case_of(session, conversation)
    if case is None:
        return
    with taken(session, now, case.id) as file:
        if file.case.closed_at:
            return
        if conversation.flow == WHICH_SIGN:
            signs.answered(file, conversation)
            return
        if conversation.flow == REACHED:
            reached.answered(file, conversation)
            return
        if not _counts(file, conversation):
            return
        reading = read(file, conversation)
        done = escalation.judged(file.life, reading, file.clock)
        settle(file, done, MOVES[reading], conversation=conversation.id)


def read(file: CaseFile, conversation: Conversation) -> Reading:
    """By the limits that held when the case opened; its answers are compared inside the case only."""
    values = values_of(file.session, conversation)
    asked = flow_of(file.session.get_one(FlowVersion, conversation.version_id))
    asked = ownlimits.put(asked, frozen_limits(file.case))
    if _is_high(file.flow, values) or _is_high(asked, values):
        return Reading.HIGH
    if answered_for_her(file.session, conversation):
        return Reading.MISSING  # somebody else's word may raise an alarm, and never end one
    names = [name for name, _ in file.symptoms if name]
    if not values and conversation.outcome == Outcome.GAVE_UP and conversation.case_id:
        return Reading.SILENT
    if not values or any(name not in values for name in names):
        return Reading.MISSING
    if any(values[name] == "skipped" for name in names):
        return Reading.MISSING
    below = all(recheck.is_below(file.flow, name, values[name]) for name in names)
    return Reading.BELOW if below else Reading.AMBER


def _case_of(session: Session, conversation: Conversation) -> Case | None:
    if conversation.case_id:
        return session.get_one(Case, conversation.case_id)
    return open_case_of(session, conversation.person_id)


def _counts(file: CaseFile, conversation: Conversation) -> bool:
    """A re-check of this opening; for an amber case the next report of the flow that opened it."""
    if conversation.started_at < file.life.began:
        return False
    if conversation.case_id:
        return True
    return file.life.level is Level.AMBER and conversation.flow == file.version.flow


def _is_high(flow: Flow, values: dict[str, Value]) -> bool:
    evidence = Evidence(values)
    return any(
        breach.when and breach.level is not Level.AMBER and holds(breach.when, evidence) for breach in flow.breaches
    )
