"""What does the provider have: of one phone, under one id, from our patients since a moment?"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from twilio.base.exceptions import TwilioException

from gateway.core.dispositions import Trouble
from gateway.phone.outcome import Found, ProviderError
from gateway.phone.twilio_in import LONGEST_BODY, MESSAGE_ID, SmsHeard

if TYPE_CHECKING:
    from gateway.phone.twilio_out import Telephone

A_PAGE, A_LONG_PAGE = 50, 500
MOST = 5000  # items of one phone's list; more than that is a program that writes to itself
# One refused page would else cost the whole list, and the next look all of it again: of forty pages, one in five
# refused, no list would ever be read to its end.
TRIES_OF_A_PAGE = 5
PAUSE = 0.1  # seconds after the first refusal, twice as long after each further one
BUSY = 429
NOT_THERE = 404
OURS = ("outbound-api", "outbound-call", "outbound-reply")

Read = TypeVar("Read")


def messages_to(telephone: "Telephone", number: str, since: datetime) -> list[Found]:
    """Ours, newest first, made at or after `since` (the provider's time). Raises ProviderError."""
    settings = telephone.settings
    service, sender = settings.twilio_messaging_service_sid, settings.twilio_from
    found = _since(telephone.client.messages, since, MOST, to=number, page_size=A_PAGE)
    return [_message(one) for one in found if one.direction in OURS and _is_from(one, service, sender)]


def calls_to(telephone: "Telephone", number: str, since: datetime) -> list[Found]:
    """Not by StartTime: a call that still waits has none, and would be missed. Raises ProviderError."""
    found = _since(telephone.client.calls, since, MOST, to=number, page_size=A_PAGE)
    return [_call(one) for one in found if one.direction in OURS and one._from == telephone.settings.twilio_from]


def message(telephone: "Telephone", provider_id: str) -> Found | None:
    """None when the provider doesn't know it. Raises ProviderError."""
    return _known(lambda: _message(telephone.client.messages(provider_id).fetch()))


def call(telephone: "Telephone", provider_id: str) -> Found | None:
    """None when the provider doesn't know it. Raises ProviderError."""
    return _known(lambda: _call(telephone.client.calls(provider_id).fetch()))


def hang_up(telephone: "Telephone", provider_id: str) -> None:
    """Raises ProviderError, also where the call is over already."""
    _read(lambda: telephone.client.calls(provider_id).update(status="completed"))


def came_in(telephone: "Telephone", since: datetime) -> list[SmsHeard]:
    """Every SMS to us since then, in the order in which the provider took them. Raises ProviderError.

    With a Messaging Service several numbers are ours, so all messages are read and our own left out; the days are then
    asked for, since what came in always has a date.
    """
    ours = telephone.settings.twilio_from if not telephone.settings.twilio_messaging_service_sid else None
    wanted = {"to": ours} if ours else {"date_sent_after": since - timedelta(days=1)}
    listed = _since(telephone.client.messages, since, None, page_size=A_LONG_PAGE, **wanted)
    inbound = [one for one in listed if one.direction == "inbound" and MESSAGE_ID.fullmatch(str(one.sid))]
    heard = [_heard(one, telephone.settings.twilio_account_sid) for one in reversed(inbound)]
    return sorted(heard, key=lambda one: one.provider_time or since)


def _since(listed: Any, since: datetime, most: int | None, **wanted: Any) -> list[Any]:
    """Newest first, page by page, until one is older. What waits at the provider may have no date: it is new."""
    found: list[Any] = []
    page = _patiently(lambda: listed.page(**wanted))
    while page is not None and (most is None or len(found) < most):
        shown: list[Any] = _read(partial(list, page))
        for one in shown:
            if one.date_created is not None and one.date_created < since.replace(microsecond=0):
                return found
            found.append(one)
        page = _patiently(page.next_page)
    return found


def _patiently(ask: Callable[[], Read]) -> Read:
    """A page that is refused is asked for again; one that never comes is not: each try would take ten seconds."""
    for tries in range(TRIES_OF_A_PAGE - 1):
        try:
            return _read(ask)
        except ProviderError as error:
            if error.status is None or error.status < BUSY:
                raise
        time.sleep(PAUSE * 2**tries)
    return _read(ask)


def _is_from(one: Any, service: str | None, sender: str | None) -> bool:
    return bool(one.messaging_service_sid == service if service else one.from_ == sender)


def _read(ask: Callable[[], Read]) -> Read:
    try:
        return ask()
    except (TwilioException, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ProviderError(Trouble.SILENT) from error


def _known(ask: Callable[[], Found]) -> Found | None:
    try:
        return _read(ask)
    except ProviderError as error:
        if error.status == NOT_THERE:
            return None
        raise


def _message(one: Any) -> Found:
    error = one.error_code
    return Found(
        str(one.sid), str(one.status), _aware(one.date_created), one.body or None, int(error) if error else None
    )


def _call(one: Any) -> Found:
    """A call that failed while it waited has no start: then its making counts."""
    return Found(
        provider_id=str(one.sid),
        status=str(one.status),
        created=_aware(one.date_created or one.start_time),
        seconds=int(one.duration) if one.duration else None,
        answered_by=one.answered_by or None,
    )


def _heard(one: Any, account: str) -> SmsHeard:
    body = one.body or ""
    return SmsHeard(
        account=account,
        message_id=str(one.sid),
        sender=str(one.from_ or ""),
        recipient=str(one.to or ""),
        body=body[:LONGEST_BODY],
        cut=len(body) > LONGEST_BODY,
        provider_time=_aware(one.date_created),
    )


def _aware(moment: datetime | None) -> datetime | None:
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)
