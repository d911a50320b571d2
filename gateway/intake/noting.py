"""How is each incoming thing remembered, once for ever?"""

from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from gateway.phone.twilio_in import Heard, SmsHeard
from gateway.store.sealing import seal
from gateway.store.tables import Inbound, Person, Phone


def note(
    session: Session,
    heard: Heard,
    now: datetime,
    who: Person | Phone | None,
    read_as: str,
    body: str | None = None,
) -> bool:
    """Whether it has not been worked before. What is said of a person is sealed under that person's key."""
    person = who if isinstance(who, Person) else None
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    about = {
        "person_id": person.id if person else None,
        "phone_id": who.id if isinstance(who, Phone) else None,
        "read_as": read_as,
        "body": None
        if body is None
        else seal(session, body, table="inbound", column="body", row=heard.key, person=person),
    }
    kind = "sms" if isinstance(heard, SmsHeard) else "call"
    row = insert(Inbound).values(key=heard.key, kind=kind, received_at=now, **about)
    row = row.on_conflict_do_update(index_elements=["key"], set_=about, where=Inbound.read_as.is_(None))
    return session.scalar(row.returning(Inbound.key)) is not None


def works(phone: Phone | None) -> None:
    """Whoever writes or rings can be reached, whatever the provider said of the number before."""
    if phone is not None:
        phone.bad_since = None
