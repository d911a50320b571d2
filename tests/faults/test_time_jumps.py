"""Time leaps while a message is under way, or a whole day passes with nobody at work: what is said afterwards?"""

from collections import Counter
from datetime import datetime, timedelta
from threading import Thread

from sqlalchemy import select, update

from gateway import delivery, outreach
from gateway.demo import people
from gateway.demo.network import Entry, Network
from gateway.demo.people import AMINA, BARAKA, CHANDRA, LINDIWE, MEI, ZHAO
from gateway.demo.village import ZONE
from gateway.store.queries.people import person_by_code
from gateway.store.tables import Case, Conversation, Message, Person
from tests.faults.figures import Tell
from tests.world import World, world

MONDAY = datetime(2027, 2, 1, 8, 59, tzinfo=ZONE)
HELD = 1.0  # real seconds in which the provider has taken the message and not yet said so
LEAP = timedelta(hours=6)
STAFF = (BARAKA, ZHAO, LINDIWE, CHANDRA)


def test_six_hours_during_a_send_double_nothing(telephones: Network, database_url: str) -> None:
    with world(telephones, database_url, MONDAY, people.for_the_week()) as place:
        _only(place, "amina")
        telephones.post("badness", {"faults": [{"do": "late_reply", "next": 1, "hold": HELD}]})
        _plant_question(place)
        sending = Thread(target=_drain, args=(place,))
        sending.start()
        while not (taken := place.ledger("sms_out")):
            assert sending.is_alive(), "the provider was never asked"
        assert sending.is_alive(), "the leap must come before the provider's answer"
        place.jump(place.now() + LEAP)
        sending.join()
        place.settle()
        with place.database.read() as session:
            rows = {row.provider_id: row for row in session.scalars(select(Message))}
        assert rows[taken[0]["sid"]].attempt == 1
        assert _twice(place.ledger("sms_out")) == {}


def test_a_day_without_anybody_ends_without_a_burst(telephones: Network, database_url: str, tell: Tell) -> None:
    """Amina's case was open, Mei's question was missed: the case goes on at once, the question is marked as ours."""
    silent = [{**person, "rules": []} if person["number"] in STAFF else person for person in people.for_the_week()]
    with world(telephones, database_url, MONDAY, silent) as place:
        _only(place, "amina", "mei")
        place.play_to(MONDAY + timedelta(minutes=16))
        before = len(place.ledger("sms_out"))
        with place.database.read() as session:
            tier = session.scalars(select(Case.tier)).one()
        place.jump(place.now() + timedelta(hours=24))
        place.settle()
        texts = place.ledger("sms_out")[before:]
        with place.database.read() as session:
            missed = session.scalars(select(Conversation).where(Conversation.outcome == "missed_system")).all()
            whose = [session.get_one(Person, row.person_id).code for row in missed]
            case = session.scalars(select(Case)).one()
        to = Counter(people.NAMES[one["to"]] for one in texts)
        tell(f"\n    in the first moment after 24 h: {dict(to)}, tier {tier} -> {case.tier}, missed by us: {whose}")
    assert whose == ["mei"]
    assert MEI not in {one["to"] for one in texts}
    assert case.tier > tier
    assert max(to.values()) <= 2
    assert to[people.NAMES[AMINA]] <= 1
    assert _twice(texts) == {}


def _plant_question(place: World) -> None:
    with place.database.write() as session:
        amina = person_by_code(session, "amina")
        assert amina
        outreach.ask(session, amina, "weekly-check", place.clock.now(session))


def _drain(place: World) -> None:
    delivery.drain(place.database, place.telephone, place.clock, delivery.rates_of(place.settings))


def _only(place: World, *codes: str) -> None:
    with place.database.write() as session:
        resting = (Person.role == "patient", Person.code.not_in(codes))
        session.execute(update(Person).where(*resting).values(standing="paused"))


def _twice(texts: list[Entry]) -> dict[tuple[str, str], int]:
    said = Counter((one["to"], one["body"]) for one in texts)
    return {text: number for text, number in said.items() if number > 1}
