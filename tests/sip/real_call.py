"""One real call: a gateway, a provider and a patient's SIP phone, and who said and pressed what, when."""

import queue
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from gateway import outreach
from gateway.demo.network import Entry
from gateway.demo.village import Village, village
from gateway.simulator.verbs import Said
from gateway.store.queries.people import person_by_code
from tests.sip import speech
from tests.sip.baresip import Event, Telephone

WITHIN = 120.0  # real seconds, for anything that has to happen
RINGS = 0.5
A_BREATH = 0.8  # seconds into a prompt at which a patient who knows it presses


@dataclass(frozen=True)
class Turn:
    """What is said holds `hears`; then she presses. No keys: she stays silent until she hears the next thing."""

    hears: str
    keys: str = ""
    hears_it_out: bool = False
    hangs_up: bool = False


@dataclass
class RealCall:
    place: Village
    phone: Telephone
    events: "queue.Queue[Event]"
    entries: list[Entry] = field(default_factory=list)

    def play(self, code: str, turns: Sequence[Turn]) -> None:
        """The gateway asks her; she picks up and does as the turns say, until the line is down."""
        self.ask(code)
        self.pick_up()
        for turn in turns:
            self.take(turn)
        self.ends()

    def ask(self, code: str) -> None:
        with self.place.database.write() as session:
            person = person_by_code(session, code)
            assert person
            outreach.ask(session, person, "weekly-check", self.place.clock.now(session))

    def pick_up(self) -> None:
        self._wait_for("CALL_INCOMING")
        wait(RINGS)
        self.phone.pick_up()
        self._wait_for("CALL_ESTABLISHED")

    def take(self, turn: Turn) -> None:
        said = [entry for entry in self._listen(until="waiting") if entry["kind"] == "spoken"]
        text = " ".join(entry["text"] for entry in said)
        assert turn.hears in text, text
        if turn.keys or turn.hangs_up:
            words = [Said(entry["text"], entry["language"]) for entry in said]
            wait(speech.seconds(words) if turn.hears_it_out else A_BREATH)
        if turn.hangs_up:
            self.phone.hang_up()
        self.phone.press(turn.keys)

    def ends(self) -> None:
        self._wait_for("CALL_CLOSED")
        self._listen(until="call")

    def transcript(self) -> list[str]:
        return [f"{self.at(entry):5.1f}  {line}" for entry in self.entries if (line := _line(entry))]

    def at(self, entry: Entry) -> float:
        """Seconds since she picked up."""
        answered = next(one for one in self.entries if one.get("event") == "answered")
        return (datetime.fromisoformat(entry["at"]) - datetime.fromisoformat(answered["at"])).total_seconds()

    def of(self, kind: str) -> list[Entry]:
        return [entry for entry in self.entries if entry["kind"] == kind]

    def spoken(self) -> "list[Utterance]":
        """What was said in one breath, and how much of it sounded before a key cut it short."""
        groups: list[list[Entry]] = []
        for entry in self.of("spoken"):
            if groups and self.at(entry) - self.at(groups[-1][0]) < 0.02:
                groups[-1].append(entry)
            else:
                groups.append([entry])
        return [self._utterance(group) for group in groups]

    def _utterance(self, group: Sequence[Entry]) -> "Utterance":
        texts = tuple(Said(entry["text"], entry["language"]) for entry in group)
        begins = self.at(group[0])
        stops = [self.at(entry) for entry in self.entries if entry["kind"] in ("pressed", "call", "spoken")]
        ends = min((stop for stop in stops if stop > begins + 0.02), default=begins)
        return Utterance(texts, begins, min(ends, begins + speech.seconds(texts)))

    def _listen(self, until: str) -> list[Entry]:
        """What the provider has written down since, up to and with the next entry of that kind."""
        heard: list[Entry] = []
        give_up = time.monotonic() + WITHIN
        while True:
            since = self.entries[-1]["seq"] if self.entries else 0
            news: list[Entry] = self.place.network.get(f"ledger?since={since}&wait=20")["entries"]
            assert time.monotonic() < give_up, f"no {until}: {self.entries[-5:]}"
            for entry in news:
                self.entries.append(entry)
                heard.append(entry)
                if _is(entry, until):
                    return heard

    def _wait_for(self, what: str) -> None:
        while self.events.get(timeout=WITHIN).what != what:
            pass


@dataclass(frozen=True)
class Utterance:
    """`begins` and `ends` in seconds since she picked up: `ends` is where a key may have cut it short."""

    texts: tuple[Said, ...]
    begins: float
    ends: float

    @property
    def seconds(self) -> float:
        return self.ends - self.begins


@contextmanager
def real_call(folder: Path, number: str) -> Iterator[RealCall]:
    """`number` has a real telephone in this village; everyone else lives in the story."""
    events: queue.Queue[Event] = queue.Queue()
    silence = folder / "silence.wav"
    speech.record((), silence)
    phone = Telephone("patient", folder / "patient", silence, events.put)
    try:
        agent = ("tests.sip.agent", "--sip", f"{number}={phone.address}", "--folder", str(folder / "agent"))
        with village(folder, program=agent) as place:
            yield RealCall(place, phone, events)
    finally:
        phone.end()


def wait(seconds: float) -> None:
    """Real time, in which she listens and thinks. Nothing here can be hurried."""
    threading.Event().wait(seconds)


def _is(entry: Entry, until: str) -> bool:
    return bool(entry["kind"] == until and (until != "call" or entry["event"] == "completed"))


def _line(entry: Entry) -> str:
    match entry["kind"]:
        case "spoken":
            return f'"{entry["text"]}"'
        case "pressed":
            return f"presses {entry['digits']}" + ("" if entry["heard"] else " (nobody listened)")
        case "call":
            return f"({entry['event']})"
    return ""
