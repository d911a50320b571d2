"""Does a helper say that the patient is in hospital, has moved or has died?"""

from datetime import datetime

from sqlalchemy.orm import Session

from gateway.core.understand import UnclearHeard, Understood
from gateway.intake.reader import Reader
from gateway.intake.step import Taken
from gateway.talk.away import is_away, pause, says_away
from gateway.talk.telling import tell_about


def is_of_her_absence(who: Reader, understood: Understood, body: str) -> bool:
    """Only from a helper. She herself may write "the pain is gone" in the same words: a person reads that."""
    return who.speaks_for_another and isinstance(understood, UnclearHeard) and says_away(body, who.language)


def taken(session: Session, now: datetime, who: Reader) -> Taken:
    """Nothing is said back. An open case goes on until a person has phoned."""
    person, word = who.around.person, "coordinator_free_text"
    if not is_away(person):
        pause(session, now, person)
        word = "coordinator_said_away"
    tell_about(session, now, word, who.around, who.version)
    return Taken(None, (), None)
