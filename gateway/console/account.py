"""One's own account: password, second step, and the browsers that are signed in."""

from typing import Any

import segno
from flask import redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from gateway.accounts import guesses, signing, steps
from gateway.accounts.passwords import kept, matches, weakness
from gateway.console.doors import EVERYBODY, Visit, opens
from gateway.store.database import lock
from gateway.store.queries.accounts import sign_ins_of
from gateway.store.tables import User


@opens("/account", *EVERYBODY)
def page(at: Visit) -> Any:
    return _shown(at)


@opens("/account/password", *EVERYBODY, methods=("POST",), alone=True)
def password(at: Visit) -> Any:
    assert at.named is not None
    new, limit = request.form["new"], guesses.of_login(at.named.login)
    weak = weakness(new, at.named.login)
    if weak:
        return _again(at, weak=weak)
    wait = at.house.database.again(lambda session: guesses.take(session, at.real, limit))
    if wait or not matches(at.who.password, request.form["old"]):
        return _again(at, wrong="password")
    hashed = kept(new)

    def change(session: Session) -> None:
        guesses.forgive(session, limit)
        user = lock(session, User, at.who.id)
        user.password = hashed
        signing.sign_out_everywhere(session, user, at.real, but=at.sign_in.id if at.sign_in else "")

    at.house.database.again(change)
    return redirect(url_for("console.account_page", done="password"))


@opens("/account/second-step", *EVERYBODY, methods=("POST",))
def second_step(at: Visit) -> Any:
    """The secret came with the page and is kept only once the telephone shows the right digits for it."""
    secret = request.form["secret"]
    step = steps.step_of(secret, request.form["digits"], at.real) if len(secret) == 32 and secret.isalnum() else None
    if step is None:
        return _shown(at, secret=secret, wrong="digits"), 400
    steps.keep(at.session, lock(at.session, User, at.who.id), secret, step)
    at.notes("second step set up")
    return redirect(url_for("console.account_page", done="step"))


@opens("/account/second-step/end", *EVERYBODY, methods=("POST",))
def end_second_step(at: Visit) -> Any:
    user = lock(at.session, User, at.who.id)
    secret = steps.secret_of(at.session, user)
    step = steps.step_of(secret, request.form["digits"], at.real) if secret else None
    if step is None or step <= (user.second_step_at or 0):
        return _shown(at, wrong="digits"), 400
    steps.take_away(user)
    at.notes("second step ended")
    return redirect(url_for("console.account_page", done="no step"))


@opens("/account/sign-ins/end", *EVERYBODY, methods=("POST",))
def end_others(at: Visit) -> Any:
    signing.sign_out_everywhere(at.session, at.who, at.real, but=at.sign_in.id if at.sign_in else "")
    at.notes("other browsers signed out")
    return redirect(url_for("console.account_page", done="others"))


def _again(at: Visit, **why: str) -> Any:
    with at.house.database.read() as session:
        at.session = session
        return _shown(at, **why), 400


def _shown(at: Visit, secret: str = "", **why: str) -> str:
    assert at.named is not None
    secret = secret or steps.new_secret()
    clinic = at.house.settings.clinic_name
    return render_template(
        "account.html",
        at=at,
        browsers=sign_ins_of(at.session, at.who.id, at.real - signing.LONGEST),
        secret=secret,
        square=_square(steps.address(secret, at.named.login, clinic)),
        done=request.args.get("done"),
        **why,
    )


def _square(text: str) -> Markup:
    drawn = segno.make(text, error="m").svg_inline(scale=4, border=2, dark="#000", light="#fff", omitsize=True)
    return Markup(drawn)  # noqa: S704 - drawn from modules, not from text
