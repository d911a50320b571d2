"""Who gets in, for how long, and what happens to whoever guesses?"""

from datetime import timedelta

import pyotp
import pytest
from flask import Flask

from gateway.accounts import signing, steps, tickets, users
from gateway.accounts.passwords import kept
from gateway.accounts.signing import Refused
from gateway.store.database import Database
from gateway.store.queries.accounts import accesses
from gateway.store.tables import Post, SignIn, User
from gateway.store.types import as_stored
from tests.console.visitor import CLOCK, PASSWORD, Visitor, add_user, signed_in, visitor

HASHED = kept(PASSWORD)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def chandra(store: Database) -> User:
    with store.write() as session:
        user = add_user(session, "chandra", (Post.ADMINISTRATOR, None))
        user.password = HASHED
        return user


def enter(browser: Visitor, login: str = "chandra", password: str = PASSWORD, digits: str = "", **more: str) -> int:
    browser.get("/sign-in")
    return browser.post("/sign-in", login=login, password=password, digits=digits, **more).status_code


def test_name_and_password_open_the_door(chandra: User, browser: Visitor) -> None:
    assert enter(browser, "Chandra") == 302
    assert browser.get("/account").status_code == 200


def test_a_wrong_password_a_wrong_name_and_a_blocked_account_sound_the_same(
    chandra: User, store: Database, browser: Visitor
) -> None:
    wrong = [enter(browser, password="wrong wrong wrong"), enter(browser, login="stranger")]
    with store.write() as session:
        add_user(session, "other", (Post.ADMINISTRATOR, None))
        users.block(session, session.get_one(User, chandra.id), CLOCK.real())
    assert [*wrong, enter(browser)] == [403, 403, 403]


def test_guessing_becomes_slow_and_a_right_password_waits_too(chandra: User, browser: Visitor) -> None:
    tried = [enter(browser, password="wrong wrong wrong") for _ in range(5)]
    assert tried == [403] * 5
    assert enter(browser) == 429


def test_the_wait_grows_and_ends(chandra: User, store: Database) -> None:
    now = as_stored(CLOCK.real())

    def guess(password: str, at: timedelta) -> Refused | tuple[User, str]:
        return signing.sign_in(store, "chandra", password, "", "10.0.0.1", now + at)

    for _ in range(5):
        guess("wrong wrong wrong", timedelta(0))
    assert guess(PASSWORD, timedelta(seconds=29)) == Refused(timedelta(seconds=1))
    assert guess("wrong wrong wrong", timedelta(seconds=31)) == Refused()
    assert guess(PASSWORD, timedelta(seconds=60)) == Refused(timedelta(seconds=31))
    assert isinstance(guess(PASSWORD, timedelta(seconds=92)), tuple)
    assert guess("wrong wrong wrong", timedelta(seconds=93)) == Refused()


def test_with_a_second_step_the_password_alone_opens_nothing(chandra: User, store: Database, browser: Visitor) -> None:
    secret = steps.new_secret()
    with store.write() as session:
        steps.keep(session, session.get_one(User, chandra.id), secret, 0)
    digits = pyotp.TOTP(secret).at(CLOCK.real())
    assert enter(browser) == 403
    assert enter(browser, digits=digits) == 302
    assert enter(visitor(browser.client.application), digits=digits) == 403, "the same digits open only one door"


def test_signing_out_ends_it_for_whoever_kept_the_cookie(app: Flask, chandra: User) -> None:
    browser = signed_in(app, chandra)
    cookie = browser.client.get_cookie("gateway")
    assert cookie
    browser.post("/sign-out")
    thief = visitor(app)
    thief.client.set_cookie("gateway", cookie.value)
    assert thief.get("/account").status_code == 302


@pytest.mark.parametrize(("unused", "known"), [(timedelta(hours=1), True), (timedelta(hours=3), False)])
def test_a_browser_that_was_left_is_forgotten(store: Database, chandra: User, unused: timedelta, known: bool) -> None:
    now = CLOCK.real()
    with store.write() as session:
        token = signing.begin(session, chandra, now - unused)
    with store.read() as session:
        assert (signing.known(session, token, now) is not None) == known


def test_a_day_is_the_longest(store: Database, chandra: User) -> None:
    now = CLOCK.real()
    with store.write() as session:
        token = signing.begin(session, chandra, now - timedelta(hours=13))
        session.get_one(SignIn, signing.digest(token)).seen_at = now
    with store.read() as session:
        assert signing.known(session, token, now) is None


def test_a_new_token_is_made_at_signing_in(chandra: User, browser: Visitor) -> None:
    """A cookie that somebody else planted before must not be hers afterwards."""
    browser.get("/sign-in")
    before = browser.client.get_cookie("gateway")
    enter(browser)
    after = browser.client.get_cookie("gateway")
    assert before
    assert after
    assert before.value != after.value


def test_a_code_replaces_password_and_second_step_once(app: Flask, chandra: User, store: Database) -> None:
    inside = signed_in(app, chandra)
    code = store.again(lambda session: tickets.invite(session, session.get_one(User, chandra.id), CLOCK.real()))
    browser = visitor(app)
    browser.get("/code")
    assert browser.post("/code", code=code, password="other ordinary words").status_code == 302
    assert browser.post("/code", code=code, password="third ordinary words").status_code == 403
    assert inside.get("/account").status_code == 302
    assert enter(browser) == 403
    assert enter(browser, password="other ordinary words") == 302


def test_what_came_after_signing_in_stays_inside(chandra: User, browser: Visitor) -> None:
    browser.get("/sign-in")
    outside = ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)")
    for wanted in outside:
        answer = browser.post("/sign-in", login="chandra", password=PASSWORD, next=wanted)
        assert answer.location in ("/", None)
        browser = visitor(browser.client.application)
        browser.get("/sign-in")
    assert browser.post("/sign-in", login="chandra", password=PASSWORD, next="/account").location == "/account"


def test_the_log_says_who_came_in_and_who_did_not(chandra: User, store: Database, browser: Visitor) -> None:
    enter(browser, password="wrong wrong wrong")
    enter(browser)
    with store.read() as session:
        told = [line.access.what for line in accesses(session, chandra.id, None, "", 10)]
    assert told == ["signed in", "sign-in refused"]
