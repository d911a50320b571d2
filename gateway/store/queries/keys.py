"""Are these the keys with which the database was written?"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.store.queries.people import number_of
from gateway.store.sealing import CannotOpen, keys_of
from gateway.store.tables import PersonPhone, Phone


def wrong_key(session: Session) -> str | None:
    """The setting that is not of this database, by the oldest telephone that is somebody's. None where all is right."""
    somebodys = select(Phone).join(PersonPhone, PersonPhone.phone_id == Phone.id).order_by(Phone.id).limit(1)
    phone = session.scalars(somebodys).first()
    if phone is None:
        return None
    try:
        number = number_of(session, phone)
    except CannotOpen:
        return "DATA_KEYS"
    return None if phone.lookup in keys_of(session).indexes(number) else "INDEX_KEY"
