"""Is every error of the provider met with the move that neither loses nor doubles?"""

import pytest

from gateway.core.dispositions import (
    Disposition,
    Trouble,
    after_receipt,
    channels_stopped,
    disposition,
    pause_after,
    pause_after_failure,
)


@pytest.mark.parametrize(
    ("trouble", "status", "code", "expected"),
    [
        (Trouble.UNSENT, None, None, Disposition.RETRY),
        (Trouble.SILENT, None, None, Disposition.DOUBT),
        (Trouble.REFUSED, 429, 20429, Disposition.WAIT),
        (Trouble.REFUSED, 429, None, Disposition.WAIT),
        (Trouble.REFUSED, 500, 20500, Disposition.DOUBT),
        (Trouble.REFUSED, 502, None, Disposition.DOUBT),
        (Trouble.REFUSED, 503, 20503, Disposition.DOUBT),
        (Trouble.REFUSED, 401, 20003, Disposition.STOP_CHANNEL),
        (Trouble.REFUSED, 403, None, Disposition.STOP_CHANNEL),
        (Trouble.REFUSED, 404, 20404, Disposition.STOP_CHANNEL),
        (Trouble.REFUSED, 400, 21606, Disposition.STOP_CHANNEL),
        (Trouble.REFUSED, 400, 21408, Disposition.A_PERSON),
        (Trouble.REFUSED, 400, 21211, Disposition.BAD_NUMBER),
        (Trouble.REFUSED, 400, 21612, Disposition.BAD_NUMBER),
        (Trouble.REFUSED, 400, 21614, Disposition.OTHER_CHANNEL),
        (Trouble.REFUSED, 400, 21610, Disposition.OPTED_OUT),
        (Trouble.REFUSED, 429, 21611, Disposition.WAIT),
        (Trouble.REFUSED, 429, 63038, Disposition.WAIT),
        (Trouble.REFUSED, 400, 20001, Disposition.A_PERSON),
        (Trouble.REFUSED, 400, 99999, Disposition.A_PERSON),
        (Trouble.REFUSED, 599, 99999, Disposition.DOUBT),
    ],
)
def test_an_error_has_its_move(trouble: Trouble, status: int | None, code: int | None, expected: Disposition) -> None:
    assert disposition(trouble, status, code) is expected


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        ("delivered", None, None),
        ("sent", None, None),
        ("undelivered", 30001, Disposition.RETRY),
        ("undelivered", 30003, Disposition.RETRY),
        ("undelivered", 30005, Disposition.OTHER_CHANNEL),
        ("undelivered", 30006, Disposition.OTHER_CHANNEL),
        ("undelivered", 30007, Disposition.A_PERSON),
        ("undelivered", 30036, Disposition.A_PERSON),
        ("failed", 21610, Disposition.OPTED_OUT),
        ("failed", None, Disposition.A_PERSON),
        ("failed", 12345, Disposition.A_PERSON),
    ],
)
def test_a_message_that_did_not_arrive_has_its_move(
    status: str, code: int | None, expected: Disposition | None
) -> None:
    assert after_receipt(status, code) is expected


def test_the_pause_grows_to_a_minute_and_stays_there() -> None:
    assert [pause_after(attempt) for attempt in (1, 2, 3, 7, 8, 100)] == [1, 2, 4, 60, 60, 60]


@pytest.mark.parametrize(
    ("code", "channel", "stopped"),
    [
        (20003, "sms", ("sms", "calls")),
        (None, "calls", ("sms", "calls")),
        (21606, "sms", ("sms",)),
        (21213, "calls", ("calls",)),
        (21212, "sms", ("sms",)),
        (21212, "calls", ("calls",)),
    ],
)
def test_a_wrong_account_stops_both_channels_a_wrong_number_its_own(
    code: int | None, channel: str, stopped: tuple[str, ...]
) -> None:
    assert channels_stopped(code, channel) == stopped


def test_what_did_not_reach_the_phone_goes_again_within_two_to_five_minutes() -> None:
    assert {pause_after_failure(chance) // 60 for chance in range(0, 60_000, 7)} == {2, 3, 4}
