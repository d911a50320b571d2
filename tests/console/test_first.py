"""Who becomes the first administrator?"""

from flask import Flask

from gateway.accounts import tickets
from gateway.store.database import Database
from gateway.store.queries.accounts import grants, users
from gateway.store.tables import Post
from tests.console.visitor import CLOCK, PASSWORD, Visitor, visitor


def first_code(store: Database) -> str:
    code = store.again(lambda session: tickets.first_run(session, CLOCK.real()))
    assert code
    return code


def fill(browser: Visitor, code: str, login: str = "chandra", password: str = PASSWORD) -> int:
    browser.get("/first")
    return browser.post("/first", code=code, login=login, name="Chandra", password=password).status_code


def test_without_an_account_every_page_leads_to_the_first_one(browser: Visitor) -> None:
    assert browser.get("/").location == "/sign-in"
    assert browser.get("/sign-in").location == "/first"
    assert "console first-run" in browser.get("/first").text


def test_the_code_from_the_terminal_makes_one_administrator(app: Flask, store: Database, browser: Visitor) -> None:
    code = first_code(store)
    assert fill(browser, code.lower().replace("-", " ")) == 302
    with store.read() as session:
        assert {grant.post for grant in grants(session)} == {Post.ADMINISTRATOR, Post.COORDINATOR}
    assert browser.get("/accounts").status_code == 200
    assert fill(visitor(app), code, login="stranger") == 403


def test_without_the_code_nobody_becomes_anything(store: Database, browser: Visitor) -> None:
    first_code(store)
    assert fill(browser, "AAAA-BBBB-CCCC-DDDD") == 403
    with store.read() as session:
        assert users(session) == []


def test_a_newer_code_ends_the_older_one(store: Database, browser: Visitor) -> None:
    older, newer = first_code(store), first_code(store)
    assert fill(browser, older) == 403
    assert fill(browser, newer) == 302


def test_two_at_once_make_one(app: Flask, store: Database) -> None:
    """Both have looked at the page, and both know the code."""
    code = first_code(store)
    one, other = visitor(app), visitor(app)
    one.get("/first"), other.get("/first")
    sent = {"code": code, "name": "A", "password": PASSWORD}
    assert one.post("/first", login="amal", **sent).status_code == 302
    assert other.post("/first", login="stranger", **sent).status_code == 403


def test_a_password_that_is_easily_guessed_is_not_taken(store: Database, browser: Visitor) -> None:
    code = first_code(store)
    assert [fill(browser, code, password=each) for each in ("short", "aaaaaaaaaaaaaa", "chandra-chandra!")] == [400] * 3
    assert fill(browser, code) == 302


def test_once_there_is_somebody_no_code_is_printed(store: Database, browser: Visitor) -> None:
    assert fill(browser, first_code(store)) == 302
    assert store.again(lambda session: tickets.first_run(session, CLOCK.real())) is None
