"""What a supervisor does with a month: notes what must change, closes it, and looks at some of its cases."""

from typing import Any

from flask import abort, redirect, request, url_for
from sqlalchemy import select

from gateway.console.doors import Visit, opens
from gateway.console.notes import add_note
from gateway.console.patients import theirs
from gateway.quality import review
from gateway.quality.month import at_sites
from gateway.quality.periods import MONTH, Period, period_named
from gateway.quality.review import Verdict
from gateway.store.database import lock
from gateway.store.queries.accounts import named
from gateway.store.tables import ActionItem, Case, Person, Post, Site, User

KEEPS = (Post.SUPERVISOR, Post.COORDINATOR)
LOOKS_AT = (Post.SUPERVISOR,)


@opens("/month/items", *KEEPS, methods=("POST",))
def note(at: Visit) -> Any:
    month = _month(at)
    words, site = request.form.get("words", "").strip(), at.session.get(Site, request.form.get("site", ""))
    if site is None or not at.reach().holds(site.id):
        abort(404)
    if not words:
        abort(400)
    review.note_item(at.session, at.now, site, month, at.who.id, words)
    at.notes("noted what must change")
    return _back("change")


@opens("/month/items/<item_id>/close", *KEEPS, methods=("POST",))
def close(at: Visit, item_id: str) -> Any:
    item = at.session.get(ActionItem, item_id)
    if item is None or not at.reach().holds(item.site_id):
        abort(404)
    review.close_item(lock(at.session, ActionItem, item.id), at.now, at.who.id)
    at.notes("closed what had to change")
    return _back("change")


@opens("/cases/<case_id>/audit", *LOOKS_AT, methods=("POST",))
def audit(at: Visit, case_id: str) -> Any:
    """A verdict and a note, kept with the case and sealed under the patient's key."""
    case = at.session.get(Case, case_id)
    if case is None:
        abort(404)
    person, verdict = theirs(at, case.patient_id).person, request.form.get("verdict")
    if verdict not in list(Verdict) or case.closed_at is None:
        abort(400)
    add_note(at, person, case, verdict, request.form.get("words", "").strip())
    at.notes("looked at a closed case", person_id=person.id, case_id=case.id)
    return _back("sample")


def shown(at: Visit, month: Period, sites: frozenset[str] | None) -> dict[str, Any]:
    """What the month's page shows of it; nothing for a quarter or a year, against which nobody notes anything."""
    if not at.holds(*KEEPS) or month.months != MONTH:
        return {"may_keep": False}
    here = _both(sites, at.reach(*KEEPS).sites)
    return {
        "may_keep": True,
        "may_audit": at.holds(*LOOKS_AT),
        "items": _items(at, review.items(at.session, month, at_sites(ActionItem.site_id, here))),
        "sample": review.sample(at.session, month, at_sites(Person.site_id, here)),
        "verdicts": list(Verdict),
        "longest": review.LONGEST,
    }


def _items(at: Visit, found: list[ActionItem]) -> list[tuple[ActionItem, str | None, str, str]]:
    """With its words, its site and who wrote it."""
    places = at.session.scalars(select(Site).where(Site.id.in_({item.site_id for item in found})))
    writers = at.session.scalars(select(User).where(User.id.in_({item.user_id for item in found})))
    sites = {site.id: site.name for site in places}
    names = {user.id: named(at.session, user).name for user in writers}
    return [(item, review.words_of(at.session, item), sites[item.site_id], names[item.user_id]) for item in found]


def _both(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    """None is everywhere."""
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _month(at: Visit) -> Period:
    month = period_named(request.form.get("month", ""), at.tongue.zone)
    if month is None or month.months != MONTH:
        abort(400)
    return month


def _back(part: str) -> Any:
    """To the month and the site that were looked at."""
    month, site = request.form.get("month") or None, request.form.get("chosen_site") or None
    return redirect(url_for("console.month_page", month=month, site=site, _anchor=part))
