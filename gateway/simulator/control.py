"""The driver's side: /control/..., which sets people and time and tells what has happened."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from threading import Condition
from typing import Any

from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Request, Response

from gateway.simulator import badness, inbound, people, ringing, storm, talking
from gateway.simulator.answers import json_answer
from gateway.simulator.badness import Badness
from gateway.simulator.clock import iso
from gateway.simulator.network import Network
from gateway.simulator.parameters import E164, is_web_address
from gateway.simulator.phones import phones

LONGEST_WAIT = 25.0
Body = Any


class Wrong(Exception):
    """The driver's mistake, as a sentence, with the status to answer."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


def answer(network: Network, request: Request) -> Response:
    name = request.path.removeprefix("/control/")
    if name == "sound" and request.method == "GET":
        return _sound(network, request.args.get("url", ""))
    table = _READS if request.method == "GET" else _CHANGES
    if name not in table:
        return json_answer({"error": f"{request.method} {request.path} is not known"}, 404)
    try:
        given = dict(request.args) if request.method == "GET" else _json(request)
        with network.lock:
            return json_answer(table[name](network, given))
    except Wrong as wrong:
        return json_answer({"error": str(wrong)}, wrong.status)
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        return json_answer({"error": f"{type(wrong).__name__}: {wrong}"}, 400)


def _sound(network: Network, url: str) -> Response:
    """What was played on a call, for whoever looks on: nothing is fetched for him."""
    with network.lock:
        found = network.sounds.get(url)
    if found is None or not found.content_type.startswith("audio/"):
        return json_answer({"error": "this was never played"}, 404)
    return Response(found.body, mimetype=found.content_type, headers={"X-Content-Type-Options": "nosniff"})


def _json(request: Request) -> Body:
    """Asking for JSON keeps other pages in the same browser from posting here."""
    if request.mimetype != "application/json":
        raise Wrong("Content-Type must be application/json", 415)
    try:
        return request.get_json()
    except BadRequest as bad:
        raise Wrong("the body is not JSON") from bad


def _time(network: Network, given: Body) -> object:
    return {"now": iso(network.now()), "offset_seconds": network.clock.offset.total_seconds()}


def _set_time(network: Network, given: Body) -> object:
    if "stands_at" in given:
        network.stand_at(datetime.fromisoformat(given["stands_at"]).astimezone(UTC))
    else:
        network.move_time(timedelta(seconds=float(given["offset_seconds"])))
    return _time(network, given)


def _idle(network: Network, given: Body) -> object:
    _wait(network.quiet, given, network.is_idle)
    due, now = network.schedule.next_due(), network.now()
    return {
        "idle": network.is_idle(),
        "next_due": due and due.isoformat(),
        "next_in": due and max(0.0, (due - now).total_seconds()),
        "now": iso(now),
        "in_flight": network.posts.unfinished,
        "coming": network.coming,
        "seq": network.ledger.seq,
    }


def _wait(news: Condition, given: Body, until: Callable[[], bool]) -> None:
    seconds = min(LONGEST_WAIT, float(given.get("wait", 0)))
    if seconds > 0:
        news.wait_for(until, seconds)


def _numbers(network: Network, given: Body) -> object:
    return {"numbers": [people.as_json(person) for person in network.people.values()]}


def _set_numbers(network: Network, given: Body) -> object:
    """All of them or none."""
    said = given if isinstance(given, list) else [given]
    for one in said:
        people.changed(network.people.get(one["number"]) or people.Person(one["number"]), one)
    changed = [network.change_person(one) for one in said]
    network.ledger.touch()
    return {"numbers": [people.as_json(person) for person in changed]}


def _set_webhooks(network: Network, given: Body) -> object:
    for url in given.values():
        if url is not None and not is_web_address(url):
            raise Wrong(f"{url!r} is not a web address")
    network.addresses = replace(network.addresses, **given)
    return asdict(network.addresses)


def _set_badness(network: Network, given: Body) -> object:
    """`refuse_connections` is no state but something done now: the door is shut for so many real seconds."""
    seconds = float(given.pop("refuse_connections", 0))
    network.behave(badness.changed(network.badness, given))
    if seconds:
        network.refuse_connections(seconds)
    return badness.as_json(network.badness)


def _send_sms(network: Network, given: Body) -> object:
    phone, to = _pair(network, given)
    return {"message": inbound.send_from_phone(network, phone, to, str(given["body"])).sid}


def _pair(network: Network, given: Body) -> tuple[str, str]:
    phone, to = str(given["from"]), str(given.get("to") or network.number)
    for number in (phone, to):
        if not E164.fullmatch(number):
            raise Wrong(f"{number!r} is not a number in E.164")
    return phone, to


def _call_in(network: Network, given: Body) -> object:
    phone, to = _pair(network, given)
    return {"call": ringing.call_in(network, phone, to).sid}


def _answer(network: Network, given: Body) -> object:
    return _call_now(network, ringing.answer(network, _open_call(network, given)).sid)


def _hang_up(network: Network, given: Body) -> object:
    return _call_now(network, talking.hang_up(network, _open_call(network, given)).sid)


def _press_keys(network: Network, given: Body) -> object:
    sid, digits = _open_call(network, given), str(given["digits"])
    if not digits or set(digits) - set("0123456789*#"):
        raise Wrong("digits are 0 to 9, * and #")
    return {"heard": talking.press(network, sid, digits), **_call_now(network, sid)}


def _open_call(network: Network, given: Body) -> str:
    """The one named, or the one that rings or runs on that number."""
    for sid in network.open_calls:
        call = network.calls[sid]
        if given.get("call") == sid or given.get("number") == call.phone:
            return sid
    raise Wrong("there is no such call", 404)


def _call_now(network: Network, sid: str) -> dict[str, object]:
    return {"call": sid, "status": network.calls[sid].status}


def _ledger(network: Network, given: Body) -> object:
    since = int(given.get("since", 0))
    _wait(network.ledger.changed, given, lambda: network.ledger.seq > since)
    kinds = given["kind"].split(",") if given.get("kind") else ()
    limit = int(given["limit"]) if "limit" in given else None
    return {"seq": network.ledger.seq, "entries": network.ledger.since(since, kinds, limit)}


def _phones(network: Network, given: Body) -> object:
    since = int(given.get("since", -1))
    _wait(network.ledger.changed, given, lambda: network.ledger.version != since)
    return phones(network, since)


def _set_actions(network: Network, given: Body) -> object:
    network.actions[:] = [{name: str(one[name]) for name in ("id", "label_en", "label_zh")} for one in given]
    network.ledger.touch()
    return network.actions


def _press_action(network: Network, given: Body) -> object:
    if given["id"] not in [action["id"] for action in network.actions]:
        raise Wrong("there is no such action", 404)
    network.pressed.append(given["id"])
    network.ledger.touch()
    return {}


def _pressed(network: Network, given: Body) -> object:
    _wait(network.ledger.changed, given, lambda: bool(network.pressed))
    pressed = list(network.pressed)
    network.pressed.clear()
    return {"pressed": pressed}


def _reset(network: Network, given: Body) -> object:
    network.reset(timedelta(seconds=float(given.get("offset_seconds", 0))))
    network.behave(Badness(seed=int(given.get("seed", 0))))
    return _set_time(network, given) if "stands_at" in given else _time(network, given)


Action = Callable[[Network, Body], object]
_READS: Mapping[str, Action] = {
    "time": _time,
    "idle": _idle,
    "numbers": _numbers,
    "webhooks": lambda network, given: asdict(network.addresses),
    "badness": lambda network, given: badness.as_json(network.badness),
    "ledger": _ledger,
    "phones": _phones,
    "actions": lambda network, given: network.actions,
    "actions/pressed": _pressed,
}
_CHANGES: Mapping[str, Action] = {
    "time": _set_time,
    "numbers": _set_numbers,
    "webhooks": _set_webhooks,
    "badness": _set_badness,
    "sms": _send_sms,
    "sms/many": storm.announce,
    "call": _call_in,
    "answer": _answer,
    "keys": _press_keys,
    "hangup": _hang_up,
    "actions": _set_actions,
    "actions/press": _press_action,
    "reset": _reset,
}
