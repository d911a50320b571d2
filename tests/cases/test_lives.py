"""Thousands of histories of cases: does each one end as its level allows, or stay open with somebody told of it?"""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.store.database import open_database
from gateway.store.sealing import Keys
from tests import databases
from tests.cases.memory import Memory
from tests.cases.playing import Tally, play
from tests.figures import Count

SMALL, FULL, AT_ONCE = 6, 10_000, 100
ON_A_DISK = 1
OBJECTS_BETWEEN_LOOKS = 50_000  # rows come and go by the thousand: the collector looked through them all each time


@pytest.fixture(scope="module")
def memory(keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    made = Memory(tmp_path_factory.mktemp("histories"), keys)
    yield made
    made.close()


@pytest.fixture
def seldom_looked_through() -> Iterator[None]:
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_LOOKS, *before[1:])
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def chunks() -> list[object]:
    """The first every time, all others under the marker `soak`; `-n 2` plays two at once."""
    full = [range(first, min(first + AT_ONCE, FULL)) for first in range(SMALL, FULL, AT_ONCE)]
    others = [pytest.param(seeds, id=f"from-{seeds.start}", marks=pytest.mark.soak) for seeds in full]
    return [pytest.param(range(SMALL), id="small"), *others]


@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("seldom_looked_through")
@pytest.mark.parametrize("seeds", chunks())
def test_no_history_ends_in_silence(seeds: range, memory: Memory, count: Count) -> None:
    tally = Tally()
    for seed in seeds:
        play(memory.fresh(), seed, tally)
    count("histories", tally.numbers())
    count("their cases", tally.ends)
    count("their steps", tally.turns)
    assert tally.broken == {}


@pytest.mark.parametrize("seed", range(ON_A_DISK))
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nor_does_one_on_a_disk(kind: str, seed: int, keys: Keys, tmp_path: Path) -> None:
    tally = Tally()
    with databases.fresh(kind, tmp_path / "history.db") as url:
        database = open_database(url, keys)
        play(database, seed, tally)
        database.close()
    assert tally.broken == {}
