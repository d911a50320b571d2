"""Who is who: people by code, by phone and by what they do for whom."""

import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from gateway.core.flow import Level, Purpose, Rank
from gateway.core.ownlimits import OwnLimit
from gateway.store.sealing import keys_of, seal, unseal
from gateway.store.tables import Consent, Inbound, Person, PersonPhone, Phone, Role, Site, Standing

CONSENT_ASKED = "asked for consent again"  # she had stopped and sent START: only a yes makes her active


def person_by_code(session: Session, code: str) -> Person | None:
    return session.scalars(select(Person).where(Person.code == code)).first()


def phone_by_number(session: Session, e164: str) -> Phone | None:
    return session.scalars(select(Phone).where(Phone.lookup.in_(keys_of(session).indexes(e164)))).first()


def hold_phone(session: Session, e164: str) -> tuple[Phone | None, list[Person]]:
    """The phone and everybody who shares it, held until the commit: two texts of one person are read in turn."""
    rows = session.execute(
        select(Phone, Person)
        .join(PersonPhone, PersonPhone.phone_id == Phone.id)
        .join(Person, Person.id == PersonPhone.person_id)
        .where(Phone.lookup.in_(keys_of(session).indexes(e164)))
        .order_by(Person.id)
        .with_for_update(of=Person, key_share=True),
        execution_options={"populate_existing": True},
    ).all()
    return (rows[0][0] if rows else None), [person for _, person in rows]


def has_consented(session: Session, person: Person, purpose: str = "messages") -> bool:
    given = select(Consent.id).where(
        Consent.person_id == person.id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )
    return session.scalar(given.limit(1)) is not None


def has_refused(session: Session, person: Person, purpose: str) -> bool:
    """Asked and said no, or took it back. Whoever was never asked has not refused."""
    said = select(Consent.id).where(Consent.person_id == person.id, Consent.purpose == purpose)
    return session.scalar(said.limit(1)) is not None and not has_consented(session, person, purpose)


def may_be_asked(person: Person, rank: str) -> bool:
    """Whoever is active; and about consent also whoever has stopped and sent START."""
    asked_anew = person.standing == Standing.PAUSED and person.standing_why == CONSENT_ASKED
    return person.standing == Standing.ACTIVE or (asked_anew and rank == Rank.CONSENT)


def may_hear_of(session: Session, patient: Person, tier: int) -> bool:
    """Whether a case of hers may be told at this tier; 0 is the village doctor."""
    if has_refused(session, patient, Purpose.DOCTOR):
        return False
    return tier == 0 or not has_refused(session, patient, Purpose.UPWARD)


def shares_with_patients(session: Session, person_id: str) -> bool:
    """Another patient has the same phone."""
    mine, theirs = aliased(PersonPhone), aliased(PersonPhone)
    others = (
        select(Person.id)
        .join(theirs, theirs.person_id == Person.id)
        .join(mine, mine.phone_id == theirs.phone_id)
        .where(mine.person_id == person_id, Person.id != person_id, Person.role == Role.PATIENT)
    )
    return session.scalar(others.limit(1)) is not None


def has_helper(session: Session, person_id: str) -> bool:
    helper = select(Person.id).where(Person.helps_id == person_id, Person.erased_at.is_(None))
    return session.scalar(helper.limit(1)) is not None


def helpers_of(session: Session, person_id: str) -> list[Person]:
    active = (Person.role == Role.HELPER, Person.standing == Standing.ACTIVE, Person.erased_at.is_(None))
    return list(session.scalars(select(Person).where(Person.helps_id == person_id, *active).order_by(Person.id)))


def texts_since(people: Iterable[str], since: datetime) -> Select[Inbound]:
    """What these people (ids) have texted, newest first."""
    theirs = (Inbound.person_id.in_(list(people)), Inbound.kind == "sms", Inbound.received_at > since)
    return select(Inbound).where(*theirs).order_by(Inbound.received_at.desc())


def bodies_kept(session: Session, phone: Phone, since: datetime) -> int:
    """How many texts of a stranger are kept with their words."""
    kept = (Inbound.phone_id == phone.id, Inbound.body.is_not(None), Inbound.received_at > since)
    return session.scalar(select(func.count()).where(*kept)) or 0


def strangers_told(session: Session, since: datetime) -> int:
    """How many unknown numbers were told the emergency number."""
    return session.scalar(select(func.count()).where(Phone.unknown_told_at > since)) or 0


def top_site(session: Session) -> Site | None:
    """Where what belongs to no clinic is looked at."""
    return session.scalars(select(Site).where(Site.parent_id.is_(None)).order_by(Site.id)).first()


def on_phone(session: Session, phone: Phone) -> list[Person]:
    """Everybody who shares it, in the order in which they came."""
    return list(
        session.scalars(
            select(Person)
            .join(PersonPhone, PersonPhone.person_id == Person.id)
            .where(PersonPhone.phone_id == phone.id)
            .order_by(Person.id)
        )
    )


def phone_of(session: Session, person_id: str) -> Phone | None:
    """One that works where there is one, else the oldest."""
    return session.scalars(_best_phone(), {"person": person_id}).first()


@cache
def _best_phone() -> Select[Any]:
    return (
        select(Phone)
        .join(PersonPhone, PersonPhone.phone_id == Phone.id)
        .where(PersonPhone.person_id == bindparam("person"))
        .order_by(Phone.bad_since.is_not(None), Phone.opted_out_at.is_not(None), Phone.id)
        .limit(1)
    )


def number_of(session: Session, phone: Phone) -> str:
    return unseal(session, phone.number, table="phones", column="number", row=phone.id, person=None)


def seal_number(session: Session, phone_id: str, e164: str) -> bytes:
    return seal(session, e164, table="phones", column="number", row=phone_id, person=None)


def name_of(session: Session, person: Person) -> dict[str, str]:
    """`first` and `last`, and `called` where she chose a name; empty for someone whose name was never taken down."""
    if person.name is None:
        return {}
    named: dict[str, str] = json.loads(
        unseal(session, person.name, table="people", column="name", row=person.id, person=person)
    )
    return named


def seal_name(session: Session, person: Person, first: str, last: str, called: str = "") -> bytes:
    """`called`: what she is called on a phone that several share."""
    named = {"first": first, "last": last} | ({"called": called} if called else {})
    plain = json.dumps(named, ensure_ascii=False)
    return seal(session, plain, table="people", column="name", row=person.id, person=person)


def pin_index(session: Session, person: Person, digits: str) -> str:
    """Keyed, and of this person alone: the same four digits of two people don't look alike."""
    return keys_of(session).index(f"{person.id} {digits}")


def is_pin(session: Session, person: Person, digits: str) -> bool:
    """Also while the index key is being changed."""
    return person.pin in keys_of(session).indexes(f"{person.id} {digits}")


def birth_year_of(session: Session, person: Person) -> str | None:
    if person.birth_year is None:
        return None
    return unseal(session, person.birth_year, table="people", column="birth_year", row=person.id, person=person)


def seal_birth_year(session: Session, person: Person, year: str) -> bytes:
    return seal(session, year, table="people", column="birth_year", row=person.id, person=person)


def card_of(session: Session, person: Person) -> dict[str, str]:
    """`treatment` and `medicines` in the clinic's own few words, where they were taken down."""
    if person.card is None:
        return {}
    card: dict[str, str] = json.loads(
        unseal(session, person.card, table="people", column="card", row=person.id, person=person)
    )
    return card


def seal_card(session: Session, person: Person, card: dict[str, str]) -> bytes:
    plain = json.dumps(card, ensure_ascii=False)
    return seal(session, plain, table="people", column="card", row=person.id, person=person)


def limit_name(question: str, level: Level) -> str:
    return f"{question} {level.value}"


def limits_of(person: Person, now: datetime) -> tuple[OwnLimit, ...]:
    """Those of her own that hold now."""
    holding = {
        name: kept for name, kept in (person.limits or {}).items() if datetime.fromisoformat(kept["until"]) > now
    }
    named = {name: name.rpartition(" ") for name in holding}
    return tuple(OwnLimit(named[name][0], Level(named[name][2]), kept["value"]) for name, kept in holding.items())


def call_code_of(session: Session, clinician: Person) -> str | None:
    if clinician.call_code is None:
        return None
    return unseal(session, clinician.call_code, table="people", column="call_code", row=clinician.id, person=clinician)


def seal_call_code(session: Session, clinician: Person, digits: str) -> bytes:
    return seal(session, digits, table="people", column="call_code", row=clinician.id, person=clinician)


def is_call_code(session: Session, clinician: Person, digits: str) -> bool:
    code = call_code_of(session, clinician)
    return code is not None and hmac.compare_digest(code.encode(), digits.encode())


def ladder(session: Session, site_id: str) -> list[Site]:
    """The site and all above it, nearest first."""
    return _climbed({site.id: site for site in session.scalars(select(Site))}, site_id)


def ladders(session: Session) -> list[list[Site]]:
    """Those of all sites, by code."""
    sites = {site.id: site for site in session.scalars(select(Site).order_by(Site.code))}
    return [_climbed(sites, site_id) for site_id in sites]


def _climbed(sites: Mapping[str, Site], site_id: str) -> list[Site]:
    climbed, step = list[Site](), sites.get(site_id)
    while step is not None and step not in climbed:
        climbed.append(step)
        step = sites.get(step.parent_id or "")
    return climbed


def reachable(session: Session, role: Role) -> list[tuple[Person, Phone]]:
    """Whoever of this role can be sent an SMS: a number that is neither bad nor opted out."""
    return [
        (person, phone)
        for person, phone in session.execute(
            select(Person, Phone)
            .join(PersonPhone, PersonPhone.person_id == Person.id)
            .join(Phone, Phone.id == PersonPhone.phone_id)
            .where(Person.role == role, Phone.bad_since.is_(None), Phone.opted_out_at.is_(None))
            .order_by(Person.id)
        )
    ]


def sites_without_coordinator(session: Session) -> list[Site]:
    """Where a case would end in silence: no coordinator with a working number at the site or above it."""
    heard = {person.site_id for person, _ in reachable(session, Role.COORDINATOR)}
    return [climbed[0] for climbed in ladders(session) if not any(step.id in heard for step in climbed)]
