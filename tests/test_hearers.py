"""Does a patient read who really hears of her pain: who is on duty, who has a plan, or only the clinic?"""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select

from gateway import cases
from gateway.store.database import Database
from gateway.store.tables import Case, Person, Site
from tests.talking import Talk, begin
from tests.village import AMINA, MONDAY, raise_tiers

AWAY = "always; away 2026-03-01 to 2026-03-20"


def test_with_the_village_doctor_away_she_reads_the_name_and_number_of_who_was_told(database: Database) -> None:
    talk = in_pain(away(begin(database), "baraka"))
    assert told(talk).startswith("We are telling Zhao Zhao. If no one phones by 11:")
    assert "phone 0755000005." in told(talk)


def test_with_nobody_on_duty_she_is_not_told_that_a_doctor_hears_of_it(database: Database) -> None:
    talk = in_pain(away(begin(database), "baraka", "zhao", "odera"))
    assert told(talk).startswith("We are telling Baiyun. If no one phones by 11:")
    assert "phone 999." in told(talk)


def test_while_a_plan_holds_she_reads_of_the_plan_and_not_that_somebody_is_told(database: Database) -> None:
    talk = in_pain(away(begin(database))).later(minutes=5)
    with database.write() as session:
        case = session.scalars(select(Case)).one()
        zhao = session.scalars(select(Person).where(Person.code == "zhao")).one()
        cases.plan(session, talk.now, case.id, zhao, date(2026, 3, 20), "dose raised")
    before = len(talk.sent_to(AMINA))
    talk.at(MONDAY + timedelta(days=7))
    talk.answer("1", "2", "8")
    new = talk.sent_to(AMINA)[before:]
    assert [text for text in new if "We are telling" in text] == []
    (said,) = [text for text in new if "has a plan" in text]
    assert said.startswith(
        "Zhao Zhao knows of this and has a plan for it until 20 Mar 08:00. If it gets worse, phone 0755000005"
    )


def in_pain(talk: Talk) -> Talk:
    talk.at(MONDAY)
    talk.answer("1", "2", "8")
    return talk


def told(talk: Talk) -> str:
    return next(text for text in talk.sent_to(AMINA) if "We are telling" in text)


def away(talk: Talk, *codes: str) -> Talk:
    with talk.database.write() as session:
        clinic = session.get_one(Site, talk.village.clinic.id)
        raise_tiers(session, replace(talk.village, clinic=clinic))
        session.flush()
        for person in session.scalars(select(Person).where(Person.code.in_(codes))):
            person.duty = AWAY
    return talk
