"""People and places: the tree of sites, who works there and when, gaps in the rota, and bringing in a list."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, render_template, request

from gateway.cases.rota import gaps
from gateway.console.doors import LOOKS, Visit, opens
from gateway.core import rota
from gateway.enrolment import KINDS, Imported, bring_in
from gateway.phone import abilities
from gateway.store.queries import places as asked
from gateway.store.tables import Person, Post
from gateway.talk.facts import called

BRINGS_IN = (Post.ADMINISTRATOR, Post.COORDINATOR)
LARGEST = 5 * 1024 * 1024
CARRIED = 60_000  # characters of a list that the page itself may carry on to the second press
SHOWN = 100  # bad rows, and changes
GAPS = 20


@opens("/people", *LOOKS, Post.ADMINISTRATOR)
def page(at: Visit) -> Any:
    return _shown(at)


@opens("/people/import", *BRINGS_IN, methods=("POST",))
def bring(at: Visit) -> Any:
    """The first press tries it and takes it back; the second one, of the same list, keeps it."""
    if not may_bring_in(at):
        abort(403)
    request.max_content_length = LARGEST + CARRIED
    kind, text, is_sure = request.form["kind"], _text(), "sure" in request.form
    if kind not in KINDS:
        abort(400)
    if text is None:
        return _shown(at, unreadable=True, kind=kind), 400
    trial = at.session.begin_nested()
    done = bring_in(at.session, kind, text, at.now, at.house.settings)
    kept = is_sure and not done.bad
    if kept:
        trial.commit()
        at.notes("brought a list in")
    else:
        trial.rollback()
    carried = text if len(text) <= CARRIED else None
    return _shown(at, done=done, kept=kept, kind=kind, carried=carried), 400 if done.bad else 200


def may_bring_in(at: Visit) -> bool:
    """A list may hold any site: only for somebody whose post is everywhere."""
    return at.holds(*BRINGS_IN) and at.reach(*BRINGS_IN).sites is None


def _text() -> str | None:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        carried: str = request.form.get("text", "")
        return carried.replace("\r\n", "\n") or None
    try:
        read: bytes = sent.read(LARGEST + 1)
        return read.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _shown(at: Visit, done: Imported | None = None, **told: object) -> str:
    reach, now = at.reach(*LOOKS, Post.ADMINISTRATOR), at.now
    workers = asked.workers(at.session, reach.within(Person.site_id))
    return render_template(
        "people.html",
        at=at,
        now=now,
        branches=[branch for branch in asked.tree(at.session) if reach.holds(branch.site.id)],
        workers=[(*worker, called(at.session, worker.person), _is_on_duty(at, worker.person)) for worker in workers],
        gaps=[gap for gap in gaps(at.session, now) if reach.holds(gap.site.id)][:GAPS],
        kinds=list(KINDS),
        able=abilities.of,
        may_bring_in=may_bring_in(at),
        done=done,
        most=SHOWN,
        **told,
    )


def _is_on_duty(at: Visit, person: Person) -> bool:
    return rota.on_duty(rota.parse(person.duty), at.now, ZoneInfo(person.time_zone))
