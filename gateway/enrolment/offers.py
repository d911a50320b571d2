"""Taking part was offered, or was not: what is kept of it, without anybody's name?"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from gateway.store.ids import new_id
from gateway.store.tables import Offer, Person, Site


class Answer(StrEnum):
    """What became of somebody who could take part. Whoever accepted or declined was offered it."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    NOT_OFFERED = "not offered"


# The words of the month's figures: reasons, never a person's own sentences.
DECLINED_FOR = ("no wish", "too much", "privacy", "family decides", "no trust in it", "another reason")
NOT_OFFERED_FOR = (
    "too ill",
    "no phone",
    "language",
    "no network",
    "no time",
    "doctor advised against",
    "another reason",
)
REASONS = {Answer.ACCEPTED: (), Answer.DECLINED: DECLINED_FOR, Answer.NOT_OFFERED: NOT_OFFERED_FOR}


def note_offer(
    session: Session,
    now: datetime,
    site: Site,
    answer: Answer,
    *,
    why: str | None = None,
    person: Person | None = None,
    user_id: str | None = None,
) -> Offer:
    """`person` only of somebody who has come in: who declined leaves nothing that leads back to her."""
    assert (person is None) == (answer is not Answer.ACCEPTED)
    assert why is None or why in REASONS[answer], why
    row = Offer(id=new_id(now), site_id=site.id, answer=answer, why=why, user_id=user_id, at=now)
    row.person_id = person.id if person else None
    session.add(row)
    session.flush()
    return row
