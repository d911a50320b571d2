"""Which stretch of the calendar is meant: a month, a quarter or a year?"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

WRITTEN = re.compile(r"([2-8][0-9]{3})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?")
MONTH, QUARTER, YEAR = 1, 3, 12
EXAMPLES = "2026-03, 2026-Q1 or 2026"


@dataclass(frozen=True)
class Period:
    """From the first midnight to the one after the last day, on the clock of the district."""

    year: int
    month: int  # its first
    zone: ZoneInfo
    months: int = MONTH

    @property
    def name(self) -> str:
        if self.months == YEAR:
            return f"{self.year:04d}"
        return (
            f"{self.year:04d}-Q{self.month // 3 + 1}" if self.months == QUARTER else f"{self.year:04d}-{self.month:02d}"
        )

    @property
    def since(self) -> datetime:
        return datetime(self.year, self.month, 1, tzinfo=self.zone).astimezone(UTC)

    @property
    def until(self) -> datetime:
        return self.step(1).since

    def step(self, number: int) -> "Period":
        """So many of its own length on."""
        place = self.year * 12 + self.month - 1 + number * self.months
        return Period(place // 12, place % 12 + 1, self.zone, self.months)


def period_named(name: str, zone: ZoneInfo) -> Period | None:
    """`2026-03`, `2026-Q1` or `2026`; None for anything else."""
    found = WRITTEN.fullmatch(name)
    if found is None:
        return None
    year, quarter, month = int(found[1]), found[2], found[3]
    if quarter:
        return Period(year, int(quarter) * 3 - 2, zone, QUARTER)
    return Period(year, int(month), zone) if month else Period(year, 1, zone, YEAR)


def month_at(moment: datetime, zone: ZoneInfo) -> Period:
    local = moment.astimezone(zone)
    return Period(local.year, local.month, zone)
