"""Which of the messages at the provider is the one in doubt?"""

from collections.abc import Iterable
from datetime import datetime

from gateway.phone.outcome import Found


def matching(
    found: Iterable[Found], *, held: set[str], since: datetime, until: datetime | None, body: str | None
) -> Found | None:
    """None: it isn't there. The earliest made at or after `since` that belongs to no row of ours and says the same.

    Where the provider hides the words, time has to do: one at a time goes to a phone, so what was made before `until`,
    when the next one was claimed, is this one. A call has no words (`body` None).
    """
    free = [one for one in found if one.provider_id not in held and (one.created is None or one.created >= since)]
    same = [one for one in free if body is not None and one.body and one.body.strip() == body.strip()]
    wordless = [one for one in free if (body is None or not one.body) and _is_before(one, until)]
    return min(same or wordless, key=lambda one: _made(one, since), default=None)


def _is_before(one: Found, until: datetime | None) -> bool:
    """The provider's times are whole seconds, cut off."""
    return until is None or (one.created is not None and one.created < until.replace(microsecond=0))


def _made(one: Found, since: datetime) -> tuple[bool, datetime]:
    """What still waits there has no date, and is newer than all that has one."""
    return one.created is None, one.created or since
