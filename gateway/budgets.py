"""Who is told that messages wait for a budget?"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from gateway.store.budgets import held_lately
from gateway.store.marks import is_my_turn
from gateway.store.queries.people import top_site
from gateway.talk.telling import tell_coordinator

ONCE_IN = timedelta(days=1)


def tell(session: Session, now: datetime) -> int:
    """The coordinators at the top, once a day, since the number that runs out is everybody's. Always 0: all is told."""
    waiting, site = held_lately(session), top_site(session)
    if waiting and site and is_my_turn(session, "told over budget", now, ONCE_IN):
        facts = {"count": str(waiting)}
        tell_coordinator(session, now, "coordinator_over_budget", facts, site_id=site.id, version=None)
    return 0
