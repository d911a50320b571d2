"""How dear is a due patient (claimed, begun, rendered, queued), against one INSERT ... SELECT of as many rows?"""

import cProfile
import pstats
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from gateway import outreach
from gateway.demo.network import Network
from gateway.store.tables import Enrolment
from tests.faults import crowd
from tests.faults.figures import Tell
from tests.faults.house import QUICK, House, house
from tests.load.rounds import interleaved
from tests.mortal import Mortal
from tests.statements import count_statements

A_ROUND, ROUNDS = 100, 7
AIM = 0.15
COPY = """
INSERT INTO messages (id, phone_id, to_id, subject_id, kind, urgency, state, attempt, not_before, valid_until,
                      created_at, body, segments)
SELECT md5(random()::text), phone_id, to_id, subject_id, kind, urgency, 'cancelled', 0, not_before, valid_until,
       created_at, body, segments
FROM (SELECT * FROM messages ORDER BY id LIMIT :rows) AS as_many
"""


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_due_patients_against_one_insert(quiet: Network, durable: Mortal, tmp_path: Path, tell: Tell) -> None:
    phones = crowd.numbers(A_ROUND * (ROUNDS + 2))
    with house(tmp_path, quiet, durable.url(), crowd.rows(phones), **QUICK) as here:
        rounds = _apart(here)
        _due(here, rounds[ROUNDS])  # what the INSERT copies

        def ours(number: int) -> int:
            return _due(here, rounds[number])

        def barely(_: int) -> int:
            with here.database.write() as session:
                session.execute(text(COPY), {"rows": A_ROUND})
            return A_ROUND

        found = interleaved(ours, barely, ROUNDS)
        profile = cProfile.Profile()
        with count_statements(here.database) as sent:
            profile.enable()
            _due(here, rounds[ROUNDS + 1])
            profile.disable()
    told = StringIO()
    pstats.Stats(profile, stream=told).sort_stats("cumtime").print_stats("gateway/", 25)
    tell(f"\n{found.line('due patients against one INSERT ... SELECT', AIM)}")
    tell(f"{len(sent) / A_ROUND:.1f} statements a patient\n{told.getvalue()}")


def _apart(here: House) -> list[list[str]]:
    """The enrolments, so many for each round; none is due yet."""
    with here.database.write() as session:
        session.execute(update(Enrolment).values(next_due=here.begins + timedelta(hours=8)))
        ids = list(session.scalars(select(Enrolment.id).order_by(Enrolment.id)))
    here.jump(here.begins + timedelta(hours=1))
    return [ids[start : start + A_ROUND] for start in range(0, len(ids), A_ROUND)]


def _due(here: House, ids: list[str]) -> int:
    """They are due now, and all of them are worked as the clock process does."""
    with here.database.write() as session:
        session.execute(update(Enrolment).where(Enrolment.id.in_(ids)).values(next_due=here.clock.now(session)))
    while True:
        with here.database.write() as session:
            if not outreach.tick(session, here.clock.now(session)):
                return len(ids)
