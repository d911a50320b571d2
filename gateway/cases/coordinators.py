"""What do the coordinators read about a case, and is there anyone to read it?"""

from datetime import timedelta

from gateway.cases.casefile import CaseFile
from gateway.cases.doctors import language_of, said_at, small_number
from gateway.cases.symptoms import in_words, listed
from gateway.core import policy, wording
from gateway.core.flow import Level
from gateway.core.life import Promise, Why
from gateway.store import outbox
from gateway.store.tables import Kind, Person
from gateway.talk.facts import called
from gateway.talk.telling import nearest_coordinators

# Of several reasons in one step the first of these is told: one SMS, not three.
WEIGHTIEST = (
    Why.AWAY,
    Why.NO_CALL,
    Why.NOBODY_LEFT,
    Why.CONTACT_MISSED,
    Why.DANGER,
    Why.REFERRAL,
    Why.REFERRED,
    Why.NOT_ACCEPTED,
    Why.STILL_OPEN,
)
WORDS = {
    Why.AWAY: "coordinator_away",
    Why.CONTACT_MISSED: "coordinator_no_contact",
    Why.DANGER: "coordinator_now",
    Why.REFERRAL: "coordinator_referral",
    Why.REFERRED: "coordinator_referred",
    Why.STILL_OPEN: "coordinator_still_open",
}


def tell(file: CaseFile) -> bool:
    """All of the nearest site that has any. False when nobody can be reached."""
    people = nearest_coordinators(file.session, file.patient.site_id)
    why = min(file.whys, key=WEIGHTIEST.index)
    word, receiver = _word(file, why), _receiver(file) if why is Why.REFERRAL else None
    for coordinator in people:
        flow, language = language_of(file, coordinator)
        facts = _facts(file, coordinator) | ({"doctor": called(file.session, receiver)} if receiver else {})
        _put(file, coordinator, wording.phrase(flow, language, word, facts))
    return bool(people)


def _word(file: CaseFile, why: Why) -> str:
    if why in WORDS:
        return WORDS[why]
    if why is Why.NOBODY_LEFT and not file.told:
        return "coordinator_no_doctor"
    if why is Why.NO_CALL:
        return "coordinator_not_contacted" if _noted(file) else "coordinator_no_call"
    if file.life.level is Level.AMBER:
        return "coordinator_amber"
    return "coordinator_not_accepted" if Promise.TIER in file.life.due else "coordinator_not_accepted_last"


def _facts(file: CaseFile, coordinator: Person) -> dict[str, str]:
    flow, language = language_of(file, coordinator)
    case = file.case
    open_for = file.now - case.opened_at
    next_tier = file.life.due.get(Promise.TIER)
    facts = {
        "code": case.code,
        "level": wording.phrase(flow, language, f"level_{case.level}", {}),
        "number": small_number(file),
        "site": file.sites[0].name,
        "symptoms": in_words(flow, language, file.symptoms),
        "told": listed(flow, language, _names_told(file)) or "-",
        "doctor": _doctor(file),
        "minutes": str(open_for // timedelta(minutes=1)),
        "hours": str(open_for // timedelta(hours=1)),
        "next": file.sites[min(file.life.tier + 1, len(file.sites) - 1)].name,
        "time": said_at(file, next_tier or case.accepted_at or case.opened_at, coordinator),
    }
    if done := _noted(file):
        by = file.holder if case.done else file.session.get(Person, case.progress.get("former") or "")
        facts["doctor"] = called(file.session, by) if by else facts["doctor"]
        facts["done"] = listed(flow, language, [wording.phrase(flow, language, f"done_{digit}", {}) for digit in done])
    if case.accepted_at:
        facts["time"] = said_at(file, case.accepted_at, coordinator)
    return facts


def _noted(file: CaseFile) -> str:
    """The digits of whoever holds the case, or held it until this step."""
    return file.case.done or file.case.progress.get("noted") or ""


def _names_told(file: CaseFile) -> list[str]:
    ids = dict.fromkeys(line["person"] for line in file.told)
    return [called(file.session, file.session.get_one(Person, person)) for person in ids]


def _receiver(file: CaseFile) -> Person | None:
    """To whom the patient was referred."""
    referral = file.case.progress.get("referral") or {}
    return file.session.get(Person, referral.get("to", ""))


def _doctor(file: CaseFile) -> str:
    """Whoever holds the case, else whoever was told last, else the clinic."""
    if file.holder:
        return called(file.session, file.holder)
    return next(reversed(_names_told(file)), file.sites[0].name)


def _put(file: CaseFile, coordinator: Person, body: str) -> None:
    again = file.life.due.get(Promise.COORDINATOR) or file.now + policy.LONGEST
    outbox.put_sms(
        file.session,
        file.now,
        to=coordinator,
        body=body,
        subject=file.patient,
        kind=Kind.COORDINATOR,
        case_id=file.case.id,
        valid_for=policy.valid_for(file.now, again),
        at_once=file.life.level is Level.NOW,
    )
