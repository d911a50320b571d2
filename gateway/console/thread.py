"""What was said between a patient and the gateway, SMS and calls together, as it happened?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from gateway.console.doors import Visit
from gateway.store.outbox import body_of
from gateway.store.queries import patients as asked
from gateway.store.sealing import CannotOpen, Erased, unseal
from gateway.store.tables import Call, Conversation, Inbound, Message, Person, Turn

SINCE = timedelta(days=92)
RECEIPTS = ("delivered", "undelivered", "failed")


@dataclass(frozen=True)
class Line:
    """`side`: ours, hers, or a call. `fate`: what became of what we sent; `words` None where they are kept no more."""

    at: datetime
    side: str
    channel: str
    words: str | None
    about: str = ""
    fate: str = ""
    seconds: int | None = None


def days(at: Visit, person: Person, limit: int) -> list[list[Line]]:
    """The newest day first, and each day as it went."""
    by_day = groupby(lines(at, person, limit), key=lambda line: line.at.astimezone(at.tongue.zone).date())
    return [list(day)[::-1] for _, day in by_day]


def lines(at: Visit, person: Person, limit: int) -> list[Line]:
    """The newest first."""
    messages = asked.messages_to(at.session, person.id, limit)
    sent = {(message.conversation_id, message.created_at): message for message in messages}
    turns = asked.turns_of(at.session, person.id, limit)
    said = {(turn.at, turn.direction) for turn, _ in turns}
    told = [_turn(at, person, turn, conversation, sent) for turn, conversation in turns]
    told += [_message(at, message) for message in messages if (message.created_at, "said") not in said]
    texts = asked.texts_from(at.session, person.id, at.now - SINCE, limit)
    told += [_text(at, person, text) for text in texts if (text.received_at, "heard") not in said]
    told += [_call(call) for call in asked.calls_of(at.session, person.id, limit)]
    return sorted(told, key=lambda line: line.at, reverse=True)[:limit]


def _turn(
    at: Visit,
    person: Person,
    turn: Turn,
    conversation: Conversation,
    sent: dict[tuple[str | None, datetime], Message],
) -> Line:
    message = sent.get((conversation.id, turn.at)) if turn.direction == "said" else None
    return Line(
        turn.at,
        "ours" if turn.direction == "said" else "hers",
        "phone" if conversation.taken_by else turn.channel,
        _opened(at, turn.words, "turns", "words", turn.id, person),
        conversation.flow,
        _fate(message) if message else "",
    )


def _message(at: Visit, message: Message) -> Line:
    try:
        words: str | None = body_of(at.session, message)
    except (Erased, CannotOpen):
        words = None
    return Line(message.created_at, "ours", "sms", words, message.kind.value, _fate(message))


def _text(at: Visit, person: Person, text: Inbound) -> Line:
    words = _opened(at, text.body, "inbound", "body", text.key, person) if text.body else None
    return Line(text.received_at, "hers", "sms", words, text.read_as or "")


def _call(call: Call) -> Line:
    side = "call in" if call.direction == "in" else "call out"
    return Line(call.created_at, side, "voice", None, fate=call.receipt or call.state.value, seconds=call.seconds)


def _fate(message: Message) -> str:
    """What the provider told last, else where it stands with us."""
    return message.receipt if message.receipt in RECEIPTS else message.state.value


def _opened(at: Visit, sealed: bytes, table: str, column: str, row: str, person: Person) -> str | None:
    try:
        return unseal(at.session, sealed, table=table, column=column, row=row, person=person)
    except (Erased, CannotOpen):
        return None
