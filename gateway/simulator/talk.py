"""What has been said and pressed in one call, and what is planned for it?"""

from dataclasses import dataclass, field
from datetime import datetime

from gateway.simulator.schedule import Due
from gateway.simulator.twiml import Playback
from gateway.simulator.verbs import Dial

NOTHING_TO_PLAY = Playback(())


@dataclass(frozen=True)
class Utterance:
    """One thing said to the phone, or the keys pressed on it (`text` is then the digits)."""

    text: str
    at: datetime
    language: str | None = None
    is_heard: bool = True
    sound: str | None = None  # where a recording of it was fetched

    @property
    def is_keys(self) -> bool:
        return self.language is None


@dataclass
class Talk:
    """`unanswered` is what was spoken since the last Gather: what a person's rules are matched against."""

    playback: Playback = NOTHING_TO_PLAY
    utterances: list[Utterance] = field(default_factory=list)
    unanswered: str = ""
    prompts: int = 0
    turns: int = 0
    has_fallen_back: bool = False
    waits_until: datetime | None = None
    planned: list[Due] = field(default_factory=list)
    limit: Due | None = None
    dials: Dial | None = None  # while the person is connected, or about to be

    def plan(self, due: Due) -> None:
        self.planned.append(due)

    def forget_plans(self) -> None:
        for due in self.planned:
            due.cancel()
        self.planned.clear()
        self.waits_until = None

    def stop(self) -> None:
        self.forget_plans()
        if self.limit:
            self.limit.cancel()
