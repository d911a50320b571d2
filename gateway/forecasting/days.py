"""The only time there is: what is planned in it, and how does somebody write to us?"""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway import intake
from gateway.forecasting.answering import Patient
from gateway.forecasting.plan import BEGINS, Plan
from gateway.phone.twilio_in import SmsHeard
from gateway.store.database import Database
from gateway.store.queries.people import number_of, phone_of
from gateway.store.tables import Person, Role

MINUTE = timedelta(minutes=1)
Act = Callable[[Session], object]


@dataclass
class Days:
    """`patients` by id. Each of them has dice of her own, so that nobody's answers hang on the order of the others."""

    database: Database
    plan: Plan
    now: datetime = BEGINS
    patients: dict[str, Patient] = field(default_factory=dict)
    agenda: list[tuple[datetime, int, Act]] = field(default_factory=list)
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    dice: Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = Random(self.plan.seed)
        hers = select(Person).where(Person.role == Role.PATIENT).order_by(Person.code)
        with self.database.read() as session:
            for person in session.scalars(hers):
                self.patients[person.id] = Patient(self.plan, Random(f"{self.plan.seed} {person.code}"))

    @property
    def next_planned(self) -> datetime | None:
        return self.agenda[0][0] if self.agenda else None

    def later(self, minutes: float, act: Act) -> None:
        """In whole minutes: what comes in the same one is one transaction."""
        at = self.now.replace(second=0, microsecond=0) + (1 + int(minutes)) * MINUTE
        heapq.heappush(self.agenda, (at, next(self.numbers), act))

    def due(self) -> Iterator[Act]:
        while self.agenda and self.agenda[0][0] <= self.now:
            yield heapq.heappop(self.agenda)[2]

    def text(self, session: Session, person_id: str, body: str) -> None:
        phone = phone_of(session, person_id)
        assert phone
        heard = SmsHeard(f"AC{'0' * 32}", f"SM{next(self.numbers):032x}", number_of(session, phone), "", body)
        intake.heard(session, heard, self.now)
