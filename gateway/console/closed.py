"""The cases that are closed: what became of each, who said so, and how long it took?"""

from typing import Any

from flask import render_template, request
from sqlalchemy import select

from gateway.console import casewords
from gateway.console.cases import OUTCOMES
from gateway.console.doors import LOOKS, Visit, opens
from gateway.store.queries import patients as asked
from gateway.store.tables import Person, Site
from gateway.talk.facts import called

A_PAGE = 50
BELOW = "below the limits"


@opens("/cases", *LOOKS)
def page(at: Visit) -> Any:
    """The newest first. `before`: further back than this case."""
    wanted = {name: request.args.get(name, "") for name in ("site", "outcome", "before")}
    found = asked.closed_cases(at.session, at.reach().within(Person.site_id), A_PAGE + 1, **wanted)
    casewords.hold(at, [case for case, _, _ in found])
    return render_template(
        "closed.html",
        at=at,
        now=at.now,
        rows=found[:A_PAGE],
        more=found[A_PAGE - 1][0].id if len(found) > A_PAGE else None,
        wanted=wanted,
        outcomes=(BELOW, *OUTCOMES),
        sites=[site for site in at.session.scalars(select(Site).order_by(Site.name)) if at.reach().holds(site.id)],
        called=lambda person: called(at.session, person) or person.code,
        say=casewords,
    )
