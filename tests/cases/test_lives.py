"""Thousands of histories of cases: does each one end as its level allows, or stay open with somebody told of it?"""

import shutil
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select

from gateway.store.database import Database, open_database
from gateway.store.sealing import Keys
from gateway.store.tables import Case
from tests import databases
from tests.cases import kept
from tests.cases.lives import History
from tests.village import MONDAY

DAY = timedelta(days=1)
SMALL, FULL, AT_ONCE = 12, 10_000, 250
ON_POSTGRESQL = 2


def chunks() -> list[object]:
    """The first every time, all others under the marker `soak`."""
    starts = range(SMALL, FULL, AT_ONCE)
    full = [range(first, min(first + AT_ONCE, FULL)) for first in starts]
    others = [pytest.param(seeds, id=f"from-{seeds.start}", marks=pytest.mark.soak) for seeds in full]
    return [pytest.param(range(SMALL), id="small"), *others]


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seeds", chunks())
def test_no_history_ends_in_silence(
    seeds: range, tmp_path: Path, keys: Keys, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    began, ends, days = time.monotonic(), Counter[str](), 0.0
    with databases.fresh("sqlite", tmp_path / "empty.db"):
        for seed in seeds:
            file = tmp_path / f"{seed}.db"
            shutil.copyfile(tmp_path / "empty.db", file)
            database = _hasty(f"sqlite:///{file}", keys)
            history = lived(database, seed)
            ends.update(how_it_ended(database))
            days += (history.now - MONDAY) / DAY
            database.close()
            file.unlink()
    minutes = (time.monotonic() - began) / 60
    with capsys.disabled():
        print(
            f"\n{request.node.name}: {len(seeds)} histories, {days:.0f} days, "
            f"{days / minutes:.0f} simulated days a minute; cases: {dict(ends)}"
        )


@pytest.mark.parametrize("seed", range(ON_POSTGRESQL))
def test_nor_does_one_on_postgresql(seed: int, keys: Keys, tmp_path: Path) -> None:
    with databases.fresh("postgresql", tmp_path / "unused") as url:
        database = open_database(url, keys)
        lived(database, seed)
        database.close()


def lived(database: Database, seed: int) -> History:
    history = History(database, seed)
    history.begin()
    history.play(_all_is_kept)
    return history


def how_it_ended(database: Database) -> list[str]:
    """Level and state of each case."""
    with database.read() as session:
        return [f"{case.level} {case.state}" for case in session.scalars(select(Case))]


def _all_is_kept(history: History) -> None:
    found = kept.broken(history)
    assert found == [], f"seed {history.seed}, step {history.steps}, {history.now}: {found}"


def _hasty(url: str, keys: Keys) -> Database:
    """These rows need not outlive a power cut."""
    database = open_database(url, keys)

    @event.listens_for(database.engine, "connect")
    def hurry(connection: object, _: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]  # sqlite3's

    return database
