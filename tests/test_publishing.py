"""Does a flow enter the database whole, and does what was published stay as it was?"""

import re
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polib
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway import languages, publishing, recordings
from gateway.core.answers import Channel
from gateway.core.places import texts
from gateway.core.words import Language, Voice, Words
from gateway.store.database import Database
from gateway.store.ids import new_id
from gateway.store.queries.flows import flow_in, flow_of, newest
from gateway.store.tables import Enrolment, FlowVersion, Text
from tests.sounds import tone
from tests.village import MONDAY, settle

pytestmark = pytest.mark.empty
ROOT = Path(__file__).resolve().parents[1]
FLOWS, LOCALES = ROOT / "flows", ROOT / "locales"
SHARED = (FLOWS / "shared.yaml").read_text("utf-8")
WEEKLY = (FLOWS / "weekly-check.yaml").read_text("utf-8")
SHIPPED = {code: known for code, known in languages.load(LOCALES).items() if code in ("en", "zh_CN")}
SWAHILI = {code: known for code, known in languages.load(LOCALES).items() if code in ("en", "sw")}
APPROVED = {"limits": "Dr Baraka"}
LATER = MONDAY + timedelta(days=1)


def test_shipped_flows_enter_an_empty_database_once(database: Database) -> None:
    with database.write() as session:
        first = publishing.seed(session, FLOWS, LOCALES, MONDAY)
        names = {file.stem for file in FLOWS.glob("*.yaml")} - {"shared"}
        assert {(version.flow, version.number) for version in first} == {(name, 1) for name in names}
        assert publishing.seed(session, FLOWS, LOCALES, LATER) == ()
    with database.read() as session:
        weekly = newest(session, "weekly-check")
        assert weekly is not None
        assert weekly.published_at == MONDAY
        assert {"en", "zh_CN"} <= set(weekly.languages)
        assert flow_of(weekly).step("pain").id == "pain"


def test_a_version_speaks_without_any_file(database: Database) -> None:
    with database.write() as session:
        publishing.seed(session, FLOWS, LOCALES, MONDAY)
    with database.read() as session:
        weekly = newest(session, "weekly-check")
        assert weekly is not None
        chinese = languages.of(session, weekly, "zh_CN")
        assert chinese.catalog == SHIPPED["zh_CN"].catalog
        assert chinese.words == SHIPPED["zh_CN"].words
        assert all(chinese.catalog[one] for one in texts(flow_of(weekly)))
        with pytest.raises(KeyError):
            languages.of(session, weekly, "de")


def test_what_versions_say_alike_is_kept_once(database: Database) -> None:
    with database.write() as session:
        shipped = publishing.seed(session, FLOWS, LOCALES, MONDAY)
        parts = {told[part] for version in shipped for told in version.languages.values() for part in languages.SHARED}
        assert set(session.scalars(select(Text.digest))) == parts
        assert len(parts) == 2 * len(newest_of(session, "weekly-check").languages)
        publishing.publish(session, WEEKLY, SHARED, SHIPPED, APPROVED, LATER)
        assert set(session.scalars(select(Text.digest))) == parts


def test_an_old_version_that_holds_its_texts_itself_still_speaks(database: Database) -> None:
    with database.write() as session:
        publishing.seed(session, FLOWS, LOCALES, MONDAY)
        weekly = newest_of(session, "weekly-check")
        weekly.languages = {"zh_CN": languages.freeze(SHIPPED["zh_CN"])}
    with database.read() as session:
        weekly = newest_of(session, "weekly-check")
        assert not isinstance(weekly.languages["zh_CN"]["catalog"], str)
        assert languages.of(session, weekly, "zh_CN").catalog == SHIPPED["zh_CN"].catalog


def test_publishing_freezes_the_next_version(database: Database) -> None:
    with database.write() as session:
        publishing.seed(session, FLOWS, LOCALES, MONDAY)
        version, problems = publishing.publish(session, WEEKLY, SHARED, SHIPPED, APPROVED, LATER)
        assert version is not None, problems
        assert (version.number, version.published_at, version.approved_by) == (2, LATER, APPROVED)
        assert newest(session, "weekly-check") is version


def test_problems_of_form_and_of_sense_publish_nothing(database: Database) -> None:
    with database.write() as session:
        for text in (WEEKLY.replace("title:", "titel:"), WEEKLY.replace("danger is yes", "dagner is yes")):
            version, problems = publishing.publish(session, text, SHARED, SHIPPED, APPROVED, MONDAY)
            assert version is None
            assert any(one.severity == "refused" for one in problems)
        assert session.scalars(select(FlowVersion)).all() == []


def test_limits_need_a_clinicians_name(database: Database) -> None:
    with database.write() as session:
        version, problems = publishing.publish(session, WEEKLY, SHARED, SHIPPED, {"limits": " "}, MONDAY)
        assert version is None
        assert [one.sentence for one in problems] == ["the limits need the name of the clinician who approves them"]


def test_a_language_that_enrolled_people_speak_may_not_be_left_out(database: Database) -> None:
    with database.write() as session:
        amina = settle(session).amina
        amina.language = "zh_CN"
        session.add(Enrolment(id=new_id(MONDAY), person_id=amina.id, flow="weekly-check", rule={}, created_at=MONDAY))
        session.flush()
        english = {"en": SHIPPED["en"]}
        version, problems = publishing.publish(session, WEEKLY, SHARED, english, APPROVED, MONDAY)
        assert version is None
        assert [one.sentence for one in problems] == ["people in this flow speak zh_CN, and it has no translation"]
        version, _ = publishing.publish(session, WEEKLY, SHARED, SHIPPED, APPROVED, MONDAY)
        assert version is not None


def half_done(code: str) -> Language:
    """Like Chinese without two of its sentences: one is missing, one is fuzzy."""
    kept = {
        key: said for key, said in SHIPPED["zh_CN"].catalog.items() if key[0] not in ("shared/close", "shared/sorry")
    }
    return replace(SHIPPED["zh_CN"], code=code, catalog=kept, unsure=frozenset({"shared/sorry"}))


def test_a_half_done_language_is_left_out_of_a_version_and_named(database: Database) -> None:
    with database.write() as session:
        known = {**SHIPPED, "de": half_done("de")}
        version, problems = publishing.publish(session, WEEKLY, SHARED, known, APPROVED, MONDAY)
        assert version is not None, problems
        assert sorted(version.languages) == ["en", "zh_CN"]
        assert [(one.severity, one.sentence) for one in problems] == [
            (
                "warning",
                "de is left out of this version: 2 sentences lack, first: "
                "the de translation of 'Thank you. Answers received. No one w...' (shared/close) is missing",
            )
        ]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("{doctor} {doctor_phone}", "has lost {emergency_number}"),
        ("{doctor} {doctor_phone} {emergency_number} 癌", "'癌' must not stand in a discreet flow"),
        ("{doctor} {doctor_phone} {emergency_number}" + "谢" * 300, "'close' makes 6 SMS in de: more than 4"),
    ],
)
def test_a_language_that_would_mislead_is_left_out(database: Database, said: str, why: str) -> None:
    chinese = SHIPPED["zh_CN"]
    catalog = {key: said if key[0] == "shared/close" else old for key, old in chinese.catalog.items()}
    with database.write() as session:
        known = {**SHIPPED, "de": replace(chinese, code="de", catalog=catalog)}
        version, problems = publishing.publish(session, WEEKLY, SHARED, known, APPROVED, MONDAY)
        assert version is not None, problems
        assert "de" not in version.languages
        assert why in problems[0].sentence


def test_a_half_done_language_that_enrolled_people_speak_publishes_nothing(database: Database) -> None:
    with database.write() as session:
        amina = settle(session).amina
        amina.language = "de"
        session.add(Enrolment(id=new_id(MONDAY), person_id=amina.id, flow="weekly-check", rule={}, created_at=MONDAY))
        session.flush()
        known = {**SHIPPED, "de": half_done("de")}
        version, problems = publishing.publish(session, WEEKLY, SHARED, known, APPROVED, MONDAY)
        assert version is None
        assert [one.severity for one in problems] == ["refused", "refused"]
        assert ["(shared/close) is missing" in one.sentence for one in problems] == [True, False]
        assert "(shared/sorry) is marked fuzzy" in problems[1].sentence


def test_a_half_done_language_never_keeps_the_shipped_flows_out(database: Database, tmp_path: Path) -> None:
    shutil.copytree(LOCALES / "en", tmp_path / "en")
    shutil.copytree(LOCALES / "zh_CN", tmp_path / "zh_CN")
    (tmp_path / "de" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "de" / "words.yaml").write_text('"yes": ["ja"]\n', "utf-8")
    begun = polib.POFile()
    begun.append(polib.POEntry(msgctxt="weekly-check/pain/lowest", msgid="no pain", msgstr="keine Schmerzen"))
    (tmp_path / "de" / "LC_MESSAGES" / "flows.po").write_text(str(begun), "utf-8")
    with database.write() as session:
        versions = publishing.seed(session, FLOWS, tmp_path, MONDAY)
        assert versions
        assert all("en" in version.languages and "de" not in version.languages for version in versions)


def test_a_draft_keeps_the_sentences_of_a_half_done_language(database: Database) -> None:
    with database.write() as session:
        draft, problems = publishing.save_draft(session, WEEKLY, SHARED, {**SHIPPED, "de": half_done("de")}, MONDAY)
        assert draft is not None
        assert "de" in draft.languages
        assert [one.severity for one in problems] == ["warning"]


def test_a_draft_is_kept_with_its_problems_and_asks_nobody(database: Database) -> None:
    with database.write() as session:
        publishing.seed(session, FLOWS, LOCALES, MONDAY)
        text = WEEKLY.replace("only_if: breath at least 4", "only_if: breath at least 11")
        draft, problems = publishing.save_draft(session, text, SHARED, SHIPPED, LATER)
        assert draft is not None
        assert (draft.number, draft.published_at) == (2, None)
        assert "can never be reached" in problems[0].sentence
        current = newest(session, "weekly-check")
        assert current is not None
        assert current.number == 1


def test_red_flags_are_always_the_newest_that_were_published(database: Database) -> None:
    """A conversation keeps its own words and sentences, but not an old list of dangers."""
    with database.write() as session:
        publishing.seed(session, FLOWS, LOCALES, MONDAY)
        old = newest(session, "weekly-check")
        assert old is not None
        words = SHIPPED["en"].words.model_copy(update={"red_flags": {"other": ("faint",)}, "yes": ("aye",)})
        newer: dict[str, Language] = {**SHIPPED, "en": replace(SHIPPED["en"], words=words)}
        version, problems = publishing.publish(session, WEEKLY, SHARED, newer, APPROVED, LATER)
        assert version is not None, problems
        spoken = languages.of(session, old, "en")
        assert spoken.words.red_flags == {"other": ("faint",)}
        assert spoken.words.yes == SHIPPED["en"].words.yes


def test_a_fuzzy_translation_is_known_and_not_said() -> None:
    source = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    source += 'msgctxt "a/pain"\nmsgid "Pain?"\nmsgstr "疼吗？"\n\n'
    source += '#, fuzzy\nmsgctxt "a/sleep"\nmsgid "Sleep?"\nmsgstr "睡吗？"\n\n'
    source += 'msgctxt "a/breath"\nmsgid "Breath?"\nmsgstr ""\n\n#~ msgctxt "a/old"\n#~ msgid "Old?"\n#~ msgstr "旧"\n'
    said, unsure = languages.read_catalog(source)
    assert said == {("a/pain", "Pain?"): "疼吗？"}
    assert unsure == {"a/sleep"}


def test_a_wrong_words_file_is_loud(tmp_path: Path) -> None:
    (tmp_path / "sw").mkdir()
    (tmp_path / "sw" / "words.yaml").write_text("yes:\n\t- ndiyo\n", "utf-8")
    with pytest.raises(ValueError, match="a tab stands here"):
        languages.load(tmp_path)


def test_words_stay_text(tmp_path: Path) -> None:
    (tmp_path / "sw").mkdir()
    (tmp_path / "sw" / "words.yaml").write_text("no: [no, off]\nyes: [on]\nnumbers:\n  moja: 1\n", "utf-8")
    assert languages.load(tmp_path)["sw"].words == Words(no=("no", "off"), yes=("on",), numbers={"moja": 1})


def test_the_template_for_translators_holds_what_the_flows_say() -> None:
    """Fails until `make translate` is run after a change of a text."""
    said = set()
    for file in sorted(FLOWS.glob("*.yaml")):
        with file.open("rb") as opened:
            said |= {message for _, _, message, _ in languages.extract(opened, None, None, None)}
    template = {(entry.msgctxt, entry.msgid) for entry in polib.pofile((LOCALES / "flows.pot").read_text("utf-8"))}
    assert template == said


def test_a_language_without_a_voice_goes_by_sms_only(database: Database) -> None:
    """Swahili: nothing of it is lost by SMS, and the sentence says what is missing."""
    with database.write() as session:
        settle(session)
        version, problems = publishing.publish(session, WEEKLY, SHARED, SWAHILI, APPROVED, MONDAY)
        assert version is not None
        (told,) = [one.sentence for one in problems if one.sentence.startswith("sw is left out of calls")]
        assert "no voice" in told
        assert "nobody can record (first: shared/call_greeting)" in told
        assert flow_in(version, "sw").channels == (Channel.SMS,)
        assert Channel.VOICE in flow_in(version, "en").channels


def test_it_speaks_once_every_sentence_is_recorded(database: Database) -> None:
    """The words that hold a name are put otherwise; then nothing lacks but the recordings."""
    with database.write() as session:
        settle(session)
        flow, language = spoken_without_names()
        _, problems = publishing.publish(session, *flow, {**SWAHILI, "sw": language}, APPROVED, MONDAY)
        assert any(one.sentence.startswith("sw is left out of calls") for one in problems)
        draft = publishing.save_draft(session, *flow, {**SWAHILI, "sw": language}, MONDAY)[0]
        assert draft
        for each in recordings.prompts(session, draft, "sw"):
            if not each.line.is_personal:
                recordings.record(session, MONDAY, draft, "sw", each.line.place, tone(), "Chandra")
        version, problems = publishing.publish(session, *flow, {**SWAHILI, "sw": language}, APPROVED, LATER)
        assert version is not None
        assert [one.sentence for one in problems if "calls" in one.sentence] == []
        assert Channel.VOICE in flow_in(version, "sw").channels


def test_a_voice_that_the_site_chose_is_frozen_with_the_version(database: Database) -> None:
    chosen = {**SWAHILI, "sw": replace(SWAHILI["sw"], voice=Voice("sw-KE", "Some.sw-KE-Voice"))}
    with database.write() as session:
        version, _ = publishing.publish(session, WEEKLY, SHARED, chosen, APPROVED, MONDAY)
        assert version is not None
        assert Channel.VOICE in flow_in(version, "sw").channels
        assert languages.chosen_voice(version, "sw") == Voice("sw-KE", "Some.sw-KE-Voice")
        assert languages.chosen_voice(version, "en") is None


def test_nobody_who_is_always_called_loses_the_calls(database: Database) -> None:
    with database.write() as session:
        amina = settle(session).amina
        amina.language, amina.channel = "sw", "voice"
        session.add(Enrolment(id=new_id(MONDAY), person_id=amina.id, flow="weekly-check", rule={}, created_at=MONDAY))
        session.flush()
        version, problems = publishing.publish(session, WEEKLY, SHARED, SWAHILI, APPROVED, MONDAY)
        assert version is None
        assert [one.severity for one in problems if "left out of calls" in one.sentence] == ["refused"]


def spoken_without_names() -> tuple[tuple[str, str], Language]:
    """The flow, its shared words and Swahili, with every fact but the emergency number taken out of what is said."""
    facts = re.compile(r"\{(clinic|name|doctor|doctor_phone|deadline)\}")
    spoken = re.compile(r"call_\w+|close|sorry|told|self_harm|red_flag|stopped")

    def plain(place: str, text: str) -> str:
        return facts.sub("us", text) if spoken.fullmatch(place.removeprefix("shared/")) else text

    shared = "\n".join(plain(line.partition(":")[0].strip(), line) for line in SHARED.splitlines())
    kept = SWAHILI["sw"].catalog.items()
    catalog = {(place, plain(place, text)): plain(place, said) for (place, text), said in kept}
    return (WEEKLY, shared), replace(SWAHILI["sw"], catalog=catalog)


def newest_of(session: Session, flow: str) -> FlowVersion:
    version = newest(session, flow)
    assert version
    return version
