"""A clock that only counts: what happens next in this district, and who does what about it?"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway import delivery, intake, outreach, watch
from gateway.cases import ladder
from gateway.forecasting import clinic, telephone
from gateway.forecasting.answering import Patient
from gateway.forecasting.plan import BEGINS, NoForecast, Plan
from gateway.phone.twilio_in import Receipt, SmsHeard
from gateway.store.database import Database
from gateway.store.queries import promises
from gateway.store.queries.people import number_of, phone_of
from gateway.store.queries.promises import Ahead
from gateway.store.tables import Call, Message, Person, Role, Sending

MINUTE = timedelta(minutes=1)
TICKS = ((outreach.tick, Ahead.has_asking), (ladder.tick, Ahead.has_cases))
Act = Callable[[Session], object]


@dataclass
class Run:
    """`now` is the only time there is. Each moment is one transaction: nothing is ever cut off here."""

    database: Database
    plan: Plan
    now: datetime = BEGINS
    patients: dict[str, Patient] = field(default_factory=dict)  # by id
    agenda: list[tuple[datetime, int, Act]] = field(default_factory=list)
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    dice: Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = Random(self.plan.seed)
        with self.database.read() as session:
            hers = select(Person).where(Person.role == Role.PATIENT).order_by(Person.code)
            for person in session.scalars(hers):
                self.patients[person.id] = Patient(self.plan, Random(f"{self.plan.seed} {person.code}"))

    def until(self, end: datetime) -> None:
        """Everything that happens before then. Raises NoForecast where a promise was broken on the way."""
        while (moment := self._next()) is not None and moment < end:
            self.now = max(self.now, moment)
            with self.database.write() as session:
                while self.agenda and self.agenda[0][0] <= self.now:
                    heapq.heappop(self.agenda)[2](session)
                self._tick(session)
                self._leave(session)
        self.now = end
        with self.database.read() as session:
            broken = list(watch.audit(session, self.now))
        if broken:
            raise NoForecast(f"a promise was broken on the way: {broken[0].sentence}")

    def later(self, minutes: float, act: Act) -> None:
        """In whole minutes: what comes in the same one is one transaction."""
        at = self.now.replace(second=0, microsecond=0) + (1 + int(minutes)) * MINUTE
        heapq.heappush(self.agenda, (at, next(self.numbers), act))

    def text(self, session: Session, person_id: str, body: str) -> None:
        phone = phone_of(session, person_id)
        assert phone
        heard = SmsHeard(f"AC{'0' * 32}", f"SM{next(self.numbers):032x}", number_of(session, phone), "", body)
        intake.heard(session, heard, self.now)

    def _next(self) -> datetime | None:
        with self.database.read() as session:
            due = promises.next_due(session)
        planned = self.agenda[0][0] if self.agenda else None
        return min((moment for moment in (due, planned) if moment), default=None)

    def _tick(self, session: Session) -> None:
        """As the clock process does it: where one question says that something is due."""
        for tick, has_work in TICKS:
            session.flush()
            while has_work(promises.ahead(session), self.now) and tick(session, self.now):
                session.flush()

    def _leave(self, session: Session) -> None:
        for row in self._pending(session):
            row.state, row.sent_at = Sending.ACCEPTED, self.now
            row.provider_id = f"{'CA' if isinstance(row, Call) else 'SM'}{next(self.numbers):032x}"
            self._arrives(session, row)

    def _pending(self, session: Session) -> list[Message | Call]:
        rows: list[Message | Call] = []
        for table in (Message, Call):
            due = select(table).where(table.state == Sending.PENDING, table.not_before <= self.now)
            rows += session.scalars(due.order_by(table.urgency, table.id))
        return rows

    def _arrives(self, session: Session, row: Message | Call) -> None:
        to = session.get_one(Person, row.to_id)
        if isinstance(row, Call):
            telephone.rings(self, session, row, to)
            return
        delivery.receipt(session, Receipt(str(row.provider_id), row.id, "delivered"), self.now)
        if to.role == Role.PATIENT:
            telephone.reads(self, session, row, to)
        else:
            clinic.reads(self, session, row, to)
