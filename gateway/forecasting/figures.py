"""What has been counted when the weeks are over?"""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from sqlalchemy.orm import Session

from gateway.forecasting.plan import BEGINS, WEEK, Plan
from gateway.store.queries import forecast as asked
from gateway.store.tables import Role

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Figures:
    """Of all weeks together. `parts`: what an SMS is billed by; `busiest_hour`: parts in it.

    `begun_minutes`: of calls, each rounded up by itself. `a_doctor_week`: new cases, once for each doctor and week.
    """

    asked: int
    finished: int
    sms: int
    parts: int
    busiest_hour: int
    received: int
    calls: int
    begun_minutes: int
    to_clinicians: int  # SMS
    cases: dict[str, int]  # by the level at which they opened
    a_doctor_week: tuple[int, ...]

    @property
    def usual(self) -> float:
        return sum(self.a_doctor_week) / len(self.a_doctor_week)

    def at_most(self, share: float) -> int:
        """New cases that a doctor has in this share of the weeks, at the most."""
        return sorted(self.a_doctor_week)[ceil(share * len(self.a_doctor_week)) - 1]


def figures(session: Session, plan: Plan) -> Figures:
    begun, finished = asked.reports(session, plan.flow)
    left, calls, cases = asked.sent(session), asked.call_seconds(session), asked.opened(session)
    hours: Counter[int] = Counter()
    for at, parts, _ in left:
        hours[(at - BEGINS) // HOUR] += parts
    weeks = Counter((doctor, (at - BEGINS) // WEEK) for at, doctor, _ in cases)
    doctors = asked.village_doctors(session)
    return Figures(
        asked=begun,
        finished=finished,
        sms=len(left),
        parts=sum(parts for _, parts, _ in left),
        busiest_hour=max(hours.values(), default=0),
        received=asked.received(session),
        calls=len(calls),
        begun_minutes=sum(ceil(seconds / 60) for seconds in calls),
        to_clinicians=sum(role is Role.CLINICIAN for _, _, role in left),
        cases=dict(Counter(level for _, _, level in cases)),
        a_doctor_week=tuple(weeks[doctor, week] for doctor in doctors for week in range(plan.weeks)),
    )
