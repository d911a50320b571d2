"""Who writes at a flow, and what if two do so at once?"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from gateway import languages as tongues
from gateway.core import flowfile
from gateway.core.changes import Area, Change, changes, needed
from gateway.core.flow import Flow, Rank
from gateway.core.words import Language
from gateway.store.ids import new_id
from gateway.store.queries.drafts import draft_of, store_change
from gateway.store.queries.flows import flow_of, newest, newest_of_each, spoken_in
from gateway.store.tables import FlowDraft, FlowVersion, Plain, User

NEW = """flow: {name}
title: {title}
written_in: en
audience: patient
rank: weekly
channels: [sms, voice]

start:
  every: 1 week
  day: monday
  time: 09:00
open: ask first
remind: [4 hours]
give_up: 3 days
unclear: 2
"""


def begin(session: Session, base: FlowVersion, by: User, now: datetime) -> FlowDraft:
    """The draft of this flow: the one that somebody works at, else a new one from this version."""
    return draft_of(session, base.flow) or _begun(session, base.flow, base.source, base.shared, base, by, now)


def begin_new(session: Session, name: str, title: str, by: User, now: datetime) -> FlowDraft | None:
    """Of a flow that isn't there yet; None where the name is taken, or none. Its house sentences are a live flow's."""
    model = _model(session)
    text = NEW.format(name=name, title=_quoted(title))
    if (
        model is None
        or newest(session, name)
        or draft_of(session, name)
        or flowfile.read(text, model.shared)[0] is None
    ):
        return None
    return _begun(session, name, text, model.shared, None, by, now)


def bring_in(session: Session, text: str, by: User, now: datetime, *, instead: bool) -> FlowDraft | None:
    """A file that can be read as the draft of its flow. None where somebody works at one and this is not `instead`."""
    model = _model(session)
    flow = flowfile.read(text, model.shared)[0] if model else None
    if model is None or flow is None:
        return None
    draft, base = draft_of(session, flow.flow), newest(session, flow.flow)
    if draft and not instead:
        return None
    draft = draft or _begun(session, flow.flow, text, base.shared if base else model.shared, base, by, now)
    return draft if change(session, draft, draft.revision, by, now, source=text) else None


def change(
    session: Session,
    draft: FlowDraft,
    revision: int,
    by: User,
    now: datetime,
    *,
    source: str | None = None,
    translations: Plain | None = None,
    tests: Plain | None = None,
) -> bool:
    """False: somebody was faster, and nothing was changed. Whatever was approved must be approved again."""
    values: Plain = {
        "authors": draft.authors | {by.id: revision + 1},
        "approvals": {},
        "changed_by": by.id,
        "changed_at": now,
    }
    told = {"source": source, "translations": translations, "tests": tests}
    return store_change(
        session, draft, revision, values | {key: value for key, value in told.items() if value is not None}
    )


def approve(
    session: Session, draft: FlowDraft, revision: int, areas: tuple[Area, ...], by: User, name: str, now: datetime
) -> bool:
    """Of exactly what this person has seen. Not by an author."""
    if by.id in draft.authors:
        return False
    given = {area.value: {"by": by.id, "name": name, "at": now.isoformat()} for area in areas}
    return store_change(session, draft, revision, {"approvals": draft.approvals | given})


def flow_in_draft(draft: FlowDraft) -> Flow | None:
    return flowfile.read(draft.source, draft.shared)[0]


def base_of(session: Session, draft: FlowDraft) -> FlowVersion | None:
    return session.get(FlowVersion, draft.base_id) if draft.base_id else None


def changed(session: Session, draft: FlowDraft) -> tuple[Change, ...]:
    """Beside the version that is live; () while the draft cannot be read."""
    flow, live = flow_in_draft(draft), newest(session, draft.flow)
    return changes(flow_of(live) if live else None, flow) if flow else ()


def still_needed(session: Session, draft: FlowDraft) -> tuple[Area, ...]:
    """Whose name lacks. The limits of a flow need one even where nothing of them has changed and nobody gave it yet."""
    flow, live = flow_in_draft(draft), newest(session, draft.flow)
    wanted = set(needed(changed(session, draft)))
    if flow and flow.breaches and not (live and live.approved_by.get(Area.LIMITS)):
        wanted.add(Area.LIMITS)
    return tuple(area for area in Area if area in wanted and area not in draft.approvals)


def languages_of(session: Session, draft: FlowDraft) -> dict[str, Language]:
    """Those of its base, and those that the flows of every week speak; with what was translated in the draft."""
    found: dict[str, Language] = {}
    for version in _donors(session, draft):
        for code in sorted(spoken_in(version) - found.keys()):
            found[code] = tongues.of(session, version, code)
    return {code: _with(language, draft.translations.get(code, ())) for code, language in found.items()}


def set_translations(draft: FlowDraft, code: str, said: Mapping[tuple[str, str], str]) -> Plain:
    """The draft's translations with these, by place and written text; "" takes one away."""
    kept = {(place, written): text for place, written, text in draft.translations.get(code, ())} | dict(said)
    return draft.translations | {code: [[*place, text] for place, text in kept.items()]}


def _begun(
    session: Session, name: str, text: str, shared: str, base: FlowVersion | None, by: User, now: datetime
) -> FlowDraft:
    draft = FlowDraft(
        id=new_id(now),
        flow=name,
        base_id=base.id if base else None,
        source=text,
        shared=shared,
        translations={},
        tests=dict((base.tests or {}) if base else {}),
        authors={},
        approvals={},
        revision=1,
        changed_by=by.id,
        changed_at=now,
        created_at=now,
    )
    session.add(draft)
    session.flush()
    return draft


def _model(session: Session) -> FlowVersion | None:
    """The flow of every week, else any: where a new one finds the house's sentences."""
    known = newest_of_each(session)
    weekly = (version for version in known if flow_of(version).rank is Rank.WEEKLY)
    return next(weekly, next(iter(known), None))


def _donors(session: Session, draft: FlowDraft) -> Iterator[FlowVersion]:
    base, model = base_of(session, draft), _model(session)
    yield from (version for version in (base, model) if version)


def _with(language: Language, changed: list[list[str]]) -> Language:
    """`unsure`: places that have a sentence for words that were written there before."""
    catalog = dict(language.catalog)
    for place, written, said in changed:
        catalog[place, written] = said
    return replace(language, catalog={key: said for key, said in catalog.items() if said})


def _quoted(title: str) -> str:
    return '"' + " ".join(title.split()).replace("\\", "").replace('"', "'") + '"'
