"""A console on a database of either kind, with a district of two villages on it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from app import create_app
from gateway.store.database import Database
from gateway.store.tables import Person, Role, Site
from tests.console.visitor import CLOCK, Visitor, visitor
from tests.network import settings_for
from tests.village import Tiers, Village, add_person, add_site, raise_tiers, settle


@dataclass(frozen=True)
class District:
    """Baiyun with Amina, Dr Baraka and Chandra; beside it Heping, with a patient and a doctor of its own."""

    village: Village
    tiers: Tiers
    heping: Site
    salma: Person
    hassan: Person


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    made = create_app(settings_for(database_url=database_url, redis_url="unix:///nowhere/redis.sock"))
    yield made
    made.extensions["database"].close()


@pytest.fixture
def store(app: Flask) -> Database:
    opened: Database = app.extensions["database"]
    return opened


@pytest.fixture
def district(store: Database) -> District:
    now = CLOCK.real()
    with store.write() as session:
        village = settle(session, now)
        tiers = raise_tiers(session, village, now)
        heping = add_site(session, now, "heping", "Heping", "clinic", tiers.township)
        salma = add_person(session, now, heping, "salma", Role.PATIENT, "Omar", "+254711000077")
        hassan = add_person(session, now, heping, "hassan", Role.CLINICIAN, "Hassan", "+254711000078")
        salma.doctor_id, salma.small_number = hassan.id, "4"
        return District(village, tiers, heping, salma, hassan)


@pytest.fixture
def browser(app: Flask) -> Visitor:
    return visitor(app)
