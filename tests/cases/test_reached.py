"""Is what the patient says of the contact heard, kept apart from what the doctor says, and acted on?"""

from datetime import timedelta

from sqlalchemy import select

from gateway import cases
from gateway.core.life import State
from gateway.store.queries.people import phone_of
from gateway.store.tables import Conversation, Enrolment
from tests.cases.story import FLAG, MILD, Story
from tests.village import MONDAY

HOUR = timedelta(hours=1)


def says(story: Story, **values: str) -> None:
    story.report("doctor-reached", story.case.id, **values)


def asked_at(story: Story) -> list[object]:
    with story.database.read() as session:
        running = select(Enrolment.next_due).where(Enrolment.flow == "doctor-reached", Enrolment.ended_at.is_(None))
        return list(session.scalars(running))


def test_the_patient_is_asked_when_the_time_for_the_contact_is_over(story: Story) -> None:
    story.breach()
    assert asked_at(story) == [MONDAY + 2 * HOUR]
    story.breach(FLAG)
    assert asked_at(story) == [MONDAY + HOUR / 2]


def test_an_amber_case_does_not_ask_it(story: Story) -> None:
    story.breach(MILD)
    assert asked_at(story) == []


def test_who_accepts_is_named_to_the_patient_once(story: Story) -> None:
    story.breach()
    story.now += timedelta(minutes=5)
    for digit in ("1", "2", "1"):
        story.sends(story.village.baraka, digit)
    (read,) = story.heard(story.village.amina)
    assert read.startswith("Baraka Baraka has read your report. If no one phones by 11:00, phone ")
    assert "call 999." in read


def test_the_number_to_phone_is_that_of_whoever_accepted(story: Story) -> None:
    story.breach()
    story.passes(minutes=20)
    story.sends(story.tiers.zhao, "1")
    (read,) = story.heard(story.village.amina)
    assert "Zhao Zhao has read your report." in read
    assert "phone 0755000005." in read


def test_a_phone_that_stopped_is_not_given_to_the_patient(story: Story) -> None:
    story.breach()
    story.passes(minutes=20)
    with story.writing() as session:
        phone = phone_of(session, story.tiers.zhao.id)
        assert phone
        phone.opted_out_at = story.now
    story.sends(story.tiers.zhao, "1")
    (read,) = story.heard(story.village.amina)
    assert "Zhao Zhao has read your report." in read
    assert "phone 0722000002." in read


def test_a_no_after_a_noted_contact_moves_the_case_up(story: Story) -> None:
    story.breach()
    story.sends(story.village.baraka, "46")
    story.passes(hours=2)
    for person in (story.village.baraka, story.village.chandra):
        story.heard(person)
    says(story, reached="no")
    assert (story.life.state, story.life.tier, story.case.contact_patient) == (State.TOLD, 1, "no")
    assert "the patient says no one has phoned or visited: patient 12, Baiyun. Pain 8." in story.latest(
        story.tiers.zhao
    )
    assert "says that no one has phoned or visited. Please phone" in story.latest(story.village.baraka)
    (told,) = story.heard(story.village.chandra)
    assert told.endswith(
        "says that no one has phoned or visited. Baraka Baraka noted 4 advice, 6 medicine. Please phone."
    )
    assert asked_at(story) == [MONDAY + 4 * HOUR]
    story.passes(minutes=20)
    assert len(story.heard(story.tiers.odera)) == 1
    assert story.unattended() == []


def test_a_no_while_the_case_climbs_is_told_and_changes_no_clock(story: Story) -> None:
    story.breach()
    story.passes(hours=2)
    before = story.life
    story.heard(story.village.chandra)
    says(story, reached="no")
    assert "says that no one has phoned or visited. Told: " in story.latest(story.village.chandra)
    assert story.life.state is State.TOLD
    assert story.life.due.keys() == before.due.keys()


def test_a_no_when_the_contact_is_overdue_moves_the_case_up_at_once(story: Story) -> None:
    story.breach()
    story.sends(story.village.baraka, "1")
    story.passes(hours=2)
    assert story.life.state is State.OVERDUE
    says(story, reached="no")
    assert len(story.heard(story.tiers.zhao)) == 1
    assert (story.life.state, story.life.tier) == (State.TOLD, 1)


def test_a_yes_is_kept_beside_what_the_doctor_says(story: Story) -> None:
    story.breach()
    story.sends(story.village.baraka, "1")
    story.passes(hours=2)
    says(story, reached="yes")
    assert (story.life.state, story.case.contact_doctor, story.case.contact_patient) == (State.OVERDUE, None, "yes")
    story.sends(story.village.baraka, "4")
    assert (story.life.state, story.case.contact_doctor) == (State.CONTACTED, "by call")


def test_no_answer_changes_nothing(story: Story) -> None:
    story.breach()
    story.sends(story.village.baraka, "14")
    before = story.life
    says(story)
    assert story.life == before
    assert story.case.contact_patient is None


def test_silence_after_a_severe_report_is_a_breach_once(story: Story) -> None:
    story.breach()
    story.sends(story.village.baraka, "14")
    story.passes(days=1, hours=1)
    silent(story)
    assert (story.life.state, story.life.tier, story.life.was_silent) == (State.TOLD, 0, True)
    assert story.unattended() == []
    story.sends(story.village.baraka, "14")
    for days in (1, 2):
        story.passes(days=days)
        silent(story)
    assert story.life.state is State.LEFT


def silent(story: Story) -> None:
    """A re-check is given up without a single answer."""
    with story.writing() as session:
        row = story._conversation(session, "re-check", story.case.id)
        row.outcome = "given up"
        row_id = row.id
    with story.writing() as session:
        cases.finished(session, story.now, session.get_one(Conversation, row_id))
