"""A danger sign where nothing was asked: who is told, and in which conversation does it stand?"""

from datetime import datetime

from sqlalchemy.orm import Session

from gateway import cases
from gateway.core.events import RedFlagged
from gateway.core.flow import Rank
from gateway.intake.reader import Reader
from gateway.talk.rows import new_row
from gateway.talk.steps import DANGER


def unasked(session: Session, now: datetime, who: Reader, flagged: RedFlagged) -> datetime | None:
    """Until when somebody acts. The case needs a conversation whose words and limits hold: one that ends at once."""
    person = who.around.person
    row = new_row(now, person, who.version, "ended")
    row.rank, row.language = Rank.EMERGENCY, who.language.code
    row.outcome, row.ended_at = DANGER, now
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
