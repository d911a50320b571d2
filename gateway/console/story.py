"""A case's story: each line of its ledger in words, and each text as it was sent, in order of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.console.doors import Visit
from gateway.store.outbox import body_of
from gateway.store.queries.patients import messages_of_case
from gateway.store.sealing import CannotOpen, Erased
from gateway.store.tables import Case, CaseEvent, Message, Person
from gateway.talk.facts import called


@dataclass(frozen=True)
class Step:
    """`words` and `fate` only of a text."""

    at: datetime
    kind: str
    who: str = ""
    detail: str = ""
    words: str | None = None
    fate: str = ""
    is_text: bool = False


def story(at: Visit, case: Case, events: Sequence[CaseEvent]) -> list[Step]:
    """The events given and, where they are all of them, the texts between them."""
    steps = [_event(at, event) for event in events]
    if events and events[0].number == 1:
        steps += [_text(at, message) for message in messages_of_case(at.session, case.id)]
    return sorted(steps, key=lambda step: step.at)


def _event(at: Visit, event: CaseEvent) -> Step:
    by = at.session.get(Person, event.by_id) if event.by_id else None
    to = event.facts.get("person") or event.facts.get("to")
    told = at.session.get(Person, to) if to else None
    who = called(at.session, by) if by else ""
    if told:
        who = f"{who} → {called(at.session, told)}" if who else called(at.session, told)
    digits = event.facts.get("digits", "")
    detail = ", ".join(at.tongue.word("digit", digit) for digit in digits) or _outcome(at, event)
    return Step(event.at, event.kind, who, detail)


def _outcome(at: Visit, event: CaseEvent) -> str:
    return at.tongue.word("outcome", event.facts["outcome"]) if "outcome" in event.facts else ""


def _text(at: Visit, message: Message) -> Step:
    to = at.session.get(Person, message.to_id) if message.to_id else None
    try:
        words: str | None = body_of(at.session, message)
    except (Erased, CannotOpen):
        words = None
    fate = message.receipt if message.receipt in ("delivered", "undelivered", "failed") else message.state.value
    return Step(message.created_at, "text", called(at.session, to) if to else "", "", words, fate, is_text=True)
