"""Who of the family is asked to phone her: only where she agreed to it, never by her own phone?"""

from datetime import datetime, timedelta

from gateway import languages
from gateway.cases import ledger
from gateway.cases.casefile import CaseFile
from gateway.core import wording
from gateway.core.flow import Purpose
from gateway.store import outbox
from gateway.store.queries.cases import shares_phone
from gateway.store.queries.people import has_consented, helpers_of, name_of, phone_of
from gateway.store.tables import Kind, Person
from gateway.talk.facts import called
from gateway.talk.telling import spoken

AGAIN = timedelta(minutes=30)  # a danger sign and an 8 behind it ask once
VALID = timedelta(hours=1)


def ask(file: CaseFile) -> None:
    """Nothing about her illness is said, and nothing at all without her yes."""
    if file.life.is_away or not has_consented(file.session, file.patient, Purpose.FAMILY) or was_just_asked(file):
        return
    people = [helper for helper in helpers_of(file.session, file.patient.id) if _may_be_asked(file, helper)]
    for helper in people:
        say(file, helper, "family", {"name": _name(file)})
    if people:
        asked = {"at": file.now.isoformat(), "people": [helper.id for helper in people], "spoke": []}
        file.case.progress = {**file.case.progress, "family": asked}
        ledger.append(file, "family asked", facts={"people": asked["people"]})


def was_just_asked(file: CaseFile) -> bool:
    asked = file.case.progress.get("family")
    return asked is not None and file.now - datetime.fromisoformat(asked["at"]) < AGAIN


def say(file: CaseFile, helper: Person, word: str, facts: dict[str, str]) -> None:
    language = languages.of(file.session, file.version, spoken(file.version, helper))
    outbox.put_sms(
        file.session,
        file.now,
        to=helper,
        body=wording.phrase(file.flow, language, word, facts),
        subject=file.patient,
        kind=Kind.SAFETY,
        case_id=file.case.id,
        valid_for=VALID,
    )


def _may_be_asked(file: CaseFile, helper: Person) -> bool:
    """By a phone that works and is not hers: that one rings where nobody answers."""
    phone = phone_of(file.session, helper.id)
    if phone is None or phone.opted_out_at or phone.bad_since or not has_consented(file.session, helper):
        return False
    return not shares_phone(file.session, phone, file.patient)


def _name(file: CaseFile) -> str:
    """The name chosen at enrolment where there is one."""
    return name_of(file.session, file.patient).get("called") or called(file.session, file.patient)
