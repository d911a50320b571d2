"""What is different in an advice text is told line by line, in the language it is said in."""

from gateway.core.advice import Advice, read
from gateway.core.sopchanges import Difference, differences

TEXT = """advice: pain
title: Severe pain
version: 1
label: example, needs local approval
source: own words
approved_by: (nobody yet)
review_by: 2027-06-30
about:
  - pain
levels:
  red:
    en: Ask place and onset.
    zh_CN: 问部位。
"""


def advice(*changed: tuple[str, str]) -> Advice:
    text = TEXT
    for before, after in changed:
        text = text.replace(before, after)
    found, problems = read(text)
    assert found, problems
    return found


def test_a_line_in_other_words_is_told_with_the_words_before() -> None:
    after = advice(("Ask place and onset.", "Ask onset."))
    told = Difference("level", "red", "en", "Ask place and onset.", "Ask onset.")
    assert differences(advice(), after) == (told,)


def test_a_language_that_goes_and_another_day_are_told() -> None:
    after = advice(("    zh_CN: 问部位。\n", ""), ("2027-06-30", "2028-01-01"))
    gone = Difference("level", "red", "zh_CN", "问部位。", "")
    assert differences(advice(), after) == (gone, Difference("head", "review_by", "", "2027-06-30", "2028-01-01"))


def test_of_a_new_text_everything_is_new() -> None:
    assert len(differences(None, advice())) == 2 + 4
    assert differences(advice(), advice()) == ()
