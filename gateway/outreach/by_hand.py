"""Somebody reads the questions to her by telephone: how does that conversation begin, and who has the floor?"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from gateway.core import conversation as core
from gateway.core.answers import Channel, Respondent
from gateway.core.flow import Flow, Rank
from gateway.core.memory import Conversation as Memory
from gateway.core.memory import State
from gateway.core.worded import Code, together, worded
from gateway.outreach.asking import (
    GOES_FIRST,
    NOT_CONSENTED,
    CannotAsk,
    Occasion,
    about_a_case,
    is_not_active,
    is_paused,
    running,
    takes_floor,
)
from gateway.store import outbox
from gateway.store.database import lock
from gateway.store.queries import conversations
from gateway.store.queries.flows import flow_of, newest, spoken_in
from gateway.store.queries.people import has_consented
from gateway.store.tables import Conversation, FlowVersion, Person, Standing
from gateway.talk.known import answers_in_words
from gateway.talk.reading import open_question
from gateway.talk.rows import new_row, rank_by_her
from gateway.talk.scene import Scene, scene
from gateway.talk.steps import note_lines, save


def begin(session: Session, person: Person, flow_id: str, now: datetime, *, helper: bool, user_id: str) -> Conversation:
    """Nothing is sent: whoever has her on the line reads it out. Goes on with what is open. Raises CannotAsk.

    `helper`: somebody answers in her stead. Else she answers herself, and her words are written down for her.
    """
    version = newest(session, flow_id)
    if version is None:
        raise CannotAsk(worded("no flow '%(name)s' is published", name=flow_id))
    lock(session, Person, person.id)
    if why := _unfit(session, person, version, helper=helper):
        raise CannotAsk(together(" ", (person.code, why)))
    occasion = Occasion(person, version, by_her=True)
    row = running(session, occasion)
    if row is None:
        if flow_of(version).start.after == "case event":
            raise CannotAsk(about_a_case(flow_id))
        if not takes_floor(session, now, occasion):
            raise CannotAsk(together(" ", (person.code, GOES_FIRST)))
        row = _new(session, now, person, version)
    _put(session, now, row, helper=helper)
    row.taken_by = user_id
    return row


def may_be_read(flow: Flow, *, helper: bool) -> bool:
    """How she feels is asked of nobody else; what she agrees to, too."""
    return bool(flow.questions()) and flow.audience == "patient" and not (helper and _is_hers_alone(flow))


def _is_hers_alone(flow: Flow) -> bool:
    return not flow.by_proxy or flow.rank is Rank.MOOD


def _unfit(session: Session, person: Person, version: FlowVersion, *, helper: bool) -> str | None:
    """A pause stops what goes out by itself, not a talk that somebody has with her."""
    if not may_be_read(flow_of(version), helper=helper):
        return worded("cannot be asked '%(flow)s' by telephone in this way", flow=version.flow)
    if person.language not in spoken_in(version):
        return worded(
            "speaks '%(language)s', and '%(flow)s' does not", language=Code(person.language), flow=version.flow
        )
    if version.paused_at is not None:
        return is_paused(version.flow)
    if person.standing not in (Standing.ACTIVE, Standing.PAUSED):
        return is_not_active(person)
    return None if has_consented(session, person) else NOT_CONSENTED


def _new(session: Session, now: datetime, person: Person, version: FlowVersion) -> Conversation:
    row = new_row(now, person, version)
    row.rank = rank_by_her(flow_of(version))
    row.memory = Memory(Channel.SMS, State.GREETING, in_words=answers_in_words(person)).to_json()
    session.add(row)
    session.flush()
    return row


def _put(session: Session, now: datetime, row: Conversation, *, helper: bool) -> None:
    """The open question, or the first; who answers is known. What waits to be sent of it is taken back."""
    row.state = "open"
    here = scene(session, conversations.around_conversation(session, row))
    outbox.cancel(session, now, conversation_id=row.id)
    turn = _with(_read_out(session, now, here), helper=helper)
    save(session, now, here, turn)
    note_lines(session, now, here, turn[0], [("said", open_question(here.flow, here.language, turn[0]))])


def _read_out(session: Session, now: datetime, here: Scene) -> core.Turn:
    straight = here.flow.model_copy(update={"open": "straight"})
    circumstances = replace(here.circumstances(session, now), speakers=())
    if here.memory.open is None:
        return core.begin(straight, Channel.SMS, circumstances)
    return core.carry_on(straight, here.memory, Channel.SMS, circumstances)


def _with(turn: core.Turn, *, helper: bool) -> core.Turn:
    memory, events = turn
    who = replace(memory, respondent=Respondent.HELPER) if helper else replace(memory, assisted=True)
    return who, events
