"""A flow is edited while somebody answers it: whose words and limits hold?"""

from sqlalchemy import select

from gateway.store.database import Database
from gateway.store.ids import new_id
from gateway.store.tables import FlowVersion, Score
from tests.edge_cases.people import cases
from tests.talking import begin
from tests.village import MONDAY


def test_a_conversation_keeps_its_words_and_limits(database: Database) -> None:
    """Edge cases 23 and 24. Red begins at 5 from tomorrow on; whoever answers today is asked and judged as before."""
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2")
    with database.write() as session:
        old = session.scalars(select(FlowVersion).where(FlowVersion.flow == "weekly-check")).one()
        copied = {name: getattr(old, name) for name in ("flow", "shared", "languages", "approved_by", "created_at")}
        newer = FlowVersion(**copied, id=new_id(MONDAY), number=old.number + 1, published_at=talk.now)
        newer.source = old.source.replace("at least 7", "at least 5").replace(
            "how tired were you", "how weary were you"
        )
        session.add(newer)
    (said,) = talk.answer("6")
    assert "red" not in [case.level for case in cases(talk)]
    assert "how tired were you" in said
    with database.read() as session:
        versions = {row.version_id for row in session.scalars(select(Score))}
    assert versions <= {old.id}
    assert talk.conversations()[0].version_id == old.id
