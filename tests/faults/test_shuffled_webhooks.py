"""Every webhook delivered three times and shuffled: does the story of two cases end as on a clean day?"""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import make_url, update

from gateway.demo import people
from gateway.demo.network import Network
from gateway.demo.people import BARAKA, CHANDRA, JUMA, LINDIWE, ZHAO
from gateway.demo.village import ZONE
from gateway.store.tables import Person
from tests import databases
from tests.faults.outcome import Outcome, outcome
from tests.faults.sizes import seeds
from tests.world import world

MONDAY = datetime(2027, 2, 1, 8, 59, tzinfo=ZONE)
UNTIL_CLOSED = timedelta(days=5)
COPIES = 3
PATIENTS = ("amina", "juma")  # one by SMS with a doctor who answers, one on the keypad with a doctor who is silent
PHONES = (people.AMINA, JUMA, BARAKA, ZHAO, LINDIWE, CHANDRA)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", seeds(3, 200))
def test_webhooks_thrice_and_shuffled_end_as_the_clean_run(seed: int, telephones: Network, database_url: str) -> None:
    clean = _clean(telephones, make_url(database_url).get_backend_name())
    shuffled = _played(telephones, database_url, {"duplicate": COPIES, "shuffle": True, "seed": seed})
    assert shuffled["complaints"] == []
    for part, was in clean.items():
        assert shuffled[part] == was, part


@cache
def _clean(telephones: Network, kind: str) -> Outcome:
    """Once for each database; it must be the whole story, or the comparison would say nothing."""
    with TemporaryDirectory() as folder, databases.fresh(kind, Path(folder) / "clean.db") as url:
        clean = _played(telephones, url, {"duplicate": 1, "shuffle": False})
    assert [case["whose"] for case in clean["cases"]] == list(PATIENTS)
    assert {case["what"][1:2] + case["what"][3:4] for case in clean["cases"]} == {("closed", "below the limits")}
    assert clean["complaints"] == []
    assert sum(clean["texts"].values()) == sum(clean["messages"].values())
    return clean


def _played(telephones: Network, database_url: str, badness: dict[str, Any]) -> Outcome:
    theirs = [person for person in people.for_the_week() if person["number"] in PHONES]
    with world(telephones, database_url, MONDAY, theirs) as place:
        telephones.post("badness", badness)
        with place.database.write() as session:
            resting = (Person.role == "patient", Person.code.not_in(PATIENTS))
            session.execute(update(Person).where(*resting).values(standing="paused"))
        place.play_to(MONDAY + UNTIL_CLOSED)
        return outcome(place)
