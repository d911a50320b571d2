"""What is a running conversation made of: its frozen flow and language, its memory, and the facts of its texts?"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from gateway import languages
from gateway.core import fivewords, ownlimits, recheck
from gateway.core.answers import Channel
from gateway.core.flow import Flow
from gateway.core.memory import Circumstances, Conversation, State
from gateway.core.words import Language
from gateway.store import tables
from gateway.store.queries.cases import frozen_limits
from gateway.store.queries.conversations import Around, history
from gateway.store.queries.flows import flow_in, flow_of, spoken_in
from gateway.store.queries.people import limits_of
from gateway.store.queries.reports import times_put
from gateway.store.tables import Case, FlowVersion, Person
from gateway.talk.facts import facts
from gateway.talk.known import known, looking_back
from gateway.talk.private import check_of
from gateway.talk.sharing import Sharing, called_here, choices, sharing


@dataclass(frozen=True)
class Scene:
    """`row` is the conversation's row, `memory` what the core remembers of it.

    `language` is hers now; `before` the one in which the open question was put, where that is another: she may
    answer in either. `people`: everybody on her phone, None where nobody has looked yet.
    """

    around: Around
    row: tables.Conversation
    flow: Flow
    language: Language
    memory: Conversation
    before: Language | None = None
    people: tuple[Person, ...] | None = None

    def circumstances(self, session: Session, now: datetime) -> Circumstances:
        return Circumstances(
            now,
            history(session, self.row),
            known=known(session, self.around, self.flow),
            in_words=self.memory.in_words,
            said_before=times_put(session, self.row.person_id, self.row.flow) if self.flow.series else 0,
            speakers=self.sharing(session).speakers(self.around.person),
            check=check_of(self.around.person, self.around.site),
            has_case=self.around.has_case,
        )

    def judged_at(self, session: Session, now: datetime) -> "Scene":
        """By the limits of her own that hold now; in a re-check by those that its case froze."""
        case = session.get(Case, self.row.case_id) if self.row.case_id else None
        limits = frozen_limits(case) if case else limits_of(self.around.person, now)
        return replace(self, flow=ownlimits.put(self.flow, limits)) if limits else self

    def facts(self, session: Session, now: datetime, deadline: datetime | None = None) -> dict[str, str]:
        said = facts(session, self.around, self.flow, self.language, now, deadline)
        shared, person = self.sharing(session), self.around.person
        called = called_here(session, person, shared.patients) if shared.is_shared else ""
        people = choices(session, shared, self.flow, self.language) if shared.is_shared or shared.helper else ""
        return {**said, "called": called, "people": people, **looking_back(session, person, self.flow)}

    def sharing(self, session: Session) -> Sharing:
        """On a call it was asked behind the greeting, and is not looked up at every key."""
        on_a_call = self.memory.channel is Channel.VOICE and self.memory.state not in (State.GREETING, State.WHO)
        if self.people is None and on_a_call:
            return Sharing()
        return sharing(session, self.around, self.people)


def scene(session: Session, around: Around, people: Iterable[Person] | None = None) -> Scene:
    assert around.conversation is not None
    assert around.version is not None
    row, version = around.conversation, around.version
    spoken = _spoken(session, version, around)
    flow, language = script(session, version, spoken, row.case_id)
    before = script(session, version, row.language, row.case_id)[1] if spoken != row.language else None
    memory = Conversation.from_json(row.memory)
    flow = fivewords.put(flow) if memory.in_words else flow
    return Scene(around, row, flow, language, memory, before, tuple(people) if people is not None else None)


def _spoken(session: Session, version: FlowVersion, around: Around) -> str:
    """Her language, also where it was changed midway, as long as all that is asked here can be said in it."""
    row, wanted = around.conversation, around.person.language
    assert row is not None
    if wanted == row.language or wanted not in spoken_in(version):
        return row.language
    case = session.get_one(Case, row.case_id) if row.case_id else None
    base = session.get_one(FlowVersion, case.version_id) if case else version
    return wanted if wanted in spoken_in(base) else row.language


def script(session: Session, version: FlowVersion, language: str, case_id: str | None) -> tuple[Flow, Language]:
    """As frozen with the version. A re-check has the steps of its case's flow behind its own, as they were then."""
    flow, spoken = flow_in(version, language), languages.of(session, version, language)
    if case_id is None or flow.asks is None:
        return flow, spoken
    case = session.get_one(Case, case_id)
    base = session.get_one(FlowVersion, case.version_id)
    symptoms = tuple(name for name, _ in case.frozen["symptoms"] if name)
    theirs = languages.of(session, base, language)
    return recheck.insert(flow, flow_of(base), symptoms), recheck.both(spoken, theirs)
