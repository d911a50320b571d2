"""What happens in a drawn history besides reports and replies: outages, storms, plans, hand-overs, new hours?"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway import cases
from gateway.cases.hands import Hand, hand_over
from gateway.core.events import Breached
from gateway.core.flow import Level
from gateway.store.ids import new_id
from gateway.store.queries.cases import last_number
from gateway.store.queries.flows import flow_of, newest
from gateway.store.queries.people import person_by_code, phone_of
from gateway.store.tables import Case, Conversation, Person, Role
from tests.cases.tempers import DUTIES, ORDERS, WORDS
from tests.village import add_person

if TYPE_CHECKING:
    from tests.cases.lives import History

STORM = timedelta(minutes=8)
STORMS = 0.02  # of all that happens
SEVERE = Breached("severe", Level.RED, (("pain", 8),))
MILD = Breached("worse", Level.AMBER, (("pain", 5),))


def something(history: "History") -> None:
    """A storm is rare: the cases of one may be told of for days, and that is slow to play."""
    what = _a_storm if history.dice.random() < STORMS else history.dice.choice(ALL)
    what(history)


def _we_are_down(history: "History") -> None:
    """Nobody works for up to 30 hours; what came in meanwhile comes when we are back."""
    history.now += timedelta(minutes=history.dice.choice((3, 60, 500, 1800)))


def _nothing_leaves(history: "History") -> None:
    history.silent_until = history.now + timedelta(minutes=history.dice.choice((5, 60, 700)))
    history.plan(history.silent_until, lambda: None)


def _staff_changes(history: "History") -> None:
    """A clinician stops our messages, comes back, or has other hours from now on."""
    chosen = history.dice.choice([key for key in history.tempers if key in _clinicians(history)])
    change = history.dice.choice(("opted out", "back", "hours"))

    def work(session: Session) -> None:
        person, phone = session.get_one(Person, chosen), phone_of(session, chosen)
        assert phone
        if change == "hours":
            person.duty = history.dice.choice(DUTIES)
        else:
            phone.opted_out_at = history.now if change == "opted out" else None
            history.stopped.add(chosen)

    history.write(work)


def _a_plan(history: "History") -> None:
    """A clinician rings the coordinator about some case, in whatever state it is."""
    known = _cases(history, still_open=True)
    if not known:
        return
    case_id, person_id = history.dice.choice(known), history.dice.choice(_clinicians(history))
    until = (history.now + timedelta(days=history.dice.choice((1, 2, 7, 40)))).date()

    def work(session: Session) -> None:
        cases.plan(session, history.now, case_id, session.get_one(Person, person_id), until, "known")

    with suppress(cases.CannotPlan):
        history.write(work)


def _handed_over(history: "History") -> None:
    """At the console, from whatever page: what was seen of the case may be old."""
    known = _cases(history, still_open=True)
    if not known:
        return
    case_id, person_id = history.dice.choice(known), history.dice.choice(_clinicians(history))

    def work(session: Session) -> None:
        seen = last_number(session, case_id) - history.dice.choice((0, 0, 0, 1, 3))
        to = session.get_one(Person, person_id)
        hand_over(session, history.now, case_id, Hand(None, "chandra", seen), to)

    history.write(work)


def _a_storm(history: "History") -> None:
    """A limit is wrong, or the water bad: half the village reports the same within some minutes."""
    event = history.dice.choice((SEVERE, SEVERE, MILD))
    for number in range(history.dice.choice((2, 4, 7, 10))):
        within = history.dice.uniform(0, 1) * STORM
        history.plan(history.now + within, partial(_breach, history, number, event))


def _breach(history: "History", number: int, event: Breached) -> None:
    def work(session: Session) -> None:
        patient = _another(history, session, f"p{number}", f"+2547110000{20 + number}")
        version = newest(session, "weekly-check")
        assert version
        row = Conversation(
            id=new_id(history.now), person_id=patient.id, version_id=version.id, flow="weekly-check", rank="weekly",
            language="en", state="ended", memory={}, started_at=history.now, ended_at=history.now,
        )  # fmt: skip
        session.add(row)
        session.flush()
        cases.consider(session, history.now, patient=patient, conversation=row, flow=flow_of(version), event=event)

    history.write(work)


def _another(history: "History", session: Session, code: str, phone: str) -> Person:
    known = person_by_code(session, code)
    if known:
        return known
    clinic, doctor = history.village.clinic, history.village.baraka
    patient = add_person(session, history.now, clinic, code, Role.PATIENT, "Other", phone)
    patient.doctor_id, patient.small_number = doctor.id, code.removeprefix("p")
    history.live_in(session, patient)
    return patient


def _stale_digit(history: "History") -> None:
    known = _cases(history, still_open=False)
    if known:
        person_id = history.dice.choice(_clinicians(history))
        history.order(person_id, history.dice.choice(known), history.dice.choice(ORDERS))


def _patient_writes(history: "History") -> None:
    with history.database.read() as session:
        patients = sorted(session.scalars(select(Person.id).where(Person.role == Role.PATIENT)))
    history.text(history.dice.choice(patients), history.dice.choice(WORDS))


def _clinicians(history: "History") -> list[str]:
    with history.database.read() as session:
        return sorted(session.scalars(select(Person.id).where(Person.role == Role.CLINICIAN)))


def _cases(history: "History", *, still_open: bool) -> list[str]:
    wanted = select(Case.id).order_by(Case.id)
    with history.database.read() as session:
        return list(session.scalars(wanted.where(Case.closed_at.is_(None)) if still_open else wanted))


ALL: tuple[Callable[["History"], None], ...] = (
    _we_are_down,
    _nothing_leaves,
    _staff_changes,
    _stale_digit,
    _patient_writes,
    _a_plan,
    _a_plan,
    _handed_over,
)
