"""The road out and in: every message and call that leaves, every webhook that came, and who is at work."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from gateway.store.base import Plain, Table, named_id, reference, to
from gateway.store.types import Json, OneOf

# Small indexes: a row leaves them as soon as the provider no longer has its words.
SENT_AT_PROVIDER = text("redacted_at IS NULL AND provider_id IS NOT NULL")
HEARD_AT_PROVIDER = text("redacted_at IS NULL AND kind = 'sms'")
UNREAD = text("looked_at IS NULL AND read_as IN ('free text', 'unknown', 'unreadable to us')")
UNWEIGHED = text("weighed_at IS NULL AND kind = 'prompt'")
CASE_UNWEIGHED = text("weighed_at IS NULL AND kind = 'case'")


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

    id: Mapped[str] = named_id()
    to_id: Mapped[str | None] = mapped_column(String(32), reference("people.id"), index=True)  # null: a stranger
    phone_id: Mapped[str] = mapped_column(String(32), reference("phones.id"), index=True)
    subject_id: Mapped[str | None] = mapped_column(String(32), reference("people.id"))  # whom it is about
    conversation_id: Mapped[str | None] = mapped_column(String(32), reference("conversations.id"), index=True)
    case_id: Mapped[str | None] = mapped_column(String(32), reference("cases.id"), index=True)
    kind: Mapped[Kind] = mapped_column(OneOf(Kind, 20))
    urgency: Mapped[int]  # 0 first
    state: Mapped[Sending] = mapped_column(OneOf(Sending, 12), default=Sending.PENDING)
    receipt: Mapped[str | None] = mapped_column(String(24))  # the highest status heard, by monotone rank
    receipt_at: Mapped[datetime | None]
    error: Mapped[int | None]  # the provider's code
    not_before: Mapped[datetime]  # story time
    valid_until: Mapped[datetime]  # story time
    lease_until: Mapped[datetime | None]  # real time
    attempt: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None]  # story time, which is the provider's: when this attempt was claimed
    doubted_at: Mapped[datetime | None]  # story time: when the first attempt was claimed that may have arrived
    looks: Mapped[int] = mapped_column(default=0, server_default=text("0"))  # at the provider, since the last change
    look_at: Mapped[datetime | None]  # real time: the next look at the provider
    provider_id: Mapped[str | None] = mapped_column(String(40), unique=True)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class Message(Outgoing, Table):
    """An SMS out. The body is sealed under the key of the person it is about, else under the data key."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("messages_due", "state", "urgency", "not_before"),
        Index("messages_sent", "sent_at"),
        Index("messages_again_of", "again_of", unique=True),
        Index("messages_at_provider", "created_at", postgresql_where=SENT_AT_PROVIDER, sqlite_where=SENT_AT_PROVIDER),
    )
    body: Mapped[bytes]
    segments: Mapped[int]
    again_of: Mapped[str | None] = mapped_column(String(32))  # the one that did not arrive
    redacted_at: Mapped[datetime | None]  # when the provider's own copy of the body was taken away
    redact_after: Mapped[datetime | None]  # the provider refused: not asked again before this


class Call(Outgoing, Table):
    """A call, out or in. `turn` counts what was said on it, so that a stale or doubled key is told from a new one."""

    __tablename__ = "calls"
    __table_args__ = (
        Index("calls_due", "state", "urgency", "not_before"),
        Index("calls_sent", "sent_at"),
        Index("calls_to_weigh", "state", "receipt", postgresql_where=UNWEIGHED, sqlite_where=UNWEIGHED),
        Index("case_calls_to_weigh", "case_id", postgresql_where=CASE_UNWEIGHED, sqlite_where=CASE_UNWEIGHED),
    )
    direction: Mapped[str] = mapped_column(String(10), default="out")
    turn: Mapped[int] = mapped_column(default=0)
    last_reply: Mapped[bytes | None]  # the TwiML of the last turn, sealed: a doubled webhook hears the same again
    answered_by: Mapped[str | None] = mapped_column(String(24))
    seconds: Mapped[int | None]
    weighed_at: Mapped[datetime | None]  # when the conversation or the case drew its conclusion from how it ended
    memory: Mapped[Plain | None] = mapped_column(Json)  # where a call without a conversation stands


class Inbound(Table):
    """Every webhook once, for ever: (account, message id), (message id, status), (call id, turn)."""

    __tablename__ = "inbound"
    __table_args__ = (
        Index("inbound_at_provider", "received_at", postgresql_where=HEARD_AT_PROVIDER, sqlite_where=HEARD_AT_PROVIDER),
        Index("inbound_unread", "received_at", postgresql_where=UNREAD, sqlite_where=UNREAD),
    )
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))  # sms, receipt, keys, call
    received_at: Mapped[datetime] = mapped_column(index=True)
    phone_id: Mapped[str | None] = to("phones.id")
    person_id: Mapped[str | None] = to("people.id")
    read_as: Mapped[str | None] = mapped_column(String(30))  # answer, order, keyword, red flag, free text, unknown, ...
    body: Mapped[bytes | None]
    redacted_at: Mapped[datetime | None]
    redact_after: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]  # when a person said at the console that it is read


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


class Mark(Table):
    """A moment that all processes share: how far the gap fill has read, until when a channel rests (real time)."""

    __tablename__ = "marks"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    at: Mapped[datetime]
    why: Mapped[str | None] = mapped_column(String(60))


class Poison(Table):
    """A row whose work fails: it is put off longer and longer, and from `quarantined_at` on a person must look."""

    __tablename__ = "poison"
    work: Mapped[str] = mapped_column(String(20), primary_key=True)  # message, call, enrolment, conversation, case, sms
    row: Mapped[str] = mapped_column(String(120), primary_key=True)
    failures: Mapped[int]
    error: Mapped[str] = mapped_column(String(60))  # its kind: what it says may hold a patient's words
    case_id: Mapped[str | None] = mapped_column(String(32))
    failed_at: Mapped[datetime]  # story time
    not_before: Mapped[datetime]  # story time
    quarantined_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]


class Story(Table):
    """One row: how far story time runs ahead of real time. Refused outside demo and tests."""

    __tablename__ = "story"
    id: Mapped[int] = mapped_column(primary_key=True)
    offset_ms: Mapped[int] = mapped_column(BigInteger)
