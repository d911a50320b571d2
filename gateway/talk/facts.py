"""Which names, numbers and times stand in a text to this person?"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import phonenumbers
from babel.dates import format_date, format_datetime, format_skeleton
from sqlalchemy.orm import Session

from gateway.core import timetable, wording
from gateway.core.flow import Flow
from gateway.core.words import Language
from gateway.store.queries.conversations import Around
from gateway.store.queries.people import name_of, number_of
from gateway.store.tables import Person, Phone, Site
from gateway.talk.meetings import MEETING, meeting_of

# Today, a day of this week, and any other day. Chinese needs no spaces, and pays for each. Where a call would read the
# short day as another word ("mar" is the sea in Spanish) it is written out. Behind "hasta" Spanish needs its article.
DAYS = {
    "zh": ("HH:mm", "EEEHH:mm", "M月d日HH:mm"),
    "es": ("'las' HH:mm", "'el' EEEE 'a las' HH:mm", "'el' d 'de' MMMM 'a las' HH:mm"),
    "fr": ("HH:mm", "EEEE HH:mm", "'le' d MMMM 'à' HH:mm"),
    "pt": ("HH:mm", "EEEE HH:mm", "d 'de' MMMM HH:mm"),
    "vi": ("HH:mm", "HH:mm EEEE", "HH:mm 'ngày' d/M"),
    "hi": ("HH:mm", "EEEE HH:mm", "d MMMM HH:mm"),
    "sw": ("HH:mm", "EEEE HH:mm", "d MMMM HH:mm"),
    "ar": ("HH:mm", "EEEE HH:mm", "d MMMM HH:mm"),
}
DAYS_ELSEWHERE = ("HH:mm", "EEE HH:mm", "d MMM HH:mm")


def facts(
    session: Session, around: Around, flow: Flow, language: Language, now: datetime, deadline: datetime | None = None
) -> dict[str, str]:
    """`deadline`: until when somebody acts; without one, until when a person phones whoever asks for it."""
    zone = around.person.time_zone
    site, doctor, phone = around.site, around.doctor, around.doctor_phone
    return {
        "clinic": _clinic(session, doctor, flow, language),
        "name": called(session, around.person),
        "doctor": called(session, doctor) if doctor else site.name,
        "doctor_phone": spoken_number(session, phone) if phone else site.emergency_number,
        "emergency_number": site.emergency_number,
        "deadline": said_time(deadline or timetable.rings_by(now, zone), now, zone, language.code),
        "number": around.person.small_number or "",
        "site": site.name,
        MEETING: said_meeting(site, language.code),
    }


def _clinic(session: Session, doctor: Person | None, flow: Flow, language: Language) -> str:
    """Her doctor's, by the name that she knows; whoever has no doctor hears what the settings call the clinic."""
    if doctor is None:
        named: str = session.info["clinic_name"]
        return named
    return wording.phrase(flow, language, "doctors_clinic", {"doctor": called(session, doctor)})


def called(session: Session, person: Person) -> str:
    name = name_of(session, person)
    return f"{name.get('first', '')} {name.get('last', '')}".strip()


def spoken_number(session: Session, phone: Phone) -> str:
    """As it is dialled in its own country, without spaces, so that a phone offers to ring it."""
    number = phonenumbers.parse(number_of(session, phone))
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return "".join(sign for sign in national if sign.isdigit())


def said_time(moment: datetime, now: datetime, zone: str, language: str) -> str:
    """`10:30` today, `Tue 18:00` or `周二18:00` within the week, with the date later on: in the person's own zone."""
    local = moment.astimezone(ZoneInfo(zone))
    days = (local.date() - now.astimezone(ZoneInfo(zone)).date()) // timedelta(days=1)
    today, this_week, later = DAYS.get(language.partition("_")[0], DAYS_ELSEWHERE)
    pattern = today if days == 0 else this_week if days < 7 else later
    return format_datetime(local, pattern, locale=language)


def said_meeting(site: Site, language: str) -> str:
    """`Tue 24 Mar, 10:00 at the township hall`; "" where there is none."""
    meeting, tongue = meeting_of(site), language.partition("_")[0]
    if meeting is None:
        return ""
    if tongue == "zh":
        return f"{format_date(meeting.on, 'M月d日EEE', locale=language)}，{meeting.what}"
    if tongue in DAYS:
        return f"{format_skeleton('MMMMEEEEd', meeting.on, locale=language)}, {meeting.what}"
    return f"{format_date(meeting.on, 'EEE d MMM', locale=language)}, {meeting.what}"
