"""`9`: how is a clinician's last reply taken back, and when can it no longer be?"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from gateway.cases import doctors, ledger, referral
from gateway.cases.casefile import CaseFile
from gateway.core.escalation import is_worse
from gateway.core.life import Life, Promise, State
from gateway.store.queries.cases import UNDONE, events_of
from gateway.store.tables import CaseEvent, Person

COLUMNS = ("accepted_by", "accepted_at", "contact_doctor", "contacted_at", "done")


def snapshot(file: CaseFile) -> dict[str, Any]:
    """The case before a reply, kept in that reply's line of the ledger."""
    columns = {name: getattr(file.case, name) for name in COLUMNS}
    plain = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in columns.items()}
    marks = {name: file.case.progress.get(name) for name in ("how", "tried", "cannot", "former")}
    return {"life": file.life.to_json(), "columns": plain, "marks": marks}


def undo(file: CaseFile, clinician: Person) -> None:
    """Only the last reply, and only while the case still stands as that reply left it. The clock ran on meanwhile."""
    if file.life.state is State.CLOSED:
        doctors.say(file, clinician, "doctor_closed", code=file.case.code)
        return
    reply = _last_reply(file, clinician)
    if reply is None or file.life.state != reply.facts["is"]:
        doctors.say(file, clinician, "doctor_nothing_to_undo", code=file.case.code)
        return
    if "7" in reply.facts.get("digits", ""):
        referral.withdraw(file, clinician)
    _restore(file, reply.facts["before"])
    ledger.append(file, UNDONE, clinician, {"number": reply.number})
    doctors.say(file, clinician, "doctor_undone", code=file.case.code)


def _last_reply(file: CaseFile, clinician: Person) -> CaseEvent | None:
    events = events_of(file.session, file.case.id)
    undone = {event.facts["number"] for event in events if event.kind == UNDONE}
    replies = [event for event in events if "before" in event.facts]
    latest = replies[-1] if replies else None
    is_his = latest is not None and latest.by_id == clinician.id and latest.number not in undone
    return latest if is_his else None


def _not_rung(life: Life) -> Life:
    """Whoever takes a reply back reads what we send."""
    rings = (Promise.RECEIPT, Promise.RING)
    return replace(life, due={promise: at for promise, at in life.due.items() if promise not in rings})


def _restore(file: CaseFile, before: dict[str, Any]) -> None:
    """Who was told stays told: a tier that heard meanwhile keeps its clock."""
    life = _not_rung(Life.from_json(before["life"]))
    climbed = file.life.tier > life.tier
    level = file.life.level if is_worse(file.life.level, life.level) else life.level
    file.life = file.life if climbed else replace(life, level=level)
    case = file.case
    for name, value in before["columns"].items():
        is_time = value is not None and name.endswith("_at")
        setattr(case, name, datetime.fromisoformat(value) if is_time else value)
    if climbed and file.life.state is State.TOLD:
        case.accepted_by = case.accepted_at = None
    case.progress = {**case.progress, **before["marks"], "cannot": before["marks"]["cannot"] or []}
    file.write()
    if file.life.state is State.TOLD and file.told:
        case.waits_on = file.told[-1]["message"]
