"""What is remembered: every table of the gateway, in the words of the house."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gateway.store import base
from gateway.store.accounts import Access, Grant, Guess, Note, Post, SignIn, Ticket, User
from gateway.store.base import Plain, Table, named_id, only, reference, to
from gateway.store.drafts import AdviceDraft, FlowDraft
from gateway.store.road import Call, Inbound, Kind, Mark, Message, Outgoing, Poison, Process, Sender, Sending, Story
from gateway.store.sounds import Recording
from gateway.store.supervision import ActionItem
from gateway.store.texts import Text
from gateway.store.types import Json, OneOf
from gateway.store.versions import AdviceVersion, FlowVersion

__all__ = [
    "Access", "ActionItem", "AdviceDraft", "AdviceVersion", "Answer", "Call", "Case", "CaseEvent", "Consent",
    "Conversation", "Enrolment", "FlowDraft", "FlowVersion", "Grant", "Guess", "Inbound", "Kind", "Mark", "Message",
    "Note", "Offer", "Outgoing", "Person", "PersonPhone", "Phone", "Plain", "Poison", "Post", "Process", "Recording",
    "Role", "Score", "Sender", "Sending", "SignIn", "Site", "Standing", "Story", "Table", "Telling", "Text", "Ticket",
    "Turn", "User",
]  # fmt: skip


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
    id: Mapped[str] = named_id()
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    parent_id: Mapped[str | None] = to("sites.id")
    time_zone: Mapped[str]
    emergency_number: Mapped[str]
    # {"call_retries": [10, 30, 60], "call_check": "pin", "call_in": "ring back", "works_anyway": {"sms": "why"}}
    ways: Mapped[Plain | None] = mapped_column(Json)
    created_at: Mapped[datetime]


class Person(Table):
    """`key` is the person's own, wrapped under the data key: without it nothing sealed under it can be read."""

    __tablename__ = "people"
    id: Mapped[str] = named_id()
    code: Mapped[str] = mapped_column(String(40), unique=True)
    role: Mapped[Role] = mapped_column(OneOf(Role, 20), index=True)
    site_id: Mapped[str] = to("sites.id")
    doctor_id: Mapped[str | None] = to("people.id")  # a patient's village doctor
    helps_id: Mapped[str | None] = to("people.id")  # the patient whom a helper helps
    key: Mapped[bytes | None]
    name: Mapped[bytes | None]  # sealed JSON {"first": ..., "last": ...}
    language: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(10), default="sms")
    time_zone: Mapped[str]
    small_number: Mapped[str | None] = mapped_column(String(10))  # on the paper list locked in the clinic
    no_visit: Mapped[bool] = mapped_column(default=False)
    pin: Mapped[str | None] = mapped_column(String(64))  # keyed index of the four digits behind which she looks back
    birth_year: Mapped[bytes | None]  # sealed; what a site may ask for on a call
    card: Mapped[
        bytes | None
    ]  # sealed JSON {"treatment": ..., "medicines": ...}, a few words for whoever she is sent to
    call_code: Mapped[bytes | None]  # sealed; a clinician's four digits, without which no case is read out to him
    wishes: Mapped[Plain | None] = mapped_column(Json)  # {"scale": "five words", "call_hours": "17:00-20:00", ...}
    # Limits of her own, by question and level: {"pain red": {"value": 9, "until": ..., "by": ..., "note": ...}}
    limits: Mapped[Plain | None] = mapped_column(Json)
    duty: Mapped[str] = mapped_column(default="always")  # clinicians: `always`, or weekdays and hours
    standing: Mapped[Standing] = mapped_column(OneOf(Standing, 20), default=Standing.ACTIVE)
    standing_why: Mapped[str | None]
    erased_at: Mapped[datetime | None]  # key, name, code, phone and words are gone; what is left counts
    created_at: Mapped[datetime]


class Phone(Table):
    """`number` is sealed under the data key; `lookup` is its keyed index. A shared phone has several people."""

    __tablename__ = "phones"
    __table_args__ = (Index("phones_that_fail", "id", **only(base.FAILS)),)
    id: Mapped[str] = named_id()
    lookup: Mapped[str] = mapped_column(String(64), unique=True)
    number: Mapped[bytes]
    bad_since: Mapped[datetime | None]
    opted_out_at: Mapped[datetime | None]
    country: Mapped[str | None] = mapped_column(String(2))  # KE; null on rows older than the column
    # An unknown number hears the emergency number at most once a day.
    unknown_told_at: Mapped[datetime | None] = mapped_column(index=True)
    created_at: Mapped[datetime]


class PersonPhone(Table):
    __tablename__ = "person_phones"
    person_id: Mapped[str] = mapped_column(reference("people.id"), primary_key=True)
    phone_id: Mapped[str] = mapped_column(reference("phones.id"), primary_key=True, index=True)


class Consent(Table):
    __tablename__ = "consents"
    id: Mapped[str] = named_id()
    person_id: Mapped[str] = to("people.id")
    purpose: Mapped[str] = mapped_column(String(40))  # messages, share with the doctor, helper, ...
    version: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Offer(Table):
    """Somebody who could take part: was it offered, and what became of it? A person only where she is in.

    Nobody's name; `why` is one of the words of `enrolment.offers`, never a sentence of hers.
    """

    __tablename__ = "offers"
    id: Mapped[str] = named_id()
    site_id: Mapped[str] = to("sites.id", index=False)
    answer: Mapped[str] = mapped_column(String(20))  # accepted, declined, not offered
    why: Mapped[str | None] = mapped_column(String(40))
    person_id: Mapped[str | None] = to("people.id")
    user_id: Mapped[str | None] = to("users.id", index=False)
    at: Mapped[datetime]
    __table_args__ = (Index("offers_of_a_site", "site_id", "at"),)


class Enrolment(Table):
    """A person in a flow. `rule` is local wall time; `next_due` is the promise. A re-check has a case."""

    __tablename__ = "enrolments"
    id: Mapped[str] = named_id()
    person_id: Mapped[str] = to("people.id")
    flow: Mapped[str] = mapped_column(String(40))
    rule: Mapped[Plain] = mapped_column(Json)  # {"every_days": 7, "weekday": 0, "time": "09:00"} or {} for once
    next_due: Mapped[datetime | None] = mapped_column(index=True)
    next_slot: Mapped[str | None]  # the local date and time that `next_due` stands for, "2026-03-02T09:00"
    case_id: Mapped[str | None] = to("cases.id")
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None]
    created_at: Mapped[datetime]


class Conversation(Table):
    """One occurrence of a flow with one person. `memory` is `core.conversation.Conversation` as JSON."""

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "slot"),  # daylight saving, a clock stepped back, two clocks: never doubled
        Index("one_open_question", "person_id", unique=True, **only(base.OPEN)),
        Index("conversations_given_up", "id", "person_id", **only(base.UNANSWERED)),
        Index("reports_by_telephone", "person_id", **only(base.BY_TELEPHONE)),
    )
    id: Mapped[str] = named_id()
    person_id: Mapped[str] = to("people.id")
    version_id: Mapped[str] = to("flow_versions.id")
    enrolment_id: Mapped[str | None] = to("enrolments.id")
    slot: Mapped[str | None]
    case_id: Mapped[str | None] = to("cases.id")  # a re-check's case
    flow: Mapped[str] = mapped_column(String(40), index=True)
    rank: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))  # open, suspended, ended
    outcome: Mapped[str | None] = mapped_column(String(20))  # finished, given up, declined, missed_system, stopped, ...
    taken_by: Mapped[str | None] = mapped_column(String(32))  # users.id: who wrote down what she said by phone
    memory: Mapped[Plain] = mapped_column(Json)
    due_at: Mapped[datetime | None] = mapped_column(index=True)  # the lapse
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Turn(Table):
    """Every line said, heard or pressed; the words are sealed under the person's key."""

    __tablename__ = "turns"
    __table_args__ = (UniqueConstraint("conversation_id", "number"),)
    id: Mapped[str] = named_id()
    conversation_id: Mapped[str] = to("conversations.id", index=False)
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
        Index("answers_of_a_person", "person_id", "conversation_id"),
        Index(
            "one_current_answer",
            "conversation_id",
            "question",
            unique=True,
            **only(base.CURRENT),
        ),
    )
    id: Mapped[str] = named_id()
    conversation_id: Mapped[str] = to("conversations.id", index=False)
    person_id: Mapped[str] = to("people.id", index=False)
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
    id: Mapped[str] = named_id()
    conversation_id: Mapped[str] = to("conversations.id")
    person_id: Mapped[str] = to("people.id")
    version_id: Mapped[str] = to("flow_versions.id", index=False)
    name: Mapped[str] = mapped_column(String(40))
    value: Mapped[float]
    scored_at: Mapped[datetime]


class Case(Table):
    """One patient's breach and what people do about it. Policy, symptoms and limits are frozen at opening."""

    __tablename__ = "cases"
    __table_args__ = (Index("open_cases", "patient_id", **only(base.STILL_OPEN)),)
    id: Mapped[str] = named_id()
    code: Mapped[str] = mapped_column(String(4), index=True)
    patient_id: Mapped[str] = to("people.id")
    conversation_id: Mapped[str | None] = to("conversations.id", closes_ring=True)
    version_id: Mapped[str] = to("flow_versions.id", index=False)  # whose words and limits hold
    level: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(30))  # core.escalation.State
    tier: Mapped[int]  # the highest told so far; 0 is the village doctor
    due_at: Mapped[datetime | None] = mapped_column(index=True)  # the next action; null only when closed
    next_action: Mapped[str | None] = mapped_column(String(30))
    held_for: Mapped[str | None] = mapped_column(String(40))  # `wait_for`: the answer that the doctor's SMS waits for
    waits_on: Mapped[str | None] = mapped_column(String(32))  # the message whose death lets the wait be skipped
    frozen: Mapped[Plain] = mapped_column(Json)  # policy, symptoms with values, last and baseline, limits
    progress: Mapped[Plain] = mapped_column(Json)  # core.escalation.Progress: the promises that run, who was told
    accepted_by: Mapped[str | None] = to("people.id", index=False)
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


class Telling(Table):
    """Who was told of which case, and by which SMS: one may tell of several. `digest` is its level, null alone."""

    __tablename__ = "tellings"
    id: Mapped[str] = named_id()
    case_id: Mapped[str] = to("cases.id")
    person_id: Mapped[str] = to("people.id", index=False)
    message_id: Mapped[str] = to("messages.id")
    tier: Mapped[int]
    digest: Mapped[str | None] = mapped_column(String(10))
    at: Mapped[datetime]
    __table_args__ = (Index("tellings_of_a_clinician", "person_id", "at"),)


class CaseEvent(Table):
    """What happened to a case, in order; append-only."""

    __tablename__ = "case_events"
    __table_args__ = (UniqueConstraint("case_id", "number"),)
    id: Mapped[str] = named_id()
    case_id: Mapped[str] = to("cases.id", index=False)
    number: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(30))
    by_id: Mapped[str | None] = to("people.id", index=False)
    facts: Mapped[Plain] = mapped_column(Json)
