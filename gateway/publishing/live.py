"""When does a draft go live, how does one go back, and how is a flow stopped at once?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from gateway.core import saying
from gateway.core.changes import Area
from gateway.core.flow import Flow
from gateway.core.words import Language
from gateway.core.written import Problem
from gateway.publishing import drafts, proofs, versions
from gateway.publishing.proofs import Failure
from gateway.store import outbox
from gateway.store.queries.conversations import wake_suspended
from gateway.store.queries.drafts import running
from gateway.store.queries.flows import newest
from gateway.store.tables import FlowDraft, FlowVersion, Person

PAUSED = "flow paused"


@dataclass(frozen=True)
class Publication:
    """A version, or what keeps it back: somebody was faster, names that lack, Problems, transcripts that fail."""

    version: FlowVersion | None = None
    is_stale: bool = False
    unapproved: tuple[Area, ...] = ()
    problems: tuple[Problem, ...] = ()
    failures: tuple[Failure, ...] = ()


def publish(session: Session, draft: FlowDraft, revision: int, now: datetime) -> Publication:
    """The next version, asked by from now on. The draft is then over."""
    if draft.revision != revision:
        return Publication(is_stale=True)
    known = drafts.languages_of(session, draft)
    flow, problems = versions.judged(session, draft.source, draft.shared, known)
    if flow is None or any(one.severity == "refused" for one in problems):
        return Publication(problems=problems)
    if lacking := drafts.still_needed(session, draft):
        return Publication(unapproved=lacking, problems=problems)
    if failures := proofs.failures(flow, _whole(flow, known), draft.tests):
        return Publication(failures=failures, problems=problems)
    live = newest(session, draft.flow)
    version, problems = versions.publish(session, draft.source, draft.shared, known, _names(live, draft), now)
    if version:
        version.tests, version.paused_at = draft.tests, live.paused_at if live else None
        session.delete(draft)
        session.flush()
    return Publication(version, problems=problems)


def go_back(session: Session, version: FlowVersion, now: datetime) -> tuple[FlowVersion | None, tuple[Problem, ...]]:
    """What an older version said, as the next version: with its sentences, and with the names that stood under it."""
    if problems := versions.unspoken(session, version):
        return None, problems
    live = newest(session, version.flow)
    again = versions.copied(version, versions.next_number(session, version.flow), now)
    again.paused_at = live.paused_at if live else None
    session.add(again)
    session.flush()
    return again, ()


def pause(session: Session, version: FlowVersion, now: datetime) -> int:
    """Nobody is asked by this flow from now on: what is being asked ends, what waits to leave does not. How many ended.

    What people answered stays, and their danger signs are heard as ever; the rows of their schedule go on, so that
    nothing has to be made good afterwards.
    """
    version.paused_at = now
    asked = running(session, version.flow)
    for conversation in asked:
        conversation.state, conversation.outcome = "ended", PAUSED
        conversation.ended_at, conversation.due_at = now, None
        outbox.cancel(session, now, conversation_id=conversation.id)
        wake_suspended(session, session.get_one(Person, conversation.person_id), now)
    session.flush()
    return len(asked)


def resume(session: Session, version: FlowVersion) -> None:
    """From the next prompt on."""
    version.paused_at = None
    session.flush()


def _whole(flow: Flow, known: Mapping[str, Language]) -> Mapping[str, Language]:
    """Whom a transcript can be played to: a language that lacks a sentence is left out of the version anyway."""
    return {
        code: language
        for code, language in known.items()
        if code == flow.written_in
        or (language.catalog and not any(one.severity == "refused" for one in saying.translation(flow, language, {})))
    }


def _names(live: FlowVersion | None, draft: FlowDraft) -> dict[str, str]:
    """Who answers for what: whoever did before, and those who approved this draft."""
    return dict(live.approved_by if live else {}) | {
        area: str(given["name"]) for area, given in draft.approvals.items()
    }
