"""A patient is referred: who is asked to take her on, what does he read, and who hears what came of it?"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from gateway.cases import doctors, ledger, who
from gateway.cases.casefile import CaseFile
from gateway.cases.moving import move
from gateway.cases.symptoms import in_words, listed, stopped
from gateway.core import wording
from gateway.core.flow import Level
from gateway.core.life import Move, Promise, Why
from gateway.core.orders import Act
from gateway.store.queries.cases import events_of
from gateway.store.queries.people import card_of, phone_of
from gateway.store.tables import Person
from gateway.talk.facts import called, spoken_number

SENT, TAKEN, DECLINED, RETURNED, WITHDRAWN = "sent", "taken", "declined", "returned", "withdrawn"
RUNS = (SENT, TAKEN)
# Until when a receipt is awaited; then the coordinator phones. Defaults that need a clinician's approval.
RECEIPT = {Level.NOW: timedelta(minutes=15), Level.RED: timedelta(hours=2), Level.AMBER: timedelta(hours=8)}
BY_CALL = "by call"


def start(file: CaseFile, referrer: Person) -> None:
    """A note to whoever is on duty at the next site up that has anybody. Without one the coordinator finds a place."""
    if _runs(file):
        return
    receiver = _receiver(file, referrer)
    if receiver is None:
        ledger.append(file, "nobody to refer to", referrer)
        return
    due = file.now + RECEIPT[file.life.level]
    file.life = replace(file.life, due={**file.life.due, Promise.REFERRAL: due})
    message = doctors.say(file, receiver, "doctor_referral", **_note(file, referrer, receiver))
    _keep(file, {"to": receiver.id, "by": referrer.id, "began": file.life.began.isoformat()}, SENT)
    ledger.append(file, "referral sent", referrer, {"to": receiver.id, "message": message.id})
    file.write()


def is_asked(file: CaseFile, clinician: Person) -> bool:
    """Of a case that another holds: what he sends is the receipt, or what was done there."""
    held_by_another = file.case.accepted_by not in (None, clinician.id)
    return held_by_another and _runs(file) and _standing(file)["to"] == clinician.id


def answered(file: CaseFile, receiver: Person, act: Act) -> None:
    """The digits keep their meanings: 1 and 2 take her on, 3 cannot, 4 to 7 say what was done, and she is back."""
    if Promise.REFERRAL in file.life.due:
        file.life = replace(file.life, due={at: due for at, due in file.life.due.items() if at is not Promise.REFERRAL})
    if act.cannot:
        _declined(file, receiver)
    elif act.done:
        _returned(file, receiver, act)
    elif act.not_reached:
        ledger.append(file, "referral: not reached", receiver)
        file.whys.append(Why.REFERRAL)
        doctors.say(file, receiver, "doctor_what_was_done", code=file.case.code)
    else:
        _taken_on(file, receiver)
    file.write()


def withdraw(file: CaseFile, referrer: Person) -> None:
    """His 7 was undone: whoever was asked reads so."""
    if not _runs(file) or _standing(file)["by"] != referrer.id:
        return
    receiver = file.session.get_one(Person, _standing(file)["to"])
    _keep(file, _standing(file), WITHDRAWN)
    ledger.append(file, "referral withdrawn", referrer)
    name = called(file.session, referrer)
    doctors.say(file, receiver, "doctor_referral_withdrawn", code=file.case.code, doctor=name)


def _taken_on(file: CaseFile, receiver: Person) -> None:
    _keep(file, _standing(file), TAKEN)
    ledger.append(file, "referral taken", receiver)
    referrer = _referrer(file)
    facts = {"doctor": called(file.session, referrer), "doctor_phone": _phone(file, referrer)}
    facts["patient_phone"] = doctors.patient_phone(file)
    doctors.say(file, receiver, "doctor_referral_yours", code=file.case.code, **facts)
    theirs = {"doctor": called(file.session, receiver), "doctor_phone": _phone(file, receiver)}
    number = doctors.small_number(file)
    doctors.say(file, referrer, "doctor_referral_taken", code=file.case.code, number=number, **theirs)


def _declined(file: CaseFile, receiver: Person) -> None:
    _keep(file, _standing(file), DECLINED)
    ledger.append(file, "referral declined", receiver)
    doctors.say(file, receiver, "doctor_cannot_coordinator", code=file.case.code)
    _tell_referrer(file, receiver, "doctor_referral_declined")
    file.whys.append(Why.REFERRAL)


def _returned(file: CaseFile, receiver: Person, act: Act) -> None:
    """What was done there goes back to who sent her, and whoever saw or phoned her is a contact."""
    _keep(file, _standing(file), RETURNED)
    ledger.append(file, "referral returned", receiver, {"digits": act.digits})
    referrer = _referrer(file)
    _tell_referrer(file, receiver, "doctor_referral_back", done=_done(file, referrer, act.done))
    facts = {"done": _done(file, receiver, act.done), "doctor": called(file.session, referrer)}
    doctors.say(file, receiver, "doctor_referral_noted", code=file.case.code, **facts)
    if act.is_contact:
        case = file.case
        case.contact_doctor, case.contacted_at = case.contact_doctor or BY_CALL, case.contacted_at or file.now
        case.done = "".join(sorted({*(case.done or ""), *act.done}))
        move(file, Move.CONTACT, receiver, digits=act.digits)


def _tell_referrer(file: CaseFile, receiver: Person, word: str, **facts: str) -> None:
    named = {"doctor": called(file.session, receiver), "number": doctors.small_number(file)}
    doctors.say(file, _referrer(file), word, code=file.case.code, **named, **facts)


def _note(file: CaseFile, referrer: Person, receiver: Person) -> dict[str, str]:
    """Number and site, never a name: symptoms with last and start, what was tried, her treatment, her wish."""
    flow, language = doctors.language_of(file, receiver)
    tried, card = _tried(file), card_of(file.session, file.patient)
    parts = [in_words(flow, language, file.symptoms)]
    if tried:
        parts.append(wording.phrase(flow, language, "doctor_referral_tried", {"done": _done(file, receiver, tried)}))
    parts += [card[name] for name in ("treatment", "medicines") if card.get(name)]
    if file.patient.no_visit:
        parts.append(wording.phrase(flow, language, "doctor_referral_wish", {}))
    return {
        "code": file.case.code,
        "doctor": called(file.session, referrer),
        "number": doctors.small_number(file),
        "site": file.sites[0].name,
        "note": stopped(language, parts),
        "deadline": doctors.said_at(file, file.life.due[Promise.REFERRAL], receiver),
    }


def _tried(file: CaseFile) -> str:
    noted = [event.facts.get("digits", "") for event in events_of(file.session, file.case.id)]
    digits = {digit for said in [*noted, file.case.done or ""] for digit in said}
    return "".join(sorted(digits & set("456")))


def _done(file: CaseFile, reader: Person, digits: str) -> str:
    flow, language = doctors.language_of(file, reader)
    return listed(flow, language, [wording.phrase(flow, language, f"done_{digit}", {}) for digit in digits])


def _receiver(file: CaseFile, referrer: Person) -> Person | None:
    """Above the referrer's own site: whoever sends on from the top finds a place by phone."""
    at = [tier for tier, site in enumerate(file.sites) if site.id == referrer.site_id]
    tiers = (who.at_tier(file, tier) for tier in range((at[0] if at else file.life.tier) + 1, len(file.sites)))
    return next((person for person in tiers if person and person.id != referrer.id), None)


def _standing(file: CaseFile) -> dict[str, Any]:
    found: dict[str, Any] = file.case.progress.get("referral") or {}
    return found


def _runs(file: CaseFile) -> bool:
    standing = _standing(file)
    return standing.get("state") in RUNS and standing["began"] == file.life.began.isoformat()


def _keep(file: CaseFile, standing: dict[str, Any], state: str) -> None:
    file.case.progress = {**file.case.progress, "referral": {**standing, "state": state}}


def _referrer(file: CaseFile) -> Person:
    return file.session.get_one(Person, _standing(file)["by"])


def _phone(file: CaseFile, person: Person) -> str:
    phone = phone_of(file.session, person.id)
    return spoken_number(file.session, phone) if phone else ""
