"""What do the three kinds of import share: a checked row, the place it is read in, and what writing it did?"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from gateway.core.worded import Worded, worded
from gateway.enrolment.cells import Cells
from gateway.enrolment.sheet import BadRow, about
from gateway.phone.abilities import why_not
from gateway.phone.numbers import country_of
from gateway.store.ids import new_id
from gateway.store.queries.people import phone_by_number, seal_number
from gateway.store.sealing import keys_of
from gateway.store.tables import Person, PersonPhone, Phone, Role, Site, Table

C = TypeVar("C", bound=Cells)


@dataclass(frozen=True)
class Place:
    """When and where the import happens: the defaults of the installation. `codes` are all of the file's own.

    `countries`: whose numbers may come in.
    """

    now: datetime
    region: str
    time_zone: str
    emergency_number: str
    countries: tuple[str, ...]
    codes: frozenset[str] = frozenset()
    may_call: bool = True  # there is a number of ours to call from


@dataclass(frozen=True)
class Entry(Generic[C]):
    line: int
    cells: C


@dataclass(frozen=True)
class Written:
    code: str
    is_new: bool
    changed: tuple[str, ...] = ()
    notes: tuple[BadRow, ...] = field(default=())


def sites_by_code(session: Session) -> dict[str, Site]:
    return {site.code: site for site in session.scalars(select(Site))}


def people_by_code(session: Session) -> dict[str, Person]:
    return {person.code: person for person in session.scalars(select(Person))}


def assign(row: Table, **values: object) -> list[str]:
    """The names of the columns that now hold something else."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed


def give_phone(session: Session, person: Person, e164: str, now: datetime) -> bool:
    """The person's one phone from now on; whether it is another than before. Others may share it."""
    phone = phone_by_number(session, e164)
    if phone is None:
        phone = Phone(id=new_id(now), lookup=keys_of(session).index(e164), number=b"", created_at=now)
        phone.number, phone.country = seal_number(session, phone.id, e164), country_of(e164)
        session.add(phone)
    held = set(session.scalars(select(PersonPhone.phone_id).where(PersonPhone.person_id == person.id)))
    if held == {phone.id}:
        return False
    session.execute(delete(PersonPhone).where(PersonPhone.person_id == person.id))
    session.add(PersonPhone(person_id=person.id, phone_id=phone.id))
    session.flush()
    return True


def cannot_work(e164: str, channel: str, site: Site | None, place: Place) -> str | None:
    """Why nobody can be met by this channel on this number, unless the site says why it works all the same."""
    why = why_not(country_of(e164), channel, may_call=place.may_call)
    anyway = (site.ways or {}).get("works_anyway", {}) if site else {}
    return None if why is None or channel in anyway else about("channel", why)


ROLES = {
    Role.PATIENT: worded("patient"),
    Role.HELPER: worded("helper"),
    Role.CLINICIAN: worded("clinician"),
    Role.COORDINATOR: worded("coordinator"),
}


WHAT = {"site": worded("site"), "clinician": ROLES[Role.CLINICIAN]}


def another_role(code: str, stands: Person) -> Worded:
    """Whose code it is already."""
    return about("code", worded("'%(code)s' is a %(role)s", code=code, role=ROLES[Role(stands.role)]))


def missing(entry: Entry[C], column: str, known: Iterable[str], what: str) -> list[BadRow]:
    code = getattr(entry.cells, column)
    if not code or code in known:
        return []
    return [BadRow(entry.line, about(column, worded("there is no %(what)s '%(code)s'", what=WHAT[what], code=code)))]
