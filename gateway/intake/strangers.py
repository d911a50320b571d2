"""What does a number hear that is on no list? An emergency number once a day, and nothing about what this is."""

import logging
import re
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gateway.core import wording
from gateway.intake.keywords import PROVIDERS
from gateway.intake.noting import note
from gateway.phone.numbers import country_of
from gateway.phone.twilio_in import Heard, SmsHeard
from gateway.store import outbox
from gateway.store.ids import new_id
from gateway.store.queries.flows import newest_of_each
from gateway.store.queries.people import bodies_kept, phone_by_number, seal_number, strangers_told, top_site
from gateway.store.sealing import keys_of
from gateway.store.tables import Kind, Phone, Site
from gateway.talk.scene import script
from gateway.talk.telling import nearest_coordinators, spoken, tell_coordinator

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
ONCE_IN = timedelta(hours=24)
BODIES_A_DAY = 10  # of one stranger; what comes after them is counted, its words are not kept
STRANGERS_A_DAY = 100  # answered and told of: whoever sends from a thousand numbers tires nobody out
VALID = timedelta(hours=1)

log = logging.getLogger(__name__)


def wrote(session: Session, heard: SmsHeard, now: datetime) -> None:
    """A sender's name or a short code can neither be answered nor be a patient: its advertising is not kept."""
    if not E164.fullmatch(heard.sender):
        note(session, heard, now, None, "no number")
        return
    phone = _remembered(session, heard.sender, now)
    body = heard.body if bodies_kept(session, phone, now - ONCE_IN) < BODIES_A_DAY else None
    if not note(session, heard, now, phone, "unknown", body) or not _is_first_today(session, phone, now):
        return
    site = top_site(session)
    if site is not None:
        answers = country_of(heard.sender) is not None and heard.body.strip().upper() not in PROVIDERS
        _tell(session, now, phone, site, heard.sender, answers=answers)


def rang(session: Session, heard: Heard, caller: str, now: datetime) -> None:
    """The caller hears nothing but a hang-up; that somebody rang is passed on, once a day."""
    if not E164.fullmatch(caller):
        return
    phone = _remembered(session, caller, now)
    if not note(session, heard, now, phone, "unknown") or not _is_first_today(session, phone, now):
        return
    site = top_site(session)
    if site is not None:
        _tell(session, now, phone, site, caller, answers=False)


def _remembered(session: Session, number: str, now: datetime) -> Phone:
    phone = phone_by_number(session, number)
    if phone is None:
        phone = Phone(id=new_id(now), lookup=keys_of(session).index(number), created_at=now)
        phone.country = country_of(number)
        phone.number = seal_number(session, phone.id, number)
        session.add(phone)
        session.flush()
    return phone


def _is_first_today(session: Session, phone: Phone, now: datetime) -> bool:
    if phone.unknown_told_at and now - phone.unknown_told_at < ONCE_IN:
        return False
    if strangers_told(session, now - ONCE_IN) >= STRANGERS_A_DAY:
        log.warning("more than %d strangers in a day: phone %s is only noted", STRANGERS_A_DAY, phone.id)
        return False
    phone.unknown_told_at = now
    return True


def _tell(session: Session, now: datetime, phone: Phone, site: Site, number: str, *, answers: bool) -> None:
    version = next(iter(newest_of_each(session)), None)
    if version is None:
        return
    told = {"digits": number[-2:]}
    tell_coordinator(session, now, "coordinator_unknown_number", told, site_id=site.id, version=version)
    if not answers:
        return
    near = nearest_coordinators(session, site.id)
    flow, language = script(session, version, spoken(version, near[0]) if near else "en", None)
    body = wording.phrase(flow, language, "unknown_number", {"emergency_number": site.emergency_number})
    outbox.put_sms(session, now, to=phone, body=body, subject=None, kind=Kind.SAFETY, valid_for=VALID)
