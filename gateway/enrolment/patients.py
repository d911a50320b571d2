"""How does a patient come in: consent first, then the phone, the helper and the questions?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gateway.core.flow import Purpose, Rank
from gateway.core.worded import worded
from gateway.enrolment.cells import PatientCells
from gateway.enrolment.clinicians import STAFF, begin_person, rename
from gateway.enrolment.consent import consent_to, refuse, take_back, withdraw
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
from gateway.enrolment.questions import Times, enrol, misfits, note_first_report
from gateway.enrolment.sheet import BadRow, about
from gateway.store.queries.conversations import HELPER_ANSWERS
from gateway.store.queries.flows import flow_of, newest_of_each
from gateway.store.queries.people import (
    birth_year_of,
    card_of,
    has_consented,
    on_phone,
    phone_of,
    pin_index,
    seal_birth_year,
    seal_card,
)
from gateway.store.queries.reports import has_been_through
from gateway.store.tables import FlowVersion, Person, Role, Site, Standing

DECLINED = "no consent"
PURPOSES = {
    "share_doctor": Purpose.DOCTOR,
    "share_upward": Purpose.UPWARD,
    "family": Purpose.FAMILY,
    "comparison": Purpose.COMPARISON,
    "helper_copies": Purpose.COPIES,
}
TRAINING = "training"  # a clinician's, before his first patient


@dataclass(frozen=True)
class Known:
    """What the rows may refer to."""

    sites: dict[str, Site]
    people: dict[str, Person]
    versions: dict[str, FlowVersion]


def faults(session: Session, entries: Sequence[Entry[PatientCells]], place: Place) -> list[BadRow]:
    known = _known(session)
    bad = [fault for entry in entries for fault in _faults(entry, known, place)]
    return bad + _numbers_twice(entries, known)


def enter(session: Session, entries: Sequence[Entry[PatientCells]], place: Place) -> list[Written]:
    known = _known(session)
    counted = select(Person.doctor_id, func.count()).where(Person.doctor_id.is_not(None)).group_by(Person.doctor_id)
    load = {row[0]: row[1] for row in session.execute(counted)}
    written = []
    for entry in entries:
        doctor = known.people[entry.cells.doctor_code]
        one = _one(session, entry, known, place, load.get(doctor.id, 0))
        if one.is_new and not load.get(doctor.id) and not has_been_through(session, doctor.id, TRAINING):
            one = replace(one, notes=(*one.notes, BadRow(entry.line, _untrained(doctor))))
        written.append(one)
        load[doctor.id] = load.get(doctor.id, 0) + one.is_new
    return written


def _untrained(doctor: Person) -> str:
    return worded("'%(code)s' gets a first patient and has not done the training yet", code=doctor.code)


def _known(session: Session) -> Known:
    versions = {version.flow: version for version in newest_of_each(session)}
    return Known(sites_by_code(session), people_by_code(session), versions)


def _faults(entry: Entry[PatientCells], known: Known, place: Place) -> list[BadRow]:
    cells = entry.cells
    doctors = {code for code, person in known.people.items() if person.role in STAFF}
    bad = missing(entry, "site_code", known.sites, "site") + missing(entry, "doctor_code", doctors, "clinician")
    stands = known.people.get(cells.code)
    whys: list[str] = [another_role(cells.code, stands)] if stands and stands.role != Role.PATIENT else []
    if bool(cells.helper_name) != bool(cells.helper_phone):
        whys.append(about("helper_name and helper_phone", worded("give both or neither")))
    elif cells.helper_name and cells.helper_consent is None:
        whys.append(about("helper_consent", worded("must be yes or no when there is a helper")))
    if cells.helper_answers and not (cells.helper_name and cells.helper_consent):
        whys.append(about("helper_answers", worded("yes needs a helper, and yes under helper_consent")))
    if cells.helper_copies and not (cells.helper_name and cells.helper_consent):
        whys.append(about("helper_copies", worded("yes needs a helper, and yes under helper_consent")))
    whys += filter(None, [cannot_work(cells.phone, cells.channel, known.sites.get(cells.site_code), place)])
    return bad + [BadRow(entry.line, why) for why in whys + _flow_faults(cells, known)]


def _flow_faults(cells: PatientCells, known: Known) -> list[str]:
    if not cells.flow:
        return [about("day and time", worded("they need a flow"))] if cells.day or cells.time else []
    return [why for name in cells.flow.split() for why in _one_flow(cells, name, known)]


def _one_flow(cells: PatientCells, name: str, known: Known) -> list[str]:
    version = known.versions.get(name)
    if version is None:
        return [about("flow", worded("no flow '%(name)s' is published", name=name))]
    flow = flow_of(version)
    again = (
        [about("first_report", worded("it is done, so leave '%(name)s' out", name=name))]
        if flow.rank is Rank.BASELINE
        else []
    )
    dateless = flow.start.after == "day one" and cells.day_one is None
    undated = (
        [about("day_one", worded("'%(name)s' counts from it, write for example 2026-03-02", name=name))]
        if dateless
        else []
    )
    return [*misfits(flow, version, cells.language, cells.channel), *undated, *(again if cells.first_report else [])]


def _numbers_twice(entries: Sequence[Entry[PatientCells]], known: Known) -> list[BadRow]:
    """A doctor's SMS names a patient by site and number only: two of them would be one to him."""
    codes = {site.id: code for code, site in known.sites.items()}
    holders = {
        (codes[person.site_id], person.small_number): person.code
        for person in known.people.values()
        if person.role == Role.PATIENT and person.small_number
    }
    rewritten = {entry.cells.code for entry in entries}
    holders = {place: code for place, code in holders.items() if code not in rewritten}
    bad = []
    for entry in entries:
        holder = holders.setdefault((entry.cells.site_code, entry.cells.number), entry.cells.code)
        if holder != entry.cells.code:
            bad.append(
                BadRow(
                    entry.line,
                    about(
                        "number",
                        worded(
                            "%(number)s is '%(holder)s' at this site already", number=entry.cells.number, holder=holder
                        ),
                    ),
                )
            )
    return bad


def _one(session: Session, entry: Entry[PatientCells], known: Known, place: Place, ordinal: int) -> Written:
    cells = entry.cells
    stands = known.people.get(cells.code)
    person = stands or begin_person(session, cells.code, Role.PATIENT, place)
    changed = _fill(session, person, cells, known)
    if not cells.consent:
        note = _refuse(session, person, place)
        return Written(cells.code, stands is None, tuple(changed), (BadRow(entry.line, note),))
    changed += rename(session, person, cells.first_name, cells.last_name, cells.called)
    changed += _consent(session, person, cells, place)
    changed += ["phone"] if give_phone(session, person, cells.phone, place.now) else []
    changed += _helper(session, person, cells, known, place)
    changed += _answers(session, person, cells, place)
    changed += _wishes(session, person, cells)
    times = Times(cells.day, cells.time, cells.day_one)
    for name in cells.flow.split():
        changed += enrol(session, person, times, known.versions[name], ordinal, place.now)
        if cells.first_report:
            changed += note_first_report(session, person, known.versions[name], place.now)
    notes = tuple(BadRow(entry.line, note) for note in _notes(session, person))
    return Written(cells.code, stands is None, tuple(dict.fromkeys(changed)), notes)


def _fill(session: Session, person: Person, cells: PatientCells, known: Known) -> list[str]:
    site = known.sites[cells.site_code]
    changed = assign(
        person,
        site_id=site.id,
        doctor_id=known.people[cells.doctor_code].id,
        language=cells.language,
        channel=cells.channel,
        time_zone=cells.time_zone or site.time_zone,
        small_number=cells.number,
        no_visit=bool(cells.no_visit),
    )
    session.flush()
    return changed


def _refuse(session: Session, person: Person, place: Place) -> str:
    """Whoever says no leaves a code and a number on the list behind, neither name nor phone."""
    if has_consented(session, person):
        withdraw(session, person, place.now)
        return worded("'%(code)s' has withdrawn: no more questions, an open case goes on", code=person.code)
    if person.standing == Standing.ACTIVE:
        person.standing, person.standing_why = Standing.ENDED, DECLINED
    return worded("'%(code)s' has not consented: noted, without name and phone, and not asked", code=person.code)


def _consent(session: Session, person: Person, cells: PatientCells, place: Place) -> list[str]:
    """A yes on paper ends an earlier no on paper. It never undoes a STOP from the phone: that takes a START."""
    if person.standing == Standing.ENDED and person.standing_why == DECLINED:
        person.standing, person.standing_why = Standing.ACTIVE, None
    form, changed = cells.consent_version, list[str]()
    if consent_to(session, person, Purpose.MESSAGES, place.now, form):
        changed.append("consent")
    for column, purpose in PURPOSES.items():
        said = getattr(cells, column)
        note = consent_to if said else refuse
        if said is not None and note(session, person, purpose, place.now, form):
            changed.append(column)
    return changed


def _helper(session: Session, patient: Person, cells: PatientCells, known: Known, place: Place) -> list[str]:
    """Only with consent, which is written down for both: she lets the helper be told, the helper agrees to be."""
    if not cells.helper_name or not cells.helper_consent:
        return []
    code = f"{patient.code}-helper"
    helper = known.people.get(code) or begin_person(session, code, Role.HELPER, place)
    changed = assign(
        helper,
        site_id=patient.site_id,
        helps_id=patient.id,
        language=patient.language,
        time_zone=patient.time_zone,
    )
    changed += rename(session, helper, cells.helper_name, "")
    session.flush()
    changed += ["phone"] if give_phone(session, helper, cells.helper_phone, place.now) else []
    for person, purpose in ((patient, "helper"), (helper, "messages")):
        form = cells.consent_version
        changed += ["consent"] if consent_to(session, person, purpose, place.now, form) else []
    return ["helper"] if changed else []


def _answers(session: Session, patient: Person, cells: PatientCells, place: Place) -> list[str]:
    """An empty cell leaves things as they are; a no on paper takes back what stood."""
    if cells.helper_answers:
        return ["helper_answers"] if consent_to(session, patient, HELPER_ANSWERS, place.now) else []
    if cells.helper_answers is False and take_back(session, patient, HELPER_ANSWERS, place.now):
        return ["helper_answers"]
    return []


def _wishes(session: Session, person: Person, cells: PatientCells) -> list[str]:
    """Empty cells leave things as they are. New digits forget the wrong ones."""
    changed = assign(person, pin=pin_index(session, person, cells.pin)) if cells.pin else []
    wishes = dict(person.wishes or {}) | ({"contacts": int(cells.contacts)} if cells.contacts else {})
    wishes |= {"calls": cells.calls} if cells.calls else {}
    wishes |= {"missed_call": cells.missed_call} if cells.missed_call else {}
    wishes |= {"call_hours": cells.call_hours} if cells.call_hours else {}
    wishes |= {"shares": cells.shares} if cells.shares else {}
    wishes |= {"excludes": cells.excludes.split()} if cells.excludes else {}
    if cells.birth_year and birth_year_of(session, person) != cells.birth_year:
        person.birth_year = seal_birth_year(session, person, cells.birth_year)
        changed.append("birth_year")
    card = card_of(session, person)
    written = {name: said for name in ("treatment", "medicines", "disclosure") if (said := getattr(cells, name))}
    if card | written != card:
        person.card = seal_card(session, person, card | written)
        changed.append("card")
    if "pin" in changed:
        wishes.pop("pin_wrong", None)
    return changed + (assign(person, wishes=wishes) if wishes != (person.wishes or {}) else [])


def _notes(session: Session, person: Person) -> list[str]:
    phone = phone_of(session, person.id)
    assert phone is not None
    others = [other for other in on_phone(session, phone) if other.id != person.id]
    staff = [other.code for other in others if other.role in STAFF]
    patients = [other.code for other in others if other.role == Role.PATIENT]
    notes = [
        f"'{person.code}' has the phone of '{code}': texts that begin with a case code are the doctor's"
        for code in staff
    ]
    return notes + [f"'{person.code}' shares the phone of '{code}'" for code in patients]
