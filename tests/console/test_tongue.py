"""Days and numbers stand on a page as its language writes them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from gateway.console.flows.advicewords import day
from gateway.console.flows.picture import cut
from gateway.console.tongue import Tongue, catalog, spoken

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
EARLIER = datetime(2026, 8, 24, 6, 0, tzinfo=UTC)


def tongue(code: str) -> Tongue:
    return Tongue(code, ZoneInfo("UTC"), catalog(code))


DAYS = [("en", "Aug 24, 2026"), ("zh_CN", "2026年8月24日"), ("ar", "24 أغسطس 2026")]


@pytest.mark.parametrize(("code", "told"), DAYS)
def test_a_day_is_written_one_way_wherever_it_stands(code: str, told: str) -> None:
    """Beside its hour, alone, and as the day on which an advice is to be looked at again."""
    mine = tongue(code)
    assert mine.day(EARLIER) == mine.on(date(2026, 8, 24)) == day(mine, "2026-08-24") == told
    assert mine.when(EARLIER, NOW).startswith(told)


def test_what_is_no_day_stands_as_it_was_typed() -> None:
    assert day(tongue("ar"), "some day") == "some day"


@pytest.mark.parametrize(("number", "told"), [(2, "تقريران"), (5, "تقارير"), (14, "تقريرًا"), (100, "تقرير")])
def test_arabic_counts_in_its_own_forms(number: int, told: str) -> None:
    said = catalog("ar").ngettext("%(num)s report", "%(num)s reports", number)
    assert (said % {"num": number}).replace(f"({number})", "").replace(str(number), "").strip() == told


def test_a_fact_keeps_its_own_direction_in_a_sentence_from_right_to_left() -> None:
    """Between an English name and an hour Arabic has only a comma, which would turn the two about."""
    assert tongue("ar").apart("%(name)s، %(time)s") == "\u2068%(name)s\u2069، \u2068%(time)s\u2069"
    assert tongue("zh_CN").apart("%(name)s，%(time)s") == "%(name)s，%(time)s"


def test_a_list_of_names_keeps_its_order_in_a_sentence_from_right_to_left() -> None:
    """Each name is set apart, the list is not: by itself it would run from left to right."""
    said = tongue("ar").say("any of %(names)s", names="\u2068pain\u2069، \u2068sleep\u2069")
    assert said.count("\u2068") == said.count("\u2069") == 2
    assert (
        tongue("ar").say("%(who)s was told, nobody has accepted", who="Dr Baraka").count("\u2068Dr Baraka\u2069") == 1
    )


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["zh-CN", "en"], "zh_CN"),
        (["zh-Hans-CN"], "zh_CN"),
        (["fr", "ar-EG"], "ar"),
        (["en-GB"], "en"),
        (["fr"], "en"),
        ([], "en"),
    ],
)
def test_a_browser_is_answered_in_its_language_before_anybody_signs_in(asked: list[str], told: str) -> None:
    assert spoken(asked) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("if pain is at least 7", "if pain i…"),
        ("如果疼痛至少为7", "如果疼痛…"),
        ("\u2068pain\u2069 لا يقل", "\u2068pain\u2069 لا يقل"),
    ],
)
def test_a_box_of_the_picture_holds_what_can_be_seen(text: str, told: str) -> None:
    """Ten letters, five Chinese signs; what only turns the direction takes no room."""
    assert cut(text, 11 if "pain\u2069" in text else 10) == told
