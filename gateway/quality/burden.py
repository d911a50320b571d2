"""What did a report cost her in steps, and the month's cases everybody in SMS, minutes and contacts?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from gateway.core.life import Move
from gateway.quality.doctors import CONNECTED
from gateway.quality.month import Figures, at_sites
from gateway.quality.tables import Row
from gateway.store.queries import burden as asked
from gateway.store.tables import Person


@dataclass(frozen=True)
class Burden:
    """`steps`: replies and keypresses -> finished reports. `price`: of one part of an SMS, empty where nobody set it.

    `connected`: seconds that clinicians and patients were put through; other calls are known by their digit alone.
    """

    steps: dict[int, int]
    sent: asked.Sent
    cases: int
    contacts: int
    connected: int
    price: str

    @property
    def reports(self) -> int:
        return sum(self.steps.values())

    @property
    def usual(self) -> int | None:
        return _part_of(self.steps, 0.5)

    @property
    def most_need(self) -> int | None:
        """Nine of ten reports took her no more."""
        return _part_of(self.steps, 0.9)

    @property
    def cost(self) -> str:
        """Of the SMS that left, in the currency of SMS_PRICE; calls have no price here."""
        if not self.price:
            return ""
        price, _, currency = self.price.partition(" ")
        return f"{Decimal(price) * self.sent.parts:.2f} {currency}"

    @property
    def call_minutes(self) -> float:
        return round(self.sent.call_seconds / 60, 1)

    def a_case(self, number: float) -> float | None:
        return round(number / self.cases, 1) if self.cases else None


def burden(session: Session, found: Figures, sites: frozenset[str] | None, price: str) -> Burden:
    month, within = found.month, at_sites(Person.site_id, sites)
    steps = [step for record in found.records if record.is_real for step in record.counted]
    return Burden(
        steps=asked.steps_of_reports(session, month.since, month.until, within),
        sent=asked.sent(session, month.since, month.until, None if sites is None else within),
        cases=sum(one.cases for one in found.rounds),
        contacts=sum(step.event.kind == Move.CONTACT for step in steps),
        connected=sum(int(step.event.facts["seconds"]) for step in steps if step.event.kind == CONNECTED),
        price=price,
    )


def figures(one: Burden) -> Iterable[tuple[str, object]]:
    """As they stand in the month's file."""
    return (
        ("finished reports", one.reports),
        ("steps for a finished report", one.usual),
        ("steps for nine of ten finished reports", one.most_need),
        ("SMS parts sent", one.sent.parts),
        ("cost of SMS", one.cost or None),
        ("minutes of calls", one.call_minutes),
        ("SMS parts for each case", one.a_case(one.sent.case_parts)),
        ("contacts for each case", one.a_case(one.contacts)),
        ("connected minutes for each case", one.a_case(one.connected / 60)),
    )


def rows(month: str, one: Burden) -> Iterator[Row]:
    """In the columns of `behind.FIGURES`."""
    yield from ((month, "", "", "", figure, value) for figure, value in figures(one))


def _part_of(steps: dict[int, int], share: float) -> int | None:
    """The fewest steps that this share of the reports did not exceed."""
    all_, so_far = sum(steps.values()), 0
    for number in sorted(steps):
        so_far += steps[number]
        if so_far >= share * all_:
            return number
    return None
