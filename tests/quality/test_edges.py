"""What counts at a month's edges: its midnights, who left or moved in it, what she began herself, what was practice?"""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import true
from sqlalchemy.orm import Session

from gateway.core.life import Move
from gateway.core.timetable import AT_ONCE
from gateway.enrolment import standing
from gateway.enrolment.standing import End
from gateway.quality.behind import Wanted, cases_behind, figure_rows
from gateway.quality.burden import Burden, burden
from gateway.quality.doctors import parts
from gateway.quality.month import Figures, figures_of, weeks
from gateway.quality.periods import Period
from gateway.quality.steps import Record, Step
from gateway.store.database import Database
from gateway.store.ids import new_id
from gateway.store.queries import figures
from gateway.store.queries.burden import finished_reports
from gateway.store.queries.figures import Fate
from gateway.store.queries.flows import newest
from gateway.store.tables import Conversation, Enrolment, Message, Person, Plain, Sending, Site, Turn
from tests.cases.story import Story, begin
from tests.quality.march import MARCH, NAIROBI, reached
from tests.village import MONDAY

APRIL = MARCH.step(1)
MIDNIGHT = MARCH.until  # 21:00 by UTC
MOMENT = timedelta(milliseconds=1)


def test_whoever_left_before_the_time_was_over_is_in_no_share(database: Database) -> None:
    """A pause by her own word is an answer: no, or later."""
    story = begin(database)
    with story.writing() as session:
        for outcome in ("finished", "asked for a pause", "paused", "away", "wrong number", "flow paused", "erased"):
            _ask(session, story, outcome)
        _ask(session, story, None)
        session.flush()
        standing.end(session, story.amina(session), story.now, End.DIED)
    with story.writing() as session:
        answering = figures_of(session, MARCH, None, story.now).answering
        rows = figures.puts(session, MARCH.since, MARCH.until, true(), Fate.BROKEN, 10)
    assert answering.fates == Counter({Fate.ANSWERED: 1, Fate.DECLINED: 1, Fate.BROKEN: 6})
    assert (answering.sent, answering.over, answering.share, len(rows)) == (8, 2, 0.5, 6)


def test_what_she_began_by_a_word_is_none_of_our_questions(database: Database) -> None:
    story = begin(database)
    with story.writing() as session:
        _ask(session, story, "finished", rule=AT_ONCE)
        _ask(session, story, "given up", rule={"every_days": 7, "time": "09:00"})
        found = figures_of(session, MARCH, None, story.now)
        drawn = figures.put_by_stretch(session, weeks(MARCH, story.now), true())
    assert found.answering.fates == Counter({Fate.SILENT: 1})
    assert sum(drawn.values()) == 1


def test_a_month_begins_and_ends_at_the_districts_midnight(database: Database) -> None:
    story = begin(database)
    with story.writing() as session:
        for at in (MARCH.since - MOMENT, MARCH.since, MIDNIGHT - MOMENT, MIDNIGHT):
            _ask(session, story, "finished", at=at)
    story.now = MIDNIGHT - MOMENT
    story.breach()
    story.closes()
    story.now = MIDNIGHT
    story.breach()
    with story.writing() as session:
        months = [figures_of(session, month, None, story.now) for month in (MARCH.step(-1), MARCH, APRIL)]
        utc = figures_of(session, Period(2026, 3, ZoneInfo("UTC")), None, story.now)
    assert [month.answering.fates[Fate.ANSWERED] for month in months] == [1, 2, 1]
    assert [[one.cases for one in month.rounds] for month in months] == [[], [1], [1]]
    assert (utc.answering.sent, [one.cases for one in utc.rounds]) == (2, [2])


@pytest.mark.parametrize(
    ("month", "mondays"),
    [(Period(2026, 3, NAIROBI), ("2026-01-05", "2026-03-30")), (Period(2026, 2, NAIROBI), ("2025-12-01", "2026-02-23")),
     (Period(2026, 8, NAIROBI), ("2026-06-08", "2026-08-31"))],
)  # fmt: skip
def test_the_last_of_thirteen_weeks_is_the_one_in_which_the_month_ends(month: Period, mondays: tuple[str, str]) -> None:
    """Also of a month that touches six weeks, such as March and August of 2026."""
    starts = [f"{start.astimezone(NAIROBI):%Y-%m-%d}" for start in weeks(month, month.until + timedelta(days=90))]
    assert (len(starts), starts[0], starts[-2]) == (14, *mondays)


def test_whoever_moved_counts_where_she_is_cared_for_now(database: Database) -> None:
    story = reached(database)
    with story.writing() as session:
        _ask(session, story, "finished")
        amina, township = story.amina(session), session.get_one(Site, story.tiers.township.id)
        amina.site_id = township.id
        session.flush()
        old, new = (
            figures_of(session, MARCH, frozenset({site}), story.now) for site in (story.village.clinic.id, township.id)
        )
    assert (old.answering.sent, old.rounds, old.places) == (0, [], [])
    assert (new.answering.sent, [one.cases for one in new.rounds]) == (1, [1])
    assert [part.part.clinician.code for part in new.doctors] == ["baraka"], "who did it is where he was"


def test_a_practice_or_drill_that_we_missed_is_no_safety_event(database: Database) -> None:
    story = begin(database)
    with story.writing() as session:
        for rank in ("practice", "drill", "training", "re-check", "weekly"):
            _ask(session, story, "missed_system", rank=rank)
        found = figures_of(session, MARCH, None, story.now)
    assert [event.kind for event in found.events] == ["missed_system"] * 2
    assert (found.answering.sent, found.answering.fates[Fate.MISSED]) == (0, 1)


def test_parts_of_a_case_count_in_the_month_in_which_it_opened(database: Database) -> None:
    """And not those of a practice run. Contacts count whoever noted them."""
    story = begin(database)
    story.now = MIDNIGHT - timedelta(minutes=20)
    story.breach()
    story.passes(minutes=60)
    story.sends(story.village.baraka, f"{story.code} 14")
    with story.writing() as session:
        for sms in session.query(Message):
            sms.state, sms.sent_at = Sending.ACCEPTED, sms.created_at
        parts = sum(sms.segments for sms in session.query(Message) if sms.case_id)
        march, april = (
            burden(session, figures_of(session, month, None, story.now), None, "") for month in (MARCH, APRIL)
        )
        session.get_one(Conversation, story.case.conversation_id).rank = "practice"
        session.flush()
        practice = _spent(session, story, MARCH)
    assert (march.cases, march.sent.case_parts, march.contacts) == (1, parts, 1)
    assert (april.cases, april.sent.case_parts, april.contacts) == (0, 0, 0)
    assert april.sent.parts > 0
    assert (practice.cases, practice.sent.case_parts, practice.contacts) == (0, 0, 0)


def test_a_report_cut_short_by_a_danger_sign_has_no_number_of_steps(database: Database) -> None:
    story = begin(database)
    with story.writing() as session:
        for outcome, heard in (("finished", 2), ("danger", 1), ("finished", 5)):
            row = _ask(session, story, outcome)
            session.add_all(_heard(row, number) for number in range(heard))
        session.flush()
        found = figures_of(session, MARCH, None, story.now)
        spent = _spent(session, story, MARCH)
        rows = finished_reports(session, MARCH.since, MARCH.until, true(), 10)
    assert (found.answering.fates[Fate.ANSWERED], spent.steps) == (3, {2: 1, 5: 1})
    assert [(one.person.code, one.steps) for one in rows] == [("amina", 5), ("amina", 2)]


def test_told_of_is_one_number_on_the_page_in_the_file_and_behind_it(database: Database) -> None:
    """Told, or taken on from somebody else; whoever only noted an end, and a coordinator, took on nothing."""
    story = reached(database)
    with story.writing() as session:
        found = figures_of(session, MARCH, None, story.now)
        (record,) = found.records
        zhao, odera, chandra = (session.get_one(Person, person.id) for person in
                                (story.tiers.zhao, story.tiers.odera, story.village.chandra))  # fmt: skip
        accepted = next(step for step in record.steps if step.event.kind == Move.ACCEPT)
        more = (_by(accepted, zhao), _by(accepted, chandra), _by(accepted, odera, "asked for the code"))
        known = {person.id: person for person in (story.village.baraka, zhao, odera, chandra)}
        found = _with(found, replace(record, steps=(*record.steps, *more)), known)
    for doctor in found.doctors:
        part = doctor.part
        assert len(cases_behind(found, Wanted("cases", doctor=part.clinician.id), story.now)) == part.cases
        assert len(part.levels) == part.cases, part.clinician.code
    told = {row[2]: row[5] for row in figure_rows(found) if row[4] == "told of"}
    assert told == {"baraka": 1, "odera": 0, "zhao": 1}
    assert cases_behind(found, Wanted("cases", doctor=chandra.id), story.now) == []


def _spent(session: Session, story: Story, month: Period) -> Burden:
    return burden(session, figures_of(session, month, None, story.now), None, "")


def _by(step: Step, person: Person, kind: str = Move.ACCEPT) -> Step:
    return replace(step, by=person, event=step.event._replace(by_id=person.id, kind=kind))


def _with(found: Figures, record: Record, known: dict[str, Person]) -> Figures:
    doctor = found.doctors[0]
    return replace(found, records=[record], doctors=[replace(doctor, part=part) for part in parts([record], known)])


def _ask(
    session: Session, story: Story, outcome: str | None, *, rule: Plain | None = None, rank: str = "weekly",
    at: datetime | None = None,
) -> Conversation:  # fmt: skip
    now = at or story.now
    version = newest(session, "weekly-check")
    assert version
    amina = story.village.amina.id
    planned = Enrolment(id=new_id(now), person_id=amina, flow="weekly-check", rule=rule or {}, created_at=MONDAY)
    row = Conversation(
        id=new_id(now), person_id=amina, version_id=version.id, enrolment_id=planned.id, flow="weekly-check",
        rank=rank, language="en", state="ended" if outcome else "open", outcome=outcome, memory={}, started_at=now,
        ended_at=now if outcome else None,
    )  # fmt: skip
    session.add_all([planned, row])
    return row


def _heard(row: Conversation, number: int) -> Turn:
    return Turn(
        id=new_id(row.started_at), conversation_id=row.id, number=number, at=row.started_at, direction="heard",
        channel="sms", words=b"",
    )  # fmt: skip
