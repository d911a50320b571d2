"""Does the export tell in FHIR what was reported and done, whole and valid, and nothing by which anybody is known?"""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from gateway import cases
from gateway.commands.export import write_ndjson
from gateway.core import flowfile
from gateway.core.conditions import parse
from gateway.keeping.erasing import erase
from gateway.quality.fhir.asked import asked_in
from gateway.quality.fhir.elements import TEST, Local
from gateway.quality.fhir.enabling import enabled
from gateway.quality.fhir.questionnaires import code_systems, questionnaire
from gateway.quality.fhir.resources import KINDS
from gateway.store.database import Database
from gateway.store.ids import new_id
from gateway.store.queries.cases import open_case_of
from gateway.store.tables import Answer, Conversation, FlowVersion, Person
from tests import canaries
from tests.cases.story import begin as begin_story
from tests.quality.exported import BASE, by_question, check, export
from tests.quality.march import reached
from tests.talking import ROOT, Talk, begin
from tests.test_first_flows import ask
from tests.village import AMINA, BARAKA, MONDAY

LOCAL = Local(BASE)
FLOWS = sorted(path for path in (ROOT / "flows").glob("*.yaml") if path.name != "shared.yaml")


def reported(database: Database, *answers: str) -> Talk:
    """The weekly check as far as `answers`, after the greeting."""
    talk = begin(database).at(MONDAY)
    talk.answer("1", *answers)
    return talk


def cared_for(database: Database) -> Talk:
    """Pain 8, no answer about sickness; he takes the case, phones, advises and gives medicine; a person closes it."""
    talk = reported(database, "2", "8", "1", "4", "1", "1", "1", "1", "skip")
    talk.text(AMINA, canaries.WORDS)
    talk.later(minutes=10).text(BARAKA, "1")
    talk.later(minutes=30).text(BARAKA, "46")
    with database.write() as session:
        case = open_case_of(session, talk.village.amina.id)
        assert case
        cases.close(session, talk.now, case.id, "Chandra", "her left knee")
    return talk


def test_pain_8_is_a_report_with_numbers_and_a_case_that_was_cared_for(database: Database) -> None:
    talk = cared_for(database)
    found = export(database)
    patient = {"reference": f"Patient/{talk.village.amina.id}"}

    (response,) = found["QuestionnaireResponse"]
    answers = {item["linkId"]: item["answer"][0] for item in response["item"]}
    assert response["questionnaire"] == f"{BASE}/fhir/Questionnaire/weekly-check|1"
    assert (response["status"], response["source"], response["subject"]) == ("completed", patient, patient)
    assert response["authored"].startswith("2026-03-02T09:")
    assert response["authored"].endswith("+03:00")
    assert (answers["pain"], answers["danger"]) == ({"valueInteger": 8}, {"valueBoolean": False})
    assert answers["pain_where"]["valueCoding"]["display"] == "back"
    assert "sickness" not in answers  # she skipped it, and a skip is no nought

    pain = by_question(found)["weekly-check.pain"]
    assert pain["code"]["coding"][0] == {"system": "http://loinc.org", "code": "72514-3"}
    assert (pain["valueInteger"], pain["interpretation"][0]["coding"][0]["code"]) == (8, "AA")
    assert pain["derivedFrom"] == [{"reference": f"QuestionnaireResponse/{response['id']}"}]
    tiredness = by_question(found)["weekly-check.tiredness"]
    assert "interpretation" not in tiredness
    assert len(tiredness["code"]["coding"]) == 1

    (flag,), (task,) = found["Flag"], found["Task"]
    assert (flag["status"], flag["code"]["coding"][0]["code"]) == ("inactive", "red")
    assert (task["status"], task["priority"]) == ("completed", "asap")
    assert task["owner"] == {"reference": f"Practitioner/{talk.village.baraka.id}"}
    done = [output["valueCodeableConcept"]["coding"][0]["code"] for output in task["output"]]
    assert done == ["by-call", "advice", "medicine"]
    assert task["focus"] == {"reference": f"QuestionnaireResponse/{response['id']}"}

    (consent,) = found["Consent"]
    assert (consent["status"], consent["category"][0]["coding"][0]["code"]) == ("active", "messages")
    written = json.dumps(found, ensure_ascii=False)
    assert canaries.found_in(written.encode()) == set()
    typed = ("Chandra", "Baraka", BARAKA.removeprefix("+254"), "knee")  # names, a number, how a person ended the case
    assert not [words for words in typed if words in written]
    assert set(found["Patient"][0]) == {
        "resourceType", "id", "identifier", "active", "generalPractitioner", "managingOrganization",
    }  # fmt: skip


def test_whoever_was_erased_stays_so(database: Database) -> None:
    talk = cared_for(database)
    with database.write() as session:
        erase(session, session.get_one(Person, talk.village.amina.id), talk.now)
    found = export(database)
    assert not any(found[kind] for kind in ("QuestionnaireResponse", "Observation", "Consent", "Questionnaire"))
    (patient,) = found["Patient"]
    assert patient["identifier"][0]["value"] == f"erased-{talk.village.amina.id}"
    assert not patient["active"]
    assert [task["status"] for task in found["Task"]] == ["completed"]  # as in cases.csv
    assert "amina" not in json.dumps(found)


def test_a_report_that_stops_midway_is_in_progress_and_then_stopped(database: Database) -> None:
    talk = reported(database, "2", "3")
    assert [each["status"] for each in export(database)["QuestionnaireResponse"]] == ["in-progress"]
    talk.later(days=4)
    assert [each["status"] for each in export(database)["QuestionnaireResponse"]] == ["stopped"]


def test_who_answered_for_her_and_who_wrote_it_down_are_said(database: Database) -> None:
    talk = reported(database, "2", "3", "1", "1", "1", "1", "0")
    with database.write() as session:
        session.execute(update(Answer).values(respondent="helper"))
        session.execute(update(Conversation).values(taken_by="0" * 32))
    found = export(database)
    (response,), (helper,) = found["QuestionnaireResponse"], found["RelatedPerson"]
    assert response["source"] == {"reference": f"RelatedPerson/{helper['id']}"}
    assert helper["patient"] == {"reference": f"Patient/{talk.village.amina.id}"}
    assert response["author"] == {"reference": f"Practitioner/{'0' * 32}"}


def test_pain_in_five_words_is_no_rating_of_0_to_10(database: Database) -> None:
    talk = begin(database)
    with database.write() as session:
        session.get_one(Person, talk.village.amina.id).wishes = {"scale": "five words"}
    talk.at(MONDAY).answer("1", "2", "2", "1", "1", "1", "1", "1")
    pain = by_question(export(database))["weekly-check.pain"]
    assert [coding["system"] for coding in pain["code"]["coding"]] == [f"{BASE}/fhir/CodeSystem/questions"]


def test_practice_is_tagged_and_gives_no_number(database: Database) -> None:
    talk = begin(database).at(MONDAY - timedelta(minutes=30))
    ask(talk, "practice")
    talk.answer("1", "1", "10")
    found = export(database)
    assert [each["meta"]["tag"] for each in found["QuestionnaireResponse"]] == [[TEST]]
    assert found["Observation"] == []


def test_a_drill_is_a_tagged_task_and_no_warning(database: Database) -> None:
    story = reached(database)
    with story.writing() as session:
        case = session.merge(story.case)
        case.progress = {**case.progress, "drill": True}
    found = export(database)
    assert [(task["meta"]["tag"], task["businessStatus"]["coding"][0]["code"]) for task in found["Task"]] == [
        ([TEST], "contacted")
    ]
    assert found["Flag"] == found["ServiceRequest"] == []


def test_a_re_check_is_read_beside_the_reports_of_its_flow(database: Database) -> None:
    story = begin_story(database)
    story.report(pain=8)
    story.breach()
    story.re_check(pain=3)
    found = export(database)
    whole, again = sorted(found["QuestionnaireResponse"], key=lambda each: "questionnaire" not in each)
    assert whole["questionnaire"].endswith("weekly-check|1")
    assert "questionnaire" not in again
    assert again["item"] == [{"linkId": "pain", "text": "How bad is your pain now?", "answer": [{"valueInteger": 3}]}]
    codes = [each["code"]["coding"] for each in found["Observation"]]
    assert codes[0] == codes[1]


@pytest.mark.parametrize(("reply", "status"), [("1", "active"), ("3", "revoked"), ("4", "completed")])
def test_a_referral_is_a_request_that_ends_as_it_was_answered(database: Database, reply: str, status: str) -> None:
    story = begin_story(database)
    story.breach()
    story.sends(story.village.baraka, f"{story.code} 17")
    story.sends(story.tiers.zhao, f"{story.code} {reply}")
    (referral,) = export(database)["ServiceRequest"]
    assert (referral["status"], referral["performer"]) == (
        status,
        [{"reference": f"Practitioner/{story.tiers.zhao.id}"}],
    )
    assert referral["requester"] == {"reference": f"Practitioner/{story.village.baraka.id}"}


def test_a_part_of_the_time_holds_all_that_it_refers_to(database: Database) -> None:
    """A case whose report is from before: the Task stands without it."""
    story = begin_story(database)
    story.report(pain=8)
    story.passes(days=1)
    story.breach()
    since = story.now - timedelta(hours=1)
    with story.writing() as session:
        first = session.scalars(select(Conversation).order_by(Conversation.id)).first()
        assert first
        session.merge(story.case).conversation_id = first.id
    found = export(database, since=since)
    assert found["QuestionnaireResponse"] == []
    assert "focus" not in found["Task"][0]
    assert export(database, until=since)["Task"] == []
    assert "focus" in export(database)["Task"][0]


def test_an_export_made_again_is_the_same(database: Database) -> None:
    story = reached(database)
    story.report(pain=8)
    assert export(database) == export(database)
    with story.writing() as session:
        old = session.scalars(select(Answer)).one()
        old.superseded_at = story.now
        session.flush()
        new = {column.name: getattr(old, column.name) for column in Answer.__table__.columns}
        session.add(Answer(**new | {"id": new_id(story.now), "number": 6, "superseded_at": None}))
    before = export(database, until=story.now + timedelta(hours=1))["Observation"]
    assert [each["valueInteger"] for each in before] == [6]


def test_many_reports_are_read_in_batches(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.store.queries.exchange.AT_ONCE", 2)
    story = begin_story(database)
    for pain in range(5):
        story.report(pain=pain)
    assert [each["valueInteger"] for each in export(database)["Observation"]] == list(range(5))


def test_nothing_reported_is_a_file_of_each_kind(database: Database, tmp_path: Path) -> None:
    found = export(database)
    assert [kind for kind in KINDS if found[kind]] == ["CodeSystem"]
    out = tmp_path / "out"
    lines = write_ndjson(out, KINDS, found["CodeSystem"])
    assert sorted(path.name for path in out.iterdir()) == [f"{kind}.ndjson" for kind in KINDS]
    written = (out / "CodeSystem.ndjson").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in written] == found["CodeSystem"]
    assert lines["CodeSystem"] == len(written)


def test_an_export_that_breaks_off_leaves_the_last_one_whole(tmp_path: Path) -> None:
    def broken() -> Any:
        yield {"resourceType": "Task", "id": "new"}
        raise OSError("no space left")

    write_ndjson(tmp_path, KINDS, [{"resourceType": "Task", "id": "old"}])
    with pytest.raises(OSError, match="no space"):
        write_ndjson(tmp_path, KINDS, broken())
    assert (tmp_path / "Task.ndjson").read_text() == '{"resourceType":"Task","id":"old"}\n'
    assert len(list(tmp_path.iterdir())) == len(KINDS)


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_every_shipped_flow_is_a_valid_questionnaire(path: Path) -> None:
    flow, _ = flowfile.read(path.read_text("utf-8"), (ROOT / "flows" / "shared.yaml").read_text("utf-8"))
    assert flow
    version = FlowVersion(id="v1", flow=flow.flow, number=1, published_at=MONDAY)
    form = questionnaire(version, flow, LOCAL, is_newest=True)
    if "item" in form:  # some only say
        check([form, *code_systems([(version, flow)], LOCAL)])


def test_the_items_of_the_phq_have_their_codes_and_an_order() -> None:
    flow, _ = flowfile.read(
        (ROOT / "flows" / "mood.yaml").read_text("utf-8"), (ROOT / "flows" / "shared.yaml").read_text("utf-8")
    )
    assert flow
    version = FlowVersion(id="v1", flow="mood", number=1, published_at=MONDAY)
    items = {item["linkId"]: item for item in questionnaire(version, flow, LOCAL, is_newest=True)["item"]}
    assert items["little_interest"]["code"][0]["code"] == "44250-9"
    assert [option["extension"][0]["valueDecimal"] for option in items["tired"]["answerOption"]] == [0, 1, 2, 3]
    assert len(items["thoughts"]["code"]) == 1  # whose code was not read at a source
    assert items["sleeping"]["extension"][0]["valueMarkdown"] == "Asked only when: phq_2 at least 3"


@pytest.mark.parametrize(
    ("written", "tests", "behavior"),
    [
        ("pain at least 7", ["pain >= 7"], None),
        ("pain between 4 to 6", ["pain >= 4", "pain <= 6"], "all"),
        ("any of pain, breath at least 7", ["pain >= 7", "breath >= 7"], "any"),
        ("pain at least 7 and danger is no", ["pain >= 7", "danger = False"], "all"),
        ("danger is yes or pain_where is 4", ["danger = True", "pain_where = weekly-check.1.pain_where.4"], "any"),
        ("any of pain, breath at least 7 and danger is no", [], None),
        ("2 of pain, breath, sleep at least 4", [], None),
        ("pain worse by 2", [], None),
        ("pain at least 4 for 2 reports", [], None),
        ("burden at least 20", [], None),
        ("pain is skipped", [], None),
    ],
)
def test_a_condition_is_said_whole_or_stands_in_a_note(written: str, tests: list[str], behavior: str | None) -> None:
    text = (ROOT / "flows" / "weekly-check.yaml").read_text("utf-8")
    flow, _ = flowfile.read(text, (ROOT / "flows" / "shared.yaml").read_text("utf-8"))
    assert flow
    said = enabled([parse(written)], asked_in(flow, 1), LOCAL)
    assert [_test(each) for each in said.get("enableWhen", [])] == tests
    assert said.get("enableBehavior") == behavior
    assert ("extension" in said) == (not tests)


def _test(each: dict[str, Any]) -> str:
    value = next(part for name, part in each.items() if name.startswith("answer"))
    return f"{each['question']} {each['operator']} {value['code'] if isinstance(value, dict) else value}"
