"""Does a leaflet say what the SMS say, in her language, and nothing else?"""

from html import unescape

import pytest

from gateway.core.leaflet import NoLeaflet, leaflet
from tests.core.shipped import FACTS, WORDED, flow, language


@pytest.mark.parametrize("code", WORDED)
def test_a_leaflet_holds_each_message_once_in_her_language(code: str) -> None:
    page = unescape(leaflet(flow("education"), language(code), FACTS, "ltr"))
    for step, _ in flow("education").every_step():
        assert page.count(language(code).text(f"education/{step.id}", step.text)) == 1
    assert FACTS["emergency_number"] in page
    assert not [word for word in language(code).words.forbidden if f" {word} " in page]


def test_a_leaflet_of_arabic_runs_from_right_to_left() -> None:
    assert '<html lang="ar" dir="rtl">' in leaflet(flow("education"), language("ar"), FACTS, "rtl")
    assert '<html lang="zh-CN" dir="ltr">' in leaflet(flow("education"), language("zh_CN"), FACTS, "ltr")


def test_a_clinics_name_is_text_and_no_markup() -> None:
    assert "&lt;b&gt;" in leaflet(flow("education"), language("en"), FACTS | {"clinic": "<b>"}, "ltr")


def test_a_flow_that_asks_makes_no_leaflet() -> None:
    with pytest.raises(NoLeaflet, match="'weekly-check' asks questions"):
        leaflet(flow("weekly-check"), language("en"), FACTS, "ltr")
