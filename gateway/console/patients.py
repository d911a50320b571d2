"""The list of patients: by site, by code or number, or by name."""

from typing import Any

import phonenumbers
from flask import abort, render_template, request
from sqlalchemy import select

from gateway.console.doors import LOOKS, Visit, opens
from gateway.store.queries import patients as asked
from gateway.store.queries.patients import Listed
from gateway.store.tables import Person, Role, Site
from gateway.talk.facts import called

A_PAGE = 50
MOST_NAMES = 20_000  # opened one by one where a name is looked for


@opens("/patients", *LOOKS)
def page(at: Visit) -> Any:
    start, site_id = max(request.args.get("from", 0, type=int), 0), request.args.get("site", "")
    within = at.reach().within(Person.site_id)
    return _shown(at, asked.patients(at.session, within, site_id, A_PAGE + 1, start), start, site_id)


@opens("/patients", *LOOKS, methods=("POST",), alone=True)
def look(at: Visit) -> Any:
    """A name or a number never stands in an address: those are written into logs and histories."""
    sought = request.form.get("sought", "").strip()
    with at.house.database.read() as session:
        at.session = session
        found = asked.these(session, at.reach().within(Person.site_id), _found(at, sought)) if sought else []
        return _shown(at, found, 0, "", sought)


def _shown(at: Visit, rows: list[Listed], start: int, site_id: str, sought: str = "") -> str:
    return render_template(
        "patients.html",
        at=at,
        rows=rows[:A_PAGE],
        more=start + A_PAGE if len(rows) > A_PAGE else None,
        before=max(start - A_PAGE, 0) if start and not sought else None,
        sought=sought,
        site_id=site_id,
        sites=[site for site in at.session.scalars(select(Site).order_by(Site.name)) if at.reach().holds(site.id)],
        called=lambda person: called(at.session, person),
    )


def theirs(at: Visit, person_id: str) -> Listed:
    """A patient within reach; else there is none."""
    found = asked.these(at.session, at.reach().within(Person.site_id), [person_id])
    if not found or found[0].person.role != Role.PATIENT:
        abort(404)
    return found[0]


def _found(at: Visit, sought: str) -> list[str]:
    within = at.reach().within(Person.site_id)
    exact = asked.with_code_or_number(at.session, within, _number(at, sought))
    if exact:
        return exact
    wanted = sought.casefold()
    people = asked.all_with_names(at.session, within, MOST_NAMES)
    return [person.id for person in people if wanted in called(at.session, person).casefold()][:A_PAGE]


def _number(at: Visit, sought: str) -> str:
    """A telephone number as it is dialled here, in E.164; anything else as it stands."""
    try:
        number = phonenumbers.parse(sought, at.house.settings.region)
    except phonenumbers.NumberParseException:
        return sought
    is_whole = phonenumbers.is_possible_number(number) and len(sought) > 5
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if is_whole else sought
