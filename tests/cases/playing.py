"""A history is played to its end, or to its first broken promise: what came of it?"""

import json
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from gateway.store.database import Database
from gateway.store.tables import Case, CaseEvent
from tests.cases import kept
from tests.cases.lives import History
from tests.village import MONDAY

DAY = timedelta(days=1)


@dataclass
class Tally:
    """`ends`: of how many cases, by level and state; `turns`: how often each kind of line stands in their ledgers."""

    histories: int = 0
    steps: int = 0
    days: float = 0.0
    seconds: float = 0.0  # of processor
    ends: Counter[str] = field(default_factory=Counter)
    turns: Counter[str] = field(default_factory=Counter)
    broken: dict[int, str] = field(default_factory=dict)  # by seed

    def line(self) -> str:
        pace = self.days / max(self.seconds, 0.001) * 60
        return (
            f"{self.histories} histories, {self.days:.0f} days, {self.steps} steps, "
            f"{pace:.0f} days a minute of processor, {len(self.broken)} broken\n"
            f"cases: {json.dumps(dict(self.ends.most_common()))}\n"
            f"their steps: {json.dumps(dict(self.turns.most_common()))}"
        )

    def numbers(self) -> dict[str, float]:
        return {
            "histories": self.histories,
            "days": self.days,
            "steps": self.steps,
            "seconds of processor": self.seconds,
        }


def play(database: Database, seed: int, tally: Tally) -> None:
    history, began = History(database, seed), time.process_time()
    try:
        history.begin()
        history.play(_all_is_kept)
    except Exception as error:
        tally.broken[seed] = f"step {history.steps}, {history.now}: {type(error).__name__} {error}"
    with database.read() as session:
        tally.ends.update(f"{case.level} {case.state}" for case in session.scalars(select(Case)))
        tally.turns.update(session.scalars(select(CaseEvent.kind)))
    tally.histories += 1
    tally.steps += history.steps
    tally.days += (history.now - MONDAY) / DAY
    tally.seconds += time.process_time() - began


def _all_is_kept(history: History) -> None:
    found = kept.broken(history)
    assert found == [], found
