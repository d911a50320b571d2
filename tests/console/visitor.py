"""A browser without scripts for the tests: it keeps cookies, brings the form's token along, and signs in."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from gateway.accounts import signing, users
from gateway.clock import Clock
from gateway.store.tables import Person, Post, User

PASSWORD = "four ordinary words here"
CLOCK = Clock()
TOKEN = re.compile(r'name="form_token" value="([0-9a-f]+)"')


@dataclass
class Visitor:
    """`follow`: what a form answered with, and the page to which it led."""

    client: FlaskClient
    pages: list[str] = field(default_factory=list)

    def get(self, path: str) -> TestResponse:
        answer = self.client.get(path)
        self.pages.append(answer.text)
        return answer

    def post(self, path: str, **fields: str) -> TestResponse:
        """With the token of the page that was looked at last."""
        return self.client.post(path, data={"form_token": self.form_token(), **fields})

    def form_token(self) -> str:
        seen = [found for page in self.pages for found in TOKEN.findall(page)]
        return seen[-1] if seen else TOKEN.findall(self.get("/sign-in").text)[0]


def visitor(app: Flask) -> Visitor:
    return Visitor(app.test_client())


def signed_in(app: Flask, user: User) -> Visitor:
    """By a row of its own: the hash of a password takes longer than a whole page."""
    with app.extensions["database"].write() as session:
        token = signing.begin(session, user, CLOCK.real())
    browser = visitor(app)
    browser.client.set_cookie("gateway", token)
    browser.get("/account")
    return browser


def add_user(
    session: Session,
    login: str,
    *posts: tuple[Post, str | None],
    person: Person | None = None,
    now: datetime | None = None,
) -> User:
    now = now or CLOCK.real()
    user = users.begin_user(session, login, login.title(), "en", now, person)
    user.password = "not a hash: nobody signs in with it"
    for post, site_id in posts:
        users.grant(session, user, post, site_id, now)
    return user
