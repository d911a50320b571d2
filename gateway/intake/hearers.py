"""Who hears of a breach, in the words of the turn that opened or joined its case?"""

from datetime import datetime

from sqlalchemy.orm import Session

from gateway.cases import CaseNotice
from gateway.store.queries.people import phone_of
from gateway.talk.facts import called, said_time, spoken_number
from gateway.talk.scene import Scene


def named(session: Session, now: datetime, scene: Scene, notice: CaseNotice) -> dict[str, str]:
    """The doctor who was told, by a phone that works: not the village doctor when he is away and another has it.

    Nobody told but the coordinator: the clinic. Empty where the usual facts are right already.
    """
    around = scene.around
    if notice.doctor is None:
        return {"doctor": around.site.name, "doctor_phone": around.site.emergency_number}
    said = {} if notice.plan_until is None else {"until": _until(now, scene, notice.plan_until)}
    if around.doctor and notice.doctor.id == around.doctor.id:
        return said
    phone = phone_of(session, notice.doctor.id)
    works = phone is not None and not phone.opted_out_at and not phone.bad_since
    number = {"doctor_phone": spoken_number(session, phone)} if phone and works else {}
    return {"doctor": called(session, notice.doctor), **number, **said}


def _until(now: datetime, scene: Scene, moment: datetime) -> str:
    return said_time(moment, now, scene.around.person.time_zone, scene.language.code)
