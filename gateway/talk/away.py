"""In hospital, moved or died: somebody says so, and from that moment nothing more is sent to her."""

import re
import unicodedata
from datetime import datetime

from sqlalchemy.orm import Session

from gateway.core.words import Language
from gateway.store import outbox
from gateway.store.queries.conversations import end_all
from gateway.store.tables import Person, Standing

TO_BE_CONFIRMED = "in hospital, moved or died: to be confirmed"


def is_away(person: Person) -> bool:
    return person.standing == Standing.PAUSED and person.standing_why == TO_BE_CONFIRMED


def pause(session: Session, now: datetime, person: Person) -> None:
    """A question to somebody who has died wounds whoever holds the phone. Her open case goes on: a person ends it."""
    person.standing, person.standing_why = Standing.PAUSED, TO_BE_CONFIRMED
    outbox.cancel(session, now, person=person)
    end_all(session, person, now, "away")


def says_away(body: str, language: Language) -> bool:
    """Whole words where the script has them: `died` is not in `studied`. Chinese stands anywhere."""
    text = unicodedata.normalize("NFKC", body).casefold()
    return any(_holds(text, phrase.casefold()) for phrase in language.words.away)


def _holds(text: str, phrase: str) -> bool:
    spaced = not any("\u2e80" <= sign <= "\u9fff" for sign in phrase)
    return re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text) is not None if spaced else phrase in text
