"""A patient or a helper wrote: an answer, a keyword, a danger sign, or words that a person must read?"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gateway.core import wording
from gateway.core.answers import Channel
from gateway.core.conversation import expected
from gateway.core.events import Event, KeywordHeard, LeftToPerson, RedFlagged
from gateway.core.understand import Nothing, RedFlagHeard, Understood, WordHeard, understand
from gateway.intake import danger, keywords
from gateway.intake.noting import note
from gateway.intake.reader import Reader, reader
from gateway.intake.step import Taken, step
from gateway.phone.twilio_in import SmsHeard
from gateway.store import outbox
from gateway.store.queries.people import heard_lately
from gateway.store.tables import Kind, Person, Phone, Standing
from gateway.talk.facts import facts
from gateway.talk.steps import Line, is_danger, note_lines
from gateway.talk.telling import tell_about

REPLY_VALID = timedelta(hours=4)  # an older answer to an answer only confuses
LOOP = 20  # texts in an hour: a machine that answers machines; it is heard, but gets no more replies


def taken(session: Session, heard: SmsHeard, phone: Phone, people: list[Person], now: datetime) -> None:
    """`people` share the phone, locked. Whoever is asked at the moment is the one who answers."""
    who = reader(session, phone, people, heard.body, now)
    if who is None:
        note(session, heard, now, phone, "nothing is published", heard.body)
        return
    awaited = expected(who.flow, who.scene.memory) if who.scene else Nothing()
    understood = understand(heard.body, awaited, who.language)
    if not note(session, heard, now, who.around.person, _read_as(understood, who), heard.body):
        return
    if who.scene and who.is_late:
        who.scene.row.outcome, who.scene.row.ended_at = None, None
    was_stopped = who.around.person.standing == Standing.STOPPED
    if who.scene:
        done = step(session, now, who.scene, understood, Channel.SMS)
    else:
        done = _unasked(session, now, who, understood)
    for event in done.events:
        if isinstance(event, KeywordHeard):
            keywords.obey(session, now, who, event.name)
    body = "" if keywords.is_providers(heard.body, done.events) else _worded(session, who, done, now)
    if who.scene and done.after:
        lines: list[Line] = [("heard", heard.body), ("said", body)]
        note_lines(session, now, who.scene, done.after, lines if body else lines[:1])
    if body:
        _send(session, now, who, body, done.events, was_stopped)


def _unasked(session: Session, now: datetime, who: Reader, understood: Understood) -> Taken:
    """Nothing is open: a danger sign still opens a case, a keyword is obeyed, all else goes to a person."""
    if isinstance(understood, RedFlagHeard):
        flagged = RedFlagged(understood.flag)
        return Taken(None, (flagged,), danger.unasked(session, now, who, flagged))
    if isinstance(understood, WordHeard):
        return Taken(None, (KeywordHeard(understood.name),), None)
    tell_about(session, now, "coordinator_free_text", who.around, who.version)
    return Taken(None, (LeftToPerson(None),), None)


def _worded(session: Session, who: Reader, done: Taken, now: datetime) -> str:
    said = facts(session, who.around, who.language.code, now, done.deadline)
    if who.scene is None and isinstance(done.events[0], LeftToPerson):
        return wording.phrase(who.flow, who.language, "noted", said)
    return wording.sms(who.flow, who.language, done.events, said)


def _send(
    session: Session, now: datetime, who: Reader, body: str, events: tuple[Event, ...], was_stopped: bool
) -> None:
    """Somebody who stopped gets no SMS: the provider would not carry it. Where it is about danger the phone rings."""
    person, row = who.around.person, who.scene.row if who.scene else None
    kind = Kind.SAFETY if is_danger(events) else Kind.REPLY
    if was_stopped and kind is Kind.SAFETY:
        outbox.put_call(session, now, to=person, subject=person, kind=kind, conversation_id=row.id if row else None)
    elif not was_stopped and (who.scene or kind is Kind.SAFETY or heard_lately(session, person, now) <= LOOP):
        outbox.put_sms(
            session,
            now,
            to=person,
            phone=who.phone,
            body=body,
            subject=person,
            kind=kind,
            valid_for=REPLY_VALID,
            conversation_id=row.id if row else None,
        )


def _read_as(understood: Understood, who: Reader) -> str:
    match understood:
        case RedFlagHeard():
            return "red flag"
        case WordHeard(name):
            return f"keyword {name}"
        case _ if who.scene is None:
            return "free text"
        case _:
            return "late answer" if who.is_late else "answer"
