"""The first administrator: made once, by whoever reads the code on the machine's own terminal."""

from typing import Any

from flask import g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from gateway.accounts import signing, tickets
from gateway.accounts.passwords import kept, weakness
from gateway.accounts.tickets import Unusable
from gateway.accounts.users import is_login
from gateway.console.doors import Visit, public
from gateway.console.signing import limit
from gateway.store.queries.accounts import is_there_any


@public("/first")
def page(at: Visit) -> Any:
    if is_there_any(at.session):
        return redirect(url_for("console.signing_page"))
    return render_template("first.html", at=at, sent={})


@public("/first", methods=("POST",), alone=True)
def make(at: Visit) -> Any:
    sent = {name: request.form[name].strip() for name in ("code", "login", "name")}
    password = request.form["password"]
    problem = _problem(sent, password)
    if problem:
        return render_template("first.html", at=at, sent=sent, problem=problem), 400
    if wait := at.house.database.again(lambda session: limit(session, at)):
        return render_template("first.html", at=at, sent=sent, wait=wait), 429
    hashed = kept(password)
    token = at.house.database.again(lambda session: _begin(session, at, sent, hashed))
    if isinstance(token, Unusable):
        return render_template("first.html", at=at, sent=sent, problem=token.value), 403
    g.token = token
    return redirect(url_for("console.today_today"))


def _problem(sent: dict[str, str], password: str) -> str | None:
    if not is_login(sent["login"]):
        return "login"
    weak = weakness(password, sent["login"])
    return weak.value if weak else None


def _begin(session: Session, at: Visit, sent: dict[str, str], hashed: str) -> str | Unusable:
    name = sent["name"] or sent["login"]
    user = tickets.begin_first(session, sent["code"], sent["login"], name, hashed, at.tongue.code, at.real)
    return user if isinstance(user, Unusable) else signing.begin(session, user, at.real)
