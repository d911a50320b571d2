"""The door says 503 again and again, before its commit or after it: is nothing heard that nobody meant?"""

import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import make_url, select, update

from gateway import watch
from gateway.demo import people
from gateway.demo.network import Network
from gateway.demo.people import BARAKA, CHANDRA, JUMA, LINDIWE, ZHAO
from gateway.demo.village import ZONE
from gateway.store.tables import Answer, Case, Conversation, Person
from tests import databases
from tests.faults.sizes import seeds
from tests.world import World, world

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MONDAY = datetime(2027, 2, 1, 8, 59, tzinfo=ZONE)
UNTIL_CLOSED = timedelta(days=5)
PATIENTS = ("amina", "juma")  # one by SMS, one on the keypad
PHONES = (people.AMINA, JUMA, BARAKA, ZHAO, LINDIWE, CHANDRA)
REFUSED = 0.4  # of the provider's tries; it tries six times, so that one webhook in 250 is lost for good

Said = dict[tuple[str, str, str], set[int | str | None]]  # (person, flow, question) -> what was stored


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", seeds(2, 50))
def test_nothing_is_heard_that_nobody_meant(seed: int, telephones: Network, database_url: str) -> None:
    """Whether the door refused before its commit or after it, the provider comes again with the same keys."""
    meant, cases = _clean(telephones, make_url(database_url).get_backend_name())
    dice = random.Random(seed)

    def refusing(app: "WSGIApplication") -> "WSGIApplication":
        def door(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
            chance = dice.random()
            if chance < REFUSED / 2:
                return _refuse(start)
            if chance < REFUSED:
                list(app(environ, lambda *_: lambda _: None))
                return _refuse(start)
            return app(environ, start)

        return door

    with _village(telephones, database_url, refusing) as place:
        place.play_to(MONDAY + UNTIL_CLOSED)
        said, opened = _said(place), _cases(place)
        with place.database.read() as session:
            assert watch.audit(session, place.clock.now(session)) == []
    assert {key: values - meant[key] for key, values in said.items() if values - meant[key]} == {}
    assert opened == cases


def _refuse(start: "StartResponse") -> Iterable[bytes]:
    start("503 Service Unavailable", [("Content-Length", "0")])
    return [b""]


@cache
def _clean(telephones: Network, kind: str) -> tuple[Said, set[tuple[str, str]]]:
    with (
        TemporaryDirectory() as folder,
        databases.fresh(kind, Path(folder) / "clean.db") as url,
        _village(telephones, url, lambda app: app) as place,
    ):
        place.play_to(MONDAY + UNTIL_CLOSED)
        said, cases = _said(place), _cases(place)
    assert {who for who, _ in cases} == set(PATIENTS)
    assert len(said) > 10
    return said, cases


@contextmanager
def _village(
    telephones: Network, database_url: str, before: Callable[["WSGIApplication"], "WSGIApplication"]
) -> Iterator[World]:
    """Of its patients these two are asked."""
    theirs = [person for person in people.for_the_week() if person["number"] in PHONES]
    with world(telephones, database_url, MONDAY, theirs, before=before) as place:
        with place.database.write() as session:
            resting = (Person.role == "patient", Person.code.not_in(PATIENTS))
            session.execute(update(Person).where(*resting).values(standing="paused"))
        yield place


def _said(place: World) -> Said:
    said: Said = {}
    with place.database.read() as session:
        rows = session.execute(
            select(Person.code, Conversation.flow, Answer)
            .join(Conversation, Conversation.id == Answer.conversation_id)
            .join(Person, Person.id == Conversation.person_id)
        )
        for code, flow, answer in rows:
            said.setdefault((code, flow, answer.question), set()).add(
                answer.number if answer.word is None else answer.word
            )
    return said


def _cases(place: World) -> set[tuple[str, str]]:
    with place.database.read() as session:
        rows = session.execute(select(Person.code, Case.level).join(Person, Person.id == Case.patient_id))
        return {(code, level) for code, level in rows}
