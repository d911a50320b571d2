"""Do a month's figures say who answered, whose line failed, what we missed ourselves, and how cases went?"""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import true
from sqlalchemy.orm import Session

from gateway.core.flow import Level
from gateway.enrolment.offers import Answer as Offered
from gateway.enrolment.offers import note_offer
from gateway.quality.behind import Wanted, cases_behind, figure_rows
from gateway.quality.month import Answering, Figures, figures_of, weeks
from gateway.quality.rounds import Contact
from gateway.store.database import Database
from gateway.store.ids import new_id
from gateway.store.outbox import put_sms
from gateway.store.queries import figures
from gateway.store.queries.figures import Fate
from gateway.store.queries.flows import newest
from gateway.store.sealing import seal
from gateway.store.tables import Answer, Conversation, Enrolment, Kind, Person, Sending, Site
from tests.cases.story import Story, begin
from tests.quality.march import MARCH, reached
from tests.village import MONDAY


def test_every_fate_of_a_question_is_told_apart(database: Database) -> None:
    story = begin(database)
    with story.writing() as session:
        _ask(session, story, "finished", answers=2)
        _ask(session, story, "given up", answers=1)
        _ask(session, story, "given up")
        _ask(session, story, "given up", receipt="undelivered")
        _ask(session, story, "still learning")
        _ask(session, story, "declined")
        _ask(session, story, "missed_system")
        _ask(session, story, None)
        _ask(session, story, "finished", rank="practice")
        _ask(session, story, "finished", rank="drill")
        _ask(session, story, "finished", at=MONDAY - timedelta(days=3))
        found = figures_of(session, MARCH, None, story.now)
        silent = figures.puts(session, MARCH.since, MARCH.until, true(), Fate.SILENT, 10)
        sent = figures.puts(session, MARCH.since, MARCH.until, true(), "", 10)
    answering = found.answering
    assert answering.fates == Counter(
        {
            Fate.ANSWERED: 1, Fate.PARTLY: 1, Fate.SILENT: 1, Fate.UNDELIVERED: 1, Fate.DECLINED: 1, Fate.MISSED: 1,
            Fate.OPEN: 1, Fate.LEARNING: 1,
        }
    )  # fmt: skip
    assert (answering.sent, answering.over, answering.share) == (7, 5, 0.2)
    assert ([put.person.code for put in silent], len(sent)) == (["amina"], 7)
    assert [(place.site.code, place.answering.sent) for place in found.places] == [("baiyun", 7)]
    assert [(doctor.part.clinician.code, doctor.answering.sent) for doctor in found.doctors] == [("baraka", 7)]


def test_an_empty_month_has_no_share() -> None:
    assert Answering(Counter()).share is None


def test_cases_are_counted_by_level_and_time(database: Database) -> None:
    story = reached(database)
    found = _march(story)
    (red,) = found.rounds
    assert (red.level, red.cases, red.told, red.accepted, red.contact) == (Level.RED, 1, 0.0, 10.0, 40.0)
    assert (red.in_time, red.late, red.off_duty, red.open) == (1, 0, 0, 1)
    (doctor,) = [one.part for one in found.doctors]
    assert (doctor.clinician.code, doctor.cases, doctor.rank) == ("baraka", 1, None)
    for wanted, number in ((Wanted(Contact.IN_TIME), 1), (Wanted(Contact.LATE), 0), (Wanted("cases", "amber"), 0)):
        assert len(cases_behind(found, wanted, story.now)) == number, wanted
    assert len(cases_behind(found, Wanted("cases", doctor=story.village.baraka.id), story.now)) == 1
    assert len(cases_behind(found, Wanted("cases", doctor=story.village.chandra.id), story.now)) == 0
    assert ("2026-03", "baiyun", "", Level.RED, "minutes to contact", 40.0) in list(figure_rows(found))


def test_a_contact_that_nobody_noted_is_late_once_its_time_is_over(database: Database) -> None:
    story = begin(database)
    story.breach()
    assert [(one.late, one.in_time) for one in _march(story).rounds] == [(0, 0)]
    story.passes(hours=3)
    found = _march(story)
    assert [(one.late, one.in_time) for one in found.rounds] == [(1, 0)]
    assert [event.kind for event in found.events] == ["late red: no contact noted in time"]


def test_who_could_take_part_is_counted_by_what_became_of_it(database: Database) -> None:
    story = begin(database)
    with story.writing() as session:
        clinic = session.get_one(Site, story.village.clinic.id)
        amina = session.get_one(Person, story.village.amina.id)
        note_offer(session, story.now, clinic, Offered.ACCEPTED, person=amina)
        for why in ("no wish", "privacy", "no wish"):
            note_offer(session, story.now, clinic, Offered.DECLINED, why=why)
        note_offer(session, story.now, clinic, Offered.NOT_OFFERED, why="too ill")
        note_offer(session, MARCH.until, clinic, Offered.NOT_OFFERED, why="too ill")
        here = figures_of(session, MARCH, frozenset({clinic.id}), story.now)
        elsewhere = figures_of(session, MARCH, frozenset({story.tiers.county.id}), story.now)
    assert (here.eligible, here.offered("declined"), elsewhere.eligible) == (5, 3, 0)
    assert here.offers[0] == ("declined", "no wish", 2)


def test_weeks_and_numbers_are_counted_alike_in_both_databases(database: Database) -> None:
    story = begin(database)
    with story.writing() as session:
        _ask(session, story, "finished", answers=1)
        _ask(session, story, "given up", at=MONDAY - timedelta(weeks=1))
        session.flush()
        starts = weeks(MARCH, story.now)
        put = figures.put_by_stretch(session, starts, true())
        numbers = figures.numbers_by_stretch(session, starts, true(), "weekly-check")
    assert len(starts) == 14
    assert put == {(12, Fate.ANSWERED): 1, (11, Fate.SILENT): 1}
    assert numbers == {"pain": {12: {3: 1}}}
    story.breach()
    with story.writing() as session:
        assert figures.opened_by_stretch(session, starts, true()) == {(12, "red"): 1}


def _march(story: Story) -> Figures:
    with story.writing() as session:
        return figures_of(session, MARCH, None, story.now)


def _ask(
    session: Session, story: Story, outcome: str | None, *, answers: int = 0, rank: str = "weekly",
    receipt: str | None = "delivered", at: datetime | None = None,
) -> None:  # fmt: skip
    """One conversation as it ended, with the SMS by which it began."""
    now = at or story.now
    version = newest(session, "weekly-check")
    assert version
    amina = session.get_one(Person, story.village.amina.id)
    planned = Enrolment(id=new_id(now), person_id=amina.id, flow="weekly-check", rule={}, created_at=now)
    row = Conversation(
        id=new_id(now), person_id=amina.id, version_id=version.id, enrolment_id=planned.id, flow="weekly-check",
        rank=rank, language="en", state="ended" if outcome else "open", outcome=outcome, memory={}, started_at=now,
        ended_at=now if outcome else None,
    )  # fmt: skip
    session.add_all([planned, row])
    session.flush()
    sms = put_sms(
        session, now, to=amina, body="How bad?", subject=amina, kind=Kind.PROMPT, conversation_id=row.id,
        valid_for=timedelta(hours=1),
    )  # fmt: skip
    sms.state, sms.receipt = Sending.ACCEPTED, receipt
    for question in ("pain", "breath")[:answers]:
        answer = Answer(
            id=new_id(now), conversation_id=row.id, person_id=amina.id, flow="weekly-check", question=question,
            number=3 if question == "pain" else None, word=None if question == "pain" else "skipped",
            respondent="patient", channel="sms", answered_at=now,
        )  # fmt: skip
        answer.raw = seal(session, "3", table="answers", column="raw", row=answer.id, person=amina)
        session.add(answer)
    session.flush()
