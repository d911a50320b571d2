"""What went wrong that must be looked at: a late red, a lost SMS, nobody on duty, a missed prompt?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from gateway.core.flow import Level, Rank
from gateway.quality.steps import Record
from gateway.store.ids import earliest_id
from gateway.store.queries.conversations import MISSED
from gateway.store.tables import Conversation, Person, Site

NO_PATIENTS = (Rank.PRACTICE, Rank.DRILL, Rank.TRAINING)  # what is missed of these harms nobody
BY_KIND = {
    "undelivered": "an SMS to a clinician did not arrive",
    "nobody on duty": "nobody on duty",
    "nobody to tell": "no coordinator could be told",
    "too many cases there": "everybody there had too many cases",
}


@dataclass(frozen=True)
class SafetyEvent:
    at: datetime
    kind: str
    patient: str
    site: str
    case: str = ""
    tier: int | None = None


def of_cases(records: list[Record], now: datetime) -> Iterator[SafetyEvent]:
    for record in records:
        if not record.is_real:
            continue
        yield from _late(record, now)
        for step in record.steps:
            if step.event.kind in BY_KIND:
                tier = step.event.facts.get("tier")
                yield _event(record, step.event.at, BY_KIND[step.event.kind], tier)


def missed_prompts(
    session: Session, since: datetime, until: datetime, within: ColumnElement[bool] | None = None
) -> Iterator[SafetyEvent]:
    """Questions that were not asked because we were down: ours, never her silence."""
    begun = (Conversation.id >= earliest_id(since), Conversation.id < earliest_id(until))  # by the only index of time
    here = (Conversation.rank.not_in(NO_PATIENTS), *(() if within is None else (within,)))
    rows = select(Conversation.started_at, Person.code, Site.code).join(Person, Person.id == Conversation.person_id)
    missed = rows.join(Site, Site.id == Person.site_id).where(*begun, Conversation.outcome == MISSED, *here)
    for at, patient, site in session.execute(missed.order_by(Conversation.id)):
        yield SafetyEvent(at, "missed_system", patient, site)


def _late(record: Record, now: datetime) -> Iterator[SafetyEvent]:
    """Red or a danger sign, and no contact noted in time."""
    opened = record.steps[0].level if record.steps else Level(record.case.level)
    contact, due = record.first_contact, record.contact_due
    if opened is Level.AMBER or due > (record.case.closed_at or now):
        return
    if contact is None or contact.event.at > due:
        yield _event(record, due, f"late {opened}: no contact noted in time", None)


def _event(record: Record, at: datetime, kind: str, tier: int | None) -> SafetyEvent:
    return SafetyEvent(at, kind, record.patient.code, record.site.code, record.case.code, tier)
