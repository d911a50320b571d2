"""Is nobody ranked on fewer than ten cases, whatever is printed, written or shown?"""

import csv
import json

from gateway.commands.figures import FORMS
from gateway.quality.burden import burden
from gateway.quality.doctors import FEWEST
from gateway.quality.month import figures_of
from gateway.quality.tables import DOCTORS, tables
from gateway.store.database import Database
from tests.cases.story import Story, begin
from tests.quality.march import MARCH, reached_often


def test_no_form_of_the_report_ranks_anybody_on_nine_cases(database: Database) -> None:
    story = begin(database)
    reached_often(story, FEWEST - 1)
    assert _ranks(story) == {"text": "none (fewer than 10 cases)", "csv": "", "json": None, "html": "", "export": None}
    reached_often(story, 1)
    assert _ranks(story) == {"text": "1", "csv": "1", "json": 1, "html": "1", "export": 1}


def _ranks(story: Story) -> dict[str, object]:
    """Dr Baraka's, as each of the report's forms and the export's file of doctors has it."""
    with story.database.read() as session:
        found = figures_of(session, MARCH, None, story.now)
        spent = burden(session, found, None, "")
        exported = tables(session, MARCH.since, MARCH.until, story.now)["doctors.csv"][1]
    told = {form: written(found, spent) for form, written in FORMS.items()}
    line = next(line for line in told["text"].splitlines() if line.startswith("doctor baraka"))
    rows = csv.DictReader(told["csv"].splitlines())
    (in_csv,) = [row["value"] for row in rows if (row["doctor"], row["figure"]) == ("baraka", "rank")]
    figures = json.loads(told["json"])["figures"]
    (in_json,) = [one["value"] for one in figures if (one["doctor"], one["figure"]) == ("baraka", "rank")]
    in_html = told["html"].partition("<td>baraka</td><td></td><td>rank</td><td>")[2].partition("<")[0]
    (in_export,) = [dict(zip(DOCTORS, row, strict=True))["rank"] for row in exported]
    return {"text": line.partition("rank ")[2], "csv": in_csv, "json": in_json, "html": in_html, "export": in_export}
