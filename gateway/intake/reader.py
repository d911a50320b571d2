"""In whose name and in which words is a reply read: the open conversation's, a late one's, or nobody's?"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gateway.core.answers import Respondent
from gateway.core.events import Lapse, LapseKind
from gateway.core.flow import Flow
from gateway.core.understand import AnswerHeard
from gateway.core.words import Language
from gateway.intake.meaning import meaning
from gateway.store.queries import conversations
from gateway.store.queries.conversations import SILENT, Around
from gateway.store.queries.flows import newest_for
from gateway.store.tables import Conversation, FlowVersion, Person, Phone, Role
from gateway.talk.scene import Scene, scene, script
from gateway.talk.sharing import patients_of
from gateway.talk.telling import spoken

LATE = timedelta(hours=12)  # so long after we gave up a reply still counts for the questions it was meant for


@dataclass(frozen=True)
class Reader:
    """`scene` is None when nothing is asked. `everybody` shares the phone, staff too."""

    around: Around
    phone: Phone
    everybody: list[Person]
    version: FlowVersion
    flow: Flow
    language: Language
    scene: Scene | None = None
    is_late: bool = False

    @property
    def speaks_for_another(self) -> bool:
        """A helper on a phone of his own, or one who said that he answers."""
        if self.scene and self.scene.memory.respondent is Respondent.HELPER:
            return True
        return not any(person.role == Role.PATIENT for person in self.everybody)

    @property
    def unsure_with(self) -> tuple[Person, ...]:
        """The other patients on the phone, unless somebody has said who answers: all of them may be meant."""
        if self.scene and self.scene.memory.respondent is not None:
            return ()
        patients = patients_of(self.everybody)
        return tuple(person for person in patients if person.id != self.around.person.id)


def reader(session: Session, phone: Phone, people: list[Person], body: str, now: datetime) -> Reader | None:
    """None only where nothing was ever published."""
    speakers = [person for person in people if person.role in (Role.PATIENT, Role.HELPER)] or people
    arounds = conversations.around(session, speakers)
    asked = next((scene(session, around, people) for around in arounds if around.conversation), None)
    last = None if asked else conversations.latest(session, speakers)
    late = _reopened(session, last, people, body, now) if last else None
    here = asked or late
    if here:
        assert here.around.version is not None
        return Reader(
            here.around, phone, people, here.around.version, here.flow, here.language, here, is_late=late is not None
        )
    return _unasked(session, phone, people, arounds, last)


def _reopened(session: Session, last: Conversation, people: list[Person], body: str, now: datetime) -> Scene | None:
    """Only an answer opens it again: other words are for a person to read. The row itself still stands ended."""
    if last.outcome not in SILENT or last.ended_at is None or now - last.ended_at > LATE:
        return None
    ended = scene(session, conversations.around_conversation(session, last), people)
    memory = replace(ended.memory.reopened(), lapses=(Lapse(LapseKind.GIVE_UP, now + LATE),))
    late = replace(ended, memory=memory)
    return late if isinstance(meaning(body, late), AnswerHeard) else None


def _unasked(
    session: Session, phone: Phone, people: list[Person], arounds: list[Around], last: Conversation | None
) -> Reader | None:
    """Whoever was asked last, else the first on the phone. A helper speaks about the patient."""
    around = next((each for each in arounds if last and each.person.id == last.person_id), arounds[0])
    if around.person.role == Role.HELPER and around.person.helps_id:
        around = conversations.around(session, [session.get_one(Person, around.person.helps_id)])[0]
    version = newest_for(session, around.person.id)
    if version is None:
        return None
    flow, language = script(session, version, spoken(version, around.person), None)
    return Reader(around, phone, people, version, flow, language)
