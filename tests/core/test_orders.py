"""Is a clinician's SMS about his cases read as the card in his pocket says?"""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.core.orders import CODES, Act, AskedBack, Away, Desk, Doubt, LeftToPerson, Listed, Undo, read
from gateway.core.words import Words

WORDS = Words(
    numbers={"one": 1, "two": 2, "four": 4, "ten": 10},
    accepts=("ok", "okay", "好的", "on my way"),
    away=("died", "in hospital", "去世", "住院"),
)
ONE = Desk(open=("947",))
TWO = Desk(open=("947", "952"))
LONG = Desk(open=("9947",))


@pytest.mark.parametrize(
    "text",
    [
        "9471",
        "947 1",
        "1 947",
        "1947",
        "1",
        " 1. ",
        "１",
        "947１",
        "九四七一",
        "一",
        "11",
        "1️⃣",
        "947: one",
        "٩٤٧ ١",
        "947-1",
        "①",
        "#947 1",
        "947*1",
        "“1”",
        "【947】1",
        "947—1",
        "1 👍",
        "九四七 幺",
        "947壹",
    ],
)
def test_a_digit_and_its_code_read_one_way(text: str) -> None:
    assert read(text, ONE, WORDS) == (Act("947", "1"),)


@pytest.mark.parametrize(
    ("text", "digits"), [("9947 4", "4"), ("99474", "4"), ("4 9947", "4"), ("49947", "4"), ("六", "6")]
)
def test_a_longer_code_reads_the_same_way(text: str, digits: str) -> None:
    assert read(text, LONG, WORDS) == (Act("9947", digits),)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("46", "46"),
        ("4 6", "46"),
        ("64", "46"),
        ("4，6", "46"),
        ("14", "14"),
        ("246", "246"),
        ("7", "7"),
        ("78", "78"),
        ("8", "8"),
    ],
)
def test_several_digits_go_together(text: str, digits: str) -> None:
    assert read(text, ONE, WORDS) == (Act("947", digits),)


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("13", Doubt.CALL_VISIT_OR_NOT),
        ("12", Doubt.CALL_VISIT_OR_NOT),
        ("947 23", Doubt.CALL_VISIT_OR_NOT),
        ("84", Doubt.DONE_OR_NOT_REACHED),
        ("9476 8", Doubt.DONE_OR_NOT_REACHED),
        ("34", Doubt.MIXED),
        ("10", Doubt.MIXED),
        ("1 947 1", Doubt.MIXED),
        ("947", Doubt.NO_DIGIT),
    ],
)
def test_what_does_not_go_together_is_asked_back(text: str, doubt: Doubt) -> None:
    (order,) = read(text, ONE, WORDS)
    assert isinstance(order, AskedBack)
    assert order.doubt is doubt


@pytest.mark.parametrize("digit", ["1", "3", "4", "8", "9", "ok", "好的", "46"])
def test_a_bare_digit_is_refused_while_two_cases_are_open(digit: str) -> None:
    (order,) = read(digit, TWO, WORDS)
    assert isinstance(order, AskedBack)
    assert order.doubt is Doubt.WHICH_CASE


def test_a_bare_digit_is_refused_while_another_case_was_answered_or_closed_just_now() -> None:
    (order,) = read("1", Desk(open=("947",), elsewhere=("952",), is_unsettled=True), WORDS)
    assert order == AskedBack(Doubt.WHICH_CASE, digits="1")
    assert read("1", Desk(open=("947",), elsewhere=("952",)), WORDS) == (Act("947", "1"),)


def test_a_number_with_two_roles_must_send_the_code() -> None:
    desk = Desk(open=("947",), has_two_roles=True)
    assert read("1", desk, WORDS) == (AskedBack(Doubt.WHICH_CASE, digits="1"),)
    assert read("9471", desk, WORDS) == (Act("947", "1"),)


def test_a_late_bare_digit_is_about_the_case_that_went_elsewhere() -> None:
    assert read("1", Desk(elsewhere=("947", "952")), WORDS) == (Act("947", "1"),)


def test_a_bare_digit_with_no_case_at_all_is_asked_back() -> None:
    assert read("1", Desk(), WORDS) == (AskedBack(Doubt.NO_CASE, digits="1"),)


def test_each_code_is_an_order_of_its_own() -> None:
    assert read("9471 9524", TWO, WORDS) == (Act("947", "1"), Act("952", "4"))
    assert read("947 1, 952 4 6", TWO, WORDS) == (Act("947", "1"), Act("952", "46"))


def test_a_code_he_was_never_told_is_not_acted_on() -> None:
    assert read("9531", ONE, WORDS) == (AskedBack(Doubt.NOT_HIS, "953"),)


@pytest.mark.parametrize("text", ["9", "947 9", "9479", "9 947"])
def test_nine_undoes_the_last_reply(text: str) -> None:
    assert read(text, ONE, WORDS) == (Undo("947"),)


def test_a_nine_before_a_code_that_could_be_two_is_asked_back() -> None:
    (order,) = read("9947", Desk(open=("947", "9947")), WORDS)
    assert order == AskedBack(Doubt.MIXED, digits="9947")


@pytest.mark.parametrize("text", ["0", "零", "947 0"])
def test_zero_lists_however_many_are_open(text: str) -> None:
    assert read(text, TWO if text != "947 0" else ONE, WORDS) == (Listed(),)


@pytest.mark.parametrize("text", ["ok", "OK!", "Okay.", "好的", "947 ok", "ok 947", "947ok", "好的947", "on my way"])
def test_ok_accepts_the_one_open_case(text: str) -> None:
    assert read(text, ONE, WORDS) == (Act("947", "1"),)


@pytest.mark.parametrize(
    ("text", "code"),
    [("She died last night", "947"), ("947 in hospital", "947"), ("去世了", "947"), ("病人住院", "947")],
)
def test_in_hospital_or_died_is_read_in_words(text: str, code: str) -> None:
    assert read(text, ONE, WORDS) == (Away(code),)


def test_away_without_a_code_names_nobody_while_two_are_open() -> None:
    assert read("died", TWO, WORDS) == (Away(None),)
    assert read("952 died", TWO, WORDS) == (Away("952"),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "thanks",
        "I studied",
        "call me at 13912345678",
        "13912345678",
        "1 hour",
        "一会打电话",
        "ok ok 1 2",
        "1" * 41,
        "1%",
        "4°",
        "हो",
    ],
)
def test_anything_else_goes_to_a_person(text: str) -> None:
    assert read(text, ONE, WORDS) == (LeftToPerson(),)


def test_no_code_begins_another() -> None:
    assert len(set(CODES)) == 190
    assert not any(a != b and b.startswith(a) for a in CODES for b in CODES)


DESKS = st.lists(st.sampled_from(CODES), max_size=5, unique=True).flatmap(
    lambda codes: st.integers(0, len(codes)).map(lambda cut: Desk(tuple(codes[:cut]), tuple(codes[cut:])))
)
LIKELY = st.text(alphabet="0123456789 ,九四七一.ok①", max_size=14)


@given(text=st.one_of(st.text(), LIKELY), desk=DESKS)
@example(text="\ud800", desk=ONE)
def test_no_text_crashes_it_and_none_acts_on_a_code_he_was_not_told(text: str, desk: Desk) -> None:
    orders = read(text, desk, WORDS)
    assert orders
    for order in orders:
        if isinstance(order, Act | Undo):
            assert order.code in desk.told


@given(desk=DESKS, code=st.sampled_from(CODES), digit=st.sampled_from("12345678"))
def test_every_code_is_read_in_every_order(desk: Desk, code: str, digit: str) -> None:
    mine = Desk(open=(code,), elsewhere=())
    assert {read(text, mine, WORDS) for text in (code + digit, f"{code} {digit}", f"{digit} {code}", digit)} == {
        (Act(code, digit),)
    }
