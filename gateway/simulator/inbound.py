"""A person sends an SMS: what does the network do with it?"""

from datetime import timedelta

from gateway.simulator.documents import BadDocument, texts_in
from gateway.simulator.keywords import REPLIES, Keyword, keyword_in
from gateway.simulator.ledger import Kind
from gateway.simulator.messages import Message, accept
from gateway.simulator.network import API_VERSION, Network
from gateway.simulator.segments import count
from gateway.simulator.webhooks import Outcome

MOST_TEXTS, WITHIN = 60, timedelta(minutes=1)
_PLACES = ("City", "State", "Zip", "Country")


def send_from_phone(network: Network, phone: str, to: str, body: str, sid: str | None = None) -> Message:
    """With a `sid` of the driver's choice; one that is known already is told to the account once more."""
    if sid in network.messages:
        message = network.messages[sid]
        _tell_account(network, message)
        return message
    now = network.now()
    network.person(phone)
    if sid:
        network.chosen.add(sid)
    sid, size = sid or network.new_sid("SM"), count(body).segments
    message = Message(sid, phone, to, body, "inbound", "received", now, now, sent=now, segments=size)
    network.keep(message)
    network.ledger.add(Kind.SMS_IN, sid=message.sid, **{"from": phone}, to=to, body=body)
    network.show(phone, message.sid, body, is_to_phone=False)
    keyword = keyword_in(body)
    if keyword:
        _handle_keyword(network, keyword, message)
    _tell_account(network, message)
    return message


def react_to_sms(network: Network, phone: str, sender: str, body: str) -> None:
    """By the person's rules, `after` seconds later. Whoever writes 60 texts in a story minute is taken for a loop."""
    person = network.person(phone)
    if not person.replies_to_sms:
        return
    network.people[phone], rule = person.answer_to(body, is_call=False)
    if rule is None or rule.say is None:
        return
    if _is_in_a_loop(network, phone):
        network.violation(0, f"{MOST_TEXTS} texts from one phone within a minute: taken for a loop", phone)
        return
    text = rule.say
    network.soon(lambda: _send_later(network, phone, sender, text), rule.after)


def _send_later(network: Network, phone: str, to: str, text: str) -> None:
    send_from_phone(network, phone, to, text)


def _is_in_a_loop(network: Network, phone: str) -> bool:
    last = [line for line in network.threads.get(phone, [])[-3 * MOST_TEXTS :] if not line.is_to_phone]
    return len(last) >= MOST_TEXTS and network.now() - last[-MOST_TEXTS].at < WITHIN


def _handle_keyword(network: Network, keyword: Keyword, message: Message) -> None:
    """The answer comes from the network itself, costs the account nothing and is no message of its own there."""
    phone, number = message.sender or "", message.to
    pair = (number, phone)
    was_out = pair in network.opted_out
    if keyword is Keyword.STOP:
        network.opted_out.add(pair)
    elif keyword is Keyword.START:
        network.opted_out.discard(pair)
    if was_out != (pair in network.opted_out):
        network.ledger.add(Kind.OPT_OUT, **{"from": number}, to=phone, opted_out=not was_out)
    if was_out and keyword is not Keyword.START:
        return
    text = REPLIES[keyword]
    size = count(text)
    network.ledger.add(
        Kind.SMS_OUT, sid=None, **{"from": number}, to=phone, body=text,
        segments=size.segments, encoding=size.encoding, by="network",
    )  # fmt: skip
    network.show(phone, None, text, is_to_phone=True)


def _tell_account(network: Network, message: Message) -> None:
    if network.addresses.sms is None:
        network.ledger.add(Kind.LOST, sid=message.sid, purpose="sms", why="the number has no webhook")
        return
    url = network.addresses.sms
    parameters = _parameters(network, message)

    def done(outcome: Outcome) -> None:
        if outcome.is_ok:
            _obey(network, message, outcome)
        elif network.addresses.sms_fallback:
            _ask_fallback(network, message, parameters, url, outcome)
        else:
            _lose(network, message, outcome)

    network.post("sms", message.sid, url, parameters, done)


def _ask_fallback(
    network: Network, message: Message, parameters: dict[str, str], failed_url: str, failure: Outcome
) -> None:
    def done(outcome: Outcome) -> None:
        if outcome.is_ok:
            _obey(network, message, outcome)
        else:
            _lose(network, message, outcome)

    told = parameters | {"ErrorCode": str(failure.error_code), "ErrorUrl": failed_url}
    network.post("sms_fallback", message.sid, network.addresses.sms_fallback or "", told, done)


def _lose(network: Network, message: Message, outcome: Outcome) -> None:
    why = f"answered {outcome.status}" if outcome.status else f"no answer ({outcome.why})"
    network.ledger.add(Kind.LOST, sid=message.sid, purpose="sms", why=why)


def _obey(network: Network, message: Message, outcome: Outcome) -> None:
    """TwiML in the answer may hold replies, which go to the phone as messages of the account."""
    try:
        texts = texts_in(outcome.body, outcome.content_type)
    except BadDocument as bad:
        network.violation(bad.code, bad.why, f"answer to the SMS webhook for {message.sid}")
        return
    for text in texts:
        _reply(network, message, text)


def _reply(network: Network, message: Message, text: str) -> None:
    now = network.now()
    to = message.sender or ""
    if (message.to, to) in network.opted_out:
        return
    accept(network, Message(network.new_sid("SM"), message.to, to, text, "outbound-reply", "queued", now, now), due=now)


def _parameters(network: Network, message: Message) -> dict[str, str]:
    parameters = {
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsMessageSid": message.sid,
        "SmsStatus": "received",
        "AccountSid": network.account,
        "From": message.sender or "",
        "To": message.to,
        "Body": message.body,
        "NumMedia": "0",
        "NumSegments": str(count(message.body).segments),
        "ApiVersion": API_VERSION,
    }
    return parameters | {side + place: "" for side in ("From", "To") for place in _PLACES}
