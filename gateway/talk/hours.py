"""From when on may a person be called, by her own wish and the house's hours?"""

from datetime import datetime

from sqlalchemy.orm import Session

from gateway.core import callhours
from gateway.core.flow import Level, Rank
from gateway.store.tables import Case, Person
from gateway.talk.scene import Scene


def may_call_from(session: Session, scene: Scene, now: datetime) -> datetime:
    """The moment itself in danger: an emergency, or a case of level `now`, knows no hours."""
    if scene.flow.rank is Rank.EMERGENCY or _is_danger(session, scene.row.case_id):
        return now
    wished = _wished(scene.around.person)
    return callhours.next_call(now, scene.around.person.time_zone, wished) if wished else now


def _is_danger(session: Session, case_id: str | None) -> bool:
    case = session.get(Case, case_id) if case_id else None
    return case is not None and case.level == Level.NOW


def _wished(person: Person) -> callhours.CallHours | None:
    text = (person.wishes or {}).get("call_hours")
    return callhours.parse(text) if text else None
