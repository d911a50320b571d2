"""A limit was crossed: does a case open, or does the breach join one that is open?"""

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gateway.cases import advice, doctors, ledger, plans, signs, symptoms
from gateway.cases.casefile import CaseFile, CaseNotice
from gateway.cases.moving import move, put_back, settle, taken
from gateway.cases.patients import notice
from gateway.cases.symptoms import Opening
from gateway.core import escalation, orders, policy, rota
from gateway.core.answers import Respondent
from gateway.core.events import Answered, Breached, RedFlagged
from gateway.core.flow import Flow, Level
from gateway.core.life import Clock, Move, State
from gateway.core.ownlimits import OwnLimit
from gateway.store.database import lock
from gateway.store.ids import new_id
from gateway.store.queries.cases import CODE_RESTS, code_uses, open_case_of
from gateway.store.queries.conversations import history
from gateway.store.queries.duty import hours_of
from gateway.store.queries.people import ladder, limits_of
from gateway.store.tables import Case, Conversation, Person, Site
from gateway.store.types import as_stored

FEW = 10  # among so many of the least recently used codes one is drawn


def consider(
    session: Session,
    now: datetime,
    *,
    patient: Person,
    conversation: Conversation,
    flow: Flow,
    event: Opening,
    unsure_with: tuple[Person, ...] = (),
) -> CaseNotice | None:
    """Opens a case, or joins the patient's open one. None for amber: nobody promises a call for that.

    `unsure_with`: who else may have written on a shared phone. Whoever is told reads all their numbers.
    """
    session.flush()
    now = as_stored(now)
    lock(session, Person, patient.id)  # two breaches of one patient at the same moment open one case
    respondent = Respondent(conversation.memory.get("respondent") or Respondent.PATIENT)
    known = symptoms.of_event(event, flow, history(session, conversation), respondent)
    standing = open_case_of(session, patient.id)
    was_unnamed = standing is not None and any(map(symptoms.is_unnamed, standing.frozen["symptoms"]))
    if standing is None:
        file = _open(session, now, patient, conversation, event, known, unsure_with)
    else:
        file = _join(session, now, standing.id, known, level_of(event), unsure_with)
    signs.follow(file, event, known, was_unnamed=was_unnamed)
    return notice(file) if file.life.level is not Level.AMBER else None


def answered(session: Session, now: datetime, conversation: Conversation, event: Answered) -> None:
    """What she said "right" to is no longer "not confirmed". The answer that a doctor's SMS was held for has come: it
    goes, whatever the answer says."""
    case = open_case_of(session, conversation.person_id)
    if case is None:
        return
    question, known = event.answer.question, case.frozen["symptoms"]
    sure = symptoms.confirmed(known, event.answer)
    is_waited_for = case.held_for == question and case.conversation_id == conversation.id
    if sure == known and not is_waited_for:
        return
    with taken(session, now, case.id) as file:
        file.case.frozen = {**file.case.frozen, "symptoms": symptoms.confirmed(file.symptoms, event.answer)}
        if sure != known:
            doctors.say_sure(file)
        if is_waited_for and file.life.state is State.HELD and event.answer.value in ("yes", "no"):
            _keep_now(file, question, str(event.answer.value))
        if is_waited_for:
            move(file, Move.HOLD_ENDS)


def level_of(event: Opening) -> Level:
    if isinstance(event, RedFlagged):
        return Level.NOW
    return event.level if isinstance(event, Breached) else Level.RED


def _open(
    session: Session,
    now: datetime,
    patient: Person,
    conversation: Conversation,
    event: Opening,
    known: list[symptoms.Symptom],
    unsure_with: tuple[Person, ...],
) -> CaseFile:
    level = level_of(event)
    sites = ladder(session, patient.site_id)
    hours = hours_of(session, patient)
    clock = Clock(now, policy.POLICY, hours)
    waits = isinstance(event, Breached) and event.wait_for is not None and level is Level.RED
    duty_from = rota.next_digest(hours.duty, now, hours.zone)
    done = escalation.opened(level, len(sites) - 1, clock, waits=waits, duty_from=duty_from)
    case = Case(
        id=new_id(now),
        code=new_code(session, now, sites[-1]),
        patient_id=patient.id,
        conversation_id=conversation.id,
        version_id=_base_version(session, conversation),
        held_for=event.wait_for if isinstance(event, Breached) and waits else None,
        frozen=_frozen(session, known, limits_of(patient, now)) | _perhaps({}, unsure_with),
        progress={"told": []},
        opened_at=now,
    )
    file = CaseFile(session, now, case, replace(done[0], state=State.HELD))
    file.write()
    session.add(case)
    ledger.append(file, "opened", facts={"level": level.value, "breach": _breach_id(event)})
    settle(file, done, Move.HOLD_ENDS if done[0].state is State.TOLD else Move.NOTED)
    put_back(file)
    return file


def _join(
    session: Session,
    now: datetime,
    case_id: str,
    known: list[symptoms.Symptom],
    level: Level,
    unsure_with: tuple[Person, ...],
) -> CaseFile:
    with taken(session, now, case_id) as file:
        frozen = file.case.frozen
        joined = symptoms.joined(file.symptoms, known)
        sop = advice.frozen_with(session, frozen, known)
        file.case.frozen = {**frozen, **_perhaps(frozen, unsure_with), "symptoms": joined, "advice": sop}
        is_worse = escalation.is_worse(level, file.life.level)
        breaks = file.life.state is State.PLANNED and not is_worse and not plans.is_covered(file, known)
        before = file.life
        done = escalation.worsened(file.life, level, file.clock)
        if breaks:
            move(file, Move.PLAN_BROKEN, level=level.value)
        elif done[0] == before:
            ledger.append(file, "joined", facts={"level": level.value})
        else:
            settle(file, done, Move.WORSE if is_worse else Move.HIGH, level=level.value)
    return file


def _keep_now(file: CaseFile, question: str, value: str) -> None:
    """ "Is it that bad now?" stands beside the symptoms that asked for it."""
    kept = [
        [name, {**known, "now": value} if known.get("wait_for") == question else known] for name, known in file.symptoms
    ]
    file.case.frozen = {**file.case.frozen, "symptoms": kept}


def _frozen(session: Session, known: list[symptoms.Symptom], limits: tuple[OwnLimit, ...]) -> dict[str, Any]:
    sop = advice.frozen_with(session, {}, known)
    own = {"limits": [[limit.question, limit.level.value, limit.value] for limit in limits]} if limits else {}
    return {"policy": policy.to_json(policy.POLICY), "symptoms": known, "advice": sop, **own}


def _perhaps(frozen: dict[str, Any], unsure_with: tuple[Person, ...]) -> dict[str, Any]:
    """The small numbers of the others. They are never taken back: who it was is found out by phone."""
    numbers = [*frozen.get("perhaps", []), *(person.small_number or person.code for person in unsure_with)]
    return {"perhaps": list(dict.fromkeys(numbers))} if numbers else {}


def _base_version(session: Session, conversation: Conversation) -> str:
    """Whose questions and limits hold: for a re-check those of the case that asked for it."""
    if conversation.case_id is None:
        return conversation.version_id
    return session.get_one(Case, conversation.case_id).version_id


def _breach_id(event: Opening) -> str:
    if isinstance(event, Breached):
        return event.breach
    return event.flag if isinstance(event, RedFlagged) else event.step


def new_code(session: Session, now: datetime, district: Site) -> str:
    """Drawn from the least recently used, none again within 30 days; three digits while there are any."""
    lock(session, Site, district.id)  # two cases that open at once never draw the same
    uses = code_uses(session, now)
    for pool in (orders.CODES[: orders.FIRST_CODES], orders.CODES):
        rested = [code for code in pool if code not in uses or now - uses[code] >= CODE_RESTS]
        unused = [code for code in rested if code not in uses]
        if rested:
            return secrets.choice(unused or sorted(rested, key=lambda code: uses[code])[:FEW])
    return min(orders.CODES, key=lambda code: uses[code])
