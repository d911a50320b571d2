"""What is due: the week's prompt, a reminder, a call, the end of waiting, and whoever was interrupted."""

from datetime import datetime

from sqlalchemy.orm import Session

from gateway.outreach import calls, lapses, prompts
from gateway.outreach.asking import CannotAsk, ask

__all__ = ["CannotAsk", "ask", "tick"]


def tick(session: Session, now: datetime) -> int:
    """How many rows were worked: call again until there are none. The caller commits."""
    return calls.tick(session, now) + lapses.tick(session, now) + prompts.tick(session, now)
