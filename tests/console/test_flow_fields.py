"""Every key of the flow format has a field on a card, or a reason to stand in the file alone."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import BaseModel
from werkzeug.datastructures import MultiDict

from gateway.console.flows import fields, filled
from gateway.console.flows.cardpage import rows_for
from gateway.console.flows.fields import FIELDS, FILE_ONLY
from gateway.core import cards, rewriting
from gateway.core.cards import Card
from gateway.core.flow import Ask, Block, Breach, Flow, Say, Scale, ScoreRule, Start
from gateway.core.values import KNOWN

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "flows").glob("*.yaml"))
PARTS: Mapping[str, type[BaseModel]] = {
    "flow": Flow, "ask": Ask, "say": Say, "when": Block, "breach": Breach, "score": ScoreRule, "scale": Scale,
}  # fmt: skip
ELSEWHERE = {
    "flow": {
        "flow",
        "shared",
        "start",
        "words",
        "scales",
        "steps",
        "scores",
        "breaches",
    },  # a name, or cards of their own
    "when": {"steps"},
}
SMALL = """flow: short
title: Short  # as the nurses call it
written_in: en
rank: weekly
channels: [sms]

start:
  every: 1 week
  time: 09:00

steps:
  - say: rest
    # every time
    text: Rest.

  - ask: agreed
    text: May we?
    yes_no: true

scores:
  burden:
    sum: [pain]
    needs: 1

breaches:
  - id: low
    when: 4 of pain, breath, sleep, mood, rest at least 4
    level: red
  - id: odd
    when: pain at least 2 and at most 8 and worse by 2
    level: red
"""


def keys(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items() if not field.exclude}


@pytest.mark.parametrize("kind", sorted(PARTS))
def test_every_key_of_the_format_has_a_field_or_a_reason(kind: str) -> None:
    """When this fails: give the new key a field in `fields.py`, or a reason there and in docs/flows.md."""
    asked = {field.key for field in FIELDS[kind]}
    if kind == "ask":
        asked |= {name for name, _label in fields.ANSWERS}
    alone = {key for part, key in FILE_ONLY if part == kind}
    assert keys(PARTS[kind]) - ELSEWHERE.get(kind, set()) - asked - alone == set()
    assert alone & asked == set()


def test_start_has_a_field_for_each_of_its_keys() -> None:
    assert {f"start.{key}" for key in keys(Start)} <= {field.key for field in FIELDS["flow"]}


def test_a_new_key_has_its_place_among_the_others() -> None:
    every = set[str]().union(keys(Start), *map(keys, PARTS.values()))
    assert every - {"shared"} - set(rewriting.ORDER) == set()


def test_a_key_of_the_file_alone_is_named_in_the_documentation() -> None:
    told = (ROOT / "docs" / "flows.md").read_text("utf-8").partition("## Without a file")[2].partition("\n## ")[0]
    assert [key for _part, key in FILE_ONLY if f"`{key}`" not in told] == []


def test_whatever_a_condition_may_name_can_be_ticked() -> None:
    assert set(fields.KNOWN_FACTS) == KNOWN


@pytest.mark.parametrize("text", [SMALL, *(file.read_text("utf-8") for file in FILES)], ids=lambda text: text[:24])
def test_a_card_that_is_kept_as_it_is_changes_nothing(text: str) -> None:
    """Not a condition with more tests or of more names than the lists hold, nor what holds where nothing is said."""
    changed = {card.address: filled.values_of(card, as_shown(card)) for card in cards.cards(text)}
    assert {address: values for address, values in changed.items() if values} == {}


def as_shown(card: Card) -> MultiDict[str, str]:
    """What a browser sends of a card that nobody touched."""
    form: MultiDict[str, str] = MultiDict({"answer": filled.answer_of(card)})
    for field in fields.fields_of(card):
        if field.kind == "condition":
            _choose(form, card, field.key)
        elif field.kind in ("questions", "channels", "flows"):
            form.setlist(field.key, card.lines(field.key))
        elif field.kind == "flag":
            form.update({field.key: "true"} if card.text(field.key) == "true" else {})
        elif field.kind != "answer":
            form[field.key] = filled.shown(card, field)
    return form


def _choose(form: MultiDict[str, str], card: Card, key: str) -> None:
    shown, form[f"{key}.join"], _ = rows_for(card, key, None)
    for number, row in enumerate(shown):
        form[f"{key}.{number}.of"], form[f"{key}.{number}.reports"] = row.of, row.reports
        form.setlist(f"{key}.{number}.id", list(row.ids))
        for place, test in enumerate(row.tests):
            names = zip(("test", "first", "second"), (test.test, test.first, test.second), strict=True)
            form.update({f"{key}.{number}.{place}.{name}": value for name, value in names})


@pytest.mark.parametrize(
    ("address", "sent", "line"),
    [
        ("flow", {"learning": "3 weeks"}, "learning: 3 weeks\n"),
        ("flow", {"credits": "0.5"}, "credits: 0.5\n"),
        ("flow", {"by_proxy": "false"}, "by_proxy: false\n"),
        ("steps.0", {"compares": "burden"}, "    compares: burden\n    # every time\n    text: Rest.\n"),
        ("steps.1", {"consent": "share upward", "agreement": "true"}, "    yes_no: true\n    agreement: true\n"),
        ("scores.burden", {"missing": "mean"}, "    needs: 1\n    missing: mean\n"),
        ("breaches.0", {"flag": "other"}, "    level: red\n    flag: other\n"),
        ("words", {"another": "received", "another.text": "Thanks."}, "words:\n  received: Thanks.\n"),
    ],
)
def test_a_field_writes_its_line_and_keeps_every_comment(address: str, sent: dict[str, str], line: str) -> None:
    card = next(card for card in cards.cards(SMALL) if card.address == address)
    form = with_sent(card, sent)
    text = rewriting.put(SMALL, card.path, filled.values_of(card, form))
    assert line in text
    assert text.count("#") == SMALL.count("#")
    again = next(card for card in cards.cards(text) if card.address == address)
    emptied = with_sent(again, dict.fromkeys((*sent, "received"), ""))
    assert line not in rewriting.put(text, again.path, filled.values_of(again, emptied))


def test_what_the_form_could_not_show_is_not_taken_away() -> None:
    text = SMALL.replace("title: Short  #", "title: [Short, Long]  #").replace(
        "channels: [sms]", "channels: [sms, voice]"
    )
    card = cards.cards(text)[0]
    form = as_shown(card)
    assert filled.values_of(card, form) == {}
    form.setlist("channels", [])
    assert filled.values_of(card, form) == {"channels": []}


def test_what_no_database_keeps_is_left_out() -> None:
    assert filled.one_line("a\x00 b\x1b\n c") == "a b c"


def with_sent(card: Card, sent: Mapping[str, str]) -> MultiDict[str, str]:
    form = as_shown(card)
    for key, value in sent.items():
        form[key] = value
    return form


def test_other_words_without_a_sentence_are_not_lost() -> None:
    card = next(card for card in cards.cards(SMALL) if card.kind == "words")
    for half in ({"another": "received"}, {"another.text": "Thanks."}):
        with pytest.raises(filled.Unfilled):
            filled.values_of(card, MultiDict(half))
