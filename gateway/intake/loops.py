"""Does a machine answer our texts? It is heard like anybody, but what answers itself must not be answered for ever."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gateway.store.marks import is_my_turn
from gateway.store.queries.people import texts_since
from gateway.store.sealing import CannotOpen, Erased, unseal
from gateway.store.tables import Inbound, Person, Phone

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SAME_IN_AN_HOUR = 5
IN_AN_HOUR = 20
RED_FLAG = "red flag"
ANSWERS = ("answer", "late answer")  # they move a conversation on, and the same digit to each question is no machine's


def is_machine(session: Session, now: datetime, people: Iterable[Person], body: str, *, is_danger: bool) -> bool:
    """Behind the note of this very text. Danger is answered however many texts came, but not for ever either."""
    known = {person.id: person for person in people}
    texts = texts_since(known, now - HOUR).limit(IN_AN_HOUR + 1)
    if is_danger:
        return len(session.scalars(texts.where(Inbound.read_as == RED_FLAG)).all()) > SAME_IN_AN_HOUR
    rows = session.scalars(texts.where(Inbound.read_as.not_in(ANSWERS))).all()
    same = _folded(body)
    return len(rows) > IN_AN_HOUR or sum(_said(session, row, known) == same for row in rows) > SAME_IN_AN_HOUR


def is_news(session: Session, now: datetime, phone: Phone) -> bool:
    """Whether nobody was told within a day that this phone answers by itself."""
    return is_my_turn(session, f"told loop {phone.id}", now, DAY)


def _said(session: Session, row: Inbound, people: dict[str, Person]) -> str | None:
    if row.body is None or row.person_id is None:
        return None
    try:
        body = unseal(session, row.body, table="inbound", column="body", row=row.key, person=people[row.person_id])
    except (Erased, CannotOpen):
        return None
    return _folded(body)


def _folded(body: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", body).casefold().split())
