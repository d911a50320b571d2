"""Who may open which page? Everything is shut: a page says whom it lets in, where, and what a form must bring along."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from types import ModuleType
from typing import Any

from flask import Response, abort, current_app, g, make_response, redirect, request, url_for
from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from gateway.accounts import signing
from gateway.accounts.log import note_access
from gateway.clock import Clock
from gateway.console import tongue
from gateway.console.tongue import Tongue
from gateway.console.words import _
from gateway.core.words import Language
from gateway.doorbell import Doorbell
from gateway.settings import Settings
from gateway.store.database import Database
from gateway.store.queries.accounts import Named, grants_of, named, sites_beneath
from gateway.store.tables import FlowVersion, Person, Post, SignIn, User

COOKIE_SECONDS = int(signing.LONGEST.total_seconds())
EVERYBODY = frozenset(Post)
View = Callable[..., Any]

LOOKS = (Post.COORDINATOR, Post.CLINICIAN, Post.SUPERVISOR)  # see patients and cases at their sites
TOP = (
    (_("Today"), "/", LOOKS),
    (_("Patients"), "/patients", LOOKS),
    (_("Enrol"), "/enrol", (Post.COORDINATOR,)),
    (_("People and places"), "/people", (*LOOKS, Post.ADMINISTRATOR)),
    (_("The month"), "/month", (Post.SUPERVISOR, Post.COORDINATOR, Post.ADMINISTRATOR)),
    (_("Flows"), "/flows", (*LOOKS, Post.EDITOR, Post.ADMINISTRATOR)),
    (_("Accounts"), "/accounts", (Post.ADMINISTRATOR,)),
)
BENEATH = {"/cases": "/", "/advice": "/flows", "/load": "/people", "/access-log": "/accounts"}


@dataclass(frozen=True)
class House:
    settings: Settings
    database: Database
    clock: Clock
    doorbell: Doorbell

    @property
    def is_https(self) -> bool:
        return self.settings.public_url.startswith("https://")

    @property
    def cookie(self) -> str:
        """Under https a name that browsers take only with Secure, from this host, for every path."""
        return "__Host-gateway" if self.is_https else "gateway"


@dataclass(frozen=True)
class Reach:
    """The sites of somebody's post. `sites` None: everywhere."""

    sites: frozenset[str] | None

    def holds(self, site_id: str) -> bool:
        return self.sites is None or site_id in self.sites

    def within(self, column: InstrumentedAttribute[str]) -> ColumnElement[bool]:
        return true() if self.sites is None else column.in_(self.sites)


@dataclass
class Visit:
    """One request of somebody: the session that it reads or writes in, the time, and how far they may look.

    `now` is story time, by which promises are made; `real` that of sign-ins and of the access log.
    """

    house: House
    session: Session
    real: datetime
    token: str
    tongue: Tongue
    user: User | None = None
    sign_in: SignIn | None = None
    named: Named | None = None
    grants: tuple[tuple[Post, str | None], ...] = ()  # (post, site or everywhere)
    posts: frozenset[Post] = frozenset()  # whom this page lets in
    seen: list[dict[str, Any]] = field(default_factory=list)
    languages: dict[tuple[str, str], Language] = field(default_factory=dict)  # asked for once in a page
    titles: dict[str, str] = field(default_factory=dict)
    newest: dict[str, FlowVersion] = field(default_factory=dict)  # of each flow
    held: list[Person | FlowVersion] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return self.house.clock.now(self.session)

    @property
    def today(self) -> date:
        """The district's."""
        return self.now.astimezone(self.tongue.zone).date()

    @property
    def who(self) -> User:
        assert self.user is not None
        return self.user

    def holds(self, *posts: Post) -> bool:
        return any(post in posts for post, _ in self.grants)

    def reach(self, *posts: Post) -> Reach:
        """Of these posts; without any, of those whom the page lets in."""
        wanted = posts or self.posts
        roots = [site for post, site in self.grants if post in wanted]
        if None in roots:
            return Reach(None)
        return Reach(sites_beneath(self.session, [root for root in roots if root]))

    def hold(self, table: type[Person] | type[FlowVersion], ids: Iterable[str | None]) -> None:
        """Asks once for all that the lines of a page need: a session forgets what nobody holds, and asks again."""
        wanted = {row for row in ids if row}
        if wanted:
            self.held += self.session.scalars(select(table).where(table.id.in_(wanted)))

    def pages(self) -> list[tuple[str, str]]:
        """What stands at the top of every page: only what this visitor may open."""
        return [(self.tongue.say(name), rule) for name, rule, posts in TOP if self.holds(*posts)]

    def section(self, path: str) -> str:
        """Beneath which page at the top this one lies: `/flows/weekly-check` beneath `/flows`, a case beneath Today."""
        first = "/" + path.split("/")[1]
        return BENEATH.get(first, first)

    def notes(self, what: str, *, person_id: str | None = None, case_id: str | None = None) -> None:
        """For the access log."""
        self.seen.append({"what": what, "person_id": person_id, "case_id": case_id})

    @property
    def form_token(self) -> str:
        return _form_token(self.house, self.token)


@dataclass(frozen=True)
class Door:
    """`posts` empty: for whoever is not signed in, too. `alone`: the view opens its own transactions."""

    rule: str
    name: str
    methods: tuple[str, ...]
    posts: frozenset[Post]
    view: View
    alone: bool = False

    @property
    def is_public(self) -> bool:
        return not self.posts


def opens(rule: str, *posts: Post, methods: tuple[str, ...] = ("GET",), alone: bool = False) -> Callable[[View], View]:
    """A page for whoever holds one of these posts."""
    assert posts, "whom does it let in?"
    return _register(rule, frozenset(posts), methods, alone)


def public(rule: str, methods: tuple[str, ...] = ("GET",), alone: bool = False) -> Callable[[View], View]:
    return _register(rule, frozenset(), methods, alone)


def of(module: ModuleType) -> list[Door]:
    return [door for door in _doors if door.view.__module__ == module.__name__]


def _register(rule: str, posts: frozenset[Post], methods: tuple[str, ...], alone: bool) -> Callable[[View], View]:
    def keep(view: View) -> View:
        name = f"{view.__module__.rpartition('.')[2]}.{view.__name__}".replace(".", "_")
        _doors.append(Door(rule, name, methods, posts, view, alone))
        return view

    return keep


_doors: list[Door] = []


def behind(door: Door) -> View:
    """What Flask calls: checks the form, knows the visitor, opens the transaction, and only then the view."""

    def answer(**names: Any) -> Response:
        house: House = current_app.extensions["console"]
        token = request.cookies.get(house.cookie) or secrets.token_urlsafe(32)
        g.token = token
        if request.method == "POST":
            _check_form(house, token)
            response = _post(door, house, token, names)
        else:
            response = _get(door, house, token, names)
        _set_cookie(house, response)
        return response

    return answer


def _get(door: Door, house: House, token: str, names: dict[str, Any]) -> Response:
    """A page changes nothing, but for the line that somebody saw it."""
    with house.database.read() as session:
        visit = _visit(house, session, token)
        response = _let_in(door, visit, names)
    if visit.user and (visit.seen or _is_long_unseen(visit)):
        house.database.again(lambda session: _remember(session, visit))
    return response


def _post(door: Door, house: House, token: str, names: dict[str, Any]) -> Response:
    if door.alone:
        with house.database.read() as session:
            visit = _visit(house, session, token)
        return _let_in(door, visit, names)

    def work(session: Session) -> Response:
        visit = _visit(house, session, token)
        response = _let_in(door, visit, names)
        _remember(session, visit)
        return response

    return house.database.again(work)


def _visit(house: House, session: Session, token: str) -> Visit:
    real = house.clock.real()
    known = signing.known(session, token, real)
    visit = Visit(house, session, real, token, tongue.wanted(known[1] if known else None, house.settings.time_zone))
    if known:
        visit.sign_in, visit.user = known
        visit.named = named(session, visit.user)
        visit.grants = tuple((grant.post, grant.site_id) for grant in grants_of(session, visit.user.id))
    g.visit = visit
    return visit


def _let_in(door: Door, visit: Visit, names: dict[str, Any]) -> Response:
    if not door.is_public:
        if visit.user is None:
            return make_response(redirect(url_for("console.signing_page", next=_here())))
        if not visit.holds(*door.posts):
            abort(403)
        visit.posts = door.posts
    return make_response(door.view(visit, **names))


def _here() -> str | None:
    return request.full_path.rstrip("?") if request.method == "GET" and request.path != "/" else None


def _remember(session: Session, visit: Visit) -> None:
    for line in visit.seen:
        note_access(session, visit.real, visit.user, **line)
    if visit.sign_in and _is_long_unseen(visit):
        row = session.get(SignIn, visit.sign_in.id)
        if row:
            row.seen_at = visit.real


def _is_long_unseen(visit: Visit) -> bool:
    return visit.sign_in is not None and visit.real - visit.sign_in.seen_at > signing.SEEN_EVERY


def _check_form(house: House, token: str) -> None:
    """From one of our own pages, in this very browser: else somebody else's page sent it."""
    origin = request.headers.get("Origin")
    foreign = origin not in (None, house.settings.public_url, request.host_url.rstrip("/"))
    sent = request.form.get("form_token", "")
    if foreign or not hmac.compare_digest(sent.encode(), _form_token(house, token).encode()):
        abort(400, "form")


def _form_token(house: House, token: str) -> str:
    key = house.settings.secret_key.get_secret_value().encode()
    return hmac.new(key, f"form {token}".encode(), hashlib.sha256).hexdigest()


def _set_cookie(house: House, response: Response) -> None:
    if g.token == request.cookies.get(house.cookie):
        return
    response.set_cookie(
        house.cookie, g.token, max_age=COOKIE_SECONDS, path="/", secure=house.is_https, httponly=True, samesite="Lax"
    )
