"""Are her steps, the SMS and the contacts of a month what one counts by hand?"""

from sqlalchemy.orm import Session

from gateway.quality.burden import Burden, burden
from gateway.quality.doctors import CAPACITY
from gateway.quality.month import Doctor, figures_of
from gateway.store.database import Database
from gateway.store.ids import new_id
from gateway.store.queries.burden import Sent
from gateway.store.queries.flows import newest
from gateway.store.tables import Conversation, Message, Sending, Turn
from tests.cases.story import Story, begin
from tests.quality.march import MARCH, reached


def test_steps_are_what_she_sent_and_pressed_for_a_finished_report(database: Database) -> None:
    story = begin(database)
    with story.writing() as session:
        _report(session, story, "finished", "said", "heard", "said", "heard", "said", "heard")
        _report(session, story, "finished", "said", "pressed", "pressed", "pressed", "pressed", "pressed")
        _report(session, story, "given up", "said", "heard")
        _report(session, story, "finished", "heard", taken_by="0" * 32)
        _report(session, story, "finished", "heard", rank="practice")
    spent = _of(story)
    assert (spent.steps, spent.reports, spent.usual, spent.most_need) == ({3: 1, 5: 1}, 2, 3, 5)


def test_a_case_costs_its_contacts_its_sms_and_minutes(database: Database) -> None:
    story = reached(database)
    with story.writing() as session:
        for sms in session.query(Message):
            sms.state, sms.sent_at = Sending.ACCEPTED, story.now
        parts = sum(sms.segments for sms in session.query(Message) if sms.case_id)
    spent = _of(story)
    assert (spent.cases, spent.a_case(spent.contacts), spent.a_case(spent.sent.case_parts)) == (1, 1.0, parts)
    assert parts > 0


def test_what_it_cost_is_parts_times_the_sites_own_price() -> None:
    spent = Burden({}, Sent(parts=30, case_parts=9, call_seconds=90), 3, 2, 0, "0.05 USD")
    assert (spent.cost, spent.a_case(9), spent.usual) == ("1.50 USD", 3.0, None)
    assert Burden({}, Sent(30, 9, 90), 0, 0, 0, "").cost == ""


def test_more_cases_a_week_than_a_doctor_can_see_to_are_said(database: Database) -> None:
    """On a month's second day its cases count as one week's; at its end as those of 31 days."""
    story = begin(database)
    story.crowd(CAPACITY + 1)
    with story.writing() as session:
        early, late = (figures_of(session, MARCH, None, now).doctors for now in (story.now, MARCH.until))
        cases = {doctor.part.clinician.code: doctor.part.cases for doctor in early}
    assert {doctor.part.clinician.code: doctor.a_week for doctor in early} == cases
    assert {doctor.part.clinician.code: doctor.a_week for doctor in late} == {
        code: round(number * 7 / 31, 1) for code, number in cases.items()
    }
    part, answering = early[0].part, early[0].answering
    assert [Doctor(part, answering, a_week).has_too_many for a_week in (CAPACITY, CAPACITY + 0.1)] == [False, True]


def _of(story: Story) -> Burden:
    with story.database.read() as session:
        return burden(session, figures_of(session, MARCH, None, story.now), None, "")


def _report(
    session: Session, story: Story, outcome: str, *turns: str, taken_by: str | None = None, rank: str = "weekly"
) -> None:
    version = newest(session, "weekly-check")
    assert version
    row = Conversation(
        id=new_id(story.now), person_id=story.village.amina.id, version_id=version.id, flow="weekly-check", rank=rank,
        language="en", state="ended", outcome=outcome, memory={}, taken_by=taken_by, started_at=story.now,
        ended_at=story.now,
    )  # fmt: skip
    session.add(row)
    for number, direction in enumerate(turns):
        session.add(
            Turn(
                id=new_id(story.now), conversation_id=row.id, number=number, at=story.now, direction=direction,
                channel="sms", words=b"",
            )
        )  # fmt: skip
