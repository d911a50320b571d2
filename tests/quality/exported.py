"""Is what was exported as FHIR wants it? Its shape by fhir.resources, its codes and references by ourselves."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from fhir.resources.R4B import get_fhir_model_class

from gateway.quality.fhir.elements import HL7
from gateway.quality.fhir.resources import KINDS, resources
from gateway.store.database import Database

Json = dict[str, Any]
BASE = "https://clinic.example"
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
CODE = re.compile(r"[^\s]+( [^\s]+)*")

# Required value sets of R4, by element. The library looks at shapes only.
QUESTIONNAIRE_TYPES = "group display boolean decimal integer date dateTime time string text url choice open-choice"
PUBLISHED = "draft active retired unknown"
STATUS = {
    "Questionnaire": PUBLISHED,
    "CodeSystem": PUBLISHED,
    "QuestionnaireResponse": "in-progress completed amended entered-in-error stopped",
    "Observation": "registered preliminary final amended corrected cancelled entered-in-error unknown",
    "Flag": "active inactive entered-in-error",
    "Task": "draft requested received accepted rejected ready cancelled in-progress on-hold failed completed "
    "entered-in-error",
    "ServiceRequest": "draft active on-hold revoked completed entered-in-error unknown",
    "Consent": "draft proposed active rejected inactive entered-in-error",
}
ELEMENTS = {
    ("Task", "intent"): "unknown proposal plan order original-order reflex-order filler-order instance-order option",
    ("ServiceRequest", "intent"): "proposal plan directive order original-order reflex-order filler-order "
    "instance-order option",
    ("Task", "priority"): "routine urgent asap stat",
    ("ServiceRequest", "priority"): "routine urgent asap stat",
    ("CodeSystem", "content"): "not-present example fragment complete supplement",
}
# Who may be named where.
REFERENCES = {
    "subject": {"Patient"}, "patient": {"Patient"}, "for": {"Patient"}, "source": {"Patient", "RelatedPerson"},
    "author": {"Practitioner"}, "performer": {"Patient", "RelatedPerson", "Practitioner"}, "owner": {"Practitioner"},
    "requester": {"Practitioner"}, "generalPractitioner": {"Practitioner"}, "managingOrganization": {"Organization"},
    "partOf": {"Organization"}, "derivedFrom": {"QuestionnaireResponse"}, "focus": {"QuestionnaireResponse"},
    "reasonReference": {"Flag"}, "supportingInfo": {"Task"},
}  # fmt: skip
# What another system defines and we use.
THEIRS = {
    f"{HL7}/v3-ActReason": {"HTEST"},
    f"{HL7}/observation-category": {"survey"},
    f"{HL7}/flag-category": {"safety"},
    f"{HL7}/consentscope": {"patient-privacy"},
    f"{HL7}/v3-ObservationInterpretation": {"A", "AA"},
}


def export(database: Database, since: datetime | None = None, until: datetime | None = None) -> dict[str, list[Json]]:
    """By kind; everything was looked at."""
    first, last = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    with database.read() as session:
        found = list(resources(session, since or first, until or last, BASE, lambda done, of: None))
    check(found)
    by_kind: dict[str, list[Json]] = {kind: [] for kind in KINDS}
    for each in found:
        by_kind[each["resourceType"]].append(each)
    return by_kind


def check(found: Iterable[Json]) -> None:
    """Raises AssertionError, or pydantic's error with the path in the resource."""
    found = list(found)
    ids = [f"{each['resourceType']}/{each['id']}" for each in found]
    assert len(set(ids)) == len(ids)
    for each in found:
        get_fhir_model_class(each["resourceType"]).model_validate(each)
        _check_codes(each)
    _check_references(found, set(ids))
    _check_own_codes(found)
    _check_answers(found)


def _check_codes(each: Json) -> None:
    kind = each["resourceType"]
    assert ID.fullmatch(each["id"]), each["id"]
    assert each.get("status") in [*STATUS.get(kind, "").split(), None], each["status"]
    assert kind not in STATUS or "status" in each
    for (of, element), allowed in ELEMENTS.items():
        assert of != kind or each[element] in allowed.split(), (kind, element)
    for part in _parts(each):
        assert None not in part.values()
        assert not any(value in ([], {}, "") for value in part.values()), part
        assert part.get("system") not in THEIRS or part["code"] in THEIRS[part["system"]]
        assert "code" not in part or not isinstance(part["code"], str) or CODE.fullmatch(part["code"])


def _check_references(found: list[Json], ids: set[str]) -> None:
    for each in found:
        for element, value in each.items():
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, dict) and "reference" in part:
                    assert part["reference"] in ids, (each["id"], element, part)
                    assert part["reference"].split("/")[0] in REFERENCES[element], (each["resourceType"], element)


def _check_own_codes(found: list[Json]) -> None:
    """Each code of ours stands in a CodeSystem of the same export."""
    own = {each["url"]: {one["code"] for one in each["concept"]} for each in found if "concept" in each}
    for each in found:
        for part in _parts(each):
            if str(part.get("system", "")).startswith(f"{BASE}/fhir/CodeSystem"):
                assert part["code"] in own.get(part["system"], ()), part


def _check_answers(found: list[Json]) -> None:
    """Each answer is to a question of its Questionnaire, and of its type."""
    asked = {f"{each['url']}|{each['version']}": each for each in found if each["resourceType"] == "Questionnaire"}
    types = {"boolean": "valueBoolean", "integer": "valueInteger", "choice": "valueCoding"}
    for form in asked.values():
        items = {item["linkId"]: item for item in form["item"]}
        assert len(items) == len(form["item"])
        assert all(item["type"] in QUESTIONNAIRE_TYPES.split() for item in form["item"])
        assert all(each["question"] in items for item in form["item"] for each in item.get("enableWhen", []))
        assert all("enableBehavior" in item for item in form["item"] if len(item.get("enableWhen", [])) > 1)
    for each in found:
        if each["resourceType"] == "QuestionnaireResponse" and "questionnaire" in each:
            by_id = {item["linkId"]: item for item in asked[each["questionnaire"]]["item"]}
            order = [item["linkId"] for item in each.get("item", [])]
            assert order == [name for name in by_id if name in order]
            for item in each.get("item", []):
                (answer,) = item["answer"]
                assert list(answer) == [types[by_id[item["linkId"]]["type"]]]


def _parts(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _parts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _parts(inner)


def by_question(found: Mapping[str, list[Json]]) -> dict[str, Json]:
    """Observations by our own code."""
    named: dict[str, Json] = defaultdict(dict)
    for each in found["Observation"]:
        named[each["code"]["coding"][-1]["code"]] = each
    return dict(named)
