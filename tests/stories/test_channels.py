"""By SMS and by voice in one conversation, as Amina's phone showed it: docs/stories holds what is printed here."""

import os
import re
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from gateway.store.database import Database
from tests import canaries
from tests.stories.test_one_case import FOLDER
from tests.talking import Talk, begin
from tests.village import AMINA, BARAKA, MONDAY

NAIROBI = ZoneInfo("Africa/Nairobi")
NO_SIGNS = ("2",) * 6


class Phone:
    """What was seen, heard, sent and pressed, in order."""

    def __init__(self, database: Database, channel: str) -> None:
        self.talk: Talk = begin(database, channel)
        self.lines: list[str] = []
        self.read = {AMINA: 0, BARAKA: 0}

    def note(self, what: str) -> None:
        self.lines.append(f"{self.talk.now.astimezone(NAIROBI):%a %H:%M}  {what}")

    def sms(self) -> None:
        for number, who in ((AMINA, "Amina reads"), (BARAKA, "Dr Baraka reads")):
            bodies = self.talk.sent_to(number)
            for body in bodies[self.read[number] :]:
                self.note(f"{who}: {body}".replace("\n", " / "))
            self.read[number] = len(bodies)

    def at(self, **length: float) -> None:
        self.talk.later(**length)
        self.sms()

    def sends(self, *bodies: str) -> None:
        for body in bodies:
            self.note(f"Amina sends: {body}")
            self.talk.answer(body)
            self.sms()

    def picks_up(self) -> None:
        self.note("(the phone rings)")
        self.note(f'Amina hears: "{self.talk.pick_up()}"')

    def presses(self, *keys: str) -> None:
        for key in keys:
            self.note(f"Amina presses: {key}" if key else "Amina presses nothing")
            self.note(f'Amina hears: "{self.talk.press(key)}"')
            self.sms()

    def hangs_up(self) -> None:
        self.note("(Amina hangs up)")
        self.talk.ends()

    def told(self) -> str:
        """With a name that is no canary, and always the same code for the case."""
        said = "\n".join(self.lines).replace(canaries.NAME, "Achieng")
        return re.sub(r"URGENT [0-9]+:", "URGENT 947:", said) + "\n"


def begun_by_sms(database: Database) -> Phone:
    """She falls silent after the first answers; a day later the same questions go on by voice."""
    phone = Phone(database, "sms")
    phone.talk.at(MONDAY)
    phone.sms()
    phone.sends("1", "2", "3")
    phone.at(hours=4)
    phone.at(hours=20)
    phone.picks_up()
    phone.presses("1", "2")
    return phone


def begun_by_voice(database: Database) -> Phone:
    """The line breaks after two answers; she goes on by SMS before she is rung back."""
    phone = Phone(database, "voice")
    phone.talk.at(MONDAY)
    phone.picks_up()
    phone.presses("1", *NO_SIGNS, "3")
    phone.hangs_up()
    phone.at(minutes=2)
    phone.sends("4", "2")
    return phone


def not_confirmed(database: Database) -> Phone:
    """She presses 8 and hangs up at the read-back: the answer stands, marked, and the doctor reads it so."""
    phone = Phone(database, "voice")
    phone.talk.at(MONDAY)
    phone.picks_up()
    phone.presses("1", *NO_SIGNS, "8")
    phone.hangs_up()
    phone.at(minutes=3)
    phone.at(minutes=2)
    phone.picks_up()
    phone.presses("1")
    return phone


STORIES: dict[str, Callable[[Database], Phone]] = {
    "sms-then-voice": begun_by_sms,
    "voice-then-sms": begun_by_voice,
    "not-confirmed": not_confirmed,
}


@pytest.mark.parametrize("name", STORIES)
def test_two_channels_are_one_conversation(name: str, database: Database) -> None:
    phone = STORIES[name](database)
    assert len(phone.talk.conversations()) == 1
    file = FOLDER / f"{name}.txt"
    if "REWRITE_STORIES" in os.environ:
        file.write_text(phone.told(), encoding="utf-8")
    assert phone.told() == file.read_text(encoding="utf-8")
