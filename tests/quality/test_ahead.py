"""Does the load count each prompt of the coming week in its own hour, however the database adds them up?"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from gateway.core.timetable import AT_ONCE, Prompt, Rule, next_prompt
from gateway.quality.ahead import WEEK, Hour, expected_prompts
from gateway.store.database import Database
from gateway.store.ids import new_id
from gateway.store.tables import Enrolment, Plain, Role, Standing
from tests.village import MONDAY, Village, add_person, settle

# Clocks by whole hours, by halves and quarters, both ends of the day, and two that are put on in this week.
ZONES = ("Africa/Nairobi", "Asia/Kolkata", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago",
         "America/New_York", "America/St_Johns")  # fmt: skip
RULES = (
    Rule(time(9, 7), every_days=7, weekday=0),
    Rule(time(20, 50), every_days=7, spread=40),
    Rule(time(23, 30), every_days=7),
    Rule(time(8), every_days=1),
    Rule(time(12, 45), every_days=3),
    Rule(time(9), every_days=28),
    Rule(time(9), every_months=1, month_day=8),
)
WHEN = MONDAY + timedelta(days=1, hours=9, minutes=23)  # New York and St John's go to summer time on Sunday


@pytest.mark.empty
def test_each_prompt_of_the_week_is_counted_in_its_own_hour(database: Database) -> None:
    """As many as there are when each is reckoned alone."""
    plans = [
        (zone, rule, next_prompt(rule, zone, WHEN + timedelta(days=day - 1)))
        for zone, rule, day in product(ZONES, RULES, (0, 1, 2, 5, 8))
    ]
    by_hand = Counter(hour for zone, rule, first in plans for hour in _alone(rule, zone, first))
    with database.write() as session:
        village = settle(session)
        people = {zone: _somebody(session, village, zone) for zone in ZONES}
        session.add_all(_plan(people[zone], rule.to_json(), first.due, first.slot) for zone, rule, first in plans)
    with database.read() as session:
        found = expected_prompts(session, WHEN)
    assert found == dict(by_hand)
    assert list(found) == sorted(found)


@pytest.mark.parametrize(
    ("rule", "slot", "number"),
    [({}, None, 1), ({}, "2026-03-03T09:00", 1), (AT_ONCE, None, 1), (RULES[0].to_json(), None, 2)],
)
@pytest.mark.empty
def test_what_is_asked_once_counts_once(database: Database, rule: Plain, slot: str | None, number: int) -> None:
    with database.write() as session:
        village = settle(session)
        session.add(_plan(village.amina.id, rule, MONDAY, slot))
        session.flush()
        found = expected_prompts(session, MONDAY)
    assert (sum(found.values()), {hour.doctor_id for hour in found}) == (number, {village.baraka.id})


@pytest.mark.empty
def test_nobody_is_expected_who_is_paused_or_has_ended(database: Database) -> None:
    with database.write() as session:
        village = settle(session)
        session.add_all(_plan(village.amina.id, {}, due, None) for due in (MONDAY, MONDAY + WEEK))
        ended = _plan(village.amina.id, {}, MONDAY, None)
        ended.ended_at = MONDAY
        session.add(ended)
        session.flush()
        assert sum(expected_prompts(session, MONDAY).values()) == 1
        village.amina.standing = Standing.PAUSED
        assert expected_prompts(session, MONDAY) == {}


def _alone(rule: Rule, zone: str, prompt: Prompt) -> Iterator[Hour]:
    while prompt.due < WHEN + WEEK:
        yield Hour(prompt.due.astimezone(ZoneInfo(zone)).replace(minute=0, second=0, microsecond=0), "")
        prompt = next_prompt(rule, zone, prompt.due, prompt.slot)


def _somebody(session: Session, village: Village, zone: str) -> str:
    """Without a doctor, on that place's clock."""
    person = add_person(
        session, MONDAY, village.clinic, zone, Role.PATIENT, "Other", f"+25471100{ZONES.index(zone):04}"
    )
    person.time_zone = zone
    session.flush()
    return person.id


def _plan(person_id: str, rule: Plain, due: datetime, slot: str | None) -> Enrolment:
    return Enrolment(
        id=new_id(MONDAY), person_id=person_id, flow="check", rule=rule, next_due=due, next_slot=slot, created_at=MONDAY
    )
