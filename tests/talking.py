"""A village that can be talked with on a real database: texts and keys in, what the outbox holds out."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gateway import delivery, intake, outreach, publishing
from gateway.cases import ladder
from gateway.core.wording import Speak, Spoken
from gateway.enrolment.consent import consent_to
from gateway.phone.twilio_in import CallAnswered, CallEnded, KeysHeard, Receipt, SmsHeard
from gateway.store.database import Database
from gateway.store.outbox import body_of
from gateway.store.tables import Call, Conversation, Enrolment, Message, Person, Sending
from tests.village import AMINA, MONDAY, Village, report_before, settle

ROOT = Path(__file__).parent.parent
OURS = "+15005550006"
HERS = (Call.state == Sending.PENDING, Call.case_id.is_(None))  # a doctor's phone rings as well
EIGHT = MONDAY - timedelta(hours=1)


@dataclass
class Talk:
    """`now` is moved by hand. What `at` and `answer` let be said leaves at once; `text` is faster than that."""

    database: Database
    village: Village
    now: datetime
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def at(self, moment: datetime) -> "Talk":
        self.now = moment
        self.tick()
        self.leave()
        return self

    def unsent(self, moment: datetime) -> "Talk":
        """What is said at that moment still waits to leave."""
        self.now = moment
        self.tick()
        return self

    def later(self, **length: float) -> "Talk":
        return self.at(self.now + timedelta(**length))

    def leave(self) -> None:
        """Every SMS that waits is at the provider."""
        with self.database.write() as session:
            waiting = (Message.state == Sending.PENDING, Message.not_before <= self.now)
            session.execute(update(Message).where(*waiting).values(state=Sending.ACCEPTED, sent_at=self.now))

    def tick(self) -> None:
        for tick in (outreach.tick, ladder.tick):
            with self.database.write() as session:
                while tick(session, self.now):
                    session.flush()

    def text(self, sender: str, body: str, message_id: str | None = None) -> None:
        self.hear(SmsHeard("AC" + "0" * 32, message_id or f"SM{next(self.numbers):032x}", sender, OURS, body))

    def hear(self, heard: SmsHeard | CallAnswered | KeysHeard | CallEnded) -> tuple[Spoken, ...] | None:
        with self.database.write() as session:
            return intake.heard(session, heard, self.now)

    def answer(self, *replies: str) -> list[str]:
        """Amina answers one by one; gives what she is sent back."""
        said = []
        for reply in replies:
            self.now += timedelta(minutes=2)
            before = len(self.sent_to(AMINA))
            self.text(AMINA, reply)
            said += self.sent_to(AMINA)[before:]
            self.leave()
        return said

    def pick_up(self, answered_by: str = "human") -> str:
        """The newest call that waits is answered; gives what is said first."""
        with self.database.write() as session:
            call = session.scalars(select(Call).where(*HERS).order_by(Call.id.desc())).first()
            assert call is not None
            call.state, call.provider_id = Sending.ACCEPTED, f"CA{next(self.numbers):032x}"
            self.call_id, row_id = call.provider_id, call.id
        return _said(self.hear(CallAnswered(self.call_id, row_id, answered_by, OURS, AMINA)))

    def press(self, digits: str) -> str:
        with self.database.read() as session:
            call = session.scalars(select(Call).where(Call.provider_id == self.call_id)).one()
            memory = session.get_one(Conversation, call.conversation_id).memory if call.conversation_id else {}
        place = (call.conversation_id, memory.get("open"), memory.get("part"))
        return _said(self.hear(KeysHeard(self.call_id, next(self.numbers), *place, digits)))

    def ends(self, status: str = "completed", answered_by: str | None = None) -> "Talk":
        """The provider tells the end of the call that was picked up last."""
        with self.database.write() as session:
            told = Receipt(self.call_id, None, status, answered_by=answered_by)
            delivery.receipt(session, told, self.now)
            intake.heard(session, CallEnded(self.call_id, None, status, 60, answered_by), self.now)
        self.tick()
        return self

    def rings(self, status: str, answered_by: str | None = None) -> "Talk":
        """The newest call that waits comes to this end, and nobody spoke on it."""
        with self.database.write() as session:
            call = session.scalars(select(Call).where(*HERS).order_by(Call.id.desc())).first()
            assert call is not None, "no call waits"
            call.state, call.provider_id = Sending.ACCEPTED, f"CA{next(self.numbers):032x}"
            self.call_id = call.provider_id
        return self.ends(status, answered_by)

    def waiting_calls(self) -> int:
        with self.database.read() as session:
            return len(session.scalars(select(Call).where(*HERS)).all())

    def sent_to(self, number: str) -> list[str]:
        """Bodies in the order in which they were put."""
        with self.database.read() as session:
            lookup = session.info["keys"].index(number)
            rows = session.scalars(select(Message).order_by(Message.id)).all()
            return [body_of(session, row) for row in rows if _lookup(session, row) == lookup]

    def row(self, table: type[Conversation] | type[Enrolment] | type[Person]) -> "list[Conversation]":
        with self.database.read() as session:
            return list(session.scalars(select(table).order_by(table.id)))  # type: ignore[arg-type]  # one of three

    def conversations(self) -> list[Conversation]:
        with self.database.read() as session:
            return list(session.scalars(select(Conversation).order_by(Conversation.id)))

    def person(self, code: str) -> Person:
        with self.database.read() as session:
            return session.scalars(select(Person).where(Person.code == code)).one()


def begin(database: Database, channel: str = "sms", language: str = "en") -> Talk:
    """Monday, eight in the morning in Nairobi; Amina is asked each Monday at nine."""
    with database.write() as session:
        village = settle(session, EIGHT)
        publishing.seed(session, ROOT / "flows", ROOT / "locales", EIGHT)
        village.amina.channel, village.amina.language = channel, language
        enrol(session, village.amina)
    return Talk(database, village, EIGHT)


def enrol(session: Session, person: Person, slot: str = "2026-03-02T09:00", due: datetime = MONDAY) -> Enrolment:
    session.flush()
    consent_to(session, person, "messages", EIGHT)
    enrolment = Enrolment(
        id=f"{ord(person.code[0]):032x}",
        person_id=person.id,
        flow="weekly-check",
        rule={"time": "09:00", "every_days": 7, "weekday": 0},
        next_due=due,
        next_slot=slot,
        created_at=EIGHT - timedelta(weeks=4),  # she has been asked long enough to know how
    )
    session.add(enrolment)
    report_before(session, person)
    return enrolment


def _lookup(session: Session, row: Message) -> str:
    from gateway.store.tables import Phone

    return session.get_one(Phone, row.phone_id).lookup


def _said(spoken: tuple[Spoken, ...] | None) -> str:
    return " ".join(line.text for line in spoken or () if isinstance(line, Speak))
