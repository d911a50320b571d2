"""What does an answer do besides counting? Only what its step declares: a consent, a scale of words."""

from datetime import datetime

from sqlalchemy.orm import Session

from gateway import enrolment
from gateway.core.events import Answered, Event
from gateway.core.flow import Ask, Purpose
from gateway.store.tables import Person
from gateway.talk.scene import Scene
from gateway.talk.telling import tell_about


def work(session: Session, now: datetime, scene: Scene, events: tuple[Event, ...]) -> None:
    for event in events:
        step = scene.flow.questions().get(event.answer.question) if isinstance(event, Answered) else None
        if step is not None and isinstance(event, Answered):
            _one(session, now, scene, step, event)


def _one(session: Session, now: datetime, scene: Scene, step: Ask, event: Answered) -> None:
    person, value = scene.around.person, event.answer.value
    if step.consent and value in ("yes", "no"):
        enrolment.answered(session, person, step.consent, value == "yes", scene.row, now)
        if step.consent is Purpose.MESSAGES and value == "no":
            tell_about(session, now, "coordinator_opted_out", scene.around, scene.around.version)
    if step.if_wrong and not isinstance(value, str) and value != step.right:
        wish(person, scale=step.if_wrong)


def wish(person: Person, **wished: object) -> None:
    person.wishes = {**(person.wishes or {}), **wished}
