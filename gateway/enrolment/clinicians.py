"""How do clinicians and coordinators come in?"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from gateway.core.worded import Code, Worded, worded
from gateway.enrolment.cells import ClinicianCells
from gateway.enrolment.entry import (
    Entry,
    Place,
    Written,
    another_role,
    assign,
    cannot_work,
    give_phone,
    missing,
    people_by_code,
    sites_by_code,
)
from gateway.enrolment.sheet import BadRow, about
from gateway.store.ids import new_id
from gateway.store.queries.flows import newest_of_each, spoken_in
from gateway.store.queries.people import is_call_code, name_of, seal_call_code, seal_name
from gateway.store.sealing import keys_of
from gateway.store.tables import Person, Role, Site, Standing

STAFF = (Role.CLINICIAN, Role.COORDINATOR)


def faults(session: Session, entries: Sequence[Entry[ClinicianCells]], place: Place) -> list[BadRow]:
    sites, people = sites_by_code(session), people_by_code(session)
    spoken = {code for version in newest_of_each(session) for code in spoken_in(version)}
    bad = []
    for entry in entries:
        bad += missing(entry, "site_code", sites, "site")
        stands = people.get(entry.cells.code)
        if stands and stands.role not in STAFF:
            bad.append(BadRow(entry.line, another_role(entry.cells.code, stands)))
        if spoken and entry.cells.language not in spoken:
            bad.append(BadRow(entry.line, _unspoken(entry.cells)))
        bad += [BadRow(entry.line, why) for why in _channel_faults(entry.cells, stands, sites, place)]
    return bad


def _unspoken(cells: ClinicianCells) -> Worded:
    fault = worded("no published flow speaks '%(language)s'", language=Code(cells.language))
    return about("language", fault)


def _channel_faults(cells: ClinicianCells, stands: Person | None, sites: dict[str, Site], place: Place) -> list[str]:
    """A coordinator is told by SMS and answers in the console; a clinician must be able to answer."""
    if cells.role != "clinician":
        return []
    channel = cells.channel or (stands.channel if stands else "sms")
    whys = [why for why in [cannot_work(cells.phone, channel, sites.get(cells.site_code), place)] if why]
    if channel == "voice" and not (cells.call_code or (stands and stands.call_code)):
        whys.append(about("call_code", worded("whoever answers by call only needs four digits of his own")))
    return whys


def enter(session: Session, entries: Sequence[Entry[ClinicianCells]], place: Place) -> list[Written]:
    sites, people = sites_by_code(session), people_by_code(session)
    return [_one(session, entry.cells, people.get(entry.cells.code), sites, place) for entry in entries]


def _one(
    session: Session, cells: ClinicianCells, stands: Person | None, sites: dict[str, Site], place: Place
) -> Written:
    person = stands or begin_person(session, cells.code, Role(cells.role), place)
    site = sites[cells.site_code]
    changed = assign(
        person,
        role=Role(cells.role),
        site_id=site.id,
        language=cells.language,
        time_zone=site.time_zone,
        duty=cells.duty,
    )
    changed += rename(session, person, cells.name, "")
    changed += _calls(session, person, cells)
    session.flush()
    changed += ["phone"] if give_phone(session, person, cells.phone, place.now) else []
    return Written(cells.code, stands is None, tuple(changed))


def _calls(session: Session, person: Person, cells: ClinicianCells) -> list[str]:
    """Empty cells leave things as they are."""
    changed = assign(person, channel=cells.channel) if cells.channel else []
    if cells.call_code and not is_call_code(session, person, cells.call_code):
        person.call_code = seal_call_code(session, person, cells.call_code)
        person.wishes = {**(person.wishes or {}), "code_wrong": []}
        changed.append("call_code")
    return changed


def begin_person(session: Session, code: str, role: Role, place: Place) -> Person:
    """A row with a key of its own; whoever calls fills in the rest before the flush."""
    person = Person(id=new_id(place.now), code=code, role=role, standing=Standing.ACTIVE, created_at=place.now)
    person.key = keys_of(session).new_person_key(person.id)
    session.add(person)
    return person


def rename(session: Session, person: Person, first: str, last: str, called: str = "") -> list[str]:
    """A chosen name stays until another one is given."""
    stands = name_of(session, person)
    named = {"first": first, "last": last, "called": called or stands.get("called", "")}
    if stands and {"called": "", **stands} == named:
        return []
    person.name = seal_name(session, person, **named)
    return ["name"]
