"""Do the cards that are printed say what the digits mean today?"""

from pathlib import Path

import pytest

from gateway.core.flow import Level
from gateway.core.policy import POLICY, Times

CARDS = Path(__file__).parents[2] / "docs" / "cards"
LINES_OF_A_PAGE = 50


def test_the_doctors_card_has_every_digit_once() -> None:
    rows = [line for line in _text("doctor").splitlines() if line.startswith("| **")]
    assert sorted(row[4] for row in rows) == list("0123456789")


def test_the_doctors_card_has_the_times_of_the_policy() -> None:
    card = _text("doctor")
    now, red = POLICY[Level.NOW], POLICY[Level.RED]
    assert f"after {now.tier.length.seconds // 60} minutes, and the contact is due within {_minutes(now)}" in card
    assert f"after {red.tier.length.seconds // 60} minutes, and within {_minutes(red) // 60} hours" in card


@pytest.mark.parametrize("role", ["doctor", "coordinator"])
def test_a_card_is_one_page(role: str) -> None:
    assert len(_text(role).splitlines()) <= LINES_OF_A_PAGE


def _minutes(times: Times) -> int:
    return int(times.contact.length.total_seconds()) // 60


def _text(role: str) -> str:
    return (CARDS / f"{role}.md").read_text("utf-8")
