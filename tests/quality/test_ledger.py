"""Does the export say of each step who, when, how long, in time or late; and is nobody compared on a handful?"""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from gateway.quality import doctors
from gateway.quality.steps import Record, records
from gateway.quality.tables import CASES, DOCTORS, EVENTS, STEPS, Row, plain, tables
from gateway.store.database import Database
from gateway.store.tables import Case, Person
from tests.cases.story import Story, begin
from tests.cases.test_ladder import give_duty, off_duty
from tests.quality.march import reached


def test_each_step_has_who_when_how_long_and_whether_in_time(database: Database) -> None:
    story = reached(database)
    steps = {row["step"]: row for row in rows(story, "case_steps.csv", STEPS)}
    assert (steps["accepts"]["by"], steps["accepts"]["minutes"], steps["accepts"]["in_time"]) == ("baraka", 10.0, True)
    assert (steps["accepts"]["channel"], steps["accepts"]["off_duty"]) == ("sms", False)
    assert steps["accepts"]["due"] == story.case.opened_at + timedelta(minutes=20)
    assert (steps["contact noted"]["minutes"], steps["contact noted"]["in_time"]) == (40.0, True)
    assert steps["told"]["by"] is None
    (case,) = rows(story, "cases.csv", CASES)
    assert (case["patient"], case["level"], case["accepted_by"], case["done"]) == ("amina", "red", "baraka", "46")


def test_late_steps_and_steps_off_duty_are_marked(database: Database) -> None:
    story = begin(database)
    story.breach()
    give_duty(story, story.village.baraka, "sun 01:00-02:00")
    story.passes(hours=3)
    story.sends(story.village.baraka, f"{story.code}14")
    noted = [row for row in rows(story, "case_steps.csv", STEPS) if row["step"] == "contact noted"]
    assert [(row["in_time"], row["off_duty"], row["due"]) for row in noted] == [
        (False, True, story.case.opened_at + timedelta(hours=2))
    ]


def test_a_reply_that_was_taken_back_is_in_the_ledger_and_in_no_figure(database: Database) -> None:
    story = begin(database)
    story.breach()
    story.sends(story.village.baraka, "14")
    story.sends(story.village.baraka, f"{story.code} 9")
    (doctor,) = rows(story, "doctors.csv", DOCTORS)
    assert (doctor["cases_told"], doctor["cases_accepted"], doctor["contacts"], doctor["steps_timed"]) == (1, 0, 0, 0)
    steps = {row["step"]: row["marks"] for row in rows(story, "case_steps.csv", STEPS)}
    assert (steps["contact noted"], steps["told"]) == ("undone", "")


def test_safety_events_are_late_reds_lost_sms_and_empty_tiers(database: Database) -> None:
    story = begin(database)
    off_duty(story, story.tiers.zhao)
    story.breach()
    story.dies(story.village.baraka)
    story.passes(hours=3)
    kinds = [(row["kind"], row["tier"]) for row in rows(story, "safety_events.csv", EVENTS)]
    assert kinds == [
        ("an SMS to a clinician did not arrive", None),
        ("nobody on duty", 1),
        ("late red: no contact noted in time", None),
    ]


def test_a_drill_counts_for_nobody(database: Database) -> None:
    story = begin(database)
    story.breach()
    with story.writing() as session:
        case = session.merge(story.case)
        case.progress = {**case.progress, "drill": True}
    story.passes(hours=3)
    assert rows(story, "safety_events.csv", EVENTS) == []
    assert rows(story, "doctors.csv", DOCTORS) == []
    assert {row["marks"] for row in rows(story, "case_steps.csv", STEPS)} == {"drill"}


def test_nobody_is_ranked_on_fewer_than_ten_cases(database: Database) -> None:
    story = begin(database)
    story.breach()
    story.sends(story.village.baraka, "14")
    found = of(story)
    with story.writing() as session:
        people = {person.id: person for person in session.scalars(select(Person))}
        nine, ten = doctors.parts(found, people), doctors.parts(many(found, 10), people)
    assert [part.rank for part in nine] == [None]
    assert [part.rank for part in ten] == [1]


def test_what_would_run_in_a_spreadsheet_is_quoted() -> None:
    assert list(plain([("=1+1", "-3", "@x", 3, None, True)])) == [("'=1+1", "'-3", "'@x", "3", "", "yes")]


def rows(story: Story, name: str, header: tuple[str, ...]) -> list[dict[str, object]]:
    with story.writing() as session:
        found = tables(session, story.now - timedelta(days=30), story.now + timedelta(minutes=1), story.now)
    return [dict(zip(header, row, strict=True)) for row in _rows(found[name])]


def _rows(table: tuple[tuple[str, ...], list[Row]]) -> list[Row]:
    return table[1]


def of(story: Story) -> list[Record]:
    with story.writing() as session:
        return list(records(session, story.now - timedelta(days=1), story.now + timedelta(days=1)))


def many(found: list[Record], count: int) -> list[Record]:
    """The same case as if it were several."""
    return [replace(found[0], case=Case(id=str(number))) for number in range(count)]
