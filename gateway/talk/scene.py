"""What is a running conversation made of: its frozen flow and language, its memory, and the facts of its texts?"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from gateway import languages
from gateway.core import recheck
from gateway.core.flow import Flow
from gateway.core.memory import Circumstances, Conversation
from gateway.core.words import Language
from gateway.store import tables
from gateway.store.queries.conversations import Around, history
from gateway.store.queries.flows import flow_of
from gateway.store.tables import Case, FlowVersion
from gateway.talk.facts import facts


@dataclass(frozen=True)
class Scene:
    """`row` is the conversation's row, `memory` what the core remembers of it."""

    around: Around
    row: tables.Conversation
    flow: Flow
    language: Language
    memory: Conversation

    def circumstances(self, session: Session, now: datetime) -> Circumstances:
        return Circumstances(now, history(session, self.row))

    def facts(self, session: Session, now: datetime, deadline: datetime | None = None) -> dict[str, str]:
        return facts(session, self.around, self.flow, self.language, now, deadline)


def scene(session: Session, around: Around) -> Scene:
    assert around.conversation is not None
    assert around.version is not None
    flow, language = script(session, around.version, around.conversation.language, around.conversation.case_id)
    memory = Conversation.from_json(around.conversation.memory)
    return Scene(around, around.conversation, flow, language, memory)


def script(session: Session, version: FlowVersion, language: str, case_id: str | None) -> tuple[Flow, Language]:
    """As frozen with the version. A re-check has the steps of its case's flow behind its own, as they were then."""
    flow, spoken = flow_of(version), languages.of(session, version, language)
    if case_id is None or flow.asks is None:
        return flow, spoken
    case = session.get_one(Case, case_id)
    base = session.get_one(FlowVersion, case.version_id)
    symptoms = tuple(name for name, _ in case.frozen["symptoms"] if name)
    theirs = languages.of(session, base, language)
    return recheck.insert(flow, flow_of(base), symptoms), recheck.both(spoken, theirs)
