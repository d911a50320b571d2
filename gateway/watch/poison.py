"""A case depends on a row that cannot be worked: who takes it from here?"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gateway import languages
from gateway.core import wording
from gateway.store import poison
from gateway.store.queries.flows import flow_of
from gateway.store.tables import Case, FlowVersion, Person, Poison, Site
from gateway.talk.telling import nearest_coordinators, spoken, tell_coordinator

AGAIN = timedelta(hours=4)  # while it stays so: a case never ends in silence


def tell_of_poison(session: Session, now: datetime) -> int:
    """How many were told of. The audit lists them all, also those that concern no case."""
    waiting = [row for row in poison.quarantined(session, now) if row.case_id and _is_due(row, now)]
    return sum(_tell(session, now, row) for row in waiting)


def _is_due(row: Poison, now: datetime) -> bool:
    return row.told_at is None or now - row.told_at >= AGAIN


def _tell(session: Session, now: datetime, row: Poison) -> int:
    row.told_at = now
    case = session.get(Case, row.case_id)
    if case is None or case.closed_at:
        return 0
    patient = session.get_one(Person, case.patient_id)
    site, version = session.get_one(Site, patient.site_id), session.get_one(FlowVersion, case.version_id)
    facts = {
        "code": case.code,
        "level": _level(session, case, version, site),
        "number": patient.small_number or patient.code,
        "site": site.name,
        "hours": str((now - case.opened_at) // timedelta(hours=1)),
    }
    tell_coordinator(session, now, "coordinator_still_open", facts, site_id=site.id, version=version, about=patient)
    return 1


def _level(session: Session, case: Case, version: FlowVersion, site: Site) -> str:
    """In the language of the first who reads it."""
    told = nearest_coordinators(session, site.id)
    code = spoken(version, told[0]) if told else flow_of(version).written_in
    return wording.phrase(flow_of(version), languages.of(session, version, code), f"level_{case.level}", {})
