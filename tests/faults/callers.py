"""A crowd that is rung: machines, fax, pockets, wrong keys, hang-ups at every step, doubled and stale requests."""

import random
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from gateway import delivery, intake, outreach, voice_turn
from gateway.outreach import CannotAsk
from gateway.phone.twilio_in import CallAnswered, CallEnded, KeysHeard, Receipt
from gateway.store.inbound import is_first
from gateway.store.tables import Answer, Call, Conversation, Kind, Person, Sending
from tests.talking import OURS, Talk
from tests.village import AMINA

PUBLIC = "https://gateway.example.org"
ADDRESS = re.compile(r"/twilio/keys/([^/]+)/([^/]+)/([^/]+)/([0-9]+)")
PROTECTED = re.compile(
    r"pain|fever|bleeding|breath|tired|sleep|worr|symptom|doctor phone or visit|questions", re.IGNORECASE
)
NOBODY = ("busy", "no-answer", "failed", "canceled")
PICKED_UP = ("human",) * 12 + ("unknown", "unknown", "machine_start", "machine_end_beep", "fax")
MOST_KEYS = 45


@dataclass
class Line:
    """What the provider would hold of one call."""

    row: str
    sid: str
    person: str
    is_open: bool = False  # she has pressed what the site asks before anything is said
    heard: list[KeysHeard] = field(default_factory=list)


@dataclass
class Crowd:
    talk: Talk
    dice: random.Random
    digits: str = ""  # behind which her questions are: a PIN, or a year of birth; none where the key is enough
    figures: "Counter[str]" = field(default_factory=Counter)
    answered: set[tuple[str, str]] = field(default_factory=set)

    def ring(self, calls: int) -> None:
        """Until so many calls have come to an end."""
        while self.figures["calls"] < calls:
            waiting = self._waiting()
            if not waiting:
                self._next_moment()
            for row in waiting:
                self._one(row)
                self.talk.tick()

    def broken(self) -> list[str]:
        """Conversations that are neither closed nor have a moment at which they go on."""
        with self.talk.database.read() as session:
            rows = session.scalars(select(Conversation).where(Conversation.ended_at.is_(None)))
            return [row.id for row in rows if row.due_at is None and row.state != "suspended"]

    def lost(self) -> set[tuple[str, str]]:
        return self.answered - self._answers()

    def _waiting(self) -> list[str]:
        with self.talk.database.read() as session:
            due = (Call.state == Sending.PENDING, Call.not_before <= self.talk.now, Call.kind == Kind.PROMPT)
            return list(session.scalars(select(Call.id).where(*due).order_by(Call.id)))

    def _next_moment(self) -> None:
        """The next lapse; where nobody is asked anything, somebody is."""
        with self.talk.database.read() as session:
            due = session.scalars(select(Conversation.due_at).where(Conversation.ended_at.is_(None))).all()
        moments = [moment for moment in due if moment]
        self.talk.at(max(min(moments), self.talk.now) if moments else self.talk.now + timedelta(hours=1))
        with self.talk.database.write() as session:
            for person in session.scalars(select(Person).where(Person.channel == "voice")):
                try:
                    with session.begin_nested():
                        outreach.ask(session, person, "weekly-check", self.talk.now)
                except CannotAsk:
                    self.figures["asked something else already"] += 1

    def _one(self, row: str) -> None:
        self.figures["calls"] += 1
        line = Line(row, f"CA{self.figures['calls']:032x}", "")
        with self.talk.database.write() as session:
            call = session.get_one(Call, row)
            call.state, call.provider_id = Sending.ACCEPTED, line.sid
        if self.dice.random() < 0.25:
            self._end(line, self.dice.choice(NOBODY), None)
            return
        who = self.dice.choice(PICKED_UP)
        self.figures[who] += 1
        self._talk(line, who)
        self._end(line, "completed", who)

    def _talk(self, line: Line, who: str) -> None:
        said = self._say(line, CallAnswered(line.sid, line.row, who, OURS, AMINA))
        patience = self.dice.randrange(MOST_KEYS)
        for number in range(MOST_KEYS):
            place = ADDRESS.search(said)
            if place is None:
                self.figures["calls said to the end"] += 1
                return
            if number >= patience:
                self.figures["hang-ups"] += 1
                return
            said = self._press(line, place, said)

    def _press(self, line: Line, place: "re.Match[str]", said: str) -> str:
        keys = self._keys(said)
        conversation, step, part, turn = (None if each == "none" else each for each in place.groups())
        heard = KeysHeard(line.sid, int(str(turn)), conversation, step, int(part) if part else None, keys)
        line.is_open = line.is_open or self._opens(said, keys)
        answer = self._say(line, heard)
        if self.dice.random() < 0.1:
            self.figures["doubled"] += 1
            assert self._say(line, heard) == answer, "a doubled request hears the same"
        if line.heard and self.dice.random() < 0.1:
            self.figures["stale"] += 1
            assert self._say(line, self.dice.choice(line.heard)) == answer, "a stale one hears the last words"
        line.heard.append(heard)
        return answer

    def _opens(self, said: str, keys: str) -> bool:
        if self.digits:
            return keys == self.digits and _asks_for_digits(said)
        return keys == "1" and "calling for" in said

    def _keys(self, said: str) -> str:
        if self.dice.random() < 0.12:
            return self.dice.choice(("", "*", "#", "99", "7#", "0"))
        if _asks_for_digits(said):
            return self.digits if self.dice.random() < 0.7 else self.dice.choice(("0000", "1999", "47", "1"))
        if "calling for" in said:
            return "1" if self.dice.random() < 0.85 else "2"
        if "from 0 to 10" in said:
            return str(self.dice.choice((0, 1, 2, 3, 3, 4, 5, 8, 10)))
        if "Today: " in said:
            return "2" if self.dice.random() < 0.99 else "1"
        return self.dice.choice("12")

    def _say(self, line: Line, heard: CallAnswered | KeysHeard) -> str:
        """As the door does it. What was committed before is there afterwards."""
        with self.talk.database.write() as session:
            is_new = is_first(session, heard.key, "keys" if isinstance(heard, KeysHeard) else "call", self.talk.now)
            twiml = voice_turn.answer(session, heard, is_new, self.talk.now, PUBLIC)
        self.figures["turns"] += 1
        if not line.is_open:
            self.figures["turns before she is known"] += 1
            spoken = re.sub(r"<[^>]*>", " ", twiml)
            assert not PROTECTED.search(spoken), f"before she is known: {spoken}"
        self.answered |= self._answers()
        return twiml

    def _answers(self) -> set[tuple[str, str]]:
        with self.talk.database.read() as session:
            rows = session.execute(
                select(Answer.conversation_id, Answer.question).where(Answer.superseded_at.is_(None))
            )
            return {(conversation, question) for conversation, question in rows}

    def _end(self, line: Line, status: str, who: str | None) -> None:
        self.figures[status] += 1
        with self.talk.database.write() as session:
            delivery.receipt(session, Receipt(line.sid, line.row, status, answered_by=who), self.talk.now)
            intake.heard(session, CallEnded(line.sid, line.row, status, 30, who), self.talk.now)


def _asks_for_digits(said: str) -> bool:
    return "4 digits" in said or "were born" in said
