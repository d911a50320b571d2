"""Which flows are being written, and which versions of one have there been?"""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gateway.store.tables import Conversation, FlowDraft, FlowVersion, Plain


def draft_of(session: Session, flow: str) -> FlowDraft | None:
    return session.scalars(select(FlowDraft).where(FlowDraft.flow == flow)).first()


def drafts(session: Session) -> list[FlowDraft]:
    return list(session.scalars(select(FlowDraft).order_by(FlowDraft.flow)))


def versions_of(session: Session, flow: str) -> list[FlowVersion]:
    """Those that were published, the newest first."""
    published = select(FlowVersion).where(FlowVersion.flow == flow, FlowVersion.published_at.is_not(None))
    return list(session.scalars(published.order_by(FlowVersion.number.desc())))


def store_change(session: Session, draft: FlowDraft, revision: int, values: Plain) -> bool:
    """False where the draft is no longer at that revision: somebody was faster."""
    order = update(FlowDraft).where(FlowDraft.id == draft.id, FlowDraft.revision == revision)
    done = session.execute(order.values(values | {"revision": revision + 1}).returning(FlowDraft.id)).first()
    session.expire(draft)
    return done is not None


def running(session: Session, flow: str) -> list[Conversation]:
    """Everything of this flow that is asked now, or waits to be."""
    return list(session.scalars(select(Conversation).where(Conversation.flow == flow, Conversation.state != "ended")))
