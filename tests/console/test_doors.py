"""Every page x every post x own and foreign site x other people's ids: whom does each let in?"""

import re
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from gateway import advising, publishing
from gateway.console import PAGES, doors
from gateway.console.doors import Door
from gateway.core import policy, rota
from gateway.core.escalation import opened
from gateway.core.flow import Level
from gateway.core.life import Clock
from gateway.core.policy import Hours
from gateway.publishing import drafts
from gateway.quality.periods import month_at
from gateway.quality.review import note_item
from gateway.store.database import Database
from gateway.store.ids import new_id
from gateway.store.queries.advice import newest_of_advice
from gateway.store.queries.flows import newest_of_each
from gateway.store.tables import Case, Grant, Person, Post, Site, User
from tests.console.conftest import District
from tests.console.visitor import CLOCK, Visitor, add_user, signed_in, visitor

pytestmark = pytest.mark.timeout(600)  # each knocks at hundreds of doors

# Whatever is not the console: the provider's door and what machines ask. Nothing else may be without a post.
OTHERS = re.compile(r"/twilio/.*|/healthz|/readyz|/status|/metrics|/recordings/.*|/static/.*|/console/.*")
FOR_EVERYBODY = {"/sign-in", "/first", "/code", "/language"}
FORM = {
    "post": "clinician", "outcome": "no case", "reason": "a reason", "why": "in hospital", "how": "call", "digit": "4",
    "flow": "weekly-check", "name": "Somebody", "login": "somebody-new", "seen": "99",
}  # fmt: skip
ROOT = Path(__file__).parents[2]
# These posts, but not at one site alone.
EVERYWHERE_ONLY = (
    "/access-log", "/people/import", "/flows/<flow>/pause", "/flows/<flow>/resume", "/flows/<flow>/back",
    "/flows/<flow>/draft/publish", "/advice/<advice>/draft/use",
)  # fmt: skip
SOMETHING = "0" * 32

Ids = dict[str, str]


@dataclass(frozen=True)
class Walk:
    """Somebody of each post at Baiyun, and the ids of what lies there, and of what lies in Heping."""

    people: dict[Post, User]
    own: Ids
    foreign: Ids


@pytest.fixture
def walk(store: Database, district: District) -> Walk:
    here, there = district.village.clinic.id, district.heping.id
    with store.write() as session:
        publishing.seed(session, ROOT / "flows", ROOT / "locales", CLOCK.real())
        people = {post: add_user(session, f"user-{post}", (post, here)) for post in Post}
        add_user(session, "administrator everywhere", (Post.ADMINISTRATOR, None)).password = "some"
        mate = add_user(session, "mate", (Post.CLINICIAN, here), (Post.SUPERVISOR, here))
        other = add_user(session, "other", (Post.CLINICIAN, there))
        own = _ids(mate, session.query(Grant).filter_by(user_id=mate.id, post=Post.CLINICIAN).one())
        foreign = _ids(other, session.query(Grant).filter_by(user_id=other.id).one())
        own |= _of_patient(session, district.village.amina, "911")
        foreign |= _of_patient(session, district.salma, "922")
        drafts.begin(session, newest_of_each(session)[-1], people[Post.EDITOR], CLOCK.real())
        advising.seed(session, ROOT / "flows", CLOCK.real())
        pain = newest_of_advice(session, "pain")
        assert pain
        advising.begin(session, pain, people[Post.EDITOR], CLOCK.real())
        own |= {"flow": newest_of_each(session)[-1].flow, "advice": "pain"}
        foreign |= {"flow": "no-such-flow", "advice": "no-such-advice"}
        own |= {"item_id": _item(session, district.village.clinic, mate)}
        foreign |= {"item_id": _item(session, district.heping, other)}
        own |= {"site_id": here, "colleague_id": district.village.baraka.id}
        foreign |= {"site_id": there, "colleague_id": district.hassan.id}
    return Walk(people, own, foreign)


def _ids(user: User, grant: Grant) -> Ids:
    return {"user_id": user.id, "grant_id": grant.id}


def _item(session: Session, site: Site, user: User) -> str:
    return note_item(session, CLOCK.real(), site, month_at(CLOCK.real(), ZoneInfo("UTC")), user.id, "hours").id


def _of_patient(session: Session, patient: Person, code: str) -> Ids:
    """A case without a story is enough to knock at."""
    now = CLOCK.real()
    version = newest_of_each(session)[0]
    clock = Clock(now, policy.POLICY, Hours(rota.Duty(), UTC))
    life = opened(Level.RED, 2, clock, waits=False, duty_from=now)[0]
    case = Case(
        id=new_id(now), code=code, patient_id=patient.id, version_id=version.id, level="red", state="told", tier=0,
        due_at=now, frozen={"policy": policy.to_json(policy.POLICY), "symptoms": []},
        progress={"life": life.to_json(), "told": []}, opened_at=now,
    )  # fmt: skip
    session.add_all([version, case])
    return {"patient_id": patient.id, "case_id": case.id}


def every_door() -> list[Door]:
    return [door for module in PAGES for door in doors.of(module)]


def test_no_address_is_without_a_door(app: Flask) -> None:
    known = {door.rule for door in every_door()}
    strays = {rule.rule for rule in app.url_map.iter_rules()} - known
    assert {rule for rule in strays if not OTHERS.fullmatch(rule)} == set()


def test_only_these_pages_are_for_whoever_is_not_signed_in() -> None:
    assert {door.rule for door in every_door() if door.is_public} == FOR_EVERYBODY


def test_whoever_is_not_signed_in_is_sent_to_the_door(app: Flask, walk: Walk) -> None:
    browser = visitor(app)
    for door, method in _inner():
        answer = _knock(browser, door, method, walk.own)
        assert (answer.status_code, (answer.location or "").partition("?")[0]) == (302, "/sign-in"), door.rule


def test_a_post_opens_its_pages_and_no_others(app: Flask, walk: Walk) -> None:
    for post, user in walk.people.items():
        for door, method in _inner():
            status = _knock(signed_in(app, user), door, method, walk.own).status_code
            if post in door.posts:
                assert status in (200, 302, 400, 409) or door.rule in EVERYWHERE_ONLY, (post, method, door.rule)
            else:
                assert status == 403, (post, method, door.rule)


def test_nobody_reaches_what_lies_at_another_site(app: Flask, walk: Walk) -> None:
    """As if it were not there: that it is there is a secret, too."""
    for post, user in walk.people.items():
        for door, method in _inner():
            if post in door.posts and "<" in door.rule:
                for ids in (walk.foreign, dict.fromkeys(walk.own, SOMETHING)):
                    assert _knock(signed_in(app, user), door, method, ids).status_code == 404, (post, method, door.rule)


def test_a_form_without_its_token_changes_nothing(app: Flask, walk: Walk) -> None:
    for door in every_door():
        if "POST" in door.methods:
            browser = signed_in(app, walk.people[Post.ADMINISTRATOR])
            assert browser.client.post(_address(door, walk.own), data={}).status_code == 400, door.rule
            stolen = {"form_token": signed_in(app, walk.people[Post.COORDINATOR]).form_token()}
            assert browser.client.post(_address(door, walk.own), data=stolen).status_code == 400, door.rule


def test_a_form_from_another_host_changes_nothing(app: Flask, walk: Walk) -> None:
    browser = signed_in(app, walk.people[Post.ADMINISTRATOR])
    sent = {"form_token": browser.form_token()}
    foreign = browser.client.post("/sign-out", data=sent, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 400
    assert browser.client.post("/sign-out", data=sent, headers={"Origin": "http://localhost"}).status_code == 302


def test_nobody_lets_himself_further_in(app: Flask, walk: Walk, district: District) -> None:
    """An administrator of one site gives nothing at another, nothing everywhere, and leaves those above alone."""
    browser = signed_in(app, walk.people[Post.ADMINISTRATOR])
    mate = walk.own["user_id"]
    for site in ("", district.heping.id, district.tiers.county.id):
        assert browser.post(f"/accounts/{mate}/grant", post="coordinator", site=site).status_code == 404
    assert (
        browser.post(f"/accounts/{mate}/grant", post="coordinator", site=district.village.clinic.id).status_code == 302
    )


def test_the_last_administrator_stays(app: Flask, store: Database, district: District) -> None:
    with store.write() as session:
        only = add_user(session, "only", (Post.ADMINISTRATOR, None))
        grant = session.query(Grant).filter_by(user_id=only.id).one()
    browser = signed_in(app, only)
    assert browser.post(f"/accounts/{only.id}/take-back/{grant.id}").status_code == 409
    assert browser.post(f"/accounts/{only.id}/block").status_code == 409
    assert browser.get("/accounts").status_code == 200


def _inner() -> list[tuple[Door, str]]:
    return [(door, method) for door in every_door() if not door.is_public for method in door.methods]


def _knock(browser: Visitor, door: Door, method: str, ids: Ids) -> TestResponse:
    address = _address(door, ids)
    if method == "GET":
        return browser.get(address)
    return browser.post(address, **FORM, to=ids["colleague_id"], site=ids["site_id"])


def _address(door: Door, ids: Ids) -> str:
    return re.sub(r"<(\w+)>", lambda name: ids[name[1]], door.rule)
