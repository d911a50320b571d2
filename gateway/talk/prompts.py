"""Which sentences may be said on this gateway's calls, and which of them has nobody recorded?"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway import languages
from gateway.core import aloud, recheck
from gateway.core.aloud import Line
from gateway.core.flow import Flow
from gateway.core.words import Language
from gateway.store.queries.flows import flow_of, newest_of_each, spoken_in
from gateway.store.queries.recordings import addresses
from gateway.store.tables import Site


@dataclass(frozen=True)
class Unheard:
    """What keeps a language without a voice from being spoken: lines to be recorded, and lines that nobody can."""

    unrecorded: tuple[Line, ...]
    personal: tuple[Line, ...]

    def __bool__(self) -> bool:
        return bool(self.unrecorded or self.personal)


def lines_of(session: Session, flow: Flow, language: Language) -> tuple[Line, ...]:
    """With the emergency numbers of all sites; those of a re-check with the questions of every flow's cases."""
    numbers = session.scalars(select(Site.emergency_number).distinct())
    bases = []
    for version in newest_of_each(session) if flow.asks else ():
        base = flow_of(version)
        if base.breaches and base.flow != flow.flow and language.code in spoken_in(version):
            bases.append(recheck.insert(flow, base, _named_in_limits(base)))
            language = recheck.both(language, languages.of(session, version, language.code))
    return aloud.lines(flow, language, numbers, bases)


def unheard(session: Session, flow: Flow, language: Language) -> Unheard:
    needed = [line for line in lines_of(session, flow, language) if line.needed]
    heard = addresses(session, language.code, [line.text for line in needed])
    return Unheard(
        tuple(line for line in needed if not line.is_personal and line.text not in heard),
        tuple(line for line in needed if line.is_personal),
    )


def _named_in_limits(flow: Flow) -> tuple[str, ...]:
    limits = (breach.when for breach in flow.breaches if breach.when)
    return tuple(dict.fromkeys(name for limit in limits for name in limit.ids()))
