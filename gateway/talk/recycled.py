"""Is the number still hers, or has the telephone company given it to somebody else?"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gateway.store import outbox
from gateway.store.marks import is_my_turn
from gateway.store.queries.conversations import around, asked_in_vain_since, end_all
from gateway.store.queries.messages import newest_to
from gateway.store.queries.people import phone_of
from gateway.store.tables import FlowVersion, Kind, Person, Standing
from gateway.talk.telling import tell_about

WRONG_NUMBER = "wrong number"  # why she is paused until a person has found out whose the number is
SILENT_FOR = timedelta(days=60)  # companies give a number away again after 45 to 90 days
NO_SUCH_NUMBER = 30005


def is_in_question(person: Person) -> bool:
    """Whoever holds that phone learns nothing until a person has checked. A danger sign is heard even so."""
    return person.standing == Standing.PAUSED and person.standing_why == WRONG_NUMBER


def found(session: Session, now: datetime, person: Person, version: FlowVersion) -> bool:
    """Before each prompt. She is paused at once and the coordinator told; a case goes on."""
    if not (_is_unknown(session, person) or _is_silent(session, now, person)):
        return False
    phone = phone_of(session, person.id)
    if phone is None or not is_my_turn(session, f"whose {phone.id}", now, SILENT_FOR):
        return False
    person.standing, person.standing_why = Standing.PAUSED, WRONG_NUMBER
    outbox.cancel(session, now, person=person, kinds=(Kind.PROMPT, Kind.REPLY))
    end_all(session, person, now, WRONG_NUMBER)
    days = str(SILENT_FOR // timedelta(days=1))
    tell_about(session, now, "coordinator_silent_number", around(session, [person])[0], version, days=days)
    return True


def _is_unknown(session: Session, person: Person) -> bool:
    newest = newest_to(session, person)
    return newest is not None and newest.error == NO_SUCH_NUMBER


def _is_silent(session: Session, now: datetime, person: Person) -> bool:
    since = asked_in_vain_since(session, person)
    return since is not None and now - since >= SILENT_FOR
