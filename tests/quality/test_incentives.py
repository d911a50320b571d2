"""Are a site's rules read or refused with a line, and counted as one would by hand?"""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.quality import incentives
from gateway.quality.incentives import Deed, Done
from gateway.quality.steps import records
from gateway.store.database import Database
from gateway.store.tables import Person, Site
from tests.quality.march import MARCH, reached

EXAMPLE = (Path(__file__).parents[2] / "docs" / "examples" / "incentives.yaml").read_text(encoding="utf-8")
HEAD = "unit: CNY\nrules:\n"
CALL = HEAD + "  - name: a\n    for: contact by call\n    amount: "


def test_the_example_can_be_read_and_says_that_it_is_one() -> None:
    rules, problems = incentives.read(EXAMPLE)
    assert problems == ()
    assert rules
    assert {rule.deed for rule in rules.rules} == {Deed.COMPLETED, Deed.VISIT, Deed.TRAINING}
    assert "EXAMPLE" in EXAMPLE.splitlines()[0]


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("rules: []", 1, "the file holds 'unit'"),
        (HEAD + "  - name: a\n    for: case taken on in time\n", 3, "this rule needs 'amount'"),
        (HEAD + "  - name: a\n    for: kindness\n    amount: 1\n", 4, "'kindness' is not known"),
        (CALL + "-1\n", 5, "'-1' is no amount"),
        (CALL + "1.005\n", 5, "'1.005' is no amount"),
        (CALL + "NaN\n", 5, "'NaN' is no amount"),
        (CALL + "1\n    rolle: x\n", 6, "'rolle' is no part of a rule"),
        (CALL + "1\n    role: patient\n", 6, "'patient' is not known"),
        (HEAD + "  - just words\n", 3, "a rule holds name, for, amount"),
        ("unit: CNY\nrules: none\n", 2, "'rules' is a list"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_its_line(text: str, line: int, sentence: str) -> None:
    rules, problems = incentives.read(text)
    assert rules is None
    assert [(one.line, one.sentence[: len(sentence)]) for one in problems] == [(line, sentence)]


def test_two_rules_of_one_name_cannot_be_told_apart() -> None:
    one = "  - name: a\n    for: contact by call\n    amount: 1\n"
    assert incentives.read(HEAD + one + one)[1][0].sentence == "another rule is called 'a' already"


def test_a_completed_case_is_what_was_reached_in_time_and_closed(database: Database) -> None:
    story = reached(database)
    with story.writing() as session:
        still_open = _deeds(session)
    story.closes()
    with story.writing() as session:
        closed = _deeds(session)
    assert still_open == [Deed.TAKEN_ON, Deed.CONTACT, Deed.CALL]
    assert closed == [Deed.TAKEN_ON, Deed.CONTACT, Deed.COMPLETED, Deed.CALL]


def test_a_rule_counts_by_role_kind_and_level(database: Database) -> None:
    story = reached(database)
    rules, _ = incentives.read(
        HEAD
        + "  - name: red\n    for: contact by call\n    level: red\n    role: clinician\n    amount: 2.50\n"
        + "  - name: county\n    for: contact by call\n    site_kind: hospital\n    amount: 5\n"
    )
    assert rules
    with story.database.read() as session:
        kinds = {site.id: site.kind for site in session.scalars(select(Site))}
        baraka = session.get_one(Person, story.village.baraka.id)
        done = [Done(Deed.CALL, baraka, level) for level in ("red", "red", "amber")]
        table = incentives.rows(MARCH, rules, done, kinds)
    assert table == [("2026-03", "baraka", "clinician", "clinic", "red", 2, "2.50", "5.00", "CNY")]


def _deeds(session: Session) -> list[Deed]:
    found = records(session, MARCH.since, MARCH.until)
    return [one.deed for one in incentives.deeds(found, [])]
