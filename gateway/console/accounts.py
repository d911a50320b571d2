"""Whom the console lets in: accounts, what each may do where, and who looked at what."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy import select

from gateway.accounts import steps, tickets, users
from gateway.accounts.signing import sign_out_everywhere
from gateway.accounts.users import LastAdministrator
from gateway.console.doors import Visit, opens
from gateway.store.queries import accounts as asked
from gateway.store.queries.people import person_by_code
from gateway.store.tables import Post, Role, Site, User

LINES = 100
STAFF = (Role.CLINICIAN, Role.COORDINATOR)


@opens("/accounts", Post.ADMINISTRATOR)
def page(at: Visit) -> Any:
    return _shown(at)


@opens("/accounts", Post.ADMINISTRATOR, methods=("POST",))
def add(at: Visit) -> Any:
    """A name to sign in with and what it may do; the code for the password is shown once."""
    sent = request.form
    login, code = sent["login"].strip(), sent.get("person", "").strip()
    person = person_by_code(at.session, code) if code else None
    if not users.is_login(login):
        return _shown(at, problem="login"), 400
    if not users.is_free(at.session, login):
        return _shown(at, problem="taken"), 400
    if code and (person is None or person.role not in STAFF or not at.reach().holds(person.site_id)):
        return _shown(at, problem="person"), 400
    site_id = _site(at, sent["site"])
    user = users.begin_user(at.session, login, sent["name"].strip() or login, at.tongue.code, at.real, person)
    users.grant(at.session, user, _post(sent["post"]), site_id, at.real)
    at.notes("account made")
    return _shown(at, ticket=tickets.invite(at.session, user, at.real), invited=login)


@opens("/accounts/<user_id>/grant", Post.ADMINISTRATOR, methods=("POST",))
def grant(at: Visit, user_id: str) -> Any:
    user = _theirs(at, user_id)
    users.grant(at.session, user, _post(request.form["post"]), _site(at, request.form["site"]), at.real)
    at.notes("post given")
    return redirect(url_for("console.accounts_page"))


@opens("/accounts/<user_id>/take-back/<grant_id>", Post.ADMINISTRATOR, methods=("POST",))
def take_back(at: Visit, user_id: str, grant_id: str) -> Any:
    return _unless_last(at, "post taken back", lambda: users.take_back(at.session, _theirs(at, user_id), grant_id))


@opens("/accounts/<user_id>/block", Post.ADMINISTRATOR, methods=("POST",))
def block(at: Visit, user_id: str) -> Any:
    return _unless_last(at, "account blocked", lambda: users.block(at.session, _theirs(at, user_id), at.real))


@opens("/accounts/<user_id>/unblock", Post.ADMINISTRATOR, methods=("POST",))
def unblock(at: Visit, user_id: str) -> Any:
    users.unblock(_theirs(at, user_id))
    at.notes("account opened again")
    return redirect(url_for("console.accounts_page"))


@opens("/accounts/<user_id>/sign-out", Post.ADMINISTRATOR, methods=("POST",))
def sign_out(at: Visit, user_id: str) -> Any:
    sign_out_everywhere(at.session, _theirs(at, user_id), at.real)
    at.notes("signed out by an administrator")
    return redirect(url_for("console.accounts_page"))


@opens("/accounts/<user_id>/code", Post.ADMINISTRATOR, methods=("POST",))
def code(at: Visit, user_id: str) -> Any:
    """Somebody forgot the password, or lost the telephone of the second step: the code replaces both."""
    user = _theirs(at, user_id)
    at.notes("code given")
    return _shown(at, ticket=tickets.invite(at.session, user, at.real), invited=asked.named(at.session, user).login)


@opens("/access-log", Post.ADMINISTRATOR)
def log(at: Visit) -> Any:
    """Only of somebody who administers everywhere: the log knows no sites."""
    if at.reach().sites is not None:
        abort(403)
    wanted = {name: request.args.get(name, "") for name in ("user", "person", "before")}
    lines = asked.accesses(at.session, wanted["user"], wanted["person"], wanted["before"], LINES)
    names = {user.id: asked.named(at.session, user).login for user in asked.users(at.session)}
    return render_template("access_log.html", at=at, lines=lines, names=names, wanted=wanted, more=len(lines) == LINES)


def _shown(at: Visit, **told: object) -> str:
    sites = [site for site in at.session.scalars(select(Site).order_by(Site.name)) if at.reach().holds(site.id)]
    everybody = [user for user in asked.users(at.session) if _is_within(at, user)]
    return render_template(
        "accounts.html",
        at=at,
        people=[(user, asked.named(at.session, user), asked.grants_of(at.session, user.id)) for user in everybody],
        has_step={user.id for user in everybody if steps.secret_of(at.session, user)},
        sites={site.id: site for site in sites},
        everywhere=at.reach().sites is None,
        posts=list(Post),
        **told,
    )


def _theirs(at: Visit, user_id: str) -> User:
    user = at.session.get(User, user_id)
    if user is None or not _is_within(at, user):
        abort(404)
    return user


def _is_within(at: Visit, user: User) -> bool:
    """Whoever may do something outside an administrator's sites is above him."""
    reach = at.reach()
    grants = asked.grants_of(at.session, user.id)
    return reach.sites is None or (
        bool(grants) and all(grant.site_id is not None and reach.holds(grant.site_id) for grant in grants)
    )


def _post(chosen: str) -> Post:
    if chosen not in list(Post):
        abort(400)
    return Post(chosen)


def _site(at: Visit, chosen: str) -> str | None:
    """Empty is everywhere, which only somebody gives who is that himself."""
    reach = at.reach()
    if (not chosen and reach.sites is not None) or (chosen and at.session.get(Site, chosen) is None):
        abort(404)
    if chosen and not reach.holds(chosen):
        abort(404)
    return chosen or None


def _unless_last(at: Visit, what: str, change: Any) -> Any:
    try:
        with at.session.begin_nested():
            change()
    except LastAdministrator:
        return _shown(at, problem="last"), 409
    at.notes(what)
    return redirect(url_for("console.accounts_page"))
