"""The one road out: what is to be sent is put here, taken back here, and later claimed and settled."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gateway.core.segments import plain, segments
from gateway.store.claims import URGENT, Rates, claim
from gateway.store.doubts import doubts
from gateway.store.fates import accepted, doubtful, expired, receipt, refused, retry_later, withdrawn
from gateway.store.ids import new_id
from gateway.store.queries.people import phone_of
from gateway.store.sealing import seal, unseal
from gateway.store.tables import Call, Kind, Message, Person, Phone, Sending

__all__ = [
    "URGENT", "NoPhone", "Rates", "accepted", "body_of", "cancel", "claim", "doubtful", "doubts", "expired", "pending",
    "put_call", "put_sms", "receipt", "refused", "retry_later", "reword", "send_again", "take_back_calls", "withdrawn",
]  # fmt: skip

CALL_VALID = timedelta(minutes=30)
NOW_CASE = 0  # a case of level `now` goes before everything
URGENCY = {Kind.CASE: 1, Kind.SAFETY: 2, Kind.COORDINATOR: 3, Kind.REPLY: 4, Kind.PROMPT: 5, Kind.NOTICE: 6}


class NoPhone(Exception):
    """Nobody can be told anything without a phone: enrolment does not let such a person in."""


def put_sms(
    session: Session,
    now: datetime,
    *,
    to: Person | Phone,
    body: str,
    subject: Person | None,
    kind: Kind,
    valid_for: timedelta,
    conversation_id: str | None = None,
    case_id: str | None = None,
    not_before: datetime | None = None,
    at_once: bool = False,
    phone: Phone | None = None,
) -> Message:
    """`to` is a Phone for a stranger, `phone` saves a look-up. `at_once` for a case of level `now`. Raises NoPhone."""
    start, body = max(now, not_before or now), plain(body)
    message = Message(
        id=new_id(now),
        phone_id=(phone or _phone(session, to)).id,
        to_id=to.id if isinstance(to, Person) else None,
        subject_id=subject.id if subject else None,
        conversation_id=conversation_id,
        case_id=case_id,
        kind=kind,
        urgency=NOW_CASE if at_once else URGENCY[kind],
        state=Sending.PENDING,
        attempt=0,
        not_before=start,
        valid_until=start + valid_for,
        created_at=now,
        segments=segments(body).count,
    )
    message.body = seal(session, body, table="messages", column="body", row=message.id, person=subject)
    session.add(message)
    return message


def put_call(
    session: Session,
    now: datetime,
    *,
    to: Person,
    subject: Person | None,
    kind: Kind,
    conversation_id: str | None = None,
    case_id: str | None = None,
    not_before: datetime | None = None,
    valid_for: timedelta = CALL_VALID,
    at_once: bool = False,
) -> Call:
    """`at_once` for a case of level `now`. Raises NoPhone."""
    start = max(now, not_before or now)
    call = Call(
        id=new_id(now),
        phone_id=_phone(session, to).id,
        to_id=to.id,
        subject_id=subject.id if subject else None,
        conversation_id=conversation_id,
        case_id=case_id,
        kind=kind,
        urgency=NOW_CASE if at_once else URGENCY[kind],
        state=Sending.PENDING,
        attempt=0,
        not_before=start,
        valid_until=start + valid_for,
        created_at=now,
        direction="out",
        turn=0,
    )
    session.add(call)
    return call


def send_again(session: Session, now: datetime, first: Message, not_before: datetime) -> Message | None:
    """The same words in a row of their own, so that late news of the first cannot be taken for the second's. Once."""
    if first.again_of or first.valid_until <= not_before:
        return None
    kept = (
        "to_id", "phone_id", "subject_id", "conversation_id", "case_id", "kind", "urgency", "valid_until", "segments",
    )  # fmt: skip
    again = Message(**{name: getattr(first, name) for name in kept})
    again.id, again.again_of, again.state, again.attempt = new_id(now), first.id, Sending.PENDING, 0
    again.not_before, again.created_at = not_before, now
    subject = session.get_one(Person, first.subject_id) if first.subject_id else None
    again.body = seal(session, body_of(session, first), table="messages", column="body", row=again.id, person=subject)
    session.add(again)
    return again


def reword(session: Session, message: Message, body: str, subject: Person | None = None) -> None:
    """Other words before it leaves. Without a `subject` they are about several people: sealed under the data key, and
    no longer one case's."""
    body = plain(body)
    if subject is None:
        message.subject_id = message.case_id = None
    message.body = seal(session, body, table="messages", column="body", row=message.id, person=subject)
    message.segments = segments(body).count


def pending(session: Session, message_id: str) -> Message | None:
    """Locked, if it has not left: nobody claims it meanwhile."""
    row = select(Message).where(Message.id == message_id, Message.state == Sending.PENDING).with_for_update()
    return session.scalars(row, execution_options={"populate_existing": True}).first()


def cancel(
    session: Session,
    now: datetime,
    *,
    person: Person | None = None,
    conversation_id: str | None = None,
    case_id: str | None = None,
    kinds: Iterable[Kind] | None = None,
) -> int:
    """Takes back what has not left: to this person, of this conversation, of this case. What is claimed still goes."""
    assert person or conversation_id or case_id, "a cancel without a whom would silence everybody"
    session.flush()
    taken_back = 0
    for table in (Message, Call):
        order = update(table).where(table.state == Sending.PENDING).values(state=Sending.CANCELLED)
        if person:
            order = order.where(table.to_id == person.id)
        if conversation_id:
            order = order.where(table.conversation_id == conversation_id)
        if case_id:
            order = order.where(table.case_id == case_id)
        if kinds is not None:
            order = order.where(table.kind.in_(list(kinds)))
        taken_back += len(session.scalars(order.returning(table.id)).all())
    return taken_back


def take_back_calls(session: Session, case_id: str) -> None:
    """Nobody is rung about a case that somebody has taken on. An SMS of it still goes."""
    session.flush()
    waiting = (Call.case_id == case_id, Call.kind == Kind.CASE, Call.state == Sending.PENDING)
    session.execute(update(Call).where(*waiting).values(state=Sending.CANCELLED))


def body_of(session: Session, message: Message) -> str:
    """What the SMS says. Raises Erased when the person it is about is erased."""
    subject = session.get_one(Person, message.subject_id) if message.subject_id else None
    return unseal(session, message.body, table="messages", column="body", row=message.id, person=subject)


def _phone(session: Session, to: Person | Phone) -> Phone:
    if isinstance(to, Phone):
        return to
    phone = phone_of(session, to.id)
    if phone is None:
        raise NoPhone(to.id)
    return phone
