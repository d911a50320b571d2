"""A message's life, from the request that creates it to its last status."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from gateway.simulator.ledger import Kind
from gateway.simulator.network import API_VERSION, Network
from gateway.simulator.parameters import E164, Given, moment
from gateway.simulator.people import Receipt
from gateway.simulator.refusals import Refusal, missing
from gateway.simulator.segments import count

MOST_CHARACTERS = 1600
LONGEST_VALIDITY = 36_000
EXPIRED = 30036
FINAL = ("delivered", "undelivered", "failed", "received", "canceled")


@dataclass(frozen=True, slots=True)
class Message:
    """`made` is real time, `segments` outlive the text."""

    sid: str
    sender: str | None
    to: str
    body: str
    direction: str
    status: str
    created: datetime
    updated: datetime
    sent: datetime | None = None
    service: str | None = None
    callback: str | None = None
    validity: int = LONGEST_VALIDITY
    error_code: int | None = None
    segments: int = 0
    made: float = field(default_factory=time.monotonic)


def create(network: Network, given: Given) -> Message:
    """Raises Refusal where Twilio answers 400; else the message is on its way."""
    one = {name: values[0] for name, values in given.items()}
    _check(network, one)
    now = network.now()
    service = one.get("MessagingServiceSid")
    send_at = _send_at(one, now)
    message = Message(
        sid=network.new_sid("SM"),
        sender=one.get("From") or (None if send_at else network.sender_for(one["To"])),
        to=one["To"],
        body=one["Body"],
        direction="outbound-api",
        status="scheduled" if send_at else "accepted" if service else "queued",
        created=now,
        updated=now,
        service=service,
        callback=one.get("StatusCallback"),
        validity=int(one.get("ValidityPeriod", LONGEST_VALIDITY)),
    )
    accept(network, message, due=send_at or now)
    return message


def accept(network: Network, message: Message, due: datetime) -> None:
    size = count(message.body)
    network.keep(replace(message, segments=size.segments))
    network.person(message.to)
    network.ledger.add(
        Kind.SMS_OUT, sid=message.sid, **{"from": message.sender}, to=message.to, body=message.body,
        segments=size.segments, encoding=size.encoding, by="account",
    )  # fmt: skip
    network.schedule.at(due, lambda: _leave(network, message.sid))


def update(network: Network, message: Message, given: Given) -> Message:
    """Body="" takes the text away once delivery is over; Status=canceled stops a scheduled message."""
    if "Status" in given:
        if message.status != "scheduled":
            raise Refusal(20009, f"Message {message.sid} is {message.status}, only a scheduled one can be canceled")
        return _set_status(network, message, "canceled")
    if given.get("Body") != [""]:
        raise missing(20001, "Body can only be updated to an empty string")
    _must_be_final(message)
    network.messages[message.sid] = replace(message, body="", updated=network.now())
    network.ledger.add(Kind.REDACTED, sid=message.sid, how="body")
    return network.messages[message.sid]


def delete(network: Network, message: Message) -> None:
    _must_be_final(message)
    del network.messages[message.sid]
    network.deleted[message.sid] = message.made
    network.ledger.add(Kind.REDACTED, sid=message.sid, how="deleted")


def _must_be_final(message: Message) -> None:
    if message.status not in (*FINAL, "sent"):
        raise Refusal(20009, f"Message {message.sid} is {message.status}, delivery has not been completed")


def _check(network: Network, one: Mapping[str, str]) -> None:
    to, sender, body = one["To"], one.get("From"), one.get("Body", "")
    if not E164.fullmatch(to):
        raise Refusal(21211, f"The 'To' number {to} is not a valid phone number.")
    if not sender and not one.get("MessagingServiceSid"):
        raise missing(21603, "A 'From' phone number is required.")
    if sender and not E164.fullmatch(sender):
        raise Refusal(
            21212, f"The 'From' number {sender} is not a valid phone number, shortcode or alphanumeric sender ID."
        )
    if not body:
        raise missing(21602, "Message body is required.")
    if len(body) > MOST_CHARACTERS:
        raise missing(21617, "The concatenated message body exceeds the 1600 character limit.")
    if not 1 <= int(one.get("ValidityPeriod", LONGEST_VALIDITY)) <= LONGEST_VALIDITY:
        raise missing(20001, f"ValidityPeriod is not between 1 and {LONGEST_VALIDITY}.")
    if (sender or network.sender_for(to), to) in network.opted_out:
        raise Refusal(21610, "Attempt to send to unsubscribed recipient")
    if network.person(to).delivery.kind is Receipt.LANDLINE:
        raise Refusal(21614, f"'To' number {to} is not a valid mobile number")


def _send_at(one: Mapping[str, str], now: datetime) -> datetime | None:
    if "SendAt" not in one and "ScheduleType" not in one:
        return None
    if "SendAt" not in one or "ScheduleType" not in one:
        raise missing(35111, "SendAt and ScheduleType are required together to schedule a message")
    if "MessagingServiceSid" not in one:
        raise missing(35118, "MessagingServiceSid is required to schedule a message")
    due = moment(one["SendAt"])
    if not timedelta(seconds=300) <= due - now <= timedelta(days=35):
        raise missing(35114, "SendAt must be more than 300 seconds and at most 35 days ahead")
    return due


# What follows `queued`, by what becomes of an SMS to this number.
_STEPS: dict[Receipt, tuple[str, ...]] = {
    Receipt.DELIVERS: ("sending", "sent", "delivered"),
    Receipt.SLOW: ("sending", "sent", "delivered"),
    Receipt.NO_RECEIPTS: ("sending", "sent"),
    Receipt.UNDELIVERED: ("sending", "sent", "undelivered"),
    Receipt.FAILED: ("sending", "failed"),
    Receipt.LANDLINE: ("sending", "undelivered"),
}


def _leave(network: Network, sid: str) -> None:
    """A slow number's message waits in the queue; longer than its validity, and it is thrown away there."""
    message = network.messages.get(sid)
    if message is None or message.status == "canceled":
        return
    delivery = network.person(message.to).delivery
    if message.status in ("accepted", "scheduled"):
        sender = message.sender or network.sender_for(message.to)
        message = _set_status(network, replace(message, sender=sender), "queued")
    wait = delivery.seconds if delivery.kind is Receipt.SLOW else 0
    if wait > message.validity:
        network.soon(lambda: _step(network, sid, ("failed",), EXPIRED), message.validity)
    else:
        network.soon(lambda: _step(network, sid, _STEPS[delivery.kind], delivery.code), wait)


def _step(network: Network, sid: str, steps: tuple[str, ...], code: int) -> None:
    message = network.messages.get(sid)
    if message is None:
        return
    status = steps[0]
    error = code if status in ("undelivered", "failed") else None
    _set_status(network, replace(message, error_code=error), status)
    if len(steps) > 1:
        network.soon(lambda: _step(network, sid, steps[1:], code))
    elif status in ("sent", "delivered"):
        network.show(message.to, sid, message.body, is_to_phone=True)
        network.sms_arrived(message.to, message.sender or network.number, message.body)


def _set_status(network: Network, message: Message, status: str) -> Message:
    now = network.now()
    sent = now if status == "sent" else message.sent
    message = network.messages[message.sid] = replace(message, status=status, updated=now, sent=sent)
    network.ledger.add(Kind.MESSAGE_STATUS, sid=message.sid, status=status, error_code=message.error_code)
    if message.callback:
        network.post("message_status", message.sid, message.callback, _status_parameters(network, message))
    return message


def _status_parameters(network: Network, message: Message) -> dict[str, str]:
    parameters = {
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "MessageStatus": message.status,
        "SmsStatus": message.status,
        "To": message.to,
        "From": message.sender or "",
        "AccountSid": network.account,
        "ApiVersion": API_VERSION,
    }
    if message.service:
        parameters["MessagingServiceSid"] = message.service
    if message.error_code is not None:
        parameters["ErrorCode"] = str(message.error_code)
    return parameters
