"""Which advice is the newest of each name, what did a version say, what is being written, and what is overdue?"""

from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, aliased

from gateway.core.advice import Advice, read
from gateway.store.tables import AdviceDraft, AdviceVersion, Plain


def newest_advice(session: Session) -> list[AdviceVersion]:
    other = aliased(AdviceVersion)
    last = select(func.max(other.number)).where(other.name == AdviceVersion.name).scalar_subquery()
    return list(session.scalars(select(AdviceVersion).where(AdviceVersion.number == last).order_by(AdviceVersion.name)))


def advice_of(version: AdviceVersion) -> Advice:
    advice, problems = read(version.source)
    assert advice is not None, problems
    return advice


def overdue(session: Session, today: date) -> list[Advice]:
    """What was to be looked at again before today, the longest overdue first."""
    late = [one for one in map(advice_of, newest_advice(session)) if one.review_by < today]
    return sorted(late, key=lambda one: one.review_by)


def versions_of_advice(session: Session, name: str) -> list[AdviceVersion]:
    """The newest first."""
    found = select(AdviceVersion).where(AdviceVersion.name == name)
    return list(session.scalars(found.order_by(AdviceVersion.number.desc())))


def newest_of_advice(session: Session, name: str) -> AdviceVersion | None:
    return next(iter(versions_of_advice(session, name)), None)


def advice_draft(session: Session, name: str) -> AdviceDraft | None:
    return session.scalars(select(AdviceDraft).where(AdviceDraft.name == name)).first()


def advice_drafts(session: Session) -> list[AdviceDraft]:
    return list(session.scalars(select(AdviceDraft).order_by(AdviceDraft.name)))


def store_advice_change(session: Session, draft: AdviceDraft, revision: int, values: Plain) -> bool:
    """False where the draft is no longer at that revision: somebody was faster."""
    order = update(AdviceDraft).where(AdviceDraft.id == draft.id, AdviceDraft.revision == revision)
    done = session.execute(order.values(values | {"revision": revision + 1}).returning(AdviceDraft.id)).first()
    session.expire(draft)
    return done is not None
