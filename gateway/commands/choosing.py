"""Which period and which sites does somebody mean who asks for figures?"""

from datetime import datetime
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.quality.periods import EXAMPLES, Period, month_at, period_named
from gateway.store.queries.accounts import sites_beneath
from gateway.store.tables import Site


def period_of(written: str | None, zone: ZoneInfo, now: datetime) -> Period:
    """The last month that is over where nothing is written. Raises UsageError."""
    found = period_named(written, zone) if written else month_at(now, zone).step(-1)
    if found is None:
        raise click.UsageError(f"'{written}' is no month, quarter or year: write for example {EXAMPLES}")
    return found


def sites_of(session: Session, code: str | None) -> frozenset[str] | None:
    """This site and all beneath it; None: everywhere. Raises UsageError."""
    if code is None:
        return None
    site = session.scalar(select(Site.id).where(Site.code == code))
    if site is None:
        raise click.UsageError(f"no site has the code '{code}'")
    return sites_beneath(session, [site])
