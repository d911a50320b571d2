"""A number that the provider called wrong: may it be tried again?"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.store.database import lock
from gateway.store.tables import Person, PersonPhone, Phone


def try_again(session: Session, person: Person) -> bool:
    """False where nothing of this person's was marked. Should it fail again, the next SMS marks it anew."""
    lock(session, Person, person.id)
    hers = select(PersonPhone.phone_id).where(PersonPhone.person_id == person.id)
    marked = session.scalars(select(Phone).where(Phone.id.in_(hers), Phone.bad_since.is_not(None))).all()
    for phone in marked:
        phone.bad_since = None
    return bool(marked)
