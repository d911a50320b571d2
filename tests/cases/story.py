"""A case as its people live it: breaches, digits and re-checks on a real database, minute by minute."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway import cases
from gateway.cases import CaseNotice, ladder
from gateway.core.answers import Answer as Said
from gateway.core.answers import Channel, Value
from gateway.core.events import Answered, Breached, RedFlagged, SkippedAtGate
from gateway.core.flow import Level
from gateway.core.life import Life
from gateway.store.database import Database
from gateway.store.ids import new_id
from gateway.store.outbox import body_of
from gateway.store.queries.cases import cases_without_next_action, events_of, open_case_of
from gateway.store.queries.flows import flow_of, newest
from gateway.store.queries.people import person_by_code
from gateway.store.sealing import seal
from gateway.store.tables import (
    Answer,
    Case,
    CaseEvent,
    Conversation,
    Enrolment,
    FlowVersion,
    Message,
    Person,
    Role,
    Sending,
)
from tests.village import MONDAY, Tiers, Village, add_person, raise_tiers, settle

SEVERE = Breached("severe", Level.RED, (("pain", 8),))
MILD = Breached("worse", Level.AMBER, (("pain", 5),))
HELD = Breached("severe", Level.RED, (("pain", 8),), wait_for="pain_now")
DANGER = Breached("danger", Level.NOW, (("danger", "yes"),))
FLAG = RedFlagged("breathlessness")


@dataclass
class Story:
    """`now` moves only forward; whatever falls due on the way is worked at its own time."""

    database: Database
    village: Village
    tiers: Tiers
    now: datetime = MONDAY
    seen: set[str] = field(default_factory=set)

    def breach(self, event: Breached | RedFlagged | SkippedAtGate = SEVERE) -> CaseNotice | None:
        with self.writing() as session:
            row = self._conversation(session, "weekly-check")
            version = newest(session, "weekly-check")
            assert version
            return cases.consider(
                session, self.now, patient=self.amina(session), conversation=row, flow=flow_of(version), event=event
            )

    def crowd(self, many: int, event: Breached = SEVERE) -> list[str]:
        """So many other patients of the clinic cross a limit at this moment: their cases' codes."""
        return [self._other(number, event) for number in range(20, 20 + many)]

    def _other(self, number: int, event: Breached) -> str:
        with self.writing() as session:
            code = f"p{number}"
            other = person_by_code(session, code)
            if other is None:
                phone = f"+2547110000{number}"
                other = add_person(session, self.now, self.village.clinic, code, Role.PATIENT, "Other", phone)
                other.doctor_id, other.small_number = self.village.baraka.id, str(number)
                session.flush()
            row = self._conversation(session, "weekly-check", person=other)
            flow = flow_of(session.get_one(FlowVersion, row.version_id))
            cases.consider(session, self.now, patient=other, conversation=row, flow=flow, event=event)
            case = open_case_of(session, other.id)
            assert case
            return case.code

    def answer(self, question: str, value: Value) -> None:
        """To the conversation in which the case opened."""
        with self.writing() as session:
            row = session.get_one(Conversation, self.case.conversation_id)
            cases.answered(session, self.now, row, Answered(Said(question, value, str(value), Channel.SMS)))

    def sends(self, person: Person, text: str) -> None:
        with self.writing() as session:
            cases.ordered(session, self.now, session.get_one(Person, person.id), text)

    def re_check(self, **values: Value) -> None:
        self.report("re-check", self.case.id, **values)

    def report(self, flow: str = "weekly-check", case_id: str | None = None, **values: Value) -> None:
        with self.writing() as session:
            row = self._conversation(session, flow, case_id)
            session.add_all(self._answer(session, row, name, value) for name, value in values.items())
            session.flush()
            row.state, row.ended_at = "ended", self.now
            cases.finished(session, self.now, row)

    def closes(self, by: str = "Chandra") -> bool:
        with self.writing() as session:
            return cases.close(session, self.now, self.case.id, by, "seen at home")

    def passes(self, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        end = self.now + timedelta(minutes=minutes, hours=hours, days=days)
        while True:
            self.tick()
            due = self.next_due()
            if due is None or due > end:
                break
            self.now = max(due, self.now)
        self.now = end
        self.tick()

    def tick(self) -> int:
        with self.writing() as session:
            return ladder.tick(session, self.now)

    def next_due(self) -> datetime | None:
        with self.database.read() as session:
            return session.scalars(
                select(Case.due_at).where(Case.closed_at.is_(None)).order_by(Case.due_at).limit(1)
            ).first()

    def dies(self, person: Person, receipt: str | None = "undelivered", state: Sending = Sending.ACCEPTED) -> None:
        """The newest SMS to that person does not arrive."""
        with self.writing() as session:
            latest = select(Message).where(Message.to_id == person.id).order_by(Message.id.desc()).limit(1)
            message = session.scalars(latest).one()
            message.receipt, message.state = receipt, state

    def heard(self, person: Person) -> list[str]:
        """What was sent to that person since this was last asked."""
        with self.database.read() as session:
            sent = session.scalars(select(Message).where(Message.to_id == person.id).order_by(Message.id))
            new = [message for message in sent if message.id not in self.seen]
            self.seen |= {message.id for message in new}
            return [body_of(session, message) for message in new]

    def latest(self, person: Person) -> str:
        return self.heard(person)[-1]

    @property
    def case(self) -> Case:
        """The newest."""
        with self.database.read() as session:
            return session.scalars(select(Case).order_by(Case.opened_at.desc(), Case.id.desc()).limit(1)).one()

    @property
    def life(self) -> Life:
        return Life.from_json(self.case.progress["life"])

    @property
    def code(self) -> str:
        return self.case.code

    def ledger(self) -> list[CaseEvent]:
        with self.database.read() as session:
            return events_of(session, self.case.id)

    def planted(self) -> list[datetime]:
        with self.database.read() as session:
            running = select(Enrolment.next_due).where(Enrolment.flow == "re-check", Enrolment.ended_at.is_(None))
            return [due for due in session.scalars(running.order_by(Enrolment.next_due)) if due]

    def unattended(self) -> list[str]:
        with self.database.read() as session:
            return [case.code for case in cases_without_next_action(session, self.now)]

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with self.database.write() as session:
            yield session

    def amina(self, session: Session) -> Person:
        return session.get_one(Person, self.village.amina.id)

    def _conversation(
        self, session: Session, flow: str, case_id: str | None = None, person: Person | None = None
    ) -> Conversation:
        version = newest(session, flow)
        assert version
        row = Conversation(
            id=new_id(self.now),
            person_id=(person or self.village.amina).id,
            version_id=version.id,
            case_id=case_id,
            flow=flow,
            rank="weekly",
            language="en",
            state="ended",
            memory={},
            started_at=self.now,
        )
        session.add(row)
        session.flush()
        return row

    def _answer(self, session: Session, conversation: Conversation, question: str, value: Value) -> Answer:
        row = Answer(
            id=new_id(self.now),
            conversation_id=conversation.id,
            person_id=conversation.person_id,
            flow=conversation.flow,
            question=question,
            number=None if isinstance(value, str) else int(value),
            word=value if isinstance(value, str) else None,
            respondent="patient",
            channel="sms",
            answered_at=self.now,
        )
        row.raw = seal(session, str(value), table="answers", column="raw", row=row.id, person=self.amina(session))
        return row


def begin(database: Database) -> Story:
    with database.write() as session:
        village = settle(session)
        tiers = raise_tiers(session, village)
    return Story(database, village, tiers)
