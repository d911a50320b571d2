"""Is a patient silent exactly when her last questions in a row brought nothing, however the rows are looked up?"""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from gateway.store.database import Database
from gateway.store.queries import today
from gateway.store.tables import Answer, Conversation
from tests.load import district
from tests.village import MONDAY

SIZE = district.Size(patients=80, open_cases=0, closed_cases=0, weeks=4)


def test_silent_is_who_left_the_last_two_questions_without_any_answer(database: Database) -> None:
    with database.write() as session:
        district.fill(session, MONDAY, SIZE)
    with database.read() as session:
        found = {row.person.id: row.prompts for row in today.silent(session, MONDAY, true(), SIZE.patients)}
        expected = one_by_one(session, MONDAY - today.SILENT_SINCE)
    assert found == expected
    assert expected


def one_by_one(session: Session, since: datetime) -> dict[str, int]:
    """Person -> how many questions of hers were given up since she last answered one."""
    answered, unanswered = defaultdict[str, str](str), defaultdict[str, int](int)
    for person, conversation in session.execute(select(Answer.person_id, Answer.conversation_id)):
        answered[person] = max(answered[person], conversation)
    for row in session.scalars(select(Conversation).where(Conversation.outcome == "given up")):
        if row.started_at >= since and row.id > answered[row.person_id]:
            unanswered[row.person_id] += 1
    return {person: number for person, number in unanswered.items() if number >= today.SILENT_PROMPTS}
