"""One turn on a call: keys go to intake, what is said comes back as TwiML, a doubled request hears it again."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway import delivery, intake, languages
from gateway.core.memory import Conversation as Remembered
from gateway.core.wording import HangUpNow, Speak, Spoken
from gateway.core.words import Voice
from gateway.phone.twilio_in import CallAnswered, Dialled, KeysHeard, Receipt
from gateway.phone.twiml import Manner, Place, render
from gateway.store.queries import flows, recordings
from gateway.store.sealing import seal, unseal
from gateway.store.tables import Call, Conversation, FlowVersion, Person
from gateway.talk.telling import aloud

MOST_TURNS = 60  # on one call; a loop of ours must not hold a patient's phone for ever
A_LANGUAGE = "en"  # for a caller whom nobody knows: nothing but the hang-up is rendered in it


def answer(
    session: Session,
    heard: CallAnswered | KeysHeard | Dialled,
    is_new: bool,
    now: datetime,
    public_url: str,
    ours: str | None = None,
) -> str:
    """TwiML. A stale or doubled request changes nothing and hears what was said last. `ours`: what we call from."""
    if isinstance(heard, CallAnswered) and heard.call_row_id:
        told = Receipt(heard.call_id, heard.call_row_id, "in-progress", answered_by=heard.answered_by)
        delivery.receipt(session, told, now)
    call = _call(session, heard)
    if call and call.provider_id not in (None, heard.call_id):
        return _hang_up(public_url)  # the same row rang twice: the other call is the one that speaks
    if call and (not is_new or (isinstance(heard, KeysHeard | Dialled) and heard.turn != call.turn)):
        return _last_reply(session, call)
    if not is_new or (call and call.turn >= MOST_TURNS):
        return _hang_up(public_url)
    spoken = intake.heard(session, heard, now) or (HangUpNow(),)
    call = call or _call(session, heard)  # intake writes the row of a call that comes in
    if call is None:
        return render(spoken, A_LANGUAGE, Place(None, None, None, 0), public_url)
    call.turn += 1
    place, language = _place(session, call)
    twiml = render(spoken, language, place, public_url, _manner(session, call, spoken, language, public_url), ours)
    call.last_reply = _sealed(session, call, twiml)
    return twiml


def _call(session: Session, heard: CallAnswered | KeysHeard | Dialled) -> Call | None:
    """Locked: of two keys at once the second one finds that the turn has passed."""
    row_id = heard.call_row_id if isinstance(heard, CallAnswered) else None
    mine = Call.id == row_id if row_id else Call.provider_id == heard.call_id
    return session.scalars(select(Call).where(mine).with_for_update(key_share=True)).first()


def _place(session: Session, call: Call) -> tuple[Place, str]:
    """Where the conversation now stands, so that the next key says what it answers."""
    conversation = session.get(Conversation, call.conversation_id) if call.conversation_id else None
    if conversation:
        memory = Remembered.from_json(conversation.memory)
        return Place(conversation.id, memory.open, memory.part, call.turn), conversation.language
    person, version = session.get(Person, call.to_id) if call.to_id else None, _newest(session)
    language = aloud(session, version, person) if person and version else A_LANGUAGE
    return Place(None, None, None, call.turn), language


def _manner(session: Session, call: Call, spoken: tuple[Spoken, ...], language: str, public_url: str) -> Manner:
    person = session.get(Person, call.to_id) if call.to_id else None
    texts = [line.text for line in spoken if isinstance(line, Speak)]
    recorded = recordings.addresses(session, language, texts) if texts else {}
    return Manner(
        slow=person is not None and (person.wishes or {}).get("calls") == "slow",
        voice=_voice(session, call, language),
        recorded={text: f"{public_url}/recordings/{address}" for text, address in recorded.items()},
    )


def _voice(session: Session, call: Call, language: str) -> Voice | None:
    """As frozen with the version: that of the conversation, else the newest, where a site chose one."""
    conversation = session.get(Conversation, call.conversation_id) if call.conversation_id else None
    version = session.get(FlowVersion, conversation.version_id) if conversation else None
    version = version or _newest(session)
    return languages.chosen_voice(version, language) if version else None


def _newest(session: Session) -> FlowVersion | None:
    """Of any flow: the words of the house are the same in all."""
    return next(iter(flows.newest_of_each(session)), None)


def _last_reply(session: Session, call: Call) -> str:
    if call.last_reply is None:
        return _hang_up("")
    return unseal(
        session, call.last_reply, table="calls", column="last_reply", row=call.id, person=_subject(session, call)
    )


def _sealed(session: Session, call: Call, twiml: str) -> bytes:
    return seal(session, twiml, table="calls", column="last_reply", row=call.id, person=_subject(session, call))


def _subject(session: Session, call: Call) -> Person | None:
    return session.get_one(Person, call.subject_id) if call.subject_id else None


def _hang_up(public_url: str) -> str:
    return render([HangUpNow()], A_LANGUAGE, Place(None, None, None, 0), public_url)
