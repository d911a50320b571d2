"""How long is the longest text of each flow, in every language? `python -m tests.core.test_longest_turns` prints it."""

from functools import cache

import pytest

from gateway.core import wording
from gateway.core.events import Breached, Finished, Said
from gateway.core.flow import Level
from gateway.core.saying import CARRIER_SIGNATURE, LONGEST_FACTS
from gateway.core.segments import segments
from tests.core.shipped import FACTS, ROOT, WORDED, flow, language
from tests.core.walking import Turn, put_to_patients, turns

FLOWS = sorted(file.stem for file in (ROOT / "flows").glob("*.yaml") if file.stem != "shared")
PARTS_AT_MOST = 4
# Of the mood items published translations only; trainings are worded in two languages so far.
NO_WORDING = {"mood": {"en", "zh_CN"}}  # a translation of its items needs a published source
ON_A_SHARED_PHONE = {
    **LONGEST_FACTS,
    "called": "Wanjiku",
    "people": "1 = Wanjiku, 2 = Wambui",
    "scores burden": "32, 28, 30, 41",
    "course burden": "worse",
}
ADVICE = (Said("pain_advice"), Said("sickness_advice"), Said("breath_advice"))


@cache
def walked(name: str) -> frozenset[Turn]:
    return frozenset(turns(put_to_patients(name)))


def longest(name: str, code: str) -> tuple[int, str]:
    """Parts, and the text. A carrier in China puts its signature before it."""
    said = [wording.sms(put_to_patients(name), language(code), turn, ON_A_SHARED_PHONE) for turn in walked(name)]
    signature = "一" * CARRIER_SIGNATURE if code == "zh_CN" else ""
    return max((segments(text + signature).count, text) for text in said)


@pytest.mark.parametrize("name", FLOWS)
def test_no_turn_of_any_flow_needs_more_than_four_parts(name: str) -> None:
    spoken = [code for code in WORDED if code in NO_WORDING.get(name, WORDED)]
    assert {code: found for code in spoken if (found := longest(name, code))[0] > PARTS_AT_MOST} == {}


def test_of_three_pieces_of_advice_two_go_into_a_text_and_all_into_a_call() -> None:
    weekly, english = flow("weekly-check"), language("en")
    text = wording.sms(weekly, english, (*ADVICE, Finished()), FACTS)
    assert "Small sips" in text
    assert "Sit up" not in text
    assert any("Sit up" in getattr(said, "text", "") for said in wording.voice(weekly, english, ADVICE, FACTS))


def test_whom_to_phone_is_not_said_twice_at_the_end() -> None:
    severe = Breached("severe", Level.RED, (("sickness", 8),))
    text = wording.sms(flow("weekly-check"), language("en"), (severe, *ADVICE, Finished()), FACTS)
    assert text.count(FACTS["doctor_phone"]) == 1
    assert text.endswith("Thank you. Answers received.")


def main() -> None:
    print(f"{'':18}" + "".join(f"{code:>7}" for code in WORDED))
    for name in FLOWS:
        spoken = NO_WORDING.get(name, set(WORDED))
        counts = [str(longest(name, code)[0]) if code in spoken else "-" for code in WORDED]
        print(f"{name:18}" + "".join(f"{count:>7}" for count in counts))


if __name__ == "__main__":
    main()
