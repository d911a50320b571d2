"""The tree of sites, and who works and is cared for at each?"""

from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from gateway.store.tables import Person, PersonPhone, Phone, Role, Site

STAFF = (Role.CLINICIAN, Role.COORDINATOR)


class Branch(NamedTuple):
    """`depth` 0 is the top."""

    site: Site
    depth: int
    patients: int


class Worker(NamedTuple):
    person: Person
    site: Site
    phone: Phone | None


def tree(session: Session) -> list[Branch]:
    """Every site beneath the one it belongs to, by name."""
    counted = select(Person.site_id, func.count()).where(Person.role == Role.PATIENT, Person.erased_at.is_(None))
    numbers = {site: number for site, number in session.execute(counted.group_by(Person.site_id))}  # noqa: C416 - rows
    beneath: dict[str | None, list[Site]] = {}
    for site in session.scalars(select(Site).order_by(Site.name)):
        beneath.setdefault(site.parent_id, []).append(site)
    return list(_walk(None, 0, beneath, numbers))


def _walk(
    parent: str | None, depth: int, beneath: dict[str | None, list[Site]], numbers: dict[str, int]
) -> list[Branch]:
    found = []
    for site in beneath.get(parent, []):
        found.append(Branch(site, depth, numbers.get(site.id, 0)))
        found += _walk(site.id, depth + 1, beneath, numbers)
    return found


def workers(session: Session, within: ColumnElement[bool]) -> list[Worker]:
    rows = session.execute(
        select(Person, Site, Phone)
        .join(Site, Site.id == Person.site_id)
        .outerjoin(PersonPhone, PersonPhone.person_id == Person.id)
        .outerjoin(Phone, Phone.id == PersonPhone.phone_id)
        .where(Person.role.in_(STAFF), within)
        .order_by(Site.name, Person.code)
    )
    return [Worker(*row) for row in rows]
