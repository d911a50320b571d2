"""Can what a translator wrote be read on a plain phone: no stray sign, no foreign letter, no strange digit?"""

import re
import unicodedata
from functools import cache

import polib
import pytest

from gateway.core.understand import Nothing, WordHeard, understand
from tests.core.shipped import ROOT, language

CATALOGS = sorted(file.parents[1].name for file in (ROOT / "locales").glob("*/LC_MESSAGES/flows.po"))
PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
# A name that an operator wrote in Latin letters: at the head of an Arabic SMS it would turn all of it round.
MAYBE_LATIN = (
    "{doctor}",
    "{clinic}",
    "{site}",
    "{name}",
    "{called}",
    "{told}",
    "{tier}",
    "{next}",
    "{what}",
    "{people}",
)
SPOKEN_OF = {
    "stop": ("shared/good_time", "shared/help"),
    "start": ("shared/stopped", "shared/paused", "burden/less"),
    "pause": ("burden/less",),
    "report": ("menu/symptoms",),
}
OWN_SCRIPT = {"hi": "DEVANAGARI", "ar": "ARABIC"}


@cache
def sentences(code: str) -> tuple[tuple[str, str], ...]:
    """Place and translation."""
    catalog = polib.pofile(str(ROOT / "locales" / code / "LC_MESSAGES" / "flows.po"))
    return tuple((entry.msgctxt or "", entry.msgstr) for entry in catalog if not entry.obsolete)


def written(text: str) -> str:
    return PLACEHOLDER.sub("", text)


@pytest.mark.parametrize("code", CATALOGS)
def test_no_sign_is_invisible(code: str) -> None:
    unseen = [(place, text) for place, text in sentences(code) if any(unicodedata.category(s)[0] == "C" for s in text)]
    assert not unseen


@pytest.mark.parametrize("code", CATALOGS)
def test_every_digit_is_one_of_the_keypad(code: str) -> None:
    strange = [(place, text) for place, text in sentences(code) if any(s.isdigit() and not s.isascii() for s in text)]
    assert not strange


@pytest.mark.parametrize("code", OWN_SCRIPT)
def test_no_letter_of_another_script_slips_in(code: str) -> None:
    for place, text in sentences(code):
        strange = [s for s in written(text) if s.isalpha() and not unicodedata.name(s).startswith(OWN_SCRIPT[code])]
        assert not strange, f"{place}: {text}"


def test_the_mark_of_the_carrier_stands_in_no_chinese_text() -> None:
    assert not [text for _, text in sentences("zh_CN") if "【" in text or "】" in text]


def test_no_hindi_full_stop_touches_a_number() -> None:
    """`112।` reads as 1121. Only what is always words may stand before the sign."""
    words = {"lowest", "middle", "highest", "choices", "label", "people", "sign", "name", "doctor", "clinic"}
    for place, text in sentences("hi"):
        assert not re.search(r"\d।", text), f"{place}: {text}"
        assert set(re.findall(r"\{([a-z_]+)\}।", text)) <= words, f"{place}: {text}"


def test_no_arabic_text_begins_with_what_may_be_latin() -> None:
    """Phones take the direction of a whole SMS from its first letter."""
    assert not [(place, text) for place, text in sentences("ar") if text.startswith(MAYBE_LATIN)]


@pytest.mark.parametrize("code", CATALOGS)
@pytest.mark.parametrize("keyword", SPOKEN_OF)
def test_the_word_that_people_are_told_to_send_is_read(code: str, keyword: str) -> None:
    said = dict(sentences(code))
    offered = language(code).words.keywords[keyword]
    for place in SPOKEN_OF[keyword]:
        text = said[place].casefold()
        found = [word for word in offered if re.search(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", text)]
        assert any(understand(word, Nothing(), language(code)) == WordHeard(keyword, word) for word in found), text
