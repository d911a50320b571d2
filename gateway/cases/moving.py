"""How does a case take one step: the table says what, this does it, and the ledger keeps it?"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.cases import coordinators, digests, doctors, ledger, patients, relatives, rings, who
from gateway.cases.casefile import CaseFile
from gateway.core import escalation
from gateway.core.effects import Done
from gateway.core.life import (
    Action,
    AskFamily,
    AskReached,
    Close,
    Life,
    Move,
    PausePatient,
    PlantRechecks,
    Promise,
    RemindContact,
    Ring,
    RingHolder,
    State,
    TellChosen,
    TellCoordinator,
    TellHolder,
    TellNoCall,
    TellPassedUp,
    TellTier,
)
from gateway.store import outbox
from gateway.store.queries.cases import NOBODY_TO_TELL, reachable_clinician
from gateway.store.tables import Case, Person
from gateway.store.types import as_stored

HAD_A_HOLDER = (State.ACCEPTED, State.OVERDUE, State.CONTACTED, State.BETTER, State.LEFT, State.PLANNED)
RETRY = timedelta(minutes=1)  # while no coordinator can be reached
BELOW_LIMITS = "below the limits"


@contextmanager
def taken(session: Session, now: datetime, case_id: str) -> Iterator[CaseFile]:
    """The case as it is now, nobody else's until the commit. The coordinator hears once, when it is put back."""
    session.flush()
    case = _locked(session, case_id)
    file = CaseFile(session, as_stored(now), case, Life.from_json(case.progress["life"]))
    yield file
    put_back(file)


def move(file: CaseFile, step: Move, by: Person | None = None, **facts: Any) -> bool:
    """False when the table doesn't hold it: nothing is changed then."""
    if (file.life.state, step) not in escalation.TRANSITIONS:
        return False
    settle(file, escalation.moved(file.life, step, file.clock), step, by, **facts)
    return True


def advance(file: CaseFile) -> None:
    """The earliest promise, whose time has come."""
    promise = file.life.next_promise
    assert promise is not None
    settle(file, escalation.advanced(file.life, file.clock), escalation.WHEN_DUE[promise])


def settle(file: CaseFile, done: Done, step: Move, by: Person | None = None, **facts: Any) -> None:
    """The case as it stands from now on, the line in its ledger, then what the step does in the world."""
    was = file.life.state
    file.life, actions = done
    file.last_move = step
    if file.life.state is State.TOLD and was in HAD_A_HOLDER:
        _take_from_holder(file)
    if file.life.state is not was:
        outbox.take_back_calls(file.session, file.case.id)
    file.write()
    ledger.append(file, step.value, by, {"was": was.value, "is": file.life.state.value, **facts})
    for action in actions:
        ACTS[type(action)](file, action)


def put_back(file: CaseFile) -> None:
    if not file.whys or file.life.state is State.CLOSED:
        return
    file.nobody_heard = not coordinators.tell(file)
    if file.nobody_heard:
        if Promise.COORDINATOR in file.life.due:
            file.life = replace(file.life, due={**file.life.due, Promise.COORDINATOR: file.now + RETRY})
        ledger.append_once(file, NOBODY_TO_TELL)
    file.write()


def _locked(session: Session, case_id: str) -> Case:
    """By a select: `get` refuses to refresh a row that another transaction has changed since this one first read it."""
    row = select(Case).where(Case.id == case_id).with_for_update(key_share=True)
    return session.scalars(row, execution_options={"populate_existing": True}).one()


def _take_from_holder(file: CaseFile) -> None:
    """Whoever is told from now on may accept. What was done so far stays in the ledger."""
    case = file.case
    case.progress = {**case.progress, "former": case.accepted_by, "noted": case.done}
    case.accepted_by = case.accepted_at = None
    case.contact_doctor = case.contact_patient = case.contacted_at = case.done = None


def _tell_tier(file: CaseFile, action: TellTier) -> None:
    clinician = who.at_tier(file, action.tier)
    if clinician is None:
        ledger.append(file, who.why_nobody(file, action.tier), facts={"tier": action.tier})
        move(file, Move.SKIPPED)
        return
    _tell(file, clinician, action.tier)


def _tell_chosen(file: CaseFile, action: TellChosen) -> None:
    """He is told as the case stands; if it does not arrive, the next tier is told at once, as ever."""
    _tell(file, file.session.get_one(Person, file.case.progress["chosen"]), file.life.tier)


def _tell(file: CaseFile, clinician: Person, tier: int) -> None:
    message = digests.tell(file, clinician, tier)
    file.case.waits_on = message.id
    line = {"tier": tier, "person": clinician.id, "message": message.id, "at": file.now.isoformat()}
    cannot = [person for person in file.case.progress.get("cannot", []) if person != clinician.id]  # that was before
    file.case.progress = {**file.case.progress, "told": [*file.told, line], "cannot": cannot}
    ledger.append(file, "told", facts={"tier": tier, "person": clinician.id, "message": message.id})
    if clinician.channel == "voice" and file.clock.times(file.life).ring is not None:
        rings.ring_tier(file, Ring(tier))  # he cannot answer an SMS: no use in waiting for it


def _tell_holder(file: CaseFile, action: TellHolder) -> None:
    if file.holder:
        doctors.tell_case(file, file.holder)


def _tell_passed_up(file: CaseFile, action: TellPassedUp) -> None:
    """Nobody, where nobody above was there to be told: then the coordinator has it."""
    known_by = file.patient.doctor_id or file.case.progress.get("former")
    reachable = reachable_clinician(file.session, known_by) if known_by else None
    if reachable and file.told and datetime.fromisoformat(file.told[-1]["at"]) == file.now:
        doctors.say_passed_on(file, reachable[0], "doctor_passed_up", **doctors.case_facts(file, reachable[0]))


def _tell_coordinator(file: CaseFile, action: TellCoordinator) -> None:
    file.whys.append(action.why)


def _remind(file: CaseFile, action: RemindContact) -> None:
    if file.holder:
        doctors.say(file, file.holder, "doctor_what_was_done", code=file.case.code)


def _plant(file: CaseFile, action: PlantRechecks) -> None:
    patients.plant_re_checks(file, action.at)


def _ask_reached(file: CaseFile, action: AskReached) -> None:
    patients.ask_reached(file, action.at)


def _tell_no_call(file: CaseFile, action: TellNoCall) -> None:
    former = file.case.progress.get("former") if file.life.state is State.TOLD else None
    held = file.holder or (file.session.get(Person, former) if former else None)
    if held:
        number, phone = doctors.small_number(file), doctors.patient_phone(file)
        doctors.say(file, held, "doctor_not_contacted", code=file.case.code, number=number, patient_phone=phone)


def _ask_family(file: CaseFile, action: AskFamily) -> None:
    relatives.ask(file)


def _pause(file: CaseFile, action: PausePatient) -> None:
    patients.pause(file)


def _close(file: CaseFile, action: Close) -> None:
    case = file.case
    case.closed_at, case.closed_by = file.now, case.closed_by or "re-check"
    case.outcome = case.outcome or BELOW_LIMITS
    outbox.cancel(file.session, file.now, case_id=case.id)
    patients.end_planted(file, *patients.ABOUT_A_CASE)
    if file.holder and file.last_move is not Move.CLOSE:
        doctors.say(file, file.holder, "doctor_case_closed", code=case.code, number=doctors.small_number(file))


ACTS: Mapping[type[Action], Callable[[CaseFile, Any], None]] = {
    TellTier: _tell_tier,
    Ring: rings.ring_tier,
    RingHolder: rings.ring_holder,
    TellHolder: _tell_holder,
    TellChosen: _tell_chosen,
    TellPassedUp: _tell_passed_up,
    TellCoordinator: _tell_coordinator,
    RemindContact: _remind,
    PlantRechecks: _plant,
    AskReached: _ask_reached,
    TellNoCall: _tell_no_call,
    AskFamily: _ask_family,
    PausePatient: _pause,
    Close: _close,
}
