"""Signing in and out, choosing a language, and choosing a password with a code."""

import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import g, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from gateway.accounts import guesses, signing, tickets
from gateway.accounts.passwords import kept, weakness
from gateway.accounts.signing import Refused
from gateway.accounts.tickets import Unusable
from gateway.console.doors import EVERYBODY, Visit, opens, public
from gateway.console.tongue import COOKIE, LANGUAGES
from gateway.store.queries.accounts import is_there_any

YEAR = 365 * 24 * 3600


@public("/sign-in")
def page(at: Visit) -> Any:
    if at.user:
        return redirect(url_for("console.today_today"))
    if not is_there_any(at.session):
        return redirect(url_for("console.first_page"))
    return render_template("sign_in.html", at=at, after=_inside(request.args.get("next")))


@public("/sign-in", methods=("POST",), alone=True)
def enter(at: Visit) -> Any:
    sent = request.form
    done = signing.sign_in(
        at.house.database, sent["login"].strip(), sent["password"], sent.get("digits", ""), address(), at.real
    )
    after = _inside(sent.get("next"))
    if isinstance(done, Refused):
        status = 429 if done.wait else 403
        return render_template("sign_in.html", at=at, after=after, refused=done, login=sent["login"]), status
    g.token = done[1]
    return redirect(after or url_for("console.today_today"))


@opens("/sign-out", *EVERYBODY, methods=("POST",))
def leave(at: Visit) -> Any:
    assert at.sign_in is not None
    signing.sign_out(at.session, at.sign_in.id, at.who, at.real)
    at.notes("signed out")
    g.token = secrets.token_urlsafe(32)
    return redirect(url_for("console.signing_page"))


@public("/language", methods=("POST",))
def language(at: Visit) -> Any:
    chosen = request.form["language"]
    answer = make_response(redirect(_inside(request.form.get("next")) or url_for("console.today_today")))
    if chosen in LANGUAGES:
        if at.user:
            at.user.language = chosen
        secure = at.house.is_https
        answer.set_cookie(COOKIE, chosen, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
    return answer


@public("/code")
def code(at: Visit) -> Any:
    return render_template("code.html", at=at)


@public("/code", methods=("POST",), alone=True)
def choose(at: Visit) -> Any:
    sent = request.form
    weak = weakness(sent["password"])
    if weak:
        return render_template("code.html", at=at, weak=weak, code=sent["code"]), 400
    if wait := at.house.database.again(lambda session: limit(session, at)):
        return render_template("code.html", at=at, wait=wait), 429
    hashed = kept(sent["password"])
    done = at.house.database.again(lambda session: tickets.choose(session, sent["code"], hashed, at.real))
    if isinstance(done, Unusable):
        return render_template("code.html", at=at, unusable=done), 403
    return redirect(url_for("console.signing_page"))


def limit(session: Session, at: Visit) -> timedelta:
    return guesses.take(session, at.real, guesses.of_ticket(), guesses.from_address(address()))


def address() -> str:
    return request.remote_addr or "nowhere"


def _inside(wanted: str | None) -> str | None:
    """Only a path of our own: an address from outside would send whoever signs in somewhere else."""
    if not wanted or not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted:
        return None
    parts = urlsplit(wanted)
    return wanted if not parts.scheme and not parts.netloc else None
