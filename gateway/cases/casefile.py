"""What lies before whoever moves a case: its locked row, how it stands, its patient, sites, words and times?"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from gateway.core import ownlimits, policy
from gateway.core.flow import Flow, Level
from gateway.core.life import Clock, Life, Move, State, Why
from gateway.store.queries.cases import NOBODY_TO_TELL, frozen_limits
from gateway.store.queries.duty import hours_of
from gateway.store.queries.flows import flow_of
from gateway.store.queries.people import ladder
from gateway.store.tables import Case, FlowVersion, Person, Site


@dataclass(frozen=True)
class CaseNotice:
    """What a turn may say of the case that it opened or joined: who hears of it, and until when somebody should phone.

    `doctor` None: nobody but the coordinator. `plan_until`: he knows already, and nobody is told anew.
    """

    case_id: str
    level: Level
    deadline: datetime
    doctor: Person | None = None
    plan_until: datetime | None = None


@dataclass
class CaseFile:
    """One locked case for one transaction. `whys`: what the coordinator is to hear of when the file is put back."""

    session: Session
    now: datetime
    case: Case
    life: Life
    last_move: Move | None = None
    whys: list[Why] = field(default_factory=list)
    nobody_heard: bool = False

    @cached_property
    def patient(self) -> Person:
        return self.session.get_one(Person, self.case.patient_id)

    @cached_property
    def sites(self) -> list[Site]:
        """The patient's site and all above it: tier k is the k-th."""
        return ladder(self.session, self.patient.site_id)

    @cached_property
    def version(self) -> FlowVersion:
        return self.session.get_one(FlowVersion, self.case.version_id)

    @cached_property
    def flow(self) -> Flow:
        return ownlimits.put(flow_of(self.version), frozen_limits(self.case))

    @cached_property
    def clock(self) -> Clock:
        times = policy.from_json(self.case.frozen["policy"])
        return Clock(self.now, times, hours_of(self.session, self.patient))

    @property
    def holder(self) -> Person | None:
        return self.session.get(Person, self.case.accepted_by) if self.case.accepted_by else None

    @property
    def symptoms(self) -> list[list[Any]]:
        """[id, {value, last, start, ...}]; an id of "" is no question of the flow (a red flag, a silence)."""
        found: list[list[Any]] = self.case.frozen["symptoms"]
        return found

    @property
    def told(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.case.progress["told"]
        return found

    def write(self) -> None:
        case, life = self.case, self.life
        case.level, case.state, case.tier = life.level, life.state, life.tier
        case.progress = {**case.progress, "life": life.to_json()}
        case.due_at, case.next_action = life.due_at, life.next_promise
        if life.state is not State.TOLD:
            case.waits_on = None
        if life.state is not State.HELD:
            case.held_for = None
        if self.nobody_heard:
            case.next_action = NOBODY_TO_TELL
