"""Is the family asked to phone her only where she agreed, and is a yes heard, thanked and passed on?"""

from datetime import timedelta

from gateway.cases import family
from gateway.core.flow import Purpose
from gateway.core.life import State
from gateway.core.segments import segments
from gateway.store.ids import new_id
from gateway.store.queries.people import phone_of
from gateway.store.tables import Case, Consent, Person, PersonPhone, Role
from tests.cases.story import DANGER, FLAG, MILD, Story
from tests.village import add_person

HANA = "+254788000001"


def agree(story: Story, person: Person, *purposes: str) -> None:
    with story.writing() as session:
        for purpose in purposes:
            row = Consent(id=new_id(story.now), person_id=person.id, purpose=purpose, version="1")
            row.language, row.channel, row.given_at = "en", "sms", story.now
            session.add(row)


def enrol(story: Story, *purposes: str) -> Person:
    """Hana helps Amina; what Amina agreed to is given."""
    with story.writing() as session:
        hana = add_person(session, story.now, story.village.clinic, "amina-helper", Role.HELPER, "Hana", HANA)
        hana.helps_id = story.village.amina.id
    agree(story, hana, Purpose.MESSAGES)
    agree(story, story.village.amina, *purposes)
    return hana


def says_one(story: Story, hana: Person) -> bool:
    with story.writing() as session:
        asked = family.waiting_for(session, [session.get_one(Person, hana.id)])
        if asked:
            family.spoke(session, story.now, *asked)
        return asked is not None


def test_a_danger_sign_asks_the_family_who_may_be_asked(story: Story) -> None:
    hana = enrol(story, Purpose.FAMILY)
    story.breach(FLAG)
    (asked,) = story.heard(hana)
    assert asked.startswith("Please phone Amina ")
    assert "hard to breathe" not in asked
    assert segments(asked).count == 1


def test_without_her_yes_the_family_hears_nothing(story: Story) -> None:
    hana = enrol(story, Purpose.HELPER)
    story.breach(FLAG)
    story.sends(story.village.baraka, "8")
    assert story.heard(hana) == []
    assert "family" not in story.latest(story.village.baraka)


def test_not_reached_asks_the_family_and_says_so_to_the_doctor(story: Story) -> None:
    hana = enrol(story, Purpose.FAMILY)
    story.breach()
    assert story.heard(hana) == []
    story.sends(story.village.baraka, "8")
    assert len(story.heard(hana)) == 1
    assert "We have also asked the family to phone." in story.latest(story.village.baraka)
    story.now += timedelta(minutes=2)
    story.sends(story.village.baraka, "8")
    assert story.heard(hana) == []  # a moment ago is enough
    assert story.life.state is State.TOLD


def test_not_reached_in_an_amber_case_is_no_emergency(story: Story) -> None:
    hana = enrol(story, Purpose.FAMILY)
    story.breach(MILD)
    story.sends(story.village.baraka, "8")
    assert story.heard(hana) == []
    assert "family" not in story.latest(story.village.baraka)


def test_a_case_that_turns_to_danger_asks_the_family(story: Story) -> None:
    hana = enrol(story, Purpose.FAMILY)
    story.breach()
    story.sends(story.village.baraka, "1")
    story.breach(DANGER)
    assert len(story.heard(hana)) == 1


def test_a_yes_is_thanked_noted_and_told_to_the_doctor_once(story: Story) -> None:
    hana = enrol(story, Purpose.FAMILY)
    story.breach(FLAG)
    story.sends(story.village.baraka, "1")
    story.heard(story.village.baraka)
    story.heard(hana)
    before = story.life
    assert says_one(story, hana)
    assert story.heard(hana) == ["Thank you. In an emergency call 999."]
    assert story.heard(story.village.baraka) == [f"{story.code}: the family says that they have spoken to patient 12."]
    assert story.ledger()[-1].kind == family.SPOKEN
    assert (story.life, story.case.contact_doctor) == (before, None)
    assert not says_one(story, hana)


def test_her_own_phone_is_not_asked_to_ring_her(story: Story) -> None:
    hana = enrol(story, Purpose.FAMILY)
    with story.writing() as session:
        his, hers = phone_of(session, hana.id), phone_of(session, story.village.amina.id)
        assert his
        assert hers
        session.delete(session.get_one(PersonPhone, (hana.id, his.id)))
        session.add(PersonPhone(person_id=hana.id, phone_id=hers.id))
    story.breach(FLAG)
    with story.database.read() as session:
        assert "family" not in session.get_one(Case, story.case.id).progress
