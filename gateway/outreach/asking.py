"""How does a conversation begin: who may be asked, who has the floor, what leaves?"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from gateway.core import conversation as core
from gateway.core import wording
from gateway.core.answers import Channel
from gateway.core.flow import Flow, Rank
from gateway.core.memory import Conversation as Memory
from gateway.core.memory import State
from gateway.core.worded import Code, Worded, together, worded
from gateway.outreach import copies, ending
from gateway.store import outbox
from gateway.store.database import lock
from gateway.store.queries import conversations
from gateway.store.queries.calls import is_ringing
from gateway.store.queries.conversations import has_floor, hold_person, suspended
from gateway.store.queries.flows import flow_in, flow_of, is_silent, newest, spoken_in
from gateway.store.queries.load import open_cases_before
from gateway.store.queries.people import has_consented, may_be_asked, phone_of, shares_with_patients
from gateway.store.queries.reports import has_been_through
from gateway.store.tables import Conversation, FlowVersion, Kind, Person, Role, Site, Standing
from gateway.talk import meetings, recycled
from gateway.talk.hours import may_call_from
from gateway.talk.known import answers_in_words
from gateway.talk.rows import RANKS, new_row, rank_by_her
from gateway.talk.scene import Scene, scene
from gateway.talk.steps import note_lines, save
from gateway.talk.telling import tell_about, tell_of_events

# Of a case: what may interrupt another patient's question on a phone that they share.
BEFORE_OTHERS = (Rank.EMERGENCY, Rank.DOCTOR_REACHED, Rank.RE_CHECK)
IN_TALK = timedelta(minutes=10)  # so soon after she was heard nothing of the same kind takes her question's place
LOOKS_AGAIN = timedelta(minutes=30)  # how often an interrupted patient's question looks whether the phone is free
UNANSWERED = timedelta(hours=10)  # how long a text without a lapse is worth carrying


class Begun(Enum):
    YES = "begun"
    WAITS = "another question has the floor"
    NO = "may not be asked"


STANDS = {
    Standing.PAUSED: worded("paused"),
    Standing.STOPPED: worded("stopped"),
    Standing.ENDED: worded("ended"),
}
NOT_ASKED = {
    "patient": worded("is no patient"),
    "helper": worded("is no helper"),
    "clinician": worded("is no clinician"),
}
NO_MEETING = worded("cannot be invited: the list of sites has no meeting that is still to come")
GOES_FIRST = worded("has another question open that goes first")
NOT_CONSENTED = worded("has not consented to messages")


class CannotAsk(ValueError):
    """Why somebody cannot be asked now, in one sentence."""


@dataclass(frozen=True)
class Occasion:
    """Who is to be asked what, and which promise that keeps. Without an enrolment: because somebody wants it now."""

    person: Person
    version: FlowVersion
    enrolment_id: str | None = None
    slot: str | None = None
    case_id: str | None = None
    by_her: bool = False  # she sent the word for it: no "is now a good time?", by SMS, and before what comes by itself


def ask(session: Session, person: Person, flow_id: str, now: datetime) -> Conversation:
    """Begins a conversation now, whatever the hour: a person asked for it. Raises CannotAsk."""
    version = newest(session, flow_id)
    if version is None:
        raise CannotAsk(worded("no flow '%(name)s' is published", name=flow_id))
    if person.language not in spoken_in(version):
        raise CannotAsk(
            worded(
                "'%(flow)s' does not speak %(person)s's language '%(language)s'",
                flow=flow_id,
                person=person.code,
                language=Code(person.language),
            )
        )
    if flow_of(version).start.after == "case event":
        raise CannotAsk(about_a_case(flow_id))
    lock(session, Person, person.id)
    if why := unfit(session, person, version):
        raise CannotAsk(together(" ", (person.code, why)))
    if meetings.invites(flow_of(version)) and not meetings.is_ahead(_meeting(session, person), now, person.time_zone):
        raise CannotAsk(together(" ", (person.code, NO_MEETING)))
    occasion = Occasion(person, version)
    if not takes_floor(session, now, occasion):
        raise CannotAsk(together(" ", (person.code, GOES_FIRST)))
    return _open(session, now, occasion)


def begin(session: Session, now: datetime, occasion: Occasion) -> Begun:
    if occasion.person.role == Role.CLINICIAN and open_cases_before(session, occasion.person.id):
        return Begun.WAITS
    if unfit(session, occasion.person, occasion.version) or _has_been(session, occasion):
        _notice_stop(session, now, occasion.person, occasion.version)
        return Begun.NO
    if occasion.person.role == Role.PATIENT and recycled.found(session, now, occasion.person, occasion.version):
        return Begun.NO
    if occasion.by_her and (row := running(session, occasion)):
        _go_on(session, now, row)
        return Begun.YES
    if not takes_floor(session, now, occasion):
        return Begun.WAITS
    _open(session, now, occasion)
    return Begun.YES


def about_a_case(flow_id: str) -> Worded:
    return worded("'%(flow)s' asks about a case: it begins by itself while one is open", flow=flow_id)


def is_paused(flow_id: str) -> Worded:
    return worded("is not asked: '%(flow)s' is paused", flow=flow_id)


def is_not_active(person: Person) -> Worded:
    return worded("is not asked: %(standing)s", standing=STANDS.get(Standing(person.standing), person.standing))


def _meeting(session: Session, person: Person) -> meetings.Meeting | None:
    return meetings.meeting_of(session.get_one(Site, person.site_id))


def unfit(session: Session, person: Person, version: FlowVersion) -> str | None:
    """Why this person is not asked; None when she may be."""
    if version.paused_at is not None:
        return is_paused(version.flow)
    flow = flow_of(version)
    if not may_be_asked(person, flow.rank):
        return is_not_active(person)
    if flow.rank is Rank.MOOD and person.language not in spoken_in(version):
        return worded(
            "is not asked: '%(flow)s' has no published wording in '%(language)s'",
            flow=version.flow,
            language=Code(person.language),
        )
    if _only_by_voice(session, person, flow) and is_silent(version, person.language):
        return worded(
            "is not asked: '%(flow)s' has no voice in '%(language)s', and others read this phone",
            flow=version.flow,
            language=Code(person.language),
        )
    if why := _unfit_role(session, person, flow):
        return why
    if flow.audience == "patient" and flow.rank is not Rank.CONSENT and not has_consented(session, person):
        return NOT_CONSENTED
    phone = phone_of(session, person.id)
    if phone is None:
        return worded("has no phone")
    if phone.opted_out_at:
        return worded("has stopped our messages")
    return None


def _unfit_role(session: Session, person: Person, flow: Flow) -> str | None:
    is_clinician = person.role == Role.CLINICIAN
    if is_clinician != (flow.audience == "clinician"):
        return NOT_ASKED[flow.audience]
    if is_clinician and open_cases_before(session, person.id):
        return worded("has a case open, which goes first")
    return None


def _notice_stop(session: Session, now: datetime, person: Person, version: FlowVersion) -> None:
    """A stop that only the provider heard of: found when an SMS was refused. From now on it stands, and is told."""
    phone = phone_of(session, person.id)
    if phone and phone.opted_out_at and person.standing == Standing.ACTIVE:
        person.standing, person.standing_why = Standing.STOPPED, "stop word"
        tell_about(session, now, "coordinator_opted_out", conversations.around(session, [person])[0], version)


def _has_been(session: Session, occasion: Occasion) -> bool:
    """A clock that was set back would come to the same morning twice. What is asked once is not asked twice."""
    start = flow_of(occasion.version).start
    if start.after in ("enrolment", "day one") and start.every is None and not occasion.by_her:
        return has_been_through(session, occasion.person.id, occasion.version.flow)
    same = exists().where(Conversation.enrolment_id == occasion.enrolment_id, Conversation.slot == occasion.slot)
    return occasion.enrolment_id is not None and bool(session.scalar(select(same)))


def takes_floor(session: Session, now: datetime, occasion: Occasion) -> bool:
    """Where it does, an older one of its kind that was interrupted is over: she would be asked the same twice."""
    if not _gets_floor(session, now, occasion):
        return False
    rank = _rank(flow_of(occasion.version), occasion)
    for older in suspended(session, occasion.person.id, occasion.version.flow, rank, occasion.case_id):
        ending.miss(session, now, older)
    return True


def running(session: Session, occasion: Occasion) -> Conversation | None:
    """She sends REPORT in the middle of her weekly check: it is that one that she means."""
    person, flow = occasion.person, occasion.version.flow
    standing = has_floor(session, person)
    if standing is None:
        return next(iter(suspended(session, person.id, flow, flow_of(occasion.version).rank, None)), None)
    return standing if (standing.person_id, standing.flow) == (person.id, flow) else None


def _go_on(session: Session, now: datetime, row: Conversation) -> None:
    """At the open question, by SMS as she wrote; whoever writes needs not be asked whether now is a good time."""
    row.state = "open"
    here = scene(session, conversations.around_conversation(session, row))
    here = replace(here, flow=here.flow.model_copy(update={"open": "straight"}))
    say(session, now, here, core.carry_on(here.flow, here.memory, Channel.SMS, here.circumstances(session, now)))


def _gets_floor(session: Session, now: datetime, occasion: Occasion) -> bool:
    """One question at a time, also for two people with one phone. A higher rank interrupts; the other comes back."""
    flow = flow_in(occasion.version, occasion.person.language)
    standing = has_floor(session, occasion.person)
    if standing is None or _only_says(session, flow, occasion.person):
        return True
    if _is_older_of_same(standing, occasion, flow, now):
        ending.miss(session, now, standing)
        return True
    if not _goes_before(session, standing, occasion, flow):
        return False
    memory = replace(Memory.from_json(standing.memory), state=State.SUSPENDED, lapses=())
    another = standing.person_id != occasion.person.id
    standing.memory, standing.state = memory.to_json(), "suspended"
    standing.due_at = now + LOOKS_AGAIN if another else None  # her own is woken by the end of what interrupts it
    outbox.cancel(session, now, conversation_id=standing.id)
    session.flush()
    return True


def _is_older_of_same(standing: Conversation, occasion: Occasion, flow: Flow, now: datetime) -> bool:
    """Yesterday's question is closed by today's of the same flow, unless she is just answering it."""
    mine = (occasion.person.id, flow.flow, _rank(flow, occasion), occasion.case_id)
    heard = Memory.from_json(standing.memory).last_heard_at
    in_talk = heard is not None and now - heard < IN_TALK
    return mine == (standing.person_id, standing.flow, standing.rank, standing.case_id) and not in_talk


def _goes_before(session: Session, standing: Conversation, occasion: Occasion, flow: Flow) -> bool:
    """Another patient's question on the same phone gives way only to what a case asks, and only if she can be held."""
    wanted = _rank(flow, occasion)
    if RANKS.index(wanted) >= RANKS.index(Rank(standing.rank)):
        return False
    if standing.person_id == occasion.person.id:
        return True
    if wanted not in BEFORE_OTHERS or hold_person(session, standing.person_id) is None:
        return False
    session.refresh(standing)
    return standing.state == "open"


def _open(session: Session, now: datetime, occasion: Occasion) -> Conversation:
    flow, person = flow_in(occasion.version, occasion.person.language), occasion.person
    channel = Channel.SMS if occasion.by_her else _channel(session, flow, person)
    memory = Memory(channel, State.GREETING, in_words=answers_in_words(person))
    row = new_row(now, person, occasion.version, "ended" if _only_says(session, flow, person) else "open")
    row.enrolment_id, row.slot, row.case_id = occasion.enrolment_id, occasion.slot, occasion.case_id
    row.rank, row.memory = _rank(flow, occasion), memory.to_json()
    session.add(row)
    session.flush()
    here = scene(session, conversations.around_conversation(session, row))
    if occasion.by_her:
        here = replace(here, flow=here.flow.model_copy(update={"open": "straight"}))
    say(session, now, here, core.begin(here.flow, channel, here.circumstances(session, now)))
    return row


def _rank(flow: Flow, occasion: Occasion) -> Rank:
    return rank_by_her(flow) if occasion.by_her else flow.rank


def _only_says(session: Session, flow: Flow, person: Person) -> bool:
    """Opens no conversation, whoever has the floor. On a call it needs one, for the greeting and its key."""
    return not flow.questions() and _channel(session, flow, person) is Channel.SMS


def _channel(session: Session, flow: Flow, person: Person) -> Channel:
    if flow.shared_phone and shares_with_patients(session, person.id):
        return flow.shared_phone
    wanted = Channel(person.channel)
    return wanted if wanted in flow.channels else flow.channels[0]


def _only_by_voice(session: Session, person: Person, flow: Flow) -> bool:
    return flow.shared_phone is Channel.VOICE and shares_with_patients(session, person.id)


def say(session: Session, now: datetime, here: Scene, turn: core.Turn) -> None:
    """Saves what the core made of it and lets it leave: an SMS, or a call on which it will be said."""
    after, events = turn
    save(session, now, here, turn)
    until = (here.row.due_at or now + UNANSWERED) - now
    if after.channel is Channel.VOICE:
        if not after.ended:
            ring(session, now, here)
    elif body := wording.sms(here.flow, here.language, events, here.facts(session, now)):
        note_lines(session, now, here, after, [("said", body)])
        person = here.around.person
        outbox.put_sms(
            session, now, to=person, body=body, subject=person, kind=Kind.PROMPT, valid_for=until,
            conversation_id=here.row.id,
        )  # fmt: skip
    copies.send(session, now, here, turn)
    tell_of_events(session, now, here, events)


def ring(session: Session, now: datetime, here: Scene) -> None:
    """Not while a call with her waits, rings or talks: what becomes of that one decides what is next."""
    person = here.around.person
    if is_ringing(session, person.id, now):
        return
    outbox.put_call(
        session, now, to=person, subject=person, kind=Kind.PROMPT, conversation_id=here.row.id,
        not_before=may_call_from(session, here, now),
    )  # fmt: skip
