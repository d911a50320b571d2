"""What does a helper get a copy of, where she wished it: general messages, and word that a question waits?"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gateway import languages
from gateway.core import memory, steps, wording
from gateway.core.answers import Channel
from gateway.core.events import Event, Greeted, Reminded, Said, Why
from gateway.core.flow import Purpose, Rank
from gateway.core.texting import has_word
from gateway.store import outbox
from gateway.store.queries.cases import shares_phone
from gateway.store.queries.people import has_consented, helpers_of, name_of, phone_of
from gateway.store.tables import Kind, Person
from gateway.talk.facts import called
from gateway.talk.scene import Scene
from gateway.talk.telling import spoken

VALID = timedelta(hours=10)
REMINDED_OF = (Rank.BASELINE, Rank.WEEKLY)  # nothing that a case asks, nothing about mood, no medicine


def send(session: Session, now: datetime, here: Scene, turn: memory.Turn) -> None:
    """Never an answer, a score or a symptom: what goes out is the flow's own sentence, or that something waits."""
    word, said = _worth_telling(session, now, here, turn)
    person = here.around.person
    if not word or not has_word(here.flow, word) or not has_consented(session, person, Purpose.COPIES):
        return
    for helper in helpers_of(session, person.id):
        if _may_get_it(session, helper, person):
            _put(session, now, here, helper, word, said)


def _worth_telling(session: Session, now: datetime, here: Scene, turn: memory.Turn) -> tuple[str, tuple[Event, ...]]:
    after, events = turn
    if any(isinstance(event, Reminded) for event in events) and here.flow.rank in REMINDED_OF:
        return "helper_reminder", ()
    if here.flow.rank is not Rank.EDUCATION or here.flow.questions():
        return "", ()
    said = tuple(event for event in events if isinstance(event, Said))
    if not said and after.channel is Channel.VOICE and Greeted(why=Why.FIRST) in events:
        step = steps.next_step(here.flow, after, here.circumstances(session, now))
        said = (Said(step.id),) if step else ()
    return ("helper_copy", said) if said else ("", ())


def _may_get_it(session: Session, helper: Person, patient: Person) -> bool:
    """By a phone that works and is not hers, and only who agreed to be written to."""
    phone = phone_of(session, helper.id)
    if phone is None or phone.opted_out_at or phone.bad_since or not has_consented(session, helper):
        return False
    return not shares_phone(session, phone, patient)


def _put(session: Session, now: datetime, here: Scene, helper: Person, word: str, said: tuple[Event, ...]) -> None:
    version = here.around.version
    assert version is not None
    language, person = languages.of(session, version, spoken(version, helper)), here.around.person
    facts = here.facts(session, now) | {"name": name_of(session, person).get("called") or called(session, person)}
    lines = [wording.phrase(here.flow, language, word, facts), wording.sms(here.flow, language, said, facts)]
    outbox.put_sms(
        session, now, to=helper, body="\n".join(filter(None, lines)), subject=person, kind=Kind.NOTICE, valid_for=VALID
    )
