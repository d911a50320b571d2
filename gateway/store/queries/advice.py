"""Which advice is the newest of each name, and what did a version say?"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gateway.core.advice import Advice, read
from gateway.store.tables import AdviceVersion


def newest_advice(session: Session) -> list[AdviceVersion]:
    latest = select(AdviceVersion.name, func.max(AdviceVersion.number)).group_by(AdviceVersion.name)
    rows = {(name, number) for name, number in session.execute(latest)}
    found = session.scalars(select(AdviceVersion).order_by(AdviceVersion.name, AdviceVersion.number))
    return [row for row in found if (row.name, row.number) in rows]


def advice_of(version: AdviceVersion) -> Advice:
    advice, problems = read(version.source)
    assert advice is not None, problems
    return advice
