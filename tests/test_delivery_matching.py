"""Of all that the provider has, which one is ours in doubt?"""

from datetime import UTC, datetime, timedelta

from gateway.delivery.matching import matching
from gateway.phone.outcome import Found

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def found(name: str, seconds: int | None, body: str | None = "How are you?") -> Found:
    return Found(name, "sent", None if seconds is None else NINE + seconds * SECOND, body)


def chosen(*those: Found, held: str = "", until: datetime | None = None, body: str | None = "How are you?") -> str:
    one = matching(those, held=set(held.split()), since=NINE, until=until, body=body)
    return one.provider_id if one else "-"


def test_the_same_words_made_since_then_are_it() -> None:
    assert chosen(found("SM2", 4, "Other words"), found("SM1", 3)) == "SM1"


def test_what_is_older_or_belongs_to_another_row_is_not() -> None:
    assert chosen(found("SM1", -1), found("SM2", 2), held="SM2") == "-"


def test_of_two_copies_the_first_is_taken() -> None:
    assert chosen(found("SM3", None), found("SM2", 9), found("SM1", 3)) == "SM1"


def test_what_still_waits_there_has_no_date_and_is_new() -> None:
    assert chosen(found("SM1", None)) == "SM1"


def test_without_words_the_time_tells() -> None:
    assert chosen(found("SM1", 3, None)) == "SM1"
    later = NINE + timedelta(seconds=60)
    assert chosen(found("SM2", 61, None), until=later) == "-"
    assert chosen(found("SM2", 60, None), found("SM1", 3, None), until=later + SECOND / 2) == "SM1"


def test_the_same_words_beat_those_that_are_hidden() -> None:
    assert chosen(found("SM1", 1, None), found("SM2", 5)) == "SM2"


def test_a_call_has_no_words() -> None:
    assert chosen(found("CA1", 2, None), body=None) == "CA1"
