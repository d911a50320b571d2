"""What is left when a story is over: everything but ids, codes drawn by lot and exact times."""

import re
from collections import Counter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.store.outbox import body_of
from gateway.store.tables import (
    Answer,
    Call,
    Case,
    CaseEvent,
    Conversation,
    Inbound,
    Message,
    Person,
    Score,
    Turn,
)
from tests.world import World

Outcome = dict[str, Any]
DRAWN = re.compile(r"(?<![0-9])(9[0-8][0-9]|9[0-9]{3})(?![0-9])|[0-9]{1,2}:[0-9]{2}")  # codes and times of day


def outcome(place: World) -> Outcome:
    """Comparable: two runs of one story are equal when nothing was lost, doubled or done in another order."""
    with place.database.read() as session:
        return {
            "people": sorted((person.code, person.standing.value) for person in session.scalars(select(Person))),
            "conversations": [_conversation(session, row) for row in _in_order(session)],
            "cases": [_case(session, row) for row in session.scalars(select(Case).order_by(Case.opened_at))],
            "messages": _counted(_message(session, row) for row in session.scalars(select(Message))),
            "calls": _counted(_call(session, row) for row in session.scalars(select(Call))),
            "inbound": _counted((row.kind, row.read_as) for row in session.scalars(select(Inbound))),
            "texts": _counted((one["from"], one["to"], _timeless(one["body"])) for one in place.ledger("sms_out")),
            "heard": _counted((one["from"], one["to"], _timeless(one["body"])) for one in place.ledger("sms_in")),
            "complaints": [one["why"] for one in place.ledger("violation", "lost")],
        }


def _in_order(session: Session) -> list[Conversation]:
    """By person, then in time: two people's Monday may begin within one millisecond."""
    people = select(Conversation, Person.code).join(Person, Conversation.person_id == Person.id)
    rows = session.execute(people.order_by(Person.code, Conversation.started_at, Conversation.id))
    return [row.Conversation for row in rows]


def _conversation(session: Session, row: Conversation) -> Outcome:
    answers = session.scalars(select(Answer).where(Answer.conversation_id == row.id).order_by(Answer.id))
    scores = session.scalars(select(Score).where(Score.conversation_id == row.id).order_by(Score.name))
    turns = session.scalars(select(Turn).where(Turn.conversation_id == row.id).order_by(Turn.number))
    return {
        "who": session.get_one(Person, row.person_id).code,
        "what": (row.flow, row.rank, row.language, row.state, row.outcome),
        "answers": [
            (one.question, one.number, one.word, one.confirmed, one.channel, one.superseded_at is None)
            for one in answers
        ],
        "scores": [(one.name, one.value) for one in scores],
        "turns": [(one.number, one.direction, one.channel, one.step) for one in turns],
    }


def _case(session: Session, row: Case) -> Outcome:
    events = session.scalars(select(CaseEvent).where(CaseEvent.case_id == row.id).order_by(CaseEvent.number))
    return {
        "whose": session.get_one(Person, row.patient_id).code,
        "what": (row.level, row.state, row.tier, row.outcome, row.closed_by),
        "contact": (row.contact_doctor, row.contact_patient, row.done),
        "events": [(one.kind, _code(session, one.by_id)) for one in events],
    }


def _message(session: Session, row: Message) -> tuple[Any, ...]:
    body = _timeless(body_of(session, row))
    return (_code(session, row.to_id), row.kind.value, row.state.value, row.receipt, row.attempt, body)


def _call(session: Session, row: Call) -> tuple[Any, ...]:
    return (_code(session, row.to_id), row.kind.value, row.direction, row.state.value, row.receipt, row.turn)


def _code(session: Session, person_id: str | None) -> str | None:
    return session.get_one(Person, person_id).code if person_id else None


def _timeless(body: str) -> str:
    return DRAWN.sub("#", body)


def _counted(things: Any) -> dict[Any, int]:
    return dict(sorted(Counter(things).items(), key=str))
