"""Someone answered: who is it, what does it mean, what follows? One transaction for one incoming thing."""

from datetime import datetime

from sqlalchemy.orm import Session

from gateway.core.wording import Spoken
from gateway.intake import calls, texts
from gateway.phone.twilio_in import Heard, SmsHeard

__all__ = ["heard"]


def heard(session: Session, thing: Heard, now: datetime) -> tuple[Spoken, ...] | None:
    """The caller opens the transaction, lets each thing in once, and commits. On a call: what is said next."""
    if isinstance(thing, SmsHeard):
        texts.taken(session, thing, now)
        return None
    return calls.taken(session, thing, now)
