"""What does a clinician read about a case, and until when is it worth sending?"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from gateway import languages
from gateway.cases.casefile import CaseFile
from gateway.cases.symptoms import danger_sign, in_words, is_unconfirmed, stopped
from gateway.core import policy, wording
from gateway.core.flow import Flow, Level
from gateway.core.life import Move, Promise
from gateway.core.saying import CARRIER_SIGNATURE
from gateway.core.segments import segments
from gateway.core.texting import has_word
from gateway.core.words import Language
from gateway.store import outbox
from gateway.store.queries.people import card_of, on_phone, phone_of
from gateway.store.tables import Kind, Message, Person, Role
from gateway.talk.facts import called, said_time, spoken_number
from gateway.talk.telling import spoken

# How a case came to whoever reads of it now. Everything else is told as when it opened.
PASSED_ON: Mapping[Move, str] = {
    Move.TIER_DUE: "doctor_next",
    Move.CANNOT: "doctor_next_cannot",
    Move.NOT_REACHED: "doctor_next_no_contact",
    Move.NOT_REACHED_AGAIN: "doctor_next_no_contact",
    Move.NO_CALL: "doctor_next_no_call",
    Move.WORSE: "doctor_worse",
    Move.HIGH: "doctor_re_check",
    Move.PLAN_OVER: "doctor_plan_over",
    Move.PLAN_BROKEN: "doctor_worse",
}
ABOUT = ("symptoms", "sign")  # of the facts: what the rest is written behind
WISH = "doctor_referral_wish"
REPLY_VALID = timedelta(hours=1)


def tell_case(file: CaseFile, clinician: Person, not_before: datetime | None = None) -> Message:
    """A number that is being read back to her on the call waits for her "right", moments at the most."""
    word = _word(file)
    is_read_back = not_before is None and _is_being_read_back(file)
    not_before = file.now + policy.READ_BACK if is_read_back else not_before
    valid_for = policy.valid_for(file.now, next_step(file))
    message = _put(file, clinician, _fullest(file, clinician, word), valid_for, not_before)
    if is_read_back:
        file.case.progress = {**file.case.progress, "read_back": {"message": message.id, "word": word}}
    return message


def say_sure(file: CaseFile) -> None:
    """She has said "right": what waited for it says so now, and leaves."""
    kept = file.case.progress.get("read_back") or {}
    message = outbox.pending(file.session, kept["message"]) if kept else None
    if message and message.not_before > file.now:
        clinician = file.session.get_one(Person, message.to_id)
        outbox.reword(file.session, message, _fullest(file, clinician, kept["word"]), file.patient)
        message.not_before = file.now


def _is_being_read_back(file: CaseFile) -> bool:
    """What came in just now stands first. A danger sign waits for nothing; nor does what she once left unconfirmed."""
    is_new = file.life.level is Level.RED and file.life.began == file.now
    return is_new and any(map(is_unconfirmed, file.symptoms[:1]))


def _fullest(file: CaseFile, clinician: Person, word: str) -> str:
    """With the phase of her treatment and her wish not to be visited, where they cost no further part of an SMS."""
    facts = case_facts(file, clinician)
    body = _said(file, clinician, word, facts)
    language = language_of(file, clinician)[1]
    for told in filter(None, (treatment(file), _wish(file, clinician, word))):
        fuller = facts | {name: stopped(language, [facts[name], told]) for name in ABOUT if facts[name]}
        longer = _said(file, clinician, word, fuller)
        if _parts(longer, language) == _parts(body, language):
            facts, body = fuller, longer
    return body


def _parts(text: str, language: Language) -> int:
    """In China the carrier puts its signature before it."""
    return segments(text + "一" * CARRIER_SIGNATURE * language.code.startswith("zh")).count


def treatment(file: CaseFile) -> str:
    """As the clinic wrote it on her card, in its own words: `chemo 2`."""
    return card_of(file.session, file.patient).get("treatment", "").rstrip(". ")


def _wish(file: CaseFile, clinician: Person, word: str) -> str:
    """Not at a danger sign: then he phones now, whatever she wished of visits."""
    is_said = word == "doctor_red_no_visit" or not has_word(file.flow, WISH)  # a case keeps the words of its version
    if not file.patient.no_visit or is_said or file.life.level is Level.NOW:
        return ""
    return wording.phrase(*language_of(file, clinician), WISH, {})


def say(file: CaseFile, clinician: Person, word: str, **facts: str) -> Message:
    """An answer to a digit, or a reminder."""
    return _put(file, clinician, _said(file, clinician, word, facts), REPLY_VALID)


def say_passed_on(file: CaseFile, clinician: Person, word: str, **facts: str) -> bool:
    """To whom it went, and when. False where it went to nobody but the coordinator: nothing is said then."""
    latest = file.told[-1] if file.told else None
    if latest is None or latest["person"] == clinician.id:
        return False
    passed = {
        "code": file.case.code,
        "doctor": called(file.session, file.session.get_one(Person, latest["person"])),
        "tier": file.sites[min(latest["tier"], len(file.sites) - 1)].name,
        "time": said_at(file, datetime.fromisoformat(latest["at"]), clinician),
    }
    say(file, clinician, word, **{**facts, **passed})
    return True


def item(file: CaseFile, clinician: Person) -> str:
    """One of several cases in an SMS."""
    return wording.phrase(*language_of(file, clinician), "doctor_digest_item", case_facts(file, clinician))


def next_step(file: CaseFile) -> datetime:
    """When the next tier is told, or after the last one the coordinator: `Reply by`."""
    due = file.life.due
    return due.get(Promise.TIER) or due.get(Promise.CONTACT) or due.get(Promise.COORDINATOR) or file.now


def concerned(file: CaseFile) -> list[Person]:
    """Whoever holds it, else everybody who was told so far."""
    told = dict.fromkeys(line["person"] for line in file.told)
    return [file.holder] if file.holder else [file.session.get_one(Person, person) for person in told]


def small_number(file: CaseFile) -> str:
    """The number on the paper list that is locked in the clinic: never a name by SMS. All that may be meant."""
    return "/".join([file.patient.small_number or "?", *file.case.frozen.get("perhaps", [])])


def language_of(file: CaseFile, person: Person) -> tuple[Flow, Language]:
    return file.flow, languages.of(file.session, file.version, spoken(file.version, person))


def said_at(file: CaseFile, moment: datetime, person: Person) -> str:
    return said_time(moment, file.now, person.time_zone, spoken(file.version, person))


def has_two_roles(file: CaseFile, clinician: Person) -> bool:
    phone = phone_of(file.session, clinician.id)
    return phone is not None and must_send_code(on_phone(file.session, phone))


def must_send_code(people: list[Person]) -> bool:
    """A patient or a helper has the same telephone, or another clinician: a bare digit could be anybody's."""
    others = any(person.role in (Role.PATIENT, Role.HELPER) for person in people)
    return others or sum(person.role == Role.CLINICIAN for person in people) > 1


def patient_phone(file: CaseFile) -> str:
    phone = phone_of(file.session, file.patient.id)
    return spoken_number(file.session, phone) if phone else file.sites[0].emergency_number


def _word(file: CaseFile) -> str:
    move = file.last_move
    if move is Move.TIER_DUE and file.told and file.told[-1]["person"] == file.case.progress.get("former"):
        return "doctor_next_no_contact"
    if move and move in PASSED_ON:
        return PASSED_ON[move]
    if file.life.level is Level.AMBER:
        return "doctor_digest"
    if file.life.level is Level.NOW:
        return "doctor_now" if danger_sign(*language_of(file, file.patient), file.symptoms) else "doctor_now_unnamed"
    return "doctor_red_no_visit" if file.patient.no_visit else "doctor_red"


def case_facts(file: CaseFile, clinician: Person, language: Language | None = None) -> dict[str, str]:
    """`language`: where it is another than that of his SMS."""
    flow, language = file.flow, language or language_of(file, clinician)[1]
    facts = {
        "code": file.case.code,
        "first": file.case.code,
        "number": small_number(file),
        "site": file.sites[0].name,
        "symptoms": in_words(flow, language, file.symptoms),
        "sign": danger_sign(flow, language, file.symptoms) or "",
        "emergency_number": file.sites[0].emergency_number,
        "deadline": said_at(file, next_step(file), clinician),
        "minutes": str((file.now - file.life.began) // timedelta(minutes=1)),
        "doctor": _who_was_before(file),
    }
    return {**facts, "list": wording.phrase(flow, language, "doctor_digest_item", facts)}


def _who_was_before(file: CaseFile) -> str:
    former = file.case.progress.get("former") or (file.told[-1]["person"] if file.told else None)
    return called(file.session, file.session.get_one(Person, former)) if former else ""


def _said(file: CaseFile, clinician: Person, word: str, facts: Mapping[str, str]) -> str:
    flow, language = language_of(file, clinician)
    said = wording.phrase(flow, language, word, facts)
    if not has_two_roles(file, clinician):
        return said
    return f"{said}\n{wording.phrase(flow, language, 'doctor_two_roles', {'code': file.case.code})}"


def _put(
    file: CaseFile, clinician: Person, body: str, valid_for: timedelta, not_before: datetime | None = None
) -> Message:
    return outbox.put_sms(
        file.session,
        file.now,
        to=clinician,
        body=body,
        subject=file.patient,
        kind=Kind.CASE,
        case_id=file.case.id,
        valid_for=valid_for,
        not_before=not_before,
        at_once=file.life.level is Level.NOW,
    )
