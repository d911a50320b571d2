"""The words of a case's life: states, moves, promises, actions, and how a case stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from gateway.core.flow import Level
from gateway.core.policy import Hours, Times


class State(StrEnum):
    HELD = "held"  # the doctor's SMS waits for one more answer, or (amber) for duty
    TOLD = "told"  # nobody has accepted: the case climbs
    ACCEPTED = "accepted"  # the climb stands still until the contact is due
    OVERDUE = "overdue"  # accepted, but no contact noted in time
    CONTACTED = "contacted"  # waits for the re-checks, or the next report
    BETTER = "better, to be called"
    PLANNED = "plan in place"  # severe and known: nobody is told again while it grows no worse, until a date
    LEFT = "left to a person"  # nothing but a person can end it
    CLOSED = "closed"


class Move(StrEnum):
    HOLD_ENDS = "hold ends"
    TIER_DUE = "next tier due"
    SKIPPED = "undelivered or nobody on duty"
    UNRECEIVED = "no receipt in time"
    RING_DUE = "ring due"
    UNDELIVERED = "not delivered"
    COORDINATOR_DUE = "coordinator due"
    ACCEPT = "accepts"
    CANNOT = "cannot"
    REFERRED = "referred"
    NOT_REACHED = "not reached"
    NOT_REACHED_AGAIN = "not reached again"
    CONTACT = "contact noted"
    CONTACT_MISSED = "contact missed"
    WORSE = "a worse breach"
    LOW = "re-check below"
    MODERATE = "re-check amber"
    HIGH = "re-check high"
    CLEARED = "may close"
    UNCLEARED = "re-checks over"
    NO_RESULT = "no result"
    NOTED = "noted"  # counted, and nothing more
    NO_CALL = "patient: no call"  # she says that nobody has phoned or visited
    SILENT = "patient silent"  # no answer at all to a re-check
    PLAN = "a plan"  # by a named clinician, until a date
    PLAN_BROKEN = "worse than the plan"
    PLAN_OVER = "the plan ends"
    NO_RECEIPT = "no receipt of the referral"
    AWAY = "away"
    HAND_OVER = "handed over"  # somebody at the console chose whom
    CLOSE = "a person closes"


class Promise(StrEnum):
    """What runs against the clock; the earliest is the case's `due_at`."""

    RELEASE = "release"
    RECEIPT = "receipt"
    RING = "ring"
    TIER = "tier"
    COORDINATOR = "coordinator"
    CONTACT = "contact"
    RESULT = "result"
    PLAN = "plan"
    REFERRAL = "referral"


class Why(StrEnum):
    """Why the coordinator is told."""

    DANGER = "danger"  # a `now` case opens
    NOT_ACCEPTED = "not accepted"
    NOBODY_LEFT = "nobody left"
    CONTACT_MISSED = "contact missed"
    NO_CALL = "patient: no call"
    REFERRED = "referred"
    REFERRAL = "referral not taken"
    AWAY = "away"
    STILL_OPEN = "still open"


@dataclass(frozen=True)
class TellTier:
    tier: int


@dataclass(frozen=True)
class Ring:
    """Whoever was told at this tier is rung, if nobody else was told meanwhile."""

    tier: int
    unless_delivered: bool = False


@dataclass(frozen=True)
class RingHolder:
    """Whoever accepted is rung."""


@dataclass(frozen=True)
class TellCoordinator:
    why: Why


@dataclass(frozen=True)
class TellHolder:
    """Whoever accepted hears that it is worse."""


@dataclass(frozen=True)
class TellChosen:
    """Whoever the case was handed to, whatever the rota says."""


@dataclass(frozen=True)
class TellPassedUp:
    """The village doctor hears that a case which he knows goes to the tier above him."""


@dataclass(frozen=True)
class RemindContact:
    """What was done? To whoever accepted."""


@dataclass(frozen=True)
class PlantRechecks:
    at: tuple[datetime, ...]


@dataclass(frozen=True)
class AskReached:
    """The patient is asked whether anybody phoned or visited."""

    at: datetime


@dataclass(frozen=True)
class TellNoCall:
    """Whoever held the case hears that the patient knows of no call."""


@dataclass(frozen=True)
class AskFamily:
    """By consent: a relative phones her and stays with her."""


@dataclass(frozen=True)
class PausePatient:
    """In hospital, moved or died: nothing more goes to the patient until the coordinator has asked."""


@dataclass(frozen=True)
class Close:
    """The case ends: what is still planted or waiting for it ends too."""


Action = (
    TellTier
    | Ring
    | RingHolder
    | TellHolder
    | TellChosen
    | TellPassedUp
    | TellCoordinator
    | RemindContact
    | PlantRechecks
    | AskReached
    | TellNoCall
    | AskFamily
    | PausePatient
    | Close
)


@dataclass(frozen=True)
class Life:
    """A case as its table sees it. `top` is the highest tier there is; `began` is the opening, or the last re-opening.

    The next tier is told `tier - climb_tier + 1` spans after `climb_from`.
    """

    level: Level
    state: State
    began: datetime
    climb_from: datetime
    top: int
    tier: int = 0
    climb_tier: int = 0
    due: Mapping[Promise, datetime] = field(default_factory=dict)
    has_contact: bool = False
    not_reached: int = 0
    below: int = 0  # re-checks of this round that were below
    results: int = 0  # re-checks of this round that came back
    is_moderate: bool = False  # the last re-check had fallen to amber
    is_away: bool = False
    highs: int = 0  # re-checks that opened the case again: the second one goes to a higher tier
    plan_until: datetime | None = None
    was_silent: bool = False  # she left a re-check unanswered once: the second time a person looks

    @property
    def next_promise(self) -> Promise | None:
        """The earliest; of several at one moment, the first of the enum: nobody is told of a case before its doctor."""
        order = list(Promise)
        return min(self.due, key=lambda promise: (self.due[promise], order.index(promise)), default=None)

    @property
    def due_at(self) -> datetime | None:
        return min(self.due.values(), default=None)

    def planned(self, until: datetime) -> "Life":
        return replace(self, plan_until=until)

    def to_json(self) -> dict[str, Any]:
        return {part.name: _plain(getattr(self, part.name)) for part in fields(self)}

    @staticmethod
    def from_json(plain: Mapping[str, Any]) -> "Life":
        due = {Promise(promise): datetime.fromisoformat(at) for promise, at in plain["due"].items()}
        moments = ("began", "climb_from", "plan_until")
        times = {name: datetime.fromisoformat(plain[name]) for name in moments if plain.get(name)}
        kinds = {"level": Level(plain["level"]), "state": State(plain["state"])}
        return Life(**{**plain, **times, **kinds, "due": due})


def _plain(part: object) -> object:
    if isinstance(part, datetime):
        return part.isoformat()
    if isinstance(part, Mapping):
        return {promise.value: at.isoformat() for promise, at in part.items()}
    return part


@dataclass(frozen=True)
class Clock:
    """The time, and the times that hold for this case's level."""

    now: datetime
    policy: Mapping[Level, Times]
    hours: Hours

    def times(self, life: Life) -> Times:
        return self.policy[life.level]
