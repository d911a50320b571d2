"""What does the whole network know at this moment?"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Condition, RLock
from typing import TYPE_CHECKING, Any
from zlib import crc32

from gateway.simulator.badness import Badness
from gateway.simulator.clock import StoryClock
from gateway.simulator.far_end import FarEnd
from gateway.simulator.faults import Faults
from gateway.simulator.ledger import Kind, Ledger
from gateway.simulator.people import Person, changed
from gateway.simulator.posting import Posts
from gateway.simulator.schedule import Due, Schedule
from gateway.simulator.segments import Segments, count
from gateway.simulator.sounds import Sound
from gateway.simulator.talk import Talk
from gateway.simulator.verbs import Dial
from gateway.simulator.webhooks import Outcome, Webhook

if TYPE_CHECKING:
    from gateway.simulator.call_status import Call
    from gateway.simulator.messages import Message

API_VERSION = "2010-04-01"
# Letters of a sid that say what it is and count it.
_COUNTED = 10


@dataclass(frozen=True)
class WebhookAddresses:
    """Where the account wants to hear what happens on its number."""

    sms: str | None = None
    sms_fallback: str | None = None
    voice: str | None = None
    voice_fallback: str | None = None
    call_status: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One SMS as a phone shows it. `sid` is None for the network's own texts."""

    sid: str | None
    is_to_phone: bool
    body: str
    at: datetime
    size: Segments


@dataclass
class Network:
    """State and the machinery that moves it. One lock for all of it; nothing waits for HTTP while holding it."""

    account: str
    auth_token: str
    number: str
    addresses: WebhookAddresses = WebhookAddresses()
    lock: RLock = field(default_factory=RLock)
    messages: dict[str, "Message"] = field(default_factory=dict)
    calls: dict[str, "Call"] = field(default_factory=dict)
    talks: dict[str, Talk] = field(default_factory=dict)
    open_calls: set[str] = field(default_factory=set)
    people: dict[str, Person] = field(default_factory=dict)
    threads: dict[str, list[Line]] = field(default_factory=dict)
    opted_out: set[tuple[str, str]] = field(default_factory=set)
    actions: list[dict[str, str]] = field(default_factory=list)
    pressed: list[str] = field(default_factory=list)
    numbers: tuple[str, ...] = ()
    messages_to: dict[str, list[str]] = field(default_factory=dict)
    # When, in real time, what the account has deleted had been made.
    deleted: dict[str, float] = field(default_factory=dict)
    # SMS that the driver has announced and that are still to be sent.
    coming: int = 0
    chosen: set[str] = field(default_factory=set)
    # What <Play> has fetched, by its address.
    sounds: dict[str, Sound] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = StoryClock()
        self.ledger = Ledger(self.clock, self.lock)
        self.quiet = Condition(self.lock)
        self.posts = Posts(self.auth_token, self.ledger, self.quiet)
        self.schedule = Schedule(self.clock, self.lock, self._when_quiet)
        self.posts.look_again = self.schedule.look_again
        self.posts.later = lambda seconds, action: self.soon(action, seconds)
        self._count = 0
        self.behave(Badness())
        self.refuse_connections: Callable[[float], None] = lambda seconds: None
        # Who answers on a number. Set when the parts are put together.
        self.far_end: Callable[[str], FarEnd]
        # Another phone is to be rung and connected with this call. Set when the parts are put together.
        self.connect: Callable[[str, Dial], None] = lambda sid, dial: None
        # Its phone was picked up. Set when the parts are put together.
        self.connected: Callable[[Call], None] = lambda call: None
        # What follows for a call that is connected with this one. Set when the parts are put together.
        self.call_over: Callable[[Call], None] = lambda call: None
        # What a phone's owner does with an SMS: (phone, sender, body). Set when the parts are put together.
        self.sms_arrived: Callable[[str, str, str], None] = lambda phone, sender, body: None

    def behave(self, badness: Badness) -> None:
        """From here on; every count of requests begins anew."""
        with self.lock:
            self.badness, self.lists = badness, badness.lists
            self.faults = Faults(badness.faults, badness.seed)
            self.posts.behave(badness)

    def new_sid(self, prefix: str) -> str:
        """The first eight digits count, so that dice fall for the hundredth message as they did last time; the others
        are random, since a program may keep what it has seen for ever."""
        self._count += 1
        return f"{prefix}{self._count:08x}{secrets.token_hex(12)}"

    def keep(self, message: "Message") -> None:
        self.messages[message.sid] = message
        self.messages_to.setdefault(message.to, []).append(message.sid)

    def sender_for(self, to: str) -> str:
        """Of a Messaging Service with several numbers, a phone always hears from the same one."""
        numbers = self.numbers or (self.number,)
        return numbers[crc32(to.encode()) % len(numbers)]

    def now(self) -> datetime:
        return self.clock.now()

    def soon(self, action: Callable[[], None], seconds: float = 0) -> Due:
        return self.schedule.at(self.now() + timedelta(seconds=seconds), action)

    def person(self, number: str) -> Person:
        """Whoever has this number; a number that nobody set up is listed from its first use on."""
        return self.people.setdefault(number, Person(number))

    def change_person(self, said: Mapping[str, Any]) -> Person:
        person = changed(self.people.get(said.get("number", "")) or Person(str(said.get("number"))), said)
        self.people[person.number] = person
        return person

    def talk(self, sid: str) -> Talk:
        return self.talks.setdefault(sid, Talk())

    def show(self, phone: str, sid: str | None, body: str, is_to_phone: bool) -> None:
        self.threads.setdefault(phone, []).append(Line(sid, is_to_phone, body, self.now(), count(body)))

    def post(
        self,
        purpose: str,
        sid: str,
        url: str,
        parameters: Mapping[str, str],
        done: Callable[[Outcome], None] = lambda outcome: None,
        method: str = "POST",
    ) -> None:
        told = parameters.get("MessageStatus") or parameters.get("CallStatus", "")
        known_by = sid if sid in self.chosen else sid[:_COUNTED]
        key = f"{known_by}/{purpose}/{told}"
        token = secrets.token_hex(16)
        self.posts.send(Webhook(purpose, sid, url, dict(parameters), token, method, key=key), done)

    def is_idle(self) -> bool:
        return self.coming == 0 and self.posts.unfinished == 0 and not self.schedule.is_anything_due()

    def _when_quiet(self) -> None:
        self.posts.when_quiet()
        self.quiet.notify_all()

    def violation(self, code: int, why: str, where: str) -> None:
        self.ledger.add(Kind.VIOLATION, code=code, why=why, where=where)

    def move_time(self, offset: timedelta) -> None:
        self.clock.move_to(offset)
        self.schedule.look_again()

    def stand_at(self, moment: datetime) -> None:
        self.clock.stand(moment)
        self.schedule.look_again()

    def reset(self, offset: timedelta) -> None:
        """As just started, with the same webhooks. What is in flight lands first, so that it cannot land afterwards."""
        self.schedule.clear()
        self.posts.clear()
        self.quiet.wait_for(lambda: self.posts.unfinished == 0, timeout=20)
        self._forget()
        self.schedule.clear()
        self.behave(Badness(seed=self.badness.seed))
        self.clock.begin_at(offset)
        self.ledger.clear()

    def _forget(self) -> None:
        for room in (self.messages, self.calls, self.talks, self.open_calls, self.people, self.threads, self.sounds):
            room.clear()
        self.messages_to.clear()
        self.deleted.clear()
        self.chosen.clear()
        self.coming = self._count = 0
        for list_ in (self.opted_out, self.actions, self.pressed):
            list_.clear()
