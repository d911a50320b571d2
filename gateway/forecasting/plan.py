"""What is assumed of a district that does not exist yet?"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from gateway.core.written import Problem

# A country in which the provider carries SMS both ways, and numbers enough for a district.
REGION, ZONE, EMERGENCY = "AU", ZoneInfo("Australia/Sydney"), "000"
FIRST_NUMBER, MOST_PATIENTS = 412_000_000, 5_000
BEGINS = datetime(2026, 3, 1, 20, tzinfo=UTC)  # early on a Monday there
WEEK = timedelta(weeks=1)


class NoForecast(Exception):
    """Why there is none; `problems` stand in the flow's file."""

    def __init__(self, sentence: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(sentence)
        self.problems = problems


@dataclass(frozen=True)
class Plan:
    """Shares are of 1. None of them is known before a site has begun: they are to be tried higher and lower.

    `answered`: of the reports. In PROSPECT 0.77 of the patients' own reports came in without a reminder by a person.
    `severe`: of the answers on a scale, 7 or more of 10. STAR alerted at 0.02 of the items, PRO-TECT at 0.06.
    `danger`: of the reports, with a yes to the danger signs. `helped`: of the SMS about a case that a doctor answers.
    Both are guesses.
    """

    flow: str
    patients: int
    weeks: int
    seed: int = 1
    language: str = "en"
    channel: str = "sms"
    a_doctor: int = 20  # patients
    answered: float = 0.77
    severe: float = 0.04
    danger: float = 0.005
    helped: float = 0.8

    @property
    def doctors(self) -> int:
        return ceil(self.patients / self.a_doctor)
