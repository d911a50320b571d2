"""The month's page: figures of one's own sites, the rows behind each, files without names, and what a figure counts."""

import csv
import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.console import STATIC, plots
from gateway.console.monthwords import EVENTS, FIGURES, MEANINGS
from gateway.core.flow import Level, Scale
from gateway.quality.behind import OF_CASES
from gateway.quality.doctors import FEWEST
from gateway.quality.safety import BY_KIND
from gateway.store.database import Database
from gateway.store.ids import new_id
from gateway.store.queries.figures import Fate
from gateway.store.tables import Conversation, Enrolment, FlowVersion, Person, Post, Turn, User
from tests import canaries
from tests.cases.story import begin
from tests.console.conftest import District
from tests.console.visitor import CLOCK, Visitor, add_user, signed_in
from tests.load import district as filled
from tests.quality.march import reached_often
from tests.village import MONDAY


@pytest.fixture
def asked(store: Database, district: District) -> District:
    """Amina answered and was silent once, Salma of the other village was silent."""
    now = CLOCK.real()
    with store.write() as session:
        version = FlowVersion(
            id=new_id(now), flow="check", number=1, source="", shared="", languages={}, approved_by={}, created_at=now
        )  # a draft: nothing here reads what it asks
        session.add(version)
        for person, outcome in ((district.village.amina, "finished"), (district.village.amina, "given up"),
                                (district.salma, "given up")):  # fmt: skip
            _ask(session, session.get_one(Person, person.id), version, outcome)
    return district


def _ask(session: Session, person: Person, version: FlowVersion, outcome: str) -> None:
    now = CLOCK.real()
    planned = Enrolment(id=new_id(now), person_id=person.id, flow="check", rule={}, created_at=now)
    session.add(planned)
    session.add(
        Conversation(
            id=new_id(now), person_id=person.id, version_id=version.id, enrolment_id=planned.id, flow="check",
            rank="weekly", language="en", state="ended", outcome=outcome, memory={}, started_at=now, ended_at=now,
        )
    )  # fmt: skip


def _chandra(
    app: Flask, store: Database, asked: District, post: Post = Post.COORDINATOR, everywhere: bool = False
) -> Visitor:
    with store.write() as session:
        site = None if everywhere else asked.village.clinic.id
        user = add_user(session, "chandra", (post, site), person=asked.village.chandra)
    return signed_in(app, user)


def test_the_month_counts_ones_own_sites_only(app: Flask, store: Database, asked: District) -> None:
    here = _numbers(_chandra(app, store, asked).get("/month").text)
    assert (here["sent"], here["answered"], here["silent"]) == ("2", "1", "1")


def test_a_site_may_be_chosen_and_one_out_of_reach_is_not_there(app: Flask, store: Database, asked: District) -> None:
    everywhere = _chandra(app, store, asked, everywhere=True)
    assert _numbers(everywhere.get("/month").text)["sent"] == "3"
    assert _numbers(everywhere.get(f"/month?site={asked.heping.id}").text)["sent"] == "1"
    with store.write() as session:
        user = add_user(session, "there", (Post.SUPERVISOR, asked.heping.id))
    there = signed_in(app, user)
    for path in ("/month", "/month.csv", "/month/rows", "/month/rows.csv"):
        assert there.get(f"{path}?site={asked.heping.id}").status_code == 200, path
        assert there.get(f"{path}?site={asked.village.clinic.id}").status_code == 404, path


def test_the_rows_behind_a_figure_are_as_many_as_it_says(app: Flask, store: Database, asked: District) -> None:
    page = _chandra(app, store, asked).get("/month/rows?of=silent").text
    assert page.count("<tr><td") == 1
    assert "amina" in page
    assert "salma" not in page
    assert f"/patients/{asked.village.amina.id}" in page


def test_an_administrator_sees_figures_and_codes_and_no_way_to_a_patient(
    app: Flask, store: Database, asked: District
) -> None:
    browser = _chandra(app, store, asked, Post.ADMINISTRATOR)
    page = browser.get("/month/rows?of=sent").text
    assert "amina" in page
    assert "/patients/" not in page
    assert canaries.NAME not in page + browser.get("/month").text


def test_files_hold_codes_and_no_name(app: Flask, store: Database, asked: District) -> None:
    browser = _chandra(app, store, asked)
    answer = browser.get("/month/rows.csv?of=answered")
    assert answer.mimetype == "text/csv"
    (row,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert (row["patient"], row["fate"]) == ("amina", "answered")
    rows = list(csv.DictReader(io.StringIO(browser.get("/month.csv").text.removeprefix("\ufeff"))))
    assert {(row["figure"], row["value"]) for row in rows if row["site"] == "baiyun"} == {
        ("questions: answered", "1"),
        ("questions: silent", "1"),
    }
    assert canaries.NAME not in answer.text


@pytest.mark.parametrize("query", ["month=2026-13", "month=x", "of=nonsense", "of=answered&month=0", "site=nowhere"])
def test_what_there_is_not_is_not_found(app: Flask, store: Database, asked: District, query: str) -> None:
    assert _chandra(app, store, asked).get(f"/month/rows?{query}").status_code == 404


@pytest.mark.parametrize("of", ["sent", *Fate, *OF_CASES, "events"])
def test_every_figure_has_rows_and_a_name(app: Flask, store: Database, asked: District, of: str) -> None:
    answer = _chandra(app, store, asked).get(f"/month/rows?of={of}")
    assert (answer.status_code, FIGURES[of] in answer.text) == (200, True)


def test_every_figure_says_what_it_counts_one_click_away(app: Flask, store: Database, asked: District) -> None:
    page = _chandra(app, store, asked).get("/month").text
    asked_for = set(re.findall(r'href="#means-([\w-]+)"', page))
    assert asked_for <= set(re.findall(r'id="means-([\w-]+)"', page))
    assert len(asked_for) > 10
    assert set(MEANINGS) <= set(FIGURES)
    assert set(BY_KIND.values()) <= set(EVENTS)


def test_an_empty_month_is_a_page_too(app: Flask, store: Database, asked: District) -> None:
    answer = _chandra(app, store, asked).get("/month?month=2020-02")
    assert (answer.status_code, "No case opened in this month." in answer.text) == (200, True)


def test_the_steps_of_each_finished_report_stand_behind_their_number(
    app: Flask, store: Database, asked: District
) -> None:
    with store.write() as session:
        done = session.scalars(select(Conversation).where(Conversation.outcome == "finished")).one()
        for number in range(3):
            session.add(
                Turn(
                    id=new_id(done.started_at), conversation_id=done.id, number=number, at=done.started_at,
                    direction="heard", channel="sms", words=b"",
                )
            )  # fmt: skip
    browser = _chandra(app, store, asked)
    page = browser.get("/month").text
    costs = page[page.index('id="costs"') : page.index('id="joined"')]
    assert re.findall(r"of=reports[^>]*>([^<]+)</a>", costs) == ["1"]
    assert len(re.findall(r'href="#means-', costs)) == 9, "each of them says what it counts"
    rows = browser.get("/month/rows?of=reports").text
    assert (rows.count("<tr><td"), "First reports, weekly checks and mood questions of this month" in rows) == (1, True)
    (row,) = csv.DictReader(io.StringIO(browser.get("/month/rows.csv?of=reports").text.removeprefix("\ufeff")))
    assert (row["patient"], row["steps"]) == ("amina", "3")
    elsewhere = signed_in(app, _supervisor(store, asked.heping.id))
    assert "amina" not in elsewhere.get("/month/rows?of=reports").text


def test_neither_page_nor_file_ranks_anybody_on_nine_cases(app: Flask, store: Database) -> None:
    story = begin(store)
    reached_often(story, FEWEST - 1)
    browser = signed_in(app, _supervisor(store, None))
    assert _rank(browser) == ("fewer than 10 cases", "")
    reached_often(story, 1)
    assert _rank(browser) == ("1", "1")


def test_the_month_of_ten_villages_weighs_less_than_100_kb_with_its_assets(app: Flask, store: Database) -> None:
    with store.write() as session:
        filled.fill(session, CLOCK.real(), filled.Size(patients=60, open_cases=30, closed_cases=30, weeks=2))
    page = signed_in(app, _supervisor(store, None)).get("/month")
    assets = set(re.findall(r'(?:href|src)="(/console/[^"?]+)', page.text))
    assert "/console/console.css" in assets
    assert len(page.data) + sum((STATIC / path.rpartition("/")[2]).stat().st_size for path in assets) < 100 * 1024


def _rank(browser: Visitor) -> tuple[str, str]:
    """Of the only doctor, on the page and in the month's file."""
    page = browser.get("/month?month=2026-03").text
    table = page[page.index('id="doctors"') : page.index('id="costs"')]
    (cell,) = re.findall(r"<td>((?:(?!</?td).)*)</td></tr>", table, re.DOTALL)
    rows = csv.DictReader(io.StringIO(browser.get("/month.csv?month=2026-03").text.removeprefix("\ufeff")))
    (written,) = [row["value"] for row in rows if row["figure"] == "rank"]
    return re.sub(r"<[^>]+>", "", cell).strip(), written


def _supervisor(store: Database, site_id: str | None) -> User:
    with store.write() as session:
        return add_user(session, "there", (Post.SUPERVISOR, site_id))


def test_columns_stand_on_each_other_and_the_highest_fits() -> None:
    starts = [MONDAY + timedelta(weeks=week) for week in range(3)]
    drawn = plots.columns(starts, {(0, "answered"): 3, (0, "silent"): 4, (1, "silent"): 1}, ["answered", "silent"])
    first = drawn.columns[0]
    assert (drawn.top, first.total, [piece.name for piece in first.pieces]) == (10, 7, ["answered", "silent"])
    assert first.pieces[1].y + first.pieces[1].height == pytest.approx(first.pieces[0].y, abs=0.2)
    assert all(piece.y >= plots.TOP for column in drawn.columns for piece in column.pieces)


def test_the_middle_is_what_half_of_the_reports_did_not_exceed() -> None:
    assert [plots.part_of({1: 2, 5: 1, 9: 1}, share) for share in (0.5, 0.75, 0.9)] == [1, 5, 9]
    starts = [MONDAY + timedelta(weeks=week) for week in range(3)]
    scale = Scale.model_validate({"from": 0, "to": 10, "worse": "higher"})
    drawn = plots.line("pain", 0, scale, starts, {1: {0: 1, 10: 1}}, {Level.RED: 7})
    assert [number for _, _, number in (*drawn.middle, *drawn.high)] == [0, 10]
    assert drawn.reports == 2


@pytest.mark.parametrize(("number", "top"), [(0, 1), (1, 1), (3, 5), (5, 5), (6, 10), (101, 200)])
def test_a_rung_says_a_round_number(number: int, top: int) -> None:
    assert plots.round_up(number) == top


def _numbers(page: str) -> dict[str, str]:
    """Figure -> number in the row of all sites."""
    row = page[page.index('<tr class="all">') :]
    row = row[: row.index("</tr>")]
    return dict(re.findall(r"of=(\w+)[^>]*>([^<]+)</a>", row))
