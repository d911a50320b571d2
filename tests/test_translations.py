"""Which languages speak which of the shipped flows whole, and is every translation of the same text as the original?"""

import re
from pathlib import Path

import polib
import pytest

from gateway import languages
from gateway.core import flowfile
from gateway.core.saying import placeholders, translation

ROOT = Path(__file__).resolve().parents[1]
SHARED = (ROOT / "flows" / "shared.yaml").read_text("utf-8")
FLOWS = sorted(file for file in (ROOT / "flows").glob("*.yaml") if file.name != "shared.yaml")
CATALOGS = {file.parents[1].name: file for file in sorted((ROOT / "locales").glob("*/LC_MESSAGES/flows.po"))}
KNOWN = languages.load(ROOT / "locales")

# These speak the shipped flows. A new English sentence that one of them lacks keeps it out of the next version, which
# must not happen unseen: translate it, or take the language off this list until somebody has.
COMPLETE = ("zh_CN", "es", "fr", "pt", "vi", "hi", "sw", "ar")
# Of those, the ones that also have the items of the mood instruments: a translation of these needs a published source.
WITH_ITEMS = ("zh_CN",)


@pytest.mark.parametrize("code", CATALOGS)
@pytest.mark.parametrize("file", FLOWS, ids=lambda file: file.stem)
def test_a_complete_language_speaks_every_shipped_flow(file: Path, code: str) -> None:
    """A language that is not complete yet is shown as skipped, with what it lacks."""
    text = file.read_text("utf-8")
    flow, problems = flowfile.read(text, SHARED)
    assert flow is not None, problems
    lacking = [
        one.sentence for one in translation(flow, KNOWN[code], flowfile.places(text)) if one.severity == "refused"
    ]
    complete = WITH_ITEMS if any(step.item for step in flow.questions().values()) else COMPLETE
    if lacking and code not in complete:
        pytest.skip(f"{code} lacks {len(set(lacking))} sentences of {flow.flow}")
    assert lacking == []


@pytest.mark.parametrize("code", CATALOGS)
def test_a_translation_has_the_placeholders_of_its_original(code: str) -> None:
    for entry in polib.pofile(CATALOGS[code].read_text("utf-8")).translated_entries():
        assert placeholders(entry.msgstr) == placeholders(entry.msgid), f"{code} {entry.msgctxt}"


@pytest.mark.parametrize("code", CATALOGS)
def test_every_translation_is_marked_as_a_draft(code: str) -> None:
    """Until a native speaker has read it aloud."""
    entries = polib.pofile(CATALOGS[code].read_text("utf-8")).translated_entries()
    assert [entry.msgctxt for entry in entries if "draft" not in entry.tcomment] == []


CONSOLE = {file.parents[1].name: file for file in sorted((ROOT / "locales").glob("*/LC_MESSAGES/console.po"))}


@pytest.mark.parametrize("code", CONSOLE)
def test_the_console_speaks_each_of_its_languages_whole(code: str) -> None:
    """Every sentence, with the same holes to fill, and marked as a draft until a native speaker has read the pages."""
    catalog = polib.pofile(CONSOLE[code].read_text("utf-8"))
    said = {entry.msgid for entry in polib.pofile((ROOT / "locales" / "console.pot").read_text("utf-8"))}
    assert {entry.msgid for entry in catalog.translated_entries()} >= said
    assert [entry.msgid for entry in catalog.fuzzy_entries()] == []
    for entry in catalog.translated_entries():
        forms = list(entry.msgstr_plural.values()) or [entry.msgstr]
        assert all(_holes(form) == _holes(entry.msgid) for form in forms), entry.msgid
        assert "draft" in entry.tcomment, entry.msgid


def _holes(sentence: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)s", sentence))
