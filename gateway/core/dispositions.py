"""A provider's error: send again, look it up, try another way, or call a person?"""

from enum import StrEnum


class Trouble(StrEnum):
    """What went wrong with a request to the provider, by what it may have done there."""

    UNSENT = "unsent"  # no connection: the provider cannot have seen it
    SILENT = "silent"  # sent, and no answer came: it may have been carried out
    REFUSED = "refused"  # the provider answered with an error


class Disposition(StrEnum):
    """What becomes of the message."""

    RETRY = "retry"  # certainly not carried out: the same row again, a little later
    WAIT = "wait"  # the provider asks for less: the same row when it allows
    DOUBT = "doubt"  # perhaps carried out: never blindly again
    BAD_NUMBER = "bad number"  # for good: nothing goes to this number until a person has looked at it
    OPTED_OUT = "opted out"  # for good: the person has stopped, by the provider's own keyword
    OTHER_CHANNEL = "other channel"  # the SMS cannot reach this phone: voice may
    STOP_CHANNEL = "stop channel"  # the account itself is wrong: nothing gets through until the operator acts
    A_PERSON = "a person"  # for good, and nothing that a program can mend


# What only one way of sending suffers from; all else that stops a channel stops both.
ONLY_SMS = (21603, 21606, 30034)
ONLY_CALLS = (21210, 21213)
OUR_NUMBER = 21212  # wrong for the channel that was told so
# Switched off, out of reach: most phones are back within minutes, and by then the window may still be open.
SECONDS_BEFORE_AGAIN, SPREAD_OF_AGAIN = 120, 180
PAUSES = (1, 2, 4, 8, 16, 32, 60)  # seconds before the next try of what was certainly not carried out

# What is wrong with the whole account stops the channel; what is wrong with it for one number only (a country, a trial
# account) is for a person, or that number would hold up everybody else.
# https://www.twilio.com/docs/api/errors. A code that isn't here is judged by its class, see `_by_class`.
BY_CODE = {
    20001: Disposition.A_PERSON,  # a parameter that Twilio does not know: a mistake of ours
    20003: Disposition.STOP_CHANNEL,  # the token is wrong
    20005: Disposition.STOP_CHANNEL,  # the account is not active
    20006: Disposition.STOP_CHANNEL,  # the account may not do this
    20404: Disposition.STOP_CHANNEL,  # the account is not there
    20429: Disposition.WAIT,  # too many requests: never carried out
    20500: Disposition.DOUBT,  # an error at the provider, after it may have acted
    20503: Disposition.DOUBT,
    21201: Disposition.A_PERSON,  # calls: no number to ring
    21210: Disposition.STOP_CHANNEL,  # calls: our own number is not verified
    21211: Disposition.BAD_NUMBER,
    21212: Disposition.STOP_CHANNEL,  # our own number is wrong
    21213: Disposition.STOP_CHANNEL,  # calls: no number of ours to call from
    21214: Disposition.BAD_NUMBER,  # calls: cannot be reached
    21215: Disposition.A_PERSON,  # calls: this country is not allowed in the account
    21216: Disposition.BAD_NUMBER,  # calls: blocked
    21217: Disposition.BAD_NUMBER,  # calls: not a number
    21219: Disposition.A_PERSON,  # a trial account rings only verified numbers
    21408: Disposition.A_PERSON,  # this country is not allowed in the account
    21602: Disposition.A_PERSON,  # no body
    21603: Disposition.STOP_CHANNEL,  # no sender
    21604: Disposition.A_PERSON,  # no recipient
    21606: Disposition.STOP_CHANNEL,  # the sender cannot send SMS
    21608: Disposition.A_PERSON,  # a trial account writes only to verified numbers
    21610: Disposition.OPTED_OUT,
    21611: Disposition.WAIT,  # the sender's queue is full
    21612: Disposition.BAD_NUMBER,  # no way to this number
    21614: Disposition.OTHER_CHANNEL,  # not a mobile phone
    21617: Disposition.A_PERSON,  # longer than 1600 characters
    22005: Disposition.WAIT,  # calls: the queue would last longer than a day
    30001: Disposition.WAIT,  # the queue overflowed
    30002: Disposition.STOP_CHANNEL,  # the account is suspended
    30003: Disposition.RETRY,  # switched off or out of reach
    30004: Disposition.A_PERSON,  # blocked
    30005: Disposition.OTHER_CHANNEL,  # unknown number
    30006: Disposition.OTHER_CHANNEL,  # landline, or a carrier out of reach
    30007: Disposition.A_PERSON,  # filtered by a carrier
    30008: Disposition.RETRY,  # unknown error
    30022: Disposition.WAIT,  # rate of the sender's registration
    30034: Disposition.STOP_CHANNEL,  # our own number is not registered with the carriers
    30036: Disposition.A_PERSON,  # not delivered inside its validity: stale, never sent again
    30450: Disposition.A_PERSON,  # taken for SMS pumping
    30500: Disposition.RETRY,  # internal, the provider says to try once more
    63017: Disposition.WAIT,  # the account's rate
    63038: Disposition.WAIT,  # the account's limit for 24 hours
}


def disposition(trouble: Trouble, status: int | None = None, code: int | None = None) -> Disposition:
    """What to do after a request failed. An unknown refusal goes to a person, an unknown breakdown is a doubt."""
    if trouble is Trouble.UNSENT:
        return Disposition.RETRY
    if trouble is Trouble.SILENT:
        return Disposition.DOUBT
    return BY_CODE.get(code or 0) or _by_class(status or 0)


def after_receipt(status: str, code: int | None) -> Disposition | None:
    """What to do after the provider reports the end of a message. None where it was, or may have been, delivered."""
    if status not in ("failed", "undelivered"):
        return None
    move = BY_CODE.get(code or 0, Disposition.A_PERSON)
    return Disposition.RETRY if move is Disposition.WAIT else move  # it was full, and has given this one up


def channels_stopped(code: int | None, channel: str) -> tuple[str, ...]:
    """`channel`: sms or calls, whichever met the error. A wrong account closes both."""
    if code in ONLY_SMS:
        return ("sms",)
    if code in ONLY_CALLS:
        return ("calls",)
    return (channel,) if code == OUR_NUMBER else ("sms", "calls")


def pause_after(attempt: int) -> int:
    """Seconds before the next try, `attempt` counted from 1."""
    return PAUSES[min(attempt, len(PAUSES)) - 1]


def pause_after_failure(chance: int) -> int:
    """Seconds, 2 to 5 minutes, before what did not reach the phone goes once more."""
    return SECONDS_BEFORE_AGAIN + chance % SPREAD_OF_AGAIN


def _by_class(status: int) -> Disposition:
    """Every 5xx is a doubt, for Twilio has no idempotency key: what it answers 500 to may still be carried out."""
    if status == 429:
        return Disposition.WAIT
    if status in (401, 403, 404):
        return Disposition.STOP_CHANNEL
    return Disposition.DOUBT if status >= 500 or status < 400 else Disposition.A_PERSON
