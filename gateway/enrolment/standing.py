"""A person at the console pauses a patient, lets her be asked again, or ends it: what stops, and what goes on?"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import update
from sqlalchemy.orm import Session

from gateway.enrolment.consent import QUESTIONS
from gateway.store import outbox
from gateway.store.database import lock
from gateway.store.queries.conversations import end_all
from gateway.store.queries.people import CONSENT_ASKED, has_consented
from gateway.store.tables import Enrolment, Person, Standing


class Pause(StrEnum):
    WISH = "asked for a pause"
    HOSPITAL = "in hospital"
    AWAY = "travelling"


class End(StrEnum):
    """Nothing is asked any more. Whoever has died is not even answered."""

    TREATED = "treatment is over"
    MOVED = "moved away"
    WISH = "no longer wishes it"
    DIED = "died"


def pause(session: Session, person: Person, now: datetime, why: Pause) -> bool:
    """False for somebody who is not asked anyway. An open case goes on."""
    person = lock(session, Person, person.id)
    if person.standing not in (Standing.ACTIVE, Standing.PAUSED) or person.standing_why == CONSENT_ASKED:
        return False
    person.standing, person.standing_why = Standing.PAUSED, why.value
    outbox.cancel(session, now, person=person, kinds=QUESTIONS)
    end_all(session, person, now, "paused")
    return True


def resume(session: Session, person: Person) -> bool:
    """False where only she can do it: a stop from her phone takes a START and a yes of her own."""
    person = lock(session, Person, person.id)
    if not may_resume(session, person):
        return False
    person.standing, person.standing_why = Standing.ACTIVE, None
    return True


def may_resume(session: Session, person: Person) -> bool:
    is_hers = person.standing == Standing.STOPPED or person.standing_why == CONSENT_ASKED
    is_paused = person.standing == Standing.PAUSED
    return is_paused and not is_hers and has_consented(session, person)


def end(session: Session, person: Person, now: datetime, why: End) -> bool:
    """False when it has ended already. An open case goes on: a person ends it."""
    person = lock(session, Person, person.id)
    if person.standing == Standing.ENDED:
        return False
    person.standing, person.standing_why = Standing.ENDED, why.value
    outbox.cancel(session, now, person=person, kinds=None if why is End.DIED else QUESTIONS)
    end_all(session, person, now, "ended")
    mine = (Enrolment.person_id == person.id, Enrolment.ended_at.is_(None))
    session.execute(update(Enrolment).where(*mine).values(ended_at=now, ended_why=why.value, next_due=None))
    return True
