"""How does Twilio write a message or a call as JSON?"""

from collections.abc import Mapping, Sequence
from functools import cache
from urllib.parse import urlencode

from gateway.simulator.call_status import Call
from gateway.simulator.clock import rfc2822
from gateway.simulator.messages import Message
from gateway.simulator.network import API_VERSION, Network
from gateway.simulator.parameters import rows

Json = dict[str, object]
# Where a list that leaves dates out leaves them out: Twilio's description lets all of them be null.
UNDATED = ("queued", "accepted", "scheduled", "sending")


@cache
def fields_of(resource: str) -> tuple[str, ...]:
    return tuple(row["field"] for row in rows("twilio_api_fields.csv") if row["resource"] == resource)


def message_json(network: Network, message: Message) -> Json:
    """num_segments is "0" and date_sent null until the message has left the queue, as at Twilio."""
    is_waiting = message.status in ("queued", "accepted", "scheduled")
    is_undated = network.lists.null_dates and message.status in UNDATED
    created, updated = (None, None) if is_undated else (message.created, message.updated)
    uri = f"{_root(network)}/Messages/{message.sid}"
    known: Json = {
        "sid": message.sid,
        "account_sid": network.account,
        "api_version": API_VERSION,
        "body": "" if network.lists.hide_bodies else message.body,
        "direction": message.direction,
        "from": message.sender if message.status not in ("accepted", "scheduled") else None,
        "to": message.to,
        "status": message.status,
        "num_segments": "0" if is_waiting else str(message.segments),
        "num_media": "0",
        "messaging_service_sid": message.service,
        "date_created": rfc2822(created),
        "date_updated": rfc2822(updated),
        "date_sent": rfc2822(message.sent),
        "error_code": message.error_code,
        "error_message": None if message.error_code is None else f"Error {message.error_code}",
        "price_unit": "USD",
        "uri": f"{uri}.json",
        "subresource_uris": {"media": f"{uri}/Media.json"},
    }
    return _all_fields("message", known)


def call_json(network: Network, call: Call) -> Json:
    uri = f"{_root(network)}/Calls/{call.sid}"
    known: Json = {
        "sid": call.sid,
        "parent_call_sid": call.parent,
        "account_sid": network.account,
        "api_version": API_VERSION,
        "from": call.caller,
        "from_formatted": call.caller,
        "to": call.to,
        "to_formatted": call.to,
        "status": call.status,
        "direction": call.direction,
        "date_created": rfc2822(call.created),
        "date_updated": rfc2822(call.updated),
        "start_time": rfc2822(call.started),
        "end_time": rfc2822(call.ended),
        "duration": None if call.ended is None else str(call.duration),
        "answered_by": call.answered_by,
        "price_unit": "USD",
        "queue_time": "0",
        "uri": f"{uri}.json",
        "subresource_uris": {"recordings": f"{uri}/Recordings.json", "events": f"{uri}/Events.json"},
    }
    return _all_fields("call", known)


def page_json(network: Network, kind: str, found: Sequence[Message | Call], given: Mapping[str, list[str]]) -> Json:
    """One page, newest first. The token names the last one seen, so that what arrives meanwhile shifts nothing."""
    most = network.lists.page_size or 1000
    size = min(most, max(1, int(given.get("PageSize", ["50"])[0])))
    page = int(given.get("Page", ["0"])[0])
    token = given.get("PageToken", [""])[0].removeprefix("PA")
    first = _place_after(network, token, found) if token else page * size
    shown = found[first : first + size]
    filters = [(name, values[0]) for name, values in given.items() if name not in ("Page", "PageSize", "PageToken")]

    def link(number: int, after: str = "") -> str:
        query = [
            *filters,
            ("PageSize", str(size)),
            ("Page", str(number)),
            *([("PageToken", f"PA{after}")] if after else []),
        ]
        return f"{_root(network)}/{kind.capitalize()}.json?{urlencode(query)}"

    has_more = first + size < len(found)
    return {
        "first_page_uri": link(0),
        "previous_page_uri": link(page - 1) if page else None,
        "next_page_uri": link(page + 1, shown[-1].sid) if has_more else None,
        "uri": link(page),
        "page": page,
        "page_size": size,
        "start": first,
        "end": max(first, first + len(shown) - 1),
        kind: [
            message_json(network, item) if isinstance(item, Message) else call_json(network, item) for item in shown
        ],
    }


def _place_after(network: Network, sid: str, found: Sequence[Message | Call]) -> int:
    """Also of one that was deleted since its page was read: a program that tidies up while it reads misses nothing."""
    made = network.deleted.get(sid)
    for place, item in enumerate(found):
        if item.sid == sid:
            return place + 1
        if made is not None and item.made < made:
            return place
    return len(found)


def _all_fields(resource: str, known: Json) -> Json:
    return {name: known.get(name) for name in fields_of(resource)}


def _root(network: Network) -> str:
    return f"/{API_VERSION}/Accounts/{network.account}"
