"""Who did which training, how many answers were right, and what does the flow itself give for it?"""

import pytest

from gateway.core import checks, flowfile
from gateway.core.flow import Flow
from gateway.quality.tables import TRAININGS, tables
from gateway.store.database import Database
from gateway.store.ids import new_id
from gateway.store.queries.flows import newest
from gateway.store.tables import Answer, Conversation, FlowVersion
from tests.cases.story import Story, begin
from tests.quality.march import MARCH


def test_a_finished_training_has_its_quiz_and_the_points_of_its_flow(database: Database) -> None:
    story = begin(database)
    _train(story, "finished", accepts=1, done=3)
    (row,) = _rows(story)
    assert (row["clinician"], row["flow"], row["outcome"]) == ("baraka", "training", "finished")
    assert (row["answers"], row["right"], row["quiz"], row["credits"]) == ("accepts=1 done=3", 1, 2, "0.5")


def test_one_that_was_given_up_gives_none(database: Database) -> None:
    story = begin(database)
    _train(story, "given up", accepts=1)
    (row,) = _rows(story)
    assert (row["right"], row["quiz"], row["credits"]) == (1, 2, "0")


@pytest.mark.parametrize(
    ("was", "becomes", "line"),
    [
        ("rank: training", "rank: training\ncredits: many", "'many' is no number of points"),
        ("rank: training", "rank: drill\ncredits: 1", "only a flow of rank training gives credits"),
        ("right: 2", "right: 4", "'right' is a number of the question's scale, or one of its choices"),
    ],
)
def test_what_makes_no_sense_is_refused(database: Database, was: str, becomes: str, line: str) -> None:
    version = _version(begin(database))
    flow, problems = flowfile.read(version.source.replace(was, becomes), version.shared)
    found = problems if flow is None else tuple(checks.problems(flow, {}, flowfile.places(version.source)))
    assert any(line in one.sentence for one in found), found


def _version(story: Story) -> FlowVersion:
    with story.database.read() as session:
        version = newest(session, "training")
        assert version
        assert isinstance(flowfile.read(version.source, version.shared)[0], Flow)
        return version


def _train(story: Story, outcome: str, **answers: int) -> None:
    """By a version that gives half a point."""
    shipped = _version(story)
    with story.writing() as session:
        version = FlowVersion(
            id=new_id(story.now), flow="training", number=99, shared=shipped.shared, languages={}, approved_by={},
            source=shipped.source.replace("rank: training", "rank: training\ncredits: 0.5"), created_at=story.now,
            published_at=story.now,
        )  # fmt: skip
        row = Conversation(
            id=new_id(story.now), person_id=story.village.baraka.id, version_id=version.id, flow="training",
            rank="training", language="en", state="ended", outcome=outcome, memory={}, started_at=story.now,
            ended_at=story.now,
        )  # fmt: skip
        session.add_all([version, row])
        session.add_all(
            Answer(
                id=new_id(story.now), conversation_id=row.id, person_id=row.person_id, flow="training", question=name,
                number=value, raw=b"", respondent="patient", channel="sms", answered_at=story.now,
            )
            for name, value in answers.items()
        )  # fmt: skip


def _rows(story: Story) -> list[dict[str, object]]:
    with story.database.read() as session:
        header, rows = tables(session, MARCH.since, MARCH.until, story.now)["trainings.csv"]
    assert header == TRAININGS
    return [dict(zip(header, row, strict=True)) for row in rows]
