"""Who was invited to what, and who comes?"""

from collections import Counter
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from gateway.store.tables import Answer, Conversation, Person


def was_invited(session: Session, person_id: str, flow: str, since: datetime) -> bool:
    put = (Conversation.person_id == person_id, Conversation.flow == flow, Conversation.started_at >= since)
    return session.scalar(select(Conversation.id).where(*put).limit(1)) is not None


def replies(session: Session, site_id: str, flow: str, question: str, since: datetime) -> Counter[str]:
    """yes, no, and `no answer`: of everybody at this site who was invited since then."""
    current = and_(
        Answer.conversation_id == Conversation.id, Answer.question == question, Answer.superseded_at.is_(None)
    )
    rows = session.execute(
        select(Answer.word, func.count())
        .select_from(Conversation)
        .join(Person, Person.id == Conversation.person_id)
        .outerjoin(Answer, current)
        .where(Conversation.flow == flow, Conversation.started_at >= since, Person.site_id == site_id)
        .group_by(Answer.word)
    )
    return Counter({word if word in ("yes", "no") else "no answer": number for word, number in rows})
