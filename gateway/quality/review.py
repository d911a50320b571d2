"""What must change after a month, and which closed cases are looked at to find out?"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from gateway.core.flow import Rank
from gateway.quality.periods import Period, month_at
from gateway.store.ids import new_id
from gateway.store.sealing import CannotOpen, Erased, seal, unseal
from gateway.store.tables import ActionItem, Case, Conversation, Note, Person, Site

SAMPLE = 5  # cases a month
LONGEST = 300  # characters of an item


class Verdict(StrEnum):
    """How a case stood when somebody looked at it: the kind of that note."""

    GOOD = "audit: good"
    MEND = "audit: to mend"


class Drawn(NamedTuple):
    """`note`: the newest verdict, None where nobody has looked yet."""

    case: Case
    patient: Person
    site: Site
    note: Note | None


def sample(session: Session, period: Period, within: ColumnElement[bool], number: int = SAMPLE) -> list[Drawn]:
    """Of the cases closed in it, drawn by a seed that nobody chooses: the same for whoever asks, however often."""
    rank = select(Conversation.rank).where(Conversation.id == Case.conversation_id).scalar_subquery()
    closed = (Case.closed_at >= period.since, Case.closed_at < period.until, rank.is_distinct_from(Rank.PRACTICE))
    found = (
        select(Case.id).join(Person, Person.id == Case.patient_id).where(*closed, Person.erased_at.is_(None), within)
    )
    ids = drawn(session.scalars(found).all(), period.name, number)
    wanted = select(Case, Person, Site).join(Person, Person.id == Case.patient_id).join(Site, Site.id == Person.site_id)
    rows = {case.id: (case, patient, site) for case, patient, site in session.execute(wanted.where(Case.id.in_(ids)))}
    notes = select(Note).where(Note.case_id.in_(ids), Note.kind.in_(list(Verdict))).order_by(Note.id)
    looked = {note.case_id: note for note in session.scalars(notes)}
    return [Drawn(*rows[case], looked.get(case)) for case in ids]


def drawn(ids: Sequence[str], seed: str, number: int) -> list[str]:
    """By the digest of each id: one more case moves one place, and draws nothing anew."""
    return sorted(ids, key=lambda one: sha256(f"{seed} {one}".encode()).digest())[:number]


def note_item(session: Session, now: datetime, site: Site, month: Period, user_id: str, words: str) -> ActionItem:
    item = ActionItem(id=new_id(now), site_id=site.id, month=month.name, user_id=user_id, at=now)
    item.words = seal(session, words[:LONGEST], table="action_items", column="words", row=item.id, person=None)
    session.add(item)
    return item


def close_item(item: ActionItem, now: datetime, user_id: str) -> bool:
    """False where somebody has closed it already."""
    if item.closed_at is not None:
        return False
    item.closed_at, item.closed_by = now, user_id
    return True


def items(session: Session, period: Period, here: ColumnElement[bool]) -> list[ActionItem]:
    """Noted up to then, and open or closed since the period began; oldest first. `here`: of `ActionItem.site_id`."""
    last = month_at(period.until - timedelta(seconds=1), period.zone).name
    stands = or_(ActionItem.closed_at.is_(None), ActionItem.closed_at >= period.since)
    return list(
        session.scalars(select(ActionItem).where(ActionItem.month <= last, stands, here).order_by(ActionItem.id))
    )


def words_of(session: Session, item: ActionItem) -> str | None:
    """None where they are not kept any more."""
    try:
        return unseal(session, item.words, table="action_items", column="words", row=item.id, person=None)
    except (Erased, CannotOpen):
        return None
