"""Why somebody cannot be asked, and what is wrong with a list, is said in the language of whoever reads the page."""

from zoneinfo import ZoneInfo

import pytest

from gateway.console.casewords import cannot_ask
from gateway.console.tongue import Tongue, catalog
from gateway.core.worded import Worded
from gateway.enrolment.cells import ClinicianCells
from gateway.enrolment.sheet import NotOurFile, rows
from gateway.outreach import CannotAsk, asking
from gateway.phone import abilities
from gateway.store.outbox import NoPhone
from gateway.store.tables import Person, Standing

COLUMNS = tuple(ClinicianCells.model_fields)
PAUSED = Person(code="amina", standing=Standing.PAUSED)


def told(sentence: str, code: str) -> str:
    assert isinstance(sentence, Worded), sentence
    return Tongue(code, ZoneInfo("UTC"), catalog(code)).told(sentence)


def file_fault(text: str) -> str:
    with pytest.raises(NotOurFile) as wrong:
        rows(text, COLUMNS)
    return wrong.value.bad.why


@pytest.mark.parametrize("code", ["zh_CN", "ar"])
@pytest.mark.parametrize(
    "sentence",
    [
        asking.is_paused("weekly-check"),
        asking.is_not_active(PAUSED),
        asking.about_a_case("re-check"),
        asking.NO_MEETING,
        asking.GOES_FIRST,
        asking.NOT_CONSENTED,
        *asking.NOT_ASKED.values(),
        file_fault(",".join(COLUMNS)),
        file_fault("code;name\n1;2\n"),
        file_fault("code,name,code\n1,2,3\n"),
        abilities.why_not("CN", "voice", may_call=False) or "",
    ],
)
def test_a_reason_is_said_in_the_page_s_language(sentence: str, code: str) -> None:
    said = told(sentence, code)
    assert said != str(sentence)
    assert any(ord(letter) > 0x500 for letter in said)


def test_a_standing_within_a_reason_is_translated_too() -> None:
    assert str(asking.is_not_active(PAUSED)) == "is not asked: paused"
    assert "paused" not in told(asking.is_not_active(PAUSED), "zh_CN")


def test_a_row_of_the_wrong_length_is_told_with_its_counts() -> None:
    _good, (bad,) = rows(",".join(COLUMNS) + "\nx,y\n", COLUMNS)
    assert told(bad.why, "en") == f"this row has 2 cells, the header has {len(COLUMNS)}"
    assert "header" not in told(bad.why, "ar")


def test_nobody_reads_an_id_where_a_telephone_is_lacking() -> None:
    assert cannot_ask(NoPhone("0190a1b2")) == "there is no telephone to ask on"
    assert cannot_ask(CannotAsk(asking.GOES_FIRST)) is asking.GOES_FIRST
