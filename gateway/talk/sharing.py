"""Who may hold this phone, and what is each of them called on it?"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from gateway.core import wording
from gateway.core.answers import Speaker
from gateway.core.flow import Flow
from gateway.core.words import Language
from gateway.store.queries.conversations import Around
from gateway.store.queries.people import name_of, on_phone, phone_of
from gateway.store.tables import Person, Role, Standing
from gateway.talk.away import is_away


@dataclass(frozen=True)
class Sharing:
    """The patients in the order of their numbers, she among them; `helper`: somebody may answer for her."""

    patients: tuple[Person, ...] = ()
    helper: bool = False

    @property
    def is_shared(self) -> bool:
        return len(self.patients) > 1

    def speakers(self, person: Person) -> tuple[Speaker, ...]:
        patients = self.patients if self.is_shared else (person,)
        named = tuple(Speaker.HERSELF if one.id == person.id else Speaker.ANOTHER for one in patients)
        return (*named, Speaker.HELPER) if self.helper else named


def sharing(session: Session, around: Around, people: Iterable[Person] | None = None) -> Sharing:
    """`people`: everybody on her phone, where that is known already."""
    if people is None:
        phone = phone_of(session, around.person.id)
        people = on_phone(session, phone) if phone else []
    known = list(people)
    helper = around.helper_answers or any(one.role == Role.HELPER and one.helps_id == around.person.id for one in known)
    return Sharing(patients_of(known), helper)


def patients_of(people: Iterable[Person]) -> tuple[Person, ...]:
    """Whoever has died, or may have, is named to nobody."""
    listed = (one for one in people if one.role == Role.PATIENT and one.standing != Standing.ENDED and not is_away(one))
    return tuple(sorted(listed, key=lambda one: one.id))


def called_here(session: Session, person: Person, patients: Iterable[Person]) -> str:
    """The name chosen at enrolment, else the first letter of hers; the number on the list where two would be one."""
    mine = _short(session, person)
    others = [_short(session, one) for one in patients if one.id != person.id]
    return mine if mine and mine not in others else f"{mine} {person.small_number or ''}".strip()


def choices(session: Session, shared: Sharing, flow: Flow, language: Language) -> str:
    """`1 = A, 2 = B, 3 = someone who helps`."""
    if shared.is_shared:
        labels = [called_here(session, one, shared.patients) for one in shared.patients]
    else:
        labels = [wording.phrase(flow, language, "myself", {})]
    labels += [wording.phrase(flow, language, "a_helper", {})] if shared.helper else []
    numbered = [
        wording.phrase(flow, language, "choice", {"number": str(number), "label": label})
        for number, label in enumerate(labels, 1)
    ]
    comma = wording.phrase(flow, language, "comma", {}).strip()
    return (f"{comma} " if comma.isascii() else comma).join(numbered)


def _short(session: Session, person: Person) -> str:
    name = name_of(session, person)
    if chosen := name.get("called"):
        return chosen
    return name.get("first", "")[:1]
