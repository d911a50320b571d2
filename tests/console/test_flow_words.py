"""Translating, trying and speaking a draft."""

from io import BytesIO
from pathlib import Path

import polib
import pytest
from flask import Flask

from gateway import publishing
from gateway.publishing import drafts
from gateway.store.database import Database
from gateway.store.queries.drafts import draft_of
from gateway.store.tables import Recording
from tests.console.conftest import District
from tests.console.visitor import CLOCK
from tests.console.writer import Writer, begun
from tests.sounds import tone

ROOT = Path(__file__).parents[2]
HELLO = "weekly-check/words/hello"


@pytest.fixture
def chandra(app: Flask, store: Database, district: District) -> Writer:
    with store.write() as session:
        publishing.seed(session, ROOT / "flows", ROOT / "locales", CLOCK.real())
    return begun(app, store)


def said(store: Database, code: str, place: str) -> list[str]:
    with store.read() as session:
        draft = draft_of(session, "weekly-check")
        assert draft
        known = drafts.languages_of(session, draft)[code]
        return [text for (where, _written), text in known.catalog.items() if where == place]


def number_of(page: str, place: str) -> str:
    """Of a sentence's field."""
    return page[page.index(f">{place}<") :].partition('id="o')[2].partition('"')[0]


def test_a_translation_is_kept_and_one_that_lost_a_hole_is_refused(chandra: Writer, store: Database) -> None:
    page = chandra.look("/words?language=sw")
    field = f"s{number_of(page, HELLO)}"
    assert chandra.send("/words", language="sw", **{field: "Habari, hapa ni kliniki."}) == 400
    assert "{clinic}" in chandra.seen
    assert "Habari, hapa ni kliniki." in chandra.seen
    chandra.look("/words?language=sw")
    assert chandra.send("/words", language="sw", **{field: "Habari, hapa ni {clinic}."}) == 302
    assert said(store, "sw", HELLO) == ["Habari, hapa ni {clinic}."]


def test_a_changed_original_makes_its_translations_stale(chandra: Writer) -> None:
    assert chandra.send("/card", card="words", hello="Good morning, this is {clinic}.") == 302
    assert "the original has changed" in chandra.look("/words?language=zh_CN")
    po = polib.pofile(chandra.look("/words.po?language=zh_CN"))
    assert [entry.msgctxt for entry in po.fuzzy_entries()] == [HELLO]


def test_a_question_in_new_words_shows_what_was_said_for_the_old_ones(chandra: Writer, store: Database) -> None:
    """Not what is said for the same question while a case is open, which stands at the same place."""
    with store.read() as session:
        draft = draft_of(session, "weekly-check")
        assert draft
        text = draft.source.replace("how bad was your pain at its worst?", "how bad was your worst pain?", 1)
    assert chandra.send("/file", text=text) == 302
    row = chandra.look("/words?language=sw").partition(">weekly-check/pain<")[2].partition("</tr>")[0]
    assert "Siku 7 zilizopita, maumivu makali zaidi yalikuwa kiasi gani?" in row


def test_a_po_file_goes_out_and_what_fits_comes_back(chandra: Writer, store: Database) -> None:
    po = polib.pofile(chandra.look("/words.po?language=fr"))
    entries = {entry.msgctxt: entry for entry in po}
    entries["weekly-check/pain/lowest"].msgstr = "aucune douleur du tout"
    entries[HELLO].msgstr = "Bonjour, sans trou"
    po.append(polib.POEntry(msgctxt="weekly-check/nowhere", msgid="x", msgstr="y"))
    chandra.look("/words?language=fr")
    page = _upload(chandra, "fr", str(po).encode())
    assert "1 belongs to another text or place" in page
    assert HELLO in page
    assert said(store, "fr", "weekly-check/pain/lowest")[-1] == "aucune douleur du tout"
    assert "sans trou" not in str(said(store, "fr", HELLO))


@pytest.mark.parametrize("file", [b"\xff\xfe\x00", b"/etc/hostname"])
def test_what_is_no_po_file_is_refused(chandra: Writer, file: bytes) -> None:
    chandra.look("/words?language=fr")
    assert "no PO file" in _upload(chandra, "fr", file)


def _upload(chandra: Writer, code: str, file: bytes) -> str:
    fields = {"form_token": chandra.browser.form_token(), "revision": "1", "language": code}
    answer = chandra.browser.client.post(
        "/flows/weekly-check/draft/words/upload", data=fields | {"file": (BytesIO(file), "weekly.po")}
    )
    return answer.text


def test_the_telephone_plays_the_draft_and_writes_a_test_down(chandra: Writer) -> None:
    page = chandra.look("/phone")
    assert "Once a week we would like to ask how you are" in page
    cues = ""
    for reply in ("1", "2", "8"):
        page = chandra.browser.post("/flows/weekly-check/draft/phone", cues=cues, reply=reply, send="yes").text
        cues += f"< {reply}\n"
    assert "A case opens: “severe pain”" in page
    assert "&gt; hello\n&lt; now\n&gt; danger\n&lt; no\n&gt; pain\n&lt; 8\n! case red severe_pain\n" in page
    assert "GSM-7" in page


def test_time_jumps_on_the_telephone_in_any_language_and_on_a_call(chandra: Writer) -> None:
    page = chandra.browser.post("/flows/weekly-check/draft/phone", wait="3 days", language="zh_CN").text
    assert "No answer: given up." in page
    assert "UCS-2" in page
    page = chandra.browser.post("/flows/weekly-check/draft/phone", cues="< 1", channel="voice").text
    assert "fever or shivering" in page
    assert "GSM-7" not in page


def test_a_sentence_is_recorded_and_taken_back(chandra: Writer, store: Database) -> None:
    page = chandra.look("/voices?language=sw")
    assert "weekly-check/pain/voice" in page
    form = {"language": "sw", "place": "weekly-check/pain/voice"}
    assert _record(chandra, form | {"file": (BytesIO(b"no sound"), "x.wav")}) == 400
    assert _record(chandra, form | {"file": (BytesIO(tone()), "x.wav")}) == 302
    assert _record(chandra, form | {"withdraw": "yes"}) == 302
    with store.read() as session:
        (kept,) = session.query(Recording)
        assert (kept.recorded_by, kept.withdrawn_at is None) == ("Chandra", False)


def _record(chandra: Writer, fields: dict[str, object]) -> int:
    data = {"form_token": chandra.browser.form_token(), **fields}
    return chandra.browser.client.post("/flows/weekly-check/draft/voices", data=data).status_code


def test_advice_that_nobody_approved_is_marked(chandra: Writer, store: Database) -> None:
    assert chandra.browser.get("/advice").status_code == 200
