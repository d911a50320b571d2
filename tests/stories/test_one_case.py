"""One red case from the first question to closed, as the phones showed it: docs/stories holds what is printed here.

`REWRITE_STORIES=1` writes the files anew; read the difference.
"""

import os
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from gateway.demo import people
from gateway.demo.network import Network
from gateway.demo.people import AMINA, BARAKA, JUMA, MEI, MINUTE, WEN, ZHAO, rule
from gateway.demo.village import ZONE
from gateway.store.tables import Answer, Case, Person
from tests.stories.phones import side_by_side
from tests.world import World, world

FOLDER = Path(__file__).parents[2] / "docs" / "stories"
MONDAY = datetime(2027, 2, 1, 8, 59, tzinfo=ZONE)
CASE = timedelta(days=5, hours=12)  # Wen is asked on Wednesday, and asked again for the second time on Saturday
STORIES: dict[str, tuple[str, str, dict[str, int | str]]] = {
    "sms-en": ("amina", AMINA, {"danger": "no", "pain": 8, "pain_now": "yes", "pain_where": 3, "tiredness": 4}),
    "sms-zh": ("mei", MEI, {"danger": "no", "pain": 8, "pain_now": "yes", "pain_where": 3, "tiredness": 2}),
    "keypad-en": ("juma", JUMA, {"danger": "no", "pain": 10, "pain_now": "yes", "pain_where": 4, "tiredness": 5}),
    "keypad-zh": ("wen", WEN, {"danger": "no", "pain": 8, "pain_now": "yes", "pain_where": 3, "tiredness": 3}),
}


WRITTEN_CODE = r"(?<![0-9])(?:9[0-8][0-9]|99[0-9]{2})(?![0-9])"
SPOKEN_CODE = r"(?<![0-9] )9 (?:[0-8]|9 [0-9]) [0-9](?! [0-9])"


@pytest.mark.parametrize("name", STORIES)
def test_one_case_is_told_as_its_phones_showed_it(name: str, telephones: Network, database_url: str) -> None:
    code, number, meant = STORIES[name]
    with world(telephones, database_url, MONDAY, _people(name)) as place:
        if name.endswith("zh"):
            doctors_read_chinese(place)
        only(place, code)
        place.play_to(MONDAY + CASE)
        phones = {number: f"{people.NAMES[number]}, patient", BARAKA: "Dr Baraka, village doctor"}
        if name.startswith("keypad"):
            phones[ZHAO] = "Dr Zhao, township doctor"
        told = side_by_side(place.ledger("sms_out", "sms_in", "spoken", "pressed", "call"), phones)
        assert _stored(place, code).items() >= meant.items()
        assert _outcome(place) == ("closed", "below the limits")
        assert place.ledger("violation", "lost") == []
    compare(FOLDER / f"{name}.txt", told)


def _people(name: str) -> list[dict[str, Any]]:
    """By SMS the village doctor answers; on the keypad's day he is silent and the township doctor does."""
    week = {person["number"]: person for person in people.for_the_week()}
    week[MEI]["rules"] = [*_severe_pain("8分", "二"), *week[MEI]["rules"]]
    week[WEN]["rules"] = [rule("您按了|您选了", "1", after=3), *_severe_pain("8", "2"), *week[WEN]["rules"]]
    if name.startswith("keypad"):
        week[BARAKA]["rules"] = []
    else:
        week[BARAKA]["rules"] = [
            rule("URGENT|急！", "1", after=4 * MINUTE + 30),
            rule("yours. Phone|归您", "46", after=30 * MINUTE),
        ]
    return list(week.values())


def _severe_pain(at_first: str, again: str) -> list[dict[str, Any]]:
    yes = "是" if at_first.endswith("分") else "1"
    return [
        rule("方便吗", "1"),
        rule("现在有多疼", again, after=3),
        rule("疼得最厉害", at_first, after=3),
        rule("现在也这么", yes, after=3),
        rule("哪里疼|疼在哪", "3", after=3),
    ]


def only(place: World, code: str) -> None:
    """The others of the village rest, so that one story is told."""
    with place.database.write() as session:
        session.execute(update(Person).where(Person.role == "patient", Person.code != code).values(standing="paused"))


def doctors_read_chinese(place: World) -> None:
    with place.database.write() as session:
        session.execute(update(Person).where(Person.role == "clinician").values(language="zh_CN"))


def _stored(place: World, code: str) -> dict[str, int | str | None]:
    with place.database.read() as session:
        mine = select(Answer).join(Person, Answer.person_id == Person.id).where(Person.code == code)
        rows = session.scalars(mine.where(Answer.flow == "weekly-check", Answer.superseded_at.is_(None)))
        return {row.question: row.word or row.number for row in rows}


def _outcome(place: World) -> tuple[str, str | None]:
    with place.database.read() as session:
        case = session.scalars(select(Case)).one()
        return case.state, case.outcome


def compare(file: Path, told: str, *, at_once: bool = False) -> None:
    """`at_once`: a phone rings while an SMS comes, so that only what it showed is compared, not which came first."""
    if "REWRITE_STORIES" in os.environ:
        file.parent.mkdir(exist_ok=True)
        file.write_text(told, encoding="utf-8")
    was, now = _by_phone(file.read_text(encoding="utf-8")), _by_phone(told)
    if at_once:
        was, now = ([sorted(phone.splitlines()) for phone in each] for each in (was, now))
    assert now == was


def _by_phone(told: str) -> list[str]:
    """What each phone showed, in its own order: which of two phones is reached first is left to the network."""
    rows = [line.split(" | ")[1:] if " | " in line else line.split(" |")[1:] for line in told.splitlines()]
    columns = range(max(map(len, rows)))
    cells = [[row[at].rstrip(" |") for row in rows if at < len(row)] for at in columns]
    return [_without_codes("\n".join(cell for cell in column if cell.strip())) for column in cells]


def _without_codes(told: str) -> str:
    """A case's code is drawn by lot, written or read out digit by digit."""
    return re.sub(r" +", " ", re.sub(f"{WRITTEN_CODE}|{SPOKEN_CODE}", "#", told))
