"""What happened to a case, line by line? Append-only."""

from typing import Any
from zoneinfo import ZoneInfo

from gateway.cases.casefile import CaseFile
from gateway.core import rota
from gateway.store.ids import new_id
from gateway.store.queries.cases import events_of, last_number
from gateway.store.tables import CaseEvent, Person, Role


def append(file: CaseFile, kind: str, by: Person | None = None, facts: dict[str, Any] | None = None) -> CaseEvent:
    """`facts` hold ids, codes and digits; never words, names or numbers to phone."""
    file.session.flush()
    off = {"off duty": True} if by and by.role == Role.CLINICIAN and not _is_on_duty(file, by) else {}
    event = CaseEvent(
        id=new_id(file.now),
        case_id=file.case.id,
        number=last_number(file.session, file.case.id) + 1,
        at=file.now,
        kind=kind,
        by_id=by.id if by else None,
        facts={**(facts or {}), **off},
    )
    file.session.add(event)
    return event


def _is_on_duty(file: CaseFile, person: Person) -> bool:
    """As his hours are now: they may be others when somebody counts."""
    return rota.on_duty(rota.parse(person.duty), file.now, ZoneInfo(person.time_zone))


def append_once(file: CaseFile, kind: str) -> None:
    """Not again while it is still the last line: a case that is tried each minute keeps a ledger one can read."""
    file.session.flush()
    events = events_of(file.session, file.case.id)
    if not any(event.kind == kind for event in events[-3:]):
        append(file, kind)
