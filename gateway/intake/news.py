"""Does a helper say that the patient is in hospital, has moved or has died, or that they have spoken?"""

from datetime import datetime

from sqlalchemy.orm import Session

from gateway.cases import family
from gateway.core.replies.heard import YesNoExpected
from gateway.core.understand import AnswerHeard, UnclearHeard, Understood, understand
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


def has_spoken_to_her(session: Session, now: datetime, who: Reader, body: str) -> bool:
    """The 1 of a helper who was asked to phone her, in a case that is open. `cases` thanks; nothing else is said."""
    asked = family.waiting_for(session, who.everybody)
    if asked is None:
        return False
    said = understand(body, YesNoExpected(), who.language)
    if not isinstance(said, AnswerHeard) or said.value != "yes":
        return False
    family.spoke(session, now, *asked)
    return True
