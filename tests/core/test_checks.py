"""Is nothing published that a patient could not understand or that would leave danger unseen?"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.core import checks, flowfile
from gateway.core.conditions import parse
from gateway.core.flow import Flow
from gateway.core.places import texts
from gateway.core.reach import can_hold, ranges
from gateway.core.words import Language, Words
from gateway.core.written import Problem
from tests.core.test_flowfile import example

SHARED = (Path(__file__).resolve().parents[2] / "flows" / "shared.yaml").read_text("utf-8")


def whole_example() -> tuple[str, Flow]:
    """With the shared words, so that it can be rendered."""
    text, _ = example()
    flow, problems = flowfile.read(text, SHARED)
    assert flow is not None, problems
    return text, flow


def swahili(flow: Flow) -> Language:
    """A whole translation: every sentence behind a mark."""
    return Language("sw", Words(), {one: f"sw {one[1]}" for one in texts(flow)})


def found(language: Language, *, discreet: bool = True) -> list[str]:
    text, flow = example()
    flow = flow.model_copy(update={"discreet": discreet})
    return sentences(checks.problems(flow, {language.code: language}, flowfile.places(text)))


def sentences(problems: tuple[Problem, ...]) -> list[str]:
    return [one.sentence for one in problems]


def changed(language: Language, place: str, said: str) -> Language:
    catalog = {key: said if key[0] == place else old for key, old in language.catalog.items()}
    return replace(language, catalog=catalog)


def test_a_whole_translation_has_no_problem() -> None:
    assert found(swahili(example()[1])) == []


def test_a_missing_translation_is_told_where_the_text_stands() -> None:
    text, flow = example()
    whole = swahili(flow)
    kept = {key: said for key, said in whole.catalog.items() if key[0] != "weekly-check/pain/lowest"}
    problems = checks.problems(flow, {"sw": replace(whole, catalog=kept)}, flowfile.places(text))
    assert sentences(problems) == ["the sw translation of 'no pain' (weekly-check/pain/lowest) is missing"]
    assert "lowest: no pain" in text.splitlines()[problems[0].line - 1]
    assert problems[0].step == "pain"


def test_an_empty_translation_is_a_missing_one() -> None:
    problems = found(changed(swahili(example()[1]), "weekly-check/pain_now", ""))
    assert problems == ["the sw translation of 'Is it that bad now?' (weekly-check/pain_now) is missing"]


def test_a_fuzzy_translation_is_told_as_such() -> None:
    whole = swahili(example()[1])
    kept = {key: said for key, said in whole.catalog.items() if key[0] != "weekly-check/pain_now"}
    problems = found(replace(whole, catalog=kept, unsure=frozenset({"weekly-check/pain_now"})))
    assert problems == ["the sw translation of 'Is it that bad now?' (weekly-check/pain_now) is marked fuzzy"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Asante. Simu {doctor_phone}.", "the sw translation of weekly-check/words/sorry has lost {deadline}"),
        (
            "{deadline} {doctor_phone} {daktari}",
            "the sw translation of weekly-check/words/sorry has invented {daktari}",
        ),
        ("{deadline {doctor_phone}", "the braces { } in the sw translation of weekly-check/words/sorry are broken"),
        ("{deadline!r} {doctor_phone}", "the braces { } in the sw translation of weekly-check/words/sorry are broken"),
    ],
)
def test_a_placeholder_is_neither_lost_nor_invented(said: str, expected: str) -> None:
    assert expected in found(changed(swahili(example()[1]), "weekly-check/words/sorry", said))


def test_a_forbidden_word_is_found_only_in_a_discreet_flow_and_as_a_word() -> None:
    whole = replace(swahili(example()[1]), words=Words(forbidden=("saratani", "癌")))
    spoken = changed(whole, "weekly-check/pain_now", "Saratani inauma sasa?")
    assert found(spoken) == ["'saratani' must not stand in a discreet flow (sw, weekly-check/pain_now)"]
    assert found(spoken, discreet=False) == []
    assert found(changed(whole, "weekly-check/pain_now", "saratanix")) == []
    assert found(changed(whole, "weekly-check/pain_now", "有癌吗")) != []


def test_a_promise_needs_a_deadline() -> None:
    whole = replace(swahili(example()[1]), words=Words(promises=("tutapiga simu",)))
    promised = changed(whole, "weekly-check/pain_advice", "Tutapiga simu.")
    assert found(promised) == ["'tutapiga simu' promises something without {deadline} (sw, weekly-check/pain_advice)"]


def test_longer_names_make_more_sms() -> None:
    text, flow = whole_example()
    english = {"en": Language("en", Words())}
    places = flowfile.places(text)
    assert checks.problems(flow, english, places) == ()
    long_names: Mapping[str, str] = {**checks.LONGEST_FACTS, "clinic": "The health centre of " + "a" * 250}
    problems = checks.problems(flow, english, places, long_names)
    assert sentences(problems) == ["'hello' makes 3 SMS in en: more than 2"]
    assert problems[0].severity == "warning"


def test_chinese_leaves_room_for_the_carriers_signature() -> None:
    text, flow = whole_example()
    whole = Language("zh_CN", Words(), {one: one[1] for one in texts(flow)})
    places = flowfile.places(text)
    for signs, warned in ((120, False), (135, True)):
        advice = changed(whole, "weekly-check/pain_advice", "药" * signs)
        problems = checks.problems(flow, {"zh_CN": advice}, places)
        assert ("'pain_advice' makes 3 SMS in zh_CN: more than 2" in sentences(problems)) is warned


def test_a_flow_without_a_gate_passes_with_a_clinicians_name() -> None:
    text, flow = example()
    places = flowfile.places(text)
    bare = flow.model_copy(update={"steps": flow.steps[1:], "breaches": flow.breaches[1:]})
    assert any("danger gate" in one for one in sentences(checks.problems(bare, {}, places)))
    waived = bare.model_copy(update={"waived_by": "Dr Baraka"})
    assert checks.problems(waived, {}, places) == ()


def test_what_can_hold_is_known_from_the_scales() -> None:
    _, flow = example()
    assert ranges(flow)["burden"] == frozenset(range(0, 21))
    for text, possible in {
        "burden at least 20": True,
        "burden at least 21": False,
        "pain worse by 10": True,
        "pain worse by 11": False,
        "pain worse by 8 and at most 7": False,
        "pain_where is 6": False,
        "danger is 1": False,
        "3 of pain, breath, danger at least 1": False,
        "2 of pain, breath, danger at least 1": True,
        "pain_now is yes and pain at most 6": False,
        "pain_now is yes or pain at most 6": True,
    }.items():
        assert can_hold(flow, (parse(text),)) is possible


def test_a_house_word_that_nobody_wrote_is_a_problem_and_no_crash() -> None:
    text, _ = example()
    flow, _ = flowfile.read(text, "words:\n  good_time: Now?\n")
    assert flow is not None
    problems = sentences(checks.problems(flow, {"en": Language("en", Words())}, flowfile.places(text)))
    assert any("cannot be said in en" in one and "has the word" in one for one in problems)
