"""Somebody who writes at a flow's draft, in a browser without scripts."""

import re
from dataclasses import dataclass, field

from flask import Flask

from gateway.store.database import Database
from gateway.store.tables import Post
from tests.console.visitor import Visitor, add_user, signed_in

REVISION = re.compile(r'name="revision" value="(\d+)"')


@dataclass
class Writer:
    """Somebody at the cards of one flow. `steps`: how often a form was sent."""

    browser: Visitor
    flow: str
    steps: int = 0
    seen: str = field(default="", repr=False)

    def look(self, path: str = "") -> str:
        self.seen = self.browser.get(f"/flows/{self.flow}/draft{path}").text
        return self.seen

    def send(self, path: str, **fields: str) -> int:
        """With the revision of the page that was looked at last."""
        self.steps += 1
        answer = self.browser.post(
            f"/flows/{self.flow}/draft{path}", revision=REVISION.findall(self.seen)[-1], **fields
        )
        if answer.status_code == 302:
            self.look()
        else:
            self.seen = answer.text
        return answer.status_code

    def add(self, kind: str, **fields: str) -> None:
        assert self.send("/card", add=kind, into=fields.pop("into", ""), **fields) == 302, self.seen


def writer(app: Flask, store: Database, flow: str, login: str = "chandra", *posts: Post) -> Writer:
    with store.write() as session:
        user = add_user(session, login, *((post, None) for post in posts or (Post.COORDINATOR,)))
    return Writer(signed_in(app, user), flow)


def begun(app: Flask, store: Database, login: str = "chandra") -> Writer:
    at = writer(app, store, "weekly-check", login)
    at.browser.post("/flows/weekly-check/begin")
    at.look()
    return at


def chosen(key: str, ids: str, test: str, first: str) -> dict[str, str]:
    """One part of a condition, as it is chosen from the lists."""
    part = f"{key}.0"
    return {f"{part}.id": ids, f"{part}.of": "any", f"{part}.0.test": test, f"{part}.0.first": first}
