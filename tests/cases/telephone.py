"""A doctor's telephone in a story: it rings, speaks, takes keys and is put down."""

from dataclasses import dataclass, field
from itertools import count

from sqlalchemy import select

from gateway import delivery, intake, voice_turn
from gateway.core.wording import Connect, Speak, Spoken
from gateway.phone.twilio_in import CallAnswered, CallEnded, Dialled, Heard, KeysHeard, Receipt
from gateway.store.inbound import is_first
from gateway.store.queries.people import seal_call_code
from gateway.store.tables import Call, Person, Sending
from tests.cases.story import Story

CODE = "4711"
OURS, HIS = "+15005550006", "+254722000002"


@dataclass
class Telephone:
    story: Story
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    call_id: str = ""

    def rings(self, person: Person) -> int:
        """How many calls to that person wait to leave."""
        return len(self.waiting(person))

    def waiting(self, person: Person) -> list[Call]:
        with self.story.database.read() as session:
            mine = (Call.to_id == person.id, Call.state == Sending.PENDING)
            return list(session.scalars(select(Call).where(*mine).order_by(Call.id)))

    def pick_up(self, person: Person, answered_by: str = "human") -> str:
        row = self._left(person)
        return said(self._hear(CallAnswered(self.call_id, row, answered_by, OURS, HIS)))

    def rings_us(self, number: str = HIS) -> str:
        self.call_id = f"CA{next(self.numbers):032x}"
        return said(self._hear(CallAnswered(self.call_id, None, None, number, OURS)))

    def unanswered(self, person: Person, status: str = "no-answer") -> None:
        self._left(person)
        self.put_down(status)

    def press(self, digits: str) -> str:
        return said(self.keys(digits))

    def keys(self, digits: str) -> tuple[Spoken, ...]:
        return self._hear(KeysHeard(self.call_id, next(self.numbers), None, None, None, digits))

    def other_puts_down(self, status: str = "completed", seconds: int = 90) -> str:
        return said(self._hear(Dialled(self.call_id, next(self.numbers), status, seconds)))

    def put_down(self, status: str = "completed") -> None:
        with self.story.writing() as session:
            delivery.receipt(session, Receipt(self.call_id, None, status), self.story.now)
            intake.heard(session, CallEnded(self.call_id, None, status, 60, None), self.story.now)
        self.story.tick()

    def turn(self, heard: CallAnswered | KeysHeard | Dialled, ours: str | None = OURS) -> str:
        """The TwiML, as the door answers."""
        with self.story.writing() as session:
            is_new = is_first(session, heard.key, "keys", self.story.now)
            return voice_turn.answer(session, heard, is_new, self.story.now, "https://here.example", ours)

    def left(self, person: Person) -> CallAnswered:
        """His call is on its way; what the provider asks when it is answered."""
        row = self._left(person)
        return CallAnswered(self.call_id, row, "human", OURS, HIS)

    def _left(self, person: Person) -> str:
        with self.story.writing() as session:
            mine = (Call.to_id == person.id, Call.state == Sending.PENDING)
            call = session.scalars(select(Call).where(*mine).order_by(Call.id)).one()
            call.state, call.provider_id = Sending.ACCEPTED, f"CA{next(self.numbers):032x}"
            self.call_id = call.provider_id
            return call.id

    def _hear(self, heard: Heard) -> tuple[Spoken, ...]:
        with self.story.writing() as session:
            spoken = intake.heard(session, heard, self.story.now)
        assert spoken is not None
        return spoken


def said(spoken: tuple[Spoken, ...]) -> str:
    words = [line.text for line in spoken if isinstance(line, Speak)]
    return " ".join([*words, *(f"[to {line.number}]" for line in spoken if isinstance(line, Connect))])


def give_codes(story: Story, code: str = CODE) -> None:
    with story.writing() as session:
        for person in (story.village.baraka, story.tiers.zhao, story.tiers.odera):
            known = session.get_one(Person, person.id)
            known.call_code = seal_call_code(session, known, code)


def arrives(story: Story, person: Person) -> None:
    story.dies(person, "delivered")
