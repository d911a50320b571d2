"""Who has agreed to what, and what stops when somebody no longer does?"""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from gateway.store.ids import new_id
from gateway.store.outbox import cancel
from gateway.store.queries.people import has_consented
from gateway.store.tables import Consent, Enrolment, Kind, Person, Standing

FROM_PAPER = "paper"  # the signed form in the clinic; its wording is the clinic's own
QUESTIONS = (Kind.PROMPT, Kind.REPLY, Kind.NOTICE)  # what stops; a case and a safety text go on


def consent_to(session: Session, person: Person, purpose: str, now: datetime) -> bool:
    """Whether this is new: a consent that stands is not written down again."""
    if has_consented(session, person, purpose):
        return False
    session.add(
        Consent(
            id=new_id(now),
            person_id=person.id,
            purpose=purpose,
            version=FROM_PAPER,
            language=person.language,
            channel=FROM_PAPER,
            given_at=now,
        )
    )
    session.flush()
    return True


def withdraw(session: Session, person: Person, now: datetime) -> None:
    """All consents end, nothing more is asked. An open case is no question and goes on."""
    session.execute(
        update(Consent).where(Consent.person_id == person.id, Consent.withdrawn_at.is_(None)).values(withdrawn_at=now)
    )
    session.execute(
        update(Enrolment)
        .where(Enrolment.person_id == person.id, Enrolment.ended_at.is_(None), Enrolment.case_id.is_(None))
        .values(ended_at=now, ended_why="withdrawn", next_due=None)
    )
    stop(session, person, now, "withdrawn")


def stop(session: Session, person: Person, now: datetime, why: str) -> None:
    """No prompt goes out any more and what waits in the outbox is taken back."""
    person.standing, person.standing_why = Standing.STOPPED, why
    cancel(session, now, person=person, kinds=QUESTIONS)
