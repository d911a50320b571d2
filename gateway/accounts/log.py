"""Who saw or changed what: one line each, append-only, in ids."""

from datetime import datetime

from sqlalchemy.orm import Session

from gateway.store.ids import new_id
from gateway.store.tables import Access, User


def note_access(
    session: Session,
    now: datetime,
    user: User | None,
    what: str,
    *,
    person_id: str | None = None,
    case_id: str | None = None,
) -> None:
    """`what` in a few words of ours; never a name, a number or what somebody typed."""
    session.add(
        Access(
            id=new_id(now), at=now, user_id=user.id if user else None, what=what, person_id=person_id, case_id=case_id
        )
    )
