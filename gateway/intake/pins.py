"""Are these her own digits? Nobody but this file looks at them, and nothing of them is kept."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gateway.core.answers import Check
from gateway.core.understand import AnswerHeard, PinHeard, Understood
from gateway.intake.effects import wish
from gateway.store.queries.people import is_call_code
from gateway.store.tables import Person
from gateway.talk.private import is_right

WRONG_AT_MOST = 5
FORGOTTEN_AFTER = timedelta(days=1)
CODE_FORGOTTEN_AFTER = timedelta(hours=1)  # a doctor's: no longer, since patients wait behind it
MASKED = "(digits)"


def judged(
    session: Session, person: Person, understood: Understood, now: datetime, check: Check = Check.PIN
) -> Understood:
    """Digits become a yes or a no. After five wrong ones within a day the right ones are wrong, too."""
    if not isinstance(understood, PinHeard):
        return understood
    wrong = _wrong_since(person, "pin_wrong", now - FORGOTTEN_AFTER)
    right = len(wrong) < WRONG_AT_MOST and is_right(session, person, check, understood.digits)
    wish(person, pin_wrong=[] if right else [*wrong, now.isoformat()])
    return AnswerHeard("yes" if right else "no", "")


def is_his_code(session: Session, clinician: Person, digits: str, now: datetime) -> bool:
    """After five wrong ones within an hour, on however many calls, the right one is wrong for an hour, too."""
    wrong = _wrong_since(clinician, "code_wrong", now - CODE_FORGOTTEN_AFTER)
    if len(wrong) >= WRONG_AT_MOST or not digits.isdigit():  # silence and a star try nothing
        return False
    right = is_call_code(session, clinician, digits)
    wish(clinician, code_wrong=[] if right else [*wrong, now.isoformat()])
    return right


def _wrong_since(person: Person, name: str, since: datetime) -> list[str]:
    return [at for at in (person.wishes or {}).get(name, []) if datetime.fromisoformat(at) > since]
