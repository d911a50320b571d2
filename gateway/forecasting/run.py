"""A clock that only counts: what happens next in this district?"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway import delivery, outreach, watch
from gateway.cases import ladder
from gateway.forecasting import clinic, telephone
from gateway.forecasting.days import Days
from gateway.forecasting.plan import NoForecast
from gateway.phone.twilio_in import Receipt
from gateway.store.queries import promises
from gateway.store.queries.promises import Ahead
from gateway.store.tables import Call, Message, Person, Role, Sending

TICKS = ((outreach.tick, Ahead.has_asking), (ladder.tick, Ahead.has_cases))


def play(days: Days, end: datetime) -> None:
    """Everything that happens before then, each moment in one transaction. Raises NoForecast where a promise broke."""
    while (moment := _next(days)) is not None and moment < end:
        days.now = max(days.now, moment)
        with days.database.write() as session:
            for act in days.due():
                act(session)
            _tick(days, session)
            for row in _pending(days, session):
                _leaves(days, session, row)
    days.now = end
    with days.database.read() as session:
        broken = list(watch.audit(session, end))
    if broken:
        raise NoForecast(f"a promise was broken on the way: {broken[0].sentence}")


def _next(days: Days) -> datetime | None:
    with days.database.read() as session:
        due = promises.next_due(session)
    return min((moment for moment in (due, days.next_planned) if moment), default=None)


def _tick(days: Days, session: Session) -> None:
    """As the clock process does it: where one question says that something is due."""
    for tick, has_work in TICKS:
        session.flush()
        while has_work(promises.ahead(session), days.now) and tick(session, days.now):
            session.flush()


def _pending(days: Days, session: Session) -> list[Message | Call]:
    rows: list[Message | Call] = []
    for table in (Message, Call):
        due = select(table).where(table.state == Sending.PENDING, table.not_before <= days.now)
        rows += session.scalars(due.order_by(table.urgency, table.id))
    return rows


def _leaves(days: Days, session: Session, row: Message | Call) -> None:
    row.state, row.sent_at = Sending.ACCEPTED, days.now
    row.provider_id = f"{'CA' if isinstance(row, Call) else 'SM'}{next(days.numbers):032x}"
    to = session.get_one(Person, row.to_id)
    if isinstance(row, Call):
        telephone.rings(days, session, row, to)
        return
    delivery.receipt(session, Receipt(row.provider_id, row.id, "delivered"), days.now)
    if to.role == Role.PATIENT:
        telephone.reads(days, session, row, to)
    else:
        clinic.reads(days, session, row, to)
