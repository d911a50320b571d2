"""A danger sign where nothing was asked: who is told, and in which conversation does it stand?"""

from datetime import datetime

from sqlalchemy.orm import Session

from gateway import cases
from gateway.core.events import RedFlagged
from gateway.core.flow import Rank
from gateway.intake.reader import Reader
from gateway.store.ids import new_id
from gateway.store.tables import Conversation
from gateway.talk.steps import DANGER


def unasked(session: Session, now: datetime, who: Reader, flagged: RedFlagged) -> datetime | None:
    """Until when somebody acts. The case needs a conversation whose words and limits hold: one that ends at once."""
    person = who.around.person
    row = Conversation(
        id=new_id(now),
        person_id=person.id,
        version_id=who.version.id,
        flow=who.version.flow,
        rank=Rank.EMERGENCY,
        language=who.language.code,
        state="ended",
        outcome=DANGER,
        memory={},
        started_at=now,
        ended_at=now,
    )
    session.add(row)
    session.flush()
    notice = cases.consider(
        session,
        now,
        patient=person,
        conversation=row,
        flow=who.flow,
        event=flagged,
        unsure_with=who.unsure_with,
    )
    return notice.deadline if notice else None
