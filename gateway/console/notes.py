"""What people wrote at the console about a patient or a case, sealed under her key?"""

from datetime import datetime
from typing import NamedTuple

from gateway.console.doors import Visit
from gateway.store.ids import new_id
from gateway.store.queries.accounts import named
from gateway.store.queries.patients import notes_on
from gateway.store.sealing import CannotOpen, Erased, seal, unseal
from gateway.store.tables import Case, Note, Person, User

LONGEST = 1000


class Written(NamedTuple):
    at: datetime
    kind: str
    by: str
    words: str | None


def add_note(at: Visit, person: Person, case: Case | None, kind: str, words: str, note_id: str = "") -> None:
    note_id = note_id or new_id(at.now)
    sealed = seal(at.session, words[:LONGEST], table="notes", column="words", row=note_id, person=person)
    at.session.add(
        Note(
            id=note_id,
            person_id=person.id,
            case_id=case.id if case else None,
            user_id=at.who.id,
            at=at.now,
            kind=kind,
            words=sealed,
        )
    )


def notes_of(at: Visit, person: Person, case: Case) -> list[Written]:
    """The newest first."""
    return [_written(at, person, note) for note in notes_on(at.session, case.id)]


def opened(at: Visit, person: Person, note: Note) -> str | None:
    """None where the words are not kept any more."""
    try:
        return unseal(at.session, note.words, table="notes", column="words", row=note.id, person=person)
    except (Erased, CannotOpen):
        return None


def _written(at: Visit, person: Person, note: Note) -> Written:
    by = named(at.session, at.session.get_one(User, note.user_id)).name
    return Written(note.at, note.kind, by, opened(at, person, note))
