"""What does an import say of times before and after: a first report on paper, a day one to count from?"""

from sqlalchemy import select

from gateway.store.database import Database
from gateway.store.ids import new_id
from gateway.store.queries.people import person_by_code
from gateway.store.queries.reports import lacks_first_report
from gateway.store.tables import Enrolment, FlowVersion
from tests.test_enrolment import AMINA, HEADER, NOW, bring, ready


def test_a_first_report_on_paper_is_noted_and_not_asked_twice(database: Database) -> None:
    ready(database)
    text = f"{HEADER},first_report\n{AMINA},done\n"
    assert bring(database, "patients", text).added == 1
    with database.read() as session:
        amina = person_by_code(session, "amina")
        assert amina is not None
        assert not lacks_first_report(session, amina.id, "baseline", "weekly-check", 2)
    assert bring(database, "patients", text).same == 1
    both = text.replace(",weekly-check,", ",baseline weekly-check,")
    assert bring(database, "patients", both).bad[0].why == "first_report: it is done, so leave 'baseline' out"


DAY_SEVEN = """
flow: day-seven
title: A week after
written_in: en
rank: weekly
channels: [sms]
start:
  after: day one
  wait: 7 days
  time: 10:00
steps:
  - ask: well
    text: Do you feel well?
    yes_no: true
"""


def test_a_flow_counts_from_her_day_one(database: Database) -> None:
    """Her treatment is put off: what was not asked yet moves with it. What is over is not asked."""
    ready(database)
    with database.write() as session:
        session.add(
            FlowVersion(
                id=new_id(NOW), flow="day-seven", number=1, source=DAY_SEVEN, shared="", approved_by={},
                languages={"en": {"catalog": [], "words": {}}}, published_at=NOW, created_at=NOW,
            )
        )  # fmt: skip
    row = AMINA.replace(",weekly-check,monday,09:30,", ",day-seven,,,")
    assert (
        bring(database, "patients", f"{HEADER}\n{row}\n").bad[0].why.startswith("day_one: 'day-seven' counts from it")
    )
    for day, slot in (("2026-03-02", "2026-03-09T10:00"), ("2026-03-05", "2026-03-12T10:00")):
        assert bring(database, "patients", f"{HEADER},day_one\n{row},{day}\n").bad == ()
        assert day_sevens(database) == [slot]
    gone = row.replace("amina,12", "sana,13").replace("0711000001", "0711000002")
    assert bring(database, "patients", f"{HEADER},day_one\n{gone},2026-01-05\n").bad == ()
    assert len(day_sevens(database)) == 1


def day_sevens(database: Database) -> list[str | None]:
    with database.read() as session:
        return list(session.scalars(select(Enrolment.next_slot).where(Enrolment.flow == "day-seven")))
