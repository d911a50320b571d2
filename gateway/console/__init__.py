"""The coordinator's door: pages for a browser, without a build step, working without scripts."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, url_for

from gateway.clock import Clock
from gateway.console import (
    account,
    accounts,
    cases,
    changes,
    closed,
    colleague,
    doors,
    enrol,
    faults,
    first,
    limits,
    load,
    month,
    patient,
    patients,
    people,
    report,
    review,
    schedule,
    signing,
    takehome,
    today,
    tongue,
)
from gateway.console.doors import House
from gateway.console.flows import advice, differences, listing, phone, sops, translating, voices
from gateway.console.flows import cards as flow_cards
from gateway.doorbell import Doorbell
from gateway.settings import Settings
from gateway.store.database import Database

FLOWS = (listing, flow_cards, translating, phone, voices, differences, advice, sops)
PAGES = (
    today,
    enrol,
    takehome,
    patients,
    patient,
    changes,
    limits,
    report,
    cases,
    closed,
    people,
    colleague,
    load,
    month,
    review,
    schedule,
    signing,
    first,
    account,
    accounts,
    *FLOWS,
)
STATIC = Path(__file__).parent / "static"


def open_console(app: Flask, settings: Settings, database: Database, clock: Clock, doorbell: Doorbell) -> None:
    """Adds the console to the web process."""
    pages = Blueprint(
        "console", __name__, template_folder="templates", static_folder="static", static_url_path="/console"
    )
    app.extensions["console"] = House(settings, database, clock, doorbell)
    for module in PAGES:
        for door in doors.of(module):
            pages.add_url_rule(door.rule, door.name, doors.behind(door), methods=list(door.methods))
    faults.answer_for(app, pages)
    tongue.teach(app)
    app.jinja_env.globals["asset"] = asset
    app.register_blueprint(pages)


def asset(name: str) -> str:
    """Its address changes when it does, so that a browser may keep it for ever: a poor line loads it once."""
    return url_for("console.static", filename=name, v=_print_of(name))


@cache
def _print_of(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
