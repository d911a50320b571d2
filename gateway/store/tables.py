"""What is remembered: every table of the gateway, in the words of the house."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from gateway.store.types import Json, UtcTime

Plain = dict[str, Any]
OPEN = text("state = 'open'")
CURRENT = text("superseded_at IS NULL")


class Table(DeclarativeBase):
    type_annotation_map = {datetime: UtcTime, Plain: Json, bytes: LargeBinary}  # noqa: RUF012 - SQLAlchemy's own name


def _id() -> Mapped[str]:
    return mapped_column(String(32), primary_key=True)


def _to(target: str, *, index: bool = True) -> Mapped[Any]:
    return mapped_column(String(32), ForeignKey(target), index=index)


class Role(StrEnum):
    PATIENT = "patient"
    HELPER = "helper"
    CLINICIAN = "clinician"
    COORDINATOR = "coordinator"


class Standing(StrEnum):
    """Whether prompts go to a person. A stopped one is never sent an SMS, yet may ring or be rung in danger."""

    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"
    ENDED = "ended"


class Site(Table):
    """The tree of sites is the escalation ladder: village clinic, township centre, county hospital."""

    __tablename__ = "sites"
    id: Mapped[str] = _id()
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    parent_id: Mapped[str | None] = _to("sites.id")
    time_zone: Mapped[str]
    emergency_number: Mapped[str]
    created_at: Mapped[datetime]


class Person(Table):
    """`key` is the person's own, wrapped under the data key: without it nothing sealed under it can be read."""

    __tablename__ = "people"
    id: Mapped[str] = _id()
    code: Mapped[str] = mapped_column(String(40), unique=True)
    role: Mapped[Role] = mapped_column(String(20), index=True)
    site_id: Mapped[str] = _to("sites.id")
    doctor_id: Mapped[str | None] = _to("people.id")  # a patient's village doctor
    helps_id: Mapped[str | None] = _to("people.id")  # the patient whom a helper helps
    key: Mapped[bytes | None]
    name: Mapped[bytes | None]  # sealed JSON {"first": ..., "last": ...}
    language: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(10), default="sms")
    time_zone: Mapped[str]
    small_number: Mapped[str | None] = mapped_column(String(10))  # on the paper list locked in the clinic
    no_visit: Mapped[bool] = mapped_column(default=False)
    duty: Mapped[str] = mapped_column(default="always")  # clinicians: `always`, or weekdays and hours
    standing: Mapped[Standing] = mapped_column(String(20), default=Standing.ACTIVE)
    standing_why: Mapped[str | None]
    created_at: Mapped[datetime]


class Phone(Table):
    """`number` is sealed under the data key; `lookup` is its keyed index. A shared phone has several people."""

    __tablename__ = "phones"
    id: Mapped[str] = _id()
    lookup: Mapped[str] = mapped_column(String(64), unique=True)
    number: Mapped[bytes]
    bad_since: Mapped[datetime | None]
    opted_out_at: Mapped[datetime | None]
    unknown_told_at: Mapped[datetime | None]  # an unknown number hears the emergency number at most once a day
    created_at: Mapped[datetime]


class PersonPhone(Table):
    __tablename__ = "person_phones"
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    phone_id: Mapped[str] = mapped_column(ForeignKey("phones.id"), primary_key=True, index=True)


class Consent(Table):
    __tablename__ = "consents"
    id: Mapped[str] = _id()
    person_id: Mapped[str] = _to("people.id")
    purpose: Mapped[str] = mapped_column(String(40))  # messages, share with the doctor, helper, ...
    version: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class FlowVersion(Table):
    """A draft, or a published version that never changes: file, shared words, catalogs and words of each language."""

    __tablename__ = "flow_versions"
    __table_args__ = (UniqueConstraint("flow", "number"),)
    id: Mapped[str] = _id()
    flow: Mapped[str] = mapped_column(String(40), index=True)
    number: Mapped[int]
    source: Mapped[str]
    shared: Mapped[str]
    languages: Mapped[Plain] = mapped_column(Json)  # {code: {"catalog": [[place, written, said], ...], "words": {...}}}
    approved_by: Mapped[Plain] = mapped_column(Json)  # {"limits": name, ...}
    published_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Enrolment(Table):
    """A person in a flow. `rule` is local wall time; `next_due` is the promise. A re-check has a case."""

    __tablename__ = "enrolments"
    id: Mapped[str] = _id()
    person_id: Mapped[str] = _to("people.id")
    flow: Mapped[str] = mapped_column(String(40))
    rule: Mapped[Plain] = mapped_column(Json)  # {"every_days": 7, "weekday": 0, "time": "09:00"} or {} for once
    next_due: Mapped[datetime | None] = mapped_column(index=True)
    next_slot: Mapped[str | None]  # the local date and time that `next_due` stands for, "2026-03-02T09:00"
    case_id: Mapped[str | None] = _to("cases.id")
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None]
    created_at: Mapped[datetime]


class Conversation(Table):
    """One occurrence of a flow with one person. `memory` is `core.conversation.Conversation` as JSON."""

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "slot"),  # daylight saving, a clock stepped back, two clocks: never doubled
        Index("one_open_question", "person_id", unique=True, postgresql_where=OPEN, sqlite_where=OPEN),
    )
    id: Mapped[str] = _id()
    person_id: Mapped[str] = _to("people.id")
    version_id: Mapped[str] = _to("flow_versions.id")
    enrolment_id: Mapped[str | None] = _to("enrolments.id")
    slot: Mapped[str | None]
    case_id: Mapped[str | None] = _to("cases.id")  # a re-check's case
    flow: Mapped[str] = mapped_column(String(40), index=True)
    rank: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))  # open, suspended, ended
    outcome: Mapped[str | None] = mapped_column(String(20))  # finished, given up, declined, missed_system, stopped, ...
    memory: Mapped[Plain] = mapped_column(Json)
    due_at: Mapped[datetime | None] = mapped_column(index=True)  # the lapse
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Turn(Table):
    """Every line said, heard or pressed; the words are sealed under the person's key."""

    __tablename__ = "turns"
    __table_args__ = (UniqueConstraint("conversation_id", "number"),)
    id: Mapped[str] = _id()
    conversation_id: Mapped[str] = _to("conversations.id", index=False)
    number: Mapped[int]
    at: Mapped[datetime]
    direction: Mapped[str] = mapped_column(String(10))  # said, heard, pressed
    channel: Mapped[str] = mapped_column(String(10))
    step: Mapped[str | None] = mapped_column(String(40))
    words: Mapped[bytes]


class Answer(Table):
    """One current answer per conversation and question; a correction supersedes, nothing is overwritten."""

    __tablename__ = "answers"
    __table_args__ = (
        Index(
            "one_current_answer",
            "conversation_id",
            "question",
            unique=True,
            postgresql_where=CURRENT,
            sqlite_where=CURRENT,
        ),
    )
    id: Mapped[str] = _id()
    conversation_id: Mapped[str] = _to("conversations.id", index=False)
    person_id: Mapped[str] = _to("people.id")
    flow: Mapped[str] = mapped_column(String(40))
    question: Mapped[str] = mapped_column(String(40))
    number: Mapped[int | None]  # a scale or a choice
    word: Mapped[str | None] = mapped_column(String(10))  # yes, no, skipped
    raw: Mapped[bytes]
    confirmed: Mapped[bool | None]
    respondent: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(10))
    answered_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class Score(Table):
    __tablename__ = "scores"
    id: Mapped[str] = _id()
    conversation_id: Mapped[str] = _to("conversations.id")
    person_id: Mapped[str] = _to("people.id")
    version_id: Mapped[str] = _to("flow_versions.id", index=False)
    name: Mapped[str] = mapped_column(String(40))
    value: Mapped[float]
    scored_at: Mapped[datetime]


class Case(Table):
    """One patient's breach and what people do about it. Policy, symptoms and limits are frozen at opening."""

    __tablename__ = "cases"
    id: Mapped[str] = _id()
    code: Mapped[str] = mapped_column(String(4), index=True)
    patient_id: Mapped[str] = _to("people.id")
    conversation_id: Mapped[str | None] = _to("conversations.id")
    version_id: Mapped[str] = _to("flow_versions.id", index=False)  # whose words and limits hold
    level: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(20))  # core.escalation.State
    tier: Mapped[int]  # the highest told so far; 0 is the village doctor
    due_at: Mapped[datetime | None] = mapped_column(index=True)  # the next action; null only when closed
    next_action: Mapped[str | None] = mapped_column(String(30))
    held_for: Mapped[str | None] = mapped_column(String(40))  # `wait_for`: the answer that the doctor's SMS waits for
    frozen: Mapped[Plain] = mapped_column(Json)  # policy, symptoms with values, last and baseline, limits
    accepted_by: Mapped[str | None] = _to("people.id", index=False)
    accepted_at: Mapped[datetime | None]
    contact_doctor: Mapped[str | None] = mapped_column(String(20))  # by call, by visit, not reached: as he says
    contact_patient: Mapped[str | None] = mapped_column(String(20))  # yes, no: as she says
    contacted_at: Mapped[datetime | None]
    done: Mapped[str | None] = mapped_column(String(10))  # the digits 4 to 7
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(40))
    outcome: Mapped[str | None] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(default=0)  # a digit and a deadline at one moment: one of them loses
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name


class CaseEvent(Table):
    """What happened to a case, in order; append-only."""

    __tablename__ = "case_events"
    __table_args__ = (UniqueConstraint("case_id", "number"),)
    id: Mapped[str] = _id()
    case_id: Mapped[str] = _to("cases.id", index=False)
    number: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(30))
    by_id: Mapped[str | None] = _to("people.id", index=False)
    facts: Mapped[Plain] = mapped_column(Json)


class Kind(StrEnum):
    """What a message is for. Cases go before prompts."""

    CASE = "case"
    COORDINATOR = "coordinator"
    SAFETY = "safety"
    PROMPT = "prompt"
    REPLY = "reply"
    NOTICE = "notice"


class Sending(StrEnum):
    """Where a row of the outbox stands. `receipt` then tells what the provider says became of it."""

    PENDING = "pending"
    CLAIMED = "claimed"  # under a lease; after it runs out the row is in doubt, never simply sent again
    DOUBT = "doubt"  # the POST may or may not have arrived
    ACCEPTED = "accepted"  # the provider gave an id
    REFUSED = "refused"  # the provider said no, for good
    EXPIRED = "expired"  # not sent in time
    CANCELLED = "cancelled"


class Outgoing:
    """What an SMS and a call have in common on the one road out. `attempt` is the fence of every later write."""

    id: Mapped[str] = _id()
    to_id: Mapped[str | None] = mapped_column(String(32), ForeignKey("people.id"), index=True)  # null: a stranger
    phone_id: Mapped[str] = mapped_column(String(32), ForeignKey("phones.id"), index=True)
    subject_id: Mapped[str | None] = mapped_column(String(32), ForeignKey("people.id"))  # whom it is about
    conversation_id: Mapped[str | None] = mapped_column(String(32), ForeignKey("conversations.id"), index=True)
    case_id: Mapped[str | None] = mapped_column(String(32), ForeignKey("cases.id"), index=True)
    kind: Mapped[Kind] = mapped_column(String(20))
    urgency: Mapped[int]  # 0 first
    state: Mapped[Sending] = mapped_column(String(12), default=Sending.PENDING)
    receipt: Mapped[str | None] = mapped_column(String(24))  # the highest status heard, by monotone rank
    receipt_at: Mapped[datetime | None]
    error: Mapped[int | None]  # the provider's code
    not_before: Mapped[datetime]  # story time
    valid_until: Mapped[datetime]  # story time
    lease_until: Mapped[datetime | None]  # real time
    attempt: Mapped[int] = mapped_column(default=0)
    provider_id: Mapped[str | None] = mapped_column(String(40), unique=True)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class Message(Outgoing, Table):
    """An SMS out. The body is sealed under the key of the person it is about, else under the data key."""

    __tablename__ = "messages"
    __table_args__ = (Index("messages_due", "state", "urgency", "not_before"),)
    body: Mapped[bytes]
    segments: Mapped[int]


class Call(Outgoing, Table):
    """A call, out or in. `turn` counts what was said on it, so that a stale or doubled key is told from a new one."""

    __tablename__ = "calls"
    __table_args__ = (Index("calls_due", "state", "urgency", "not_before"),)
    direction: Mapped[str] = mapped_column(String(10), default="out")
    turn: Mapped[int] = mapped_column(default=0)
    last_reply: Mapped[bytes | None]  # the TwiML of the last turn, sealed: a doubled webhook hears the same again
    answered_by: Mapped[str | None] = mapped_column(String(24))
    seconds: Mapped[int | None]


class Inbound(Table):
    """Every webhook once, for ever: (account, message id), (message id, status), (call id, turn)."""

    __tablename__ = "inbound"
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))  # sms, receipt, keys, call
    received_at: Mapped[datetime] = mapped_column(index=True)
    phone_id: Mapped[str | None] = _to("phones.id")
    person_id: Mapped[str | None] = _to("people.id")
    read_as: Mapped[str | None] = mapped_column(String(30))  # answer, order, keyword, red flag, free text, unknown, ...
    body: Mapped[bytes | None]


class Sender(Table):
    """The provider's limit per sender as one moment: when the line is free again (real time)."""

    __tablename__ = "senders"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    free_at: Mapped[datetime]


class Process(Table):
    """When each long-running process last said that it lives (real time), for /status."""

    __tablename__ = "processes"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    beat_at: Mapped[datetime]


class Story(Table):
    """One row: how far story time runs ahead of real time. Refused outside demo and tests."""

    __tablename__ = "story"
    id: Mapped[int] = mapped_column(primary_key=True)
    offset_ms: Mapped[int]
