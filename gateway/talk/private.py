"""How does whoever picks up a call show that it is she, and are these her digits?"""

from sqlalchemy.orm import Session

from gateway.core.answers import Check
from gateway.store.queries.people import birth_year_of, is_pin
from gateway.store.tables import Person, Site


def check_of(person: Person, site: Site) -> Check:
    """What the site has chosen, as far as it is known of her: PIN, then the year of birth, then the key alone."""
    chosen = (site.ways or {}).get("call_check", Check.KEY)
    if chosen == Check.PIN and person.pin:
        return Check.PIN
    if chosen != Check.KEY and person.birth_year:
        return Check.BIRTH_YEAR
    return Check.KEY


def is_right(session: Session, person: Person, check: Check, digits: str) -> bool:
    if check is Check.BIRTH_YEAR:
        return digits == birth_year_of(session, person)
    return is_pin(session, person, digits)
