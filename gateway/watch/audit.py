"""Is every promise kept: each case moving, each message gone, each prompt asked, somebody to tell everywhere?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from gateway.store import poison
from gateway.store.marks import stopped_channels
from gateway.store.queries.cases import cases_without_next_action
from gateway.store.queries.keys import wrong_key
from gateway.store.queries.people import sites_without_coordinator
from gateway.store.tables import Call, Conversation, Enrolment, Message, Sending

Sent = TypeVar("Sent", Message, Call)

UNSENT = timedelta(minutes=2)
UNASKED = timedelta(minutes=5)


class Broken(StrEnum):
    CASE = "case without next action"
    UNSENT = "not sent"
    DOUBT = "in doubt"
    UNASKED = "not asked"
    LAPSE = "not followed up"
    NO_COORDINATOR = "no coordinator"
    STOPPED = "account refused"
    POISON = "quarantined"
    KEY = "wrong key"


@dataclass(frozen=True)
class Finding:
    """One promise that nobody keeps. `row` is an id (a site's code); names and numbers never stand here."""

    broken: Broken
    row: str
    sentence: str


def audit(session: Session, now: datetime) -> list[Finding]:
    """Must be empty. `now` is story time, by which promises are made."""
    return [
        *_cases(session, now),
        *_outbox(session, now),
        *_promises(session, now),
        *_sites(session),
        *_channels(session),
        *_poison(session, now),
        *_keys(session),
    ]


def _cases(session: Session, now: datetime) -> Iterator[Finding]:
    for case in cases_without_next_action(session, now):
        sentence = f"case {case.code} ({case.id}) is open and nothing is going to happen: {case.state}"
        yield Finding(Broken.CASE, case.id, sentence)


def _outbox(session: Session, now: datetime) -> Iterator[Finding]:
    """A row that is no longer worth sending is no promise any more; whoever waits on it is a case of its own."""
    rows = [*session.scalars(_stuck(Message, now)), *session.scalars(_stuck(Call, now))]
    for row in rows:
        called = f"{row.__tablename__.removesuffix('s')} {row.id} ({row.kind})"
        if row.state == Sending.DOUBT:
            yield Finding(Broken.DOUBT, row.id, f"{called} may or may not have been sent")
        else:
            minutes = (now - row.not_before) // timedelta(minutes=1)
            yield Finding(Broken.UNSENT, row.id, f"{called} has waited {minutes} minutes")


def _stuck(table: type[Sent], now: datetime) -> Select[Sent]:
    """A doubt is looked up within a minute; one that stays could not be."""
    waits = table.state.in_((Sending.PENDING, Sending.CLAIMED, Sending.DOUBT))
    return select(table).where(waits, table.not_before < now - UNSENT, table.valid_until > now).order_by(table.id)


def _promises(session: Session, now: datetime) -> Iterator[Finding]:
    late = now - UNASKED
    unasked = select(Enrolment).where(Enrolment.next_due < late, Enrolment.ended_at.is_(None)).order_by(Enrolment.id)
    for enrolment in session.scalars(unasked):
        yield Finding(Broken.UNASKED, enrolment.id, f"enrolment {enrolment.id} ({enrolment.flow}) is past its time")
    left = select(Conversation).where(Conversation.due_at < late, Conversation.ended_at.is_(None))
    for conversation in session.scalars(left.order_by(Conversation.id)):
        sentence = f"conversation {conversation.id} ({conversation.flow}) is past its reminder"
        yield Finding(Broken.LAPSE, conversation.id, sentence)


def _sites(session: Session) -> Iterator[Finding]:
    for site in sites_without_coordinator(session):
        sentence = f"site {site.code}: no coordinator with a working phone at it or above it"
        yield Finding(Broken.NO_COORDINATOR, site.code, sentence)


def _channels(session: Session) -> Iterator[Finding]:
    for channel, stop in stopped_channels(session).items():
        yield Finding(
            Broken.STOPPED, channel, f"{channel}: the provider refuses the account or our number ({stop.why})"
        )


def _poison(session: Session, now: datetime) -> Iterator[Finding]:
    for row in poison.quarantined(session, now):
        sentence = f"{row.work} {row.row} has failed {row.failures} times ({row.error}) and needs a person"
        yield Finding(Broken.POISON, row.row, sentence)


def _keys(session: Session) -> Iterator[Finding]:
    """With another INDEX_KEY whoever writes is taken for a stranger, with other DATA_KEYS nobody can be written to."""
    if name := wrong_key(session):
        yield Finding(Broken.KEY, name, f"{name} is not what this database was written with")
