"""Are these her own digits? Nobody but this file looks at them, and nothing of them is kept."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gateway.core.answers import Check
from gateway.core.understand import AnswerHeard, PinHeard, Understood
from gateway.intake.effects import wish
from gateway.store.tables import Person
from gateway.talk.private import is_right

WRONG_AT_MOST = 5
FORGOTTEN_AFTER = timedelta(days=1)
MASKED = "(digits)"


def judged(
    session: Session, person: Person, understood: Understood, now: datetime, check: Check = Check.PIN
) -> Understood:
    """Digits become a yes or a no. After five wrong ones within a day the right ones are wrong, too."""
    if not isinstance(understood, PinHeard):
        return understood
    wrong = [
        at for at in (person.wishes or {}).get("pin_wrong", []) if datetime.fromisoformat(at) > now - FORGOTTEN_AFTER
    ]
    right = len(wrong) < WRONG_AT_MOST and is_right(session, person, check, understood.digits)
    wish(person, pin_wrong=[] if right else [*wrong, now.isoformat()])
    return AnswerHeard("yes" if right else "no", "")
