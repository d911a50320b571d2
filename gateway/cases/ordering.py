"""A clinician has sent an SMS about his cases: what becomes of each, and what does he hear?"""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gateway.cases import advice, answers, doctors, ledger, patients, referral, relatives, undoing
from gateway.cases.answers import Counter, counter
from gateway.cases.casefile import CaseFile
from gateway.cases.moving import move, taken
from gateway.cases.symptoms import listed
from gateway.core import orders, wording
from gateway.core.escalation import TRANSITIONS
from gateway.core.flow import Level
from gateway.core.life import Move, Promise, State
from gateway.core.orders import Act, AskedBack, Away, LeftToPerson, Listed, Order, Undo
from gateway.store.tables import Person
from gateway.talk.facts import called

REFERRED = "7"
DOUBLED = timedelta(minutes=1)
BY_CALL, BY_VISIT, NOT_REACHED = "by call", "by visit", "not reached"


def ordered(session: Session, now: datetime, clinician: Person, text: str, *, answers: bool = True) -> None:
    """Reads the SMS, acts on each case by itself under its lock, and answers.

    Without `answers` (a machine seems to write) only what acts on a case is done.
    """
    at = counter(session, now, clinician)
    if at is None:
        return
    for order in orders.read(text, at.lying.desk, at.language.words):
        if answers or isinstance(order, Act | Undo | Away):
            _do(at, order)


def named(session: Session, now: datetime, clinician: Person, text: str) -> frozenset[str]:
    """The codes of his cases on which this text would act by a digit or an `ok`, where each needs its code."""
    at = counter(session, now, clinician)
    if at is None:
        return frozenset()
    found = orders.read(text, replace(at.lying.desk, has_two_roles=True), at.language.words)
    return frozenset(order.code for order in found if isinstance(order, Act | Undo))


def pressed(file: CaseFile, clinician: Person, digits: str) -> None:
    """The same digits as a button of the console: one road, whichever hand they came from. He hears by SMS as ever."""
    _act(file, clinician, Act(file.case.code, digits))


def _do(at: Counter, order: Order) -> None:
    match order:
        case Act(code):
            with taken(at.session, at.now, at.lying.cases[code].id) as file:
                _act(file, at.clinician, order)
        case Undo(code):
            with taken(at.session, at.now, at.lying.cases[code].id) as file:
                undoing.undo(file, at.clinician)
        case Away(code):
            _away(at, code)
        case Listed():
            answers.list_cases(at)
        case AskedBack():
            answers.ask_back(at, order)
        case LeftToPerson():
            answers.leave_to_person(at)


def _away(at: Counter, code: str | None) -> None:
    """Whom he means must be sure before a patient falls silent."""
    if code is None or at.lying.cases[code].closed_at:
        answers.which_case(at)
        answers.tell_of_words(at)
        return
    with taken(at.session, at.now, at.lying.cases[code].id) as file:
        if move(file, Move.AWAY, at.clinician):
            doctors.say(file, at.clinician, "doctor_away", code=code)


def _act(file: CaseFile, clinician: Person, act: Act) -> None:
    """Asked again under the lock: the case may be closed or another's by now, and then nothing changes."""
    case = file.case
    if case.closed_at:
        _too_late(file, clinician, act, "doctor_closed")
    elif referral.is_asked(file, clinician):
        referral.answered(file, clinician, act)
    elif case.accepted_by not in (None, clinician.id):
        _too_late(file, clinician, act, "doctor_taken")
    elif act.cannot:
        _cannot(file, clinician, act)
    else:
        _take_on(file, clinician, act)


def _too_late(file: CaseFile, clinician: Person, act: Act, word: str) -> None:
    ledger.append(file, "too late", clinician, {"digits": act.digits})
    holder, since = file.holder, file.case.accepted_at or file.now
    facts = {"doctor": called(file.session, holder) if holder else "", "time": doctors.said_at(file, since, clinician)}
    doctors.say(file, clinician, word, code=file.case.code, **facts)


def _cannot(file: CaseFile, clinician: Person, act: Act) -> None:
    """Only whoever holds the case or was told last can pass it on; the same 3 again hurries nobody."""
    if (file.life.state, Move.CANNOT) not in TRANSITIONS:
        _change_nothing(file, clinician, act)
        return
    progress = file.case.progress
    is_turn = file.case.accepted_by == clinician.id or (file.told and file.told[-1]["person"] == clinician.id)
    if is_turn and clinician.id not in progress.get("cannot", []):
        before = undoing.snapshot(file)
        cannot = [*progress.get("cannot", []), clinician.id]
        file.case.progress = {**progress, "former": clinician.id, "cannot": cannot}
        move(file, Move.CANNOT, clinician, digits=act.digits, before=before)
    else:
        ledger.append(file, "no effect", clinician, {"digits": act.digits})
    _say_passed_on(file, clinician, "doctor_cannot")


def _take_on(file: CaseFile, clinician: Person, act: Act) -> None:
    step = _step(file, act)
    if (file.life.state, step) not in TRANSITIONS or _is_doubled(file, step):
        _change_nothing(file, clinician, act)
        return
    before = undoing.snapshot(file)
    _note(file, clinician, act)
    move(file, step, clinician, digits=act.digits, before=before)
    if file.case.closed_at is None:
        _answer(file, clinician, act, step)
        if REFERRED in act.done:
            referral.start(file, clinician)


def _change_nothing(file: CaseFile, clinician: Person, act: Act) -> None:
    ledger.append(file, "no effect", clinician, {"digits": act.digits})
    left = file.life.state is State.LEFT
    doctors.say(file, clinician, "doctor_left" if left else "doctor_what_was_done", code=file.case.code)


def _step(file: CaseFile, act: Act) -> Move:
    if act.is_contact:
        return Move.CONTACT
    if act.not_reached:
        return Move.NOT_REACHED_AGAIN if file.life.not_reached else Move.NOT_REACHED
    return Move.REFERRED if act.done else Move.ACCEPT


def _is_doubled(file: CaseFile, step: Move) -> bool:
    """A second 8 within a minute of the first is the same 8."""
    tried: str | None = file.case.progress.get("tried")
    if step is not Move.NOT_REACHED_AGAIN or tried is None:
        return False
    return file.now - datetime.fromisoformat(tried) < DOUBLED


def _note(file: CaseFile, clinician: Person, act: Act) -> None:
    """What he says of himself. How he meant to reach the patient is how he did, until he says otherwise."""
    case, progress = file.case, dict(file.case.progress)
    if case.accepted_by is None:
        case.accepted_by, case.accepted_at = clinician.id, file.now
        # From him the case climbs on, past whoever above him was told already and now believes it taken.
        file.life = replace(file.life, tier=_tier_of(file, clinician))
    progress["cannot"] = [person for person in progress.get("cannot", []) if person != clinician.id]
    if act.visits or "1" in act.digits:
        progress["how"] = BY_VISIT if act.visits else BY_CALL
    if act.is_contact:
        case.contact_doctor, case.contacted_at = progress.get("how", BY_CALL), case.contacted_at or file.now
    elif act.not_reached:
        case.contact_doctor, progress["tried"] = NOT_REACHED, file.now.isoformat()
    case.done = "".join(sorted({*(case.done or ""), *act.done})) or None
    case.progress = progress


def _tier_of(file: CaseFile, clinician: Person) -> int:
    tiers = [line["tier"] for line in file.told if line["person"] == clinician.id]
    return tiers[-1] if tiers else file.life.tier


def _answer(file: CaseFile, clinician: Person, act: Act, step: Move) -> None:
    code = file.case.code
    if file.life.state is State.TOLD:
        _say_passed_on(file, clinician, "doctor_not_reached_twice")
    elif step is Move.NOT_REACHED:
        deadline = doctors.said_at(file, file.life.due.get(Promise.CONTACT, file.now), clinician)
        word = "doctor_not_reached_family" if relatives.was_just_asked(file) else "doctor_not_reached"
        doctors.say(file, clinician, word, code=code, deadline=deadline)
    elif step is Move.REFERRED:
        doctors.say(file, clinician, "doctor_referred", code=code, done=_done_in_words(file, clinician, act))
    elif step is Move.CONTACT:
        _say_noted(file, clinician, act)
    else:
        visit = "doctor_visit_no_visit" if file.patient.no_visit else "doctor_visit"
        word = visit if act.visits else "doctor_call"
        sop = advice.line(file, clinician)
        phase, phone = doctors.treatment(file), doctors.patient_phone(file)
        facts = {"code": code, "patient_phone": f"{phone} ({phase})" if phase else phone, "advice": sop or ""}
        doctors.say(file, clinician, f"{word}_advice" if sop else word, **facts)
        _tell_patient(file, clinician)


def _tell_patient(file: CaseFile, clinician: Person) -> None:
    """Once for each who accepts. By when: as his own time runs, so that no more is promised than is kept."""
    read_by = file.case.progress.get("read by", [])
    if clinician.id in read_by or file.life.level is Level.AMBER:
        return
    file.case.progress = {**file.case.progress, "read by": [*read_by, clinician.id]}
    patients.tell_read(file, clinician, file.life.due.get(Promise.CONTACT, file.now))


def _say_noted(file: CaseFile, clinician: Person, act: Act) -> None:
    how = "by_visit" if file.case.contact_doctor == BY_VISIT else "by_call"
    flow, language = doctors.language_of(file, clinician)
    facts = {"code": file.case.code, "done": _done_in_words(file, clinician, act)}
    facts["how"] = wording.phrase(flow, language, how, {})
    again = patients.next_re_check(file)
    if again is None:
        doctors.say(file, clinician, "doctor_noted_no_re_check", **facts)
    else:
        doctors.say(file, clinician, "doctor_noted", **facts, deadline=doctors.said_at(file, again, clinician))


def _say_passed_on(file: CaseFile, clinician: Person, word: str) -> None:
    if not doctors.say_passed_on(file, clinician, word):
        alone = "doctor_cannot_coordinator" if word == "doctor_cannot" else "doctor_left"
        doctors.say(file, clinician, alone, code=file.case.code)


def _done_in_words(file: CaseFile, clinician: Person, act: Act) -> str:
    flow, language = doctors.language_of(file, clinician)
    return listed(flow, language, [wording.phrase(flow, language, f"done_{digit}", {}) for digit in act.done])
