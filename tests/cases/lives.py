"""One history drawn from a seed: who answers, who is silent, what gets lost, and when does everything stand still?"""

import heapq
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from random import Random
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway import cases, intake, outreach
from gateway.cases import ladder
from gateway.core.conversation import expected
from gateway.enrolment.consent import consent_to
from gateway.outreach import training
from gateway.phone.twilio_in import SmsHeard
from gateway.store.database import Database
from gateway.store.ids import new_id
from gateway.store.queries import conversations, promises
from gateway.store.queries.people import number_of, phone_of
from gateway.store.queries.promises import Ahead
from gateway.store.tables import Call, Case, Enrolment, Kind, Message, Person, Role, Sending
from gateway.talk.scene import scene
from tests.cases import happenings, rung
from tests.cases.tempers import DUTIES, ORDERS, Temper, said
from tests.village import MONDAY, Tiers, Village, add_person, raise_tiers, report_before, settle

DAYS = 12
LOOKS_EACH = 8  # steps: the ticks are called even where nothing is due, and must find nothing
MOST_STEPS = 20_000  # in so many days nobody has so many moments: it goes round in a circle
MOST_TEXTS = 25  # nobody chats with a gateway for ever
CRASHES = 0.02  # of all transactions: all is done but the commit, then done again
OURS = "+15005550006"
TICKS = ((outreach.tick, Ahead.has_asking), (ladder.tick, Ahead.has_cases))
Given = TypeVar("Given")


class Crash(Exception):
    """The process is killed just before the commit."""


@dataclass
class History:
    """`now` is story time. `down_until`: nobody works and webhooks wait; `silent_until`: nothing leaves."""

    database: Database
    seed: int
    dice: Random = field(init=False)
    village: Village = field(init=False)
    now: datetime = MONDAY
    agenda: list[tuple[datetime, int, Callable[[], object]]] = field(default_factory=list)
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    tempers: dict[str, Temper] = field(default_factory=dict)
    wrote: Counter[str] = field(default_factory=Counter)
    silent_until: datetime = MONDAY
    stopped: set[str] = field(default_factory=set)  # clinicians who have ever opted out
    ends: datetime = MONDAY + timedelta(days=DAYS)
    steps: int = 0
    promised: Ahead | None = None
    late: frozenset[str] = frozenset()  # what stood unrung at the last step

    def begin(self) -> None:
        self.dice = Random(self.seed)
        with self.database.write() as session:
            self.village = settle(session)
            tiers = raise_tiers(session, self.village)
            self._people(session, self.village, tiers)
            training.plan(session, MONDAY - timedelta(minutes=self.dice.choice((0, 50, 3000))))
        self.now = MONDAY - timedelta(minutes=5)
        for _ in range(self.dice.randrange(1, 9)):
            self.plan(self.some_time(), lambda: happenings.something(self))

    def play(self, after_step: Callable[["History"], None]) -> None:
        """To its end, a step at a time."""
        while (moment := self._next()) is not None and moment <= self.ends:
            self.now = max(self.now, moment)
            while self.agenda and self.agenda[0][0] <= self.now:
                heapq.heappop(self.agenda)[2]()
            self._tick()
            self._send()
            self.steps += 1
            assert self.steps < MOST_STEPS, f"seed {self.seed}, {self.now}: round in a circle"
            after_step(self)

    # --- who there is

    def _people(self, session: Session, village: Village, tiers: Tiers) -> None:
        add_person(session, MONDAY, tiers.county, "lindiwe", Role.COORDINATOR, "Lindiwe", "+254733000008")
        second = add_person(session, MONDAY, village.clinic, "chen", Role.CLINICIAN, "Chen", "+254722000009")
        for clinician in (village.baraka, second, tiers.zhao, tiers.odera):
            clinician.duty = self.dice.choice(DUTIES)
            rung.give_code(session, self.dice, clinician)
            self.tempers[clinician.id] = Temper(self.dice.choice((0, 1, 5, 9)), self.dice.choice((5, 40, 600)), 0, 8)
        self.ends = MONDAY + timedelta(days=self.dice.choice((3, 5, 8, DAYS)))
        self.tempers[village.chandra.id] = Temper(self.dice.choice((0, 1, 2, 5, 8, 9)), 600)
        patients = [village.amina]
        if self.dice.random() < 0.3:
            mei = add_person(session, MONDAY, village.clinic, "mei", Role.PATIENT, "Mei", "+254711000007")
            mei.doctor_id, mei.small_number, mei.no_visit = village.baraka.id, "13", True
            patients.append(mei)
        for patient in patients:
            self._patient(session, patient)
        session.flush()

    def live_in(self, session: Session, patient: Person) -> None:
        """A patient as patients are, not yet asked anything."""
        self.tempers[patient.id] = Temper(
            self.dice.choice((3, 9, 9)), self.dice.choice((5, 5, 90)), self.dice.choice((3, 8, 9, 10))
        )
        session.flush()
        consent_to(session, patient, "messages", MONDAY)

    def _patient(self, session: Session, patient: Person) -> None:
        self.live_in(session, patient)
        due = MONDAY + timedelta(minutes=self.dice.choice((0, 0, 360, 700)))
        rule = {"time": f"{due + timedelta(hours=3):%H:%M}", "every_days": 7, "weekday": 0}
        slot = f"{due + timedelta(hours=3):%Y-%m-%dT%H:%M}"
        row = Enrolment(id=new_id(MONDAY), person_id=patient.id, flow="weekly-check", rule=rule, created_at=MONDAY)
        row.next_due, row.next_slot = due, slot
        session.add(row)
        report_before(session, patient)

    # --- time

    def _next(self) -> datetime | None:
        """What is past its time and was not done, as a phone that a call still holds, is looked at again soon."""
        waits = [self.agenda[0][0]] if self.agenda else []
        ahead = self._ahead()
        promised = (ahead.prompt, ahead.lapse, ahead.case, ahead.ended_call)
        leaving = (ahead.message, ahead.call) if self.now >= self.silent_until else ()
        soon = self.now + timedelta(seconds=1)
        waits += [max(due, soon) for due in (*promised, *leaving) if due]
        return min([*waits, soon] if ahead.has_lost_sms else waits, default=None)

    def _ahead(self) -> Ahead:
        """Asked anew after whatever was written."""
        if self.promised is None:
            with self.database.read() as session:
                self.promised = promises.ahead(session)
        return self.promised

    def plan(self, at: datetime, act: Callable[[], object]) -> None:
        heapq.heappush(self.agenda, (at, next(self.numbers), act))

    def some_time(self) -> datetime:
        return MONDAY + self.dice.random() * (self.ends - MONDAY)

    def later(self, minutes: float) -> datetime:
        return self.now + timedelta(minutes=self.dice.uniform(0.1, minutes))

    def write(self, work: Callable[[Session], Given]) -> Given:
        self.promised = None
        if self.dice.random() < CRASHES:
            with suppress(Crash), self.database.write() as session:
                work(session)
                session.flush()
                raise Crash
        with self.database.write() as session:
            return work(session)

    def _tick(self) -> None:
        """Everything that is due, as the clock process does it. Now and then also where it would see nothing to do."""
        if self.steps % LOOKS_EACH == 0:
            self._look_in_vain()
        for tick, has_work in TICKS:
            while has_work(self._ahead(), self.now):
                if not self.write(partial(tick, now=self.now)):
                    break

    def _look_in_vain(self) -> None:
        for tick, has_work in TICKS:
            if not has_work(self._ahead(), self.now):
                done = self.write(partial(tick, now=self.now))
                assert not done, f"seed {self.seed}, {self.now}: {done} rows had work that nobody saw"

    # --- what leaves

    def _send(self) -> None:
        """A telephone that obeys the outbox and loses some of it."""
        if self.now < self.silent_until:
            return
        if self._ahead().has_mail(self.now):
            self.write(lambda session: [self._leave(session, row) for row in self._pending(session)])

    def _pending(self, session: Session) -> list[Message | Call]:
        rows: list[Message | Call] = []
        for table in (Message, Call):
            due = select(table).where(table.state == Sending.PENDING, table.not_before <= self.now)
            rows += session.scalars(due.order_by(table.urgency, table.id))
        return rows

    def _leave(self, session: Session, row: Message | Call) -> None:
        phone = phone_of(session, row.to_id) if row.to_id else None
        if row.valid_until <= self.now:
            row.state = Sending.EXPIRED
        elif phone is None or phone.opted_out_at or self.dice.random() < 0.02:
            row.state, row.error = Sending.REFUSED, 21610
        else:
            row.state, row.sent_at, row.provider_id = Sending.ACCEPTED, self.now, f"SM{row.id}"
            self._travel(row)

    def _travel(self, row: Message | Call) -> None:
        """Delivered, undelivered, or nobody ever hears what became of it."""
        row_id, table, to_id, case_id = row.id, type(row), row.to_id, row.case_id
        if table is Call and case_id:
            self.plan(self.later(1), lambda: rung.rings(self, row_id))
            return
        if table is Call:
            self.plan(self.later(1), lambda: self.receipt(Call, row_id, "no-answer"))
            return
        fate = self.dice.random()
        if fate < 0.06:
            self.plan(self.later(30), lambda: self.receipt(Message, row_id, "undelivered"))
            return
        if fate < 0.8:
            self.plan(self.later(1), lambda: self.receipt(Message, row_id, "delivered"))
        kind, at = row.kind, self.later(2)
        self.plan(at, lambda: self._read(str(to_id), kind, case_id))

    def receipt(self, table: type[Message] | type[Call], row_id: str, status: str) -> None:
        def note(session: Session) -> None:
            row = session.get_one(table, row_id)
            row.receipt, row.receipt_at = status, self.now

        self.write(note)

    # --- who does what about it

    def _read(self, person_id: str, kind: Kind, case_id: str | None) -> None:
        temper = self.tempers.get(person_id)
        if temper is None or self.dice.randrange(10) >= temper.answers or self.wrote[person_id] >= MOST_TEXTS:
            return
        with self.database.read() as session:
            role = session.get_one(Person, person_id).role
        at = self.later(temper.minutes)
        if role == Role.PATIENT:
            self.plan(at, lambda: self._replies(person_id))
        elif role == Role.COORDINATOR and case_id:
            self.plan(at, lambda: self._closes(case_id))
        elif role == Role.CLINICIAN and kind is Kind.PROMPT:
            self.plan(at, lambda: self.text(person_id, self.dice.choice(("1", "2", "3", "7"))))
        elif role == Role.CLINICIAN and case_id:
            self.plan(at, lambda: self._orders(person_id, case_id))

    def _replies(self, person_id: str) -> None:
        """To what is asked at the moment, if anything is."""
        with self.database.read() as session:
            person = session.get_one(Person, person_id)
            row = conversations.has_floor(session, person)
            if row is None or row.person_id != person_id:
                return
            here = scene(session, conversations.around_conversation(session, row))
            awaited = expected(here.flow, here.memory)
        self.text(person_id, said(self.dice, awaited, self.tempers[person_id]))

    def _orders(self, person_id: str, case_id: str) -> None:
        """One digit or several, alone or with the code, and some time later what was done."""
        order = self.dice.choice((*ORDERS, "1", "1", "2", "4"))
        self.order(person_id, case_id, order)
        if self.dice.random() < 0.1:
            self.plan(self.later(2), lambda: self.order(person_id, case_id, order))
        if self.dice.randrange(10) < self.tempers[person_id].reaches:
            done = self.dice.choice(("4", "6", "46", "456", "7", "8", "8", "9"))
            self.plan(self.later(200), lambda: self.order(person_id, case_id, done))

    def order(self, person_id: str, case_id: str, order: str) -> None:
        with self.database.read() as session:
            code = session.get_one(Case, case_id).code
        written = (f"{code}{order}", f"{code} {order}", f"{order} {code}", order, order)
        self.text(person_id, self.dice.choice(written))

    def _closes(self, case_id: str) -> None:
        self.write(lambda session: cases.close(session, self.now, case_id, "Chandra", "seen at home"))

    def text(self, person_id: str, body: str) -> None:
        """Now and then the provider brings the same SMS twice."""
        with self.database.read() as session:
            phone = phone_of(session, person_id)
            assert phone
            number = number_of(session, phone)
        self.wrote[person_id] += 1
        heard = SmsHeard("AC" + "0" * 32, f"SM{next(self.numbers):032x}", number, OURS, body)
        self.write(lambda session: intake.heard(session, heard, self.now))
        if self.dice.random() < 0.05:
            self.plan(self.later(90), lambda: self.write(lambda session: intake.heard(session, heard, self.now)))
