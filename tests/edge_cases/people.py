"""Who else is in these stories: a second patient on Amina's phone, and her helper Juma."""

from sqlalchemy import select

from gateway.store.ids import new_id
from gateway.store.queries.people import phone_by_number, seal_name
from gateway.store.tables import Answer, Case, Inbound, Person, PersonPhone, Role
from tests.talking import Talk
from tests.village import AMINA, MONDAY, add_person

JUMA = "+254755000005"


def share(talk: Talk, code: str = "bahati", number: str = "15", role: Role = Role.PATIENT) -> str:
    """Somebody else on Amina's phone; her or his id."""
    with talk.database.write() as session:
        phone = phone_by_number(session, AMINA)
        assert phone is not None
        person = Person(
            id=new_id(MONDAY), code=code, role=role, site_id=talk.village.clinic.id, language="en",
            time_zone="Africa/Nairobi", small_number=number, doctor_id=talk.village.baraka.id, created_at=MONDAY,
        )  # fmt: skip
        person.key = talk.database.keys.new_person_key(person.id)
        person.name = seal_name(session, person, code.title(), "Otieno")
        session.add_all([person, PersonPhone(person_id=person.id, phone_id=phone.id)])
        if role is Role.HELPER:
            person.helps_id = talk.village.amina.id
        return person.id


def give_helper(talk: Talk) -> None:
    """Juma helps Amina, with a phone of his own."""
    with talk.database.write() as session:
        juma = add_person(session, MONDAY, talk.village.clinic, "juma", Role.HELPER, "Juma", JUMA)
        juma.helps_id = talk.village.amina.id


def answers(talk: Talk) -> dict[str, int | str | None]:
    return {row.question: row.number if row.word is None else row.word for row in answer_rows(talk)}


def answer_rows(talk: Talk) -> list[Answer]:
    with talk.database.read() as session:
        return list(session.scalars(select(Answer).where(Answer.superseded_at.is_(None)).order_by(Answer.id)))


def cases(talk: Talk) -> list[Case]:
    with talk.database.read() as session:
        return list(session.scalars(select(Case).order_by(Case.id)))


def read_as(talk: Talk) -> list[str | None]:
    with talk.database.read() as session:
        return list(session.scalars(select(Inbound.read_as).order_by(Inbound.received_at, Inbound.key)))
