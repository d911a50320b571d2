"""The week as its phones showed it: one line for each thing that happened, in the village's own time."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from gateway.demo.network import Entry
from gateway.demo.people import NAMES
from gateway.demo.village import ZONE, Village
from gateway.store.tables import Answer, Case, CaseEvent, Conversation, Person, Score

Line = tuple[datetime, str]
QUIET = {"request", "webhook", "message_status", "waiting", "redacted"}


@dataclass
class Teller:
    """Remembers what it has told. `entries` is the whole ledger so far."""

    village: Village
    entries: list[Entry] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    day: str = ""
    on_call: dict[str, str] = field(default_factory=dict)

    def news(self) -> Iterator[str]:
        """What has happened since the last time, in order, each new day with its name."""
        lines = sorted([*self._from_phones(), *self._from_database()], key=lambda line: line[0])
        for at, text in lines:
            local = at.astimezone(ZONE)
            if self.day != f"{local:%A %d %B}":
                self.day = f"{local:%A %d %B}"
                yield f"\n{self.day}"
            yield f"  {local:%H:%M:%S}  {text}"

    def _from_phones(self) -> Iterator[Line]:
        fresh = self.village.network.ledger(self.entries[-1]["seq"] if self.entries else 0)
        self.entries += fresh
        for entry in fresh:
            if entry["kind"] not in QUIET and (text := self._line(entry)):
                yield datetime.fromisoformat(entry["at"]), text

    def _line(self, entry: Entry) -> str:
        match entry["kind"]:
            case "sms_out":
                size = f"{len(entry['body'])} characters, {entry['segments']} x {entry['encoding']}"
                return f"SMS to {_name(entry['to'])} ({size}): {_flat(entry['body'])}"
            case "sms_in":
                return f"SMS from {_name(entry['from'])}: {_flat(entry['body'])}"
            case "call":
                return self._call(entry)
            case "spoken":
                return f"  {self.on_call.get(entry['sid'], '')} hears: {_flat(entry['text'])}"
            case "pressed":
                return f"  {self.on_call.get(entry['sid'], '')} presses {entry['digits']}"
            case "connected":
                return f"  {_name(entry['from'])} and {_name(entry['to'])} are connected"
            case "opt_out":
                return (
                    f"{_name(entry['from'])} {'stops' if entry['opted_out'] else 'takes back the stop of'} our messages"
                )
            case other:
                return f"{other}: {json.dumps(entry, ensure_ascii=False)}"

    def _call(self, entry: Entry) -> str:
        person = _name(entry["to"] if entry["direction"].startswith("outbound") else entry["from"])
        self.on_call[entry["sid"]] = person
        words = {
            "ringing": f"{person}'s phone rings",
            "answered": f"{person} answers",
            "completed": f"{person}'s call ends",
        }
        return words.get(
            entry["event"], "" if entry["event"] in ("created", "initiated") else f"{person}: {entry['event']}"
        )

    def _from_database(self) -> Iterator[Line]:
        with self.village.database.read() as session:
            people = {person.id: person.code for person in session.scalars(select(Person))}
            for score in session.scalars(select(Score)):
                yield from self._once(
                    score.id, score.scored_at, f"    score {people[score.person_id]}: {score.name} {score.value:g}"
                )
            for answer in session.scalars(select(Answer)):
                value = answer.word if answer.number is None else answer.number
                kept = "" if answer.confirmed is None else ", confirmed" if answer.confirmed else ", not confirmed"
                text = f"    answer {people[answer.person_id]}: {answer.question} {value}{kept}"
                yield from self._once(f"{answer.id}{kept}", answer.answered_at, text)
            for event, case in session.execute(select(CaseEvent, Case).join(Case, CaseEvent.case_id == Case.id)):
                by = f" by {people[event.by_id]}" if event.by_id else ""
                text = f"    case {case.code} ({case.level}, {people[case.patient_id]}): {event.kind}{by}"
                yield from self._once(event.id, event.at, text)
            for talk in session.scalars(select(Conversation).where(Conversation.ended_at.is_not(None))):
                if talk.ended_at:
                    text = f"    conversation {talk.flow} with {people[talk.person_id]}: {talk.outcome}"
                    yield from self._once(talk.id, talk.ended_at, text)

    def _once(self, key: str, at: datetime, text: str) -> Iterator[Line]:
        if key not in self.told:
            self.told.add(key)
            yield at, text


def _name(number: str) -> str:
    return NAMES.get(number, f"the number ending in {number[-2:]}")


def _flat(text: str) -> str:
    return " / ".join(text.splitlines())
