"""A patient or a helper wrote: an answer, a keyword, a danger sign, or words that a person must read?"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gateway.core import wording
from gateway.core.answers import Channel
from gateway.core.events import Event, KeywordHeard, LeftToPerson, RedFlagged
from gateway.core.understand import PinHeard, RedFlagHeard, Understood, WordHeard
from gateway.intake import danger, keywords, loops, news, pins
from gateway.intake.hush import Hush, hush_of, is_kept_back
from gateway.intake.meaning import Doubt, doubt, meaning, meaning_of_nothing_asked
from gateway.intake.noting import note
from gateway.intake.reader import Reader, reader
from gateway.intake.step import Taken, asked_back, step
from gateway.phone.twilio_in import SmsHeard
from gateway.store import outbox
from gateway.store.tables import Kind, Person, Phone
from gateway.talk.facts import facts
from gateway.talk.steps import Line, is_danger, note_lines
from gateway.talk.telling import tell_about

# Of two patients on one phone only she may say it for herself.
HERS_ALONE = ("pause", "start", "scores", "report", "medicine")
REPLY_VALID = timedelta(hours=4)  # an older answer to an answer only confuses


def taken(session: Session, heard: SmsHeard, phone: Phone, people: list[Person], now: datetime) -> None:
    """`people` share the phone, locked. Whoever is asked at the moment is the one who answers."""
    who = reader(session, phone, people, heard.body, now)
    if who is None:
        note(session, heard, now, phone, "nothing is published", heard.body)
        return
    understood = _understood(who, heard.body)
    kept = pins.MASKED if isinstance(understood, PinHeard) else heard.body
    doubted = doubt(session, now, who.scene, understood) if who.scene else None
    read_as = doubted.value if doubted else _read_as(understood, who)
    if not note(session, heard, now, who.around.person, read_as, kept) or doubted is Doubt.TWICE:
        return
    understood = pins.judged(session, who.around.person, understood, now)
    is_machine = _is_machine(session, now, who, understood, heard.body)
    hush = hush_of(who.around.person)
    if who.scene and who.is_late:
        who.scene.row.outcome, who.scene.row.ended_at = None, None
    done = _done(session, now, who, understood, heard.body, asks_back=doubted is not None, is_machine=is_machine)
    for event in done.events:
        if isinstance(event, KeywordHeard) and not (is_machine and event.name in keywords.ONLY_TOLD):
            keywords.obey(session, now, who, event.name)
    body = "" if keywords.is_providers(heard.body, done.events) else _worded(session, who, done, now)
    if who.scene and done.after:
        lines: list[Line] = [("heard", kept), ("said", body)]
        note_lines(session, now, who.scene, done.after, lines if body else lines[:1])
    if body and not is_machine and not is_kept_back(hush, done.events):
        _send(session, now, who, body, done.events, hush)


def _understood(who: Reader, body: str) -> Understood:
    return meaning(body, who.scene) if who.scene else meaning_of_nothing_asked(body, who.language)


def _done(
    session: Session,
    now: datetime,
    who: Reader,
    understood: Understood,
    body: str,
    *,
    asks_back: bool,
    is_machine: bool,
) -> Taken:
    if news.is_of_her_absence(who, understood, body):
        return news.taken(session, now, who)
    if who.scene is None and news.has_spoken_to_her(session, now, who, body):
        return Taken(None, (), None)
    if who.scene and asks_back:
        return asked_back(session, now, who.scene)
    if who.scene:
        return step(session, now, who.scene, understood, Channel.SMS, who.unsure_with)
    return _unasked(session, now, who, understood, is_machine)


def _is_machine(session: Session, now: datetime, who: Reader, understood: Understood, body: str) -> bool:
    """An answer to an open question moves it on, so that it ends by itself, and may well be the same each time."""
    is_danger = isinstance(understood, RedFlagHeard)
    if who.scene and not is_danger and not isinstance(understood, WordHeard):
        return False
    if not loops.is_machine(session, now, [*who.everybody, who.around.person], body, is_danger=is_danger):
        return False
    if loops.is_news(session, now, who.phone):
        tell_about(session, now, "coordinator_loop", who.around, who.version)
    return True


def _unasked(session: Session, now: datetime, who: Reader, understood: Understood, is_machine: bool) -> Taken:
    """Nothing is open: a danger sign still opens a case, a keyword is obeyed, all else goes to a person."""
    if isinstance(understood, RedFlagHeard):
        flagged = RedFlagged(understood.flag)
        return Taken(None, (flagged,), danger.unasked(session, now, who, flagged))
    if isinstance(understood, WordHeard) and not (who.unsure_with and understood.name in HERS_ALONE):
        return Taken(None, (KeywordHeard(understood.name),), None)
    if not is_machine:
        tell_about(session, now, "coordinator_free_text", who.around, who.version, number=_numbers(who))
    return Taken(None, (LeftToPerson(None),), None)


def _numbers(who: Reader) -> str:
    """Of all who may have written: nobody is chosen."""
    return "/".join(one.small_number or one.code for one in (who.around.person, *who.unsure_with))


def _worded(session: Session, who: Reader, done: Taken, now: datetime) -> str:
    if who.scene:
        return wording.sms(
            who.flow, who.language, done.events, {**who.scene.facts(session, now, done.deadline), **done.told}
        )
    said = facts(session, who.around, who.flow, who.language, now, done.deadline)
    if any(isinstance(event, LeftToPerson) for event in done.events):
        return wording.phrase(who.flow, who.language, "noted", said)
    return wording.sms(who.flow, who.language, done.events, said)


def _send(session: Session, now: datetime, who: Reader, body: str, events: tuple[Event, ...], hush: Hush) -> None:
    """Somebody who stopped gets no SMS: the provider would not carry it. Where it is about danger the phone rings."""
    person, row = who.around.person, who.scene.row if who.scene else None
    kind = Kind.SAFETY if is_danger(events) else Kind.REPLY
    if hush is Hush.ALL_SMS and kind is Kind.SAFETY:
        outbox.put_call(session, now, to=person, subject=person, kind=kind, conversation_id=row.id if row else None)
    elif hush is not Hush.ALL_SMS:
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
            return loops.RED_FLAG
        case WordHeard(name):
            return f"keyword {name}"
        case _ if who.scene is None:
            return "free text"
        case _:
            return "late answer" if who.is_late else "answer"
