"""What has each clinician done, and who may be compared with whom?"""

from collections import Counter
from dataclasses import dataclass, field
from statistics import median

from gateway.core.flow import Level
from gateway.core.life import Move
from gateway.quality.steps import ACCEPTS, Record, Step
from gateway.store.tables import Person, Role

DONE = "4567"  # advice, support, medicine, referred
CALL, VISIT = "1", "2"
CONNECTED = "connected"  # in a case's ledger: he and the patient were put through, for so many seconds
CAPACITY = 10  # cases a week beside his other work: a default for the site's clinicians to judge
FEWEST = 10  # cases: on fewer nobody is ranked


@dataclass
class Part:
    """One clinician's part in real cases; drills and practice are not counted."""

    clinician: Person
    levels: dict[str, Level] = field(default_factory=dict)  # each of `cases` -> as what it opened
    told: set[str] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)
    minutes: list[float] = field(default_factory=list)
    handled: set[str] = field(default_factory=set)  # cases in which he noted a contact
    calls: int = 0
    visits: int = 0
    done: Counter[str] = field(default_factory=Counter)  # digit 4 to 7 -> how often he noted it
    seconds: int | None = None  # on calls that we connected for him; None where there was none
    in_time: int = 0
    timed: int = 0
    off_duty: int = 0
    cannot: int = 0
    rank: int | None = None

    @property
    def cases(self) -> int:
        """Of which he was told, or which he took on from somebody else."""
        return len(self.told | self.accepted)

    @property
    def contacts(self) -> int:
        return self.calls + self.visits

    @property
    def minutes_connected(self) -> float | None:
        return None if self.seconds is None else round(self.seconds / 60, 1)

    @property
    def share_in_time(self) -> float | None:
        return self.in_time / self.timed if self.timed else None

    @property
    def minutes_to_accept(self) -> float | None:
        return round(median(self.minutes), 1) if self.minutes else None


def parts(records: list[Record], people: dict[str, Person]) -> list[Part]:
    """By code. Ranked by the share of steps in time, only among those with FEWEST cases or more."""
    found: dict[str, Part] = {}
    for record in records:
        for step in record.counted if record.is_real else ():
            told = step.event.facts.get("person") if step.event.kind == "told" else None
            if told:
                part = found.setdefault(told, Part(people[told]))
                part.told.add(record.case.id)
                part.levels[record.case.id] = record.opened_as
            elif step.by and step.by.role == Role.CLINICIAN:
                part = found.setdefault(step.by.id, Part(step.by))
                _count(part, record, step)
    rows = sorted(found.values(), key=lambda part: part.clinician.code)
    may = [part for part in rows if part.cases >= FEWEST and part.share_in_time is not None]
    for part in may:
        part.rank = 1 + sum((other.share_in_time or 0) > (part.share_in_time or 0) for other in may)
    return rows


def _count(part: Part, record: Record, step: Step) -> None:
    kind = step.event.kind
    if kind in ACCEPTS and record.case.id not in part.accepted:
        part.accepted.add(record.case.id)
        part.levels[record.case.id] = record.opened_as
        part.minutes.append(step.minutes)
    if kind == Move.CONTACT:
        part.handled.add(record.case.id)
        visited = went_there(record, step)
        part.visits, part.calls = part.visits + visited, part.calls + (not visited)
    if kind in (Move.CONTACT, Move.REFERRED):
        part.done.update(digit for digit in step.event.facts.get("digits", "") if digit in DONE)
    if kind == CONNECTED:
        part.seconds = (part.seconds or 0) + int(step.event.facts["seconds"])
    part.cannot += kind == Move.CANNOT
    part.off_duty += bool(step.is_off_duty)
    if step.is_in_time is not None:
        part.timed += 1
        part.in_time += step.is_in_time


def went_there(record: Record, contact: Step) -> bool:
    """How he last said that he would reach her, in this reply or before it, is how he did; else by call."""
    replies = [
        step for step in record.counted if step.event.kind in ACCEPTS and step.event.by_id == contact.event.by_id
    ]
    before = [step for step in replies if step.event.number <= contact.event.number]
    said = [digit for step in before for digit in step.event.facts.get("digits", "") if digit in (CALL, VISIT)]
    return said[-1:] == [VISIT]
