"""How does an advice text become a version that clinicians are sent: from a file, or approved in the console?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.core import advice, rewriting
from gateway.core.worded import worded
from gateway.core.written import Path as Place
from gateway.core.written import Plain as Written
from gateway.core.written import Problem
from gateway.store.ids import new_id
from gateway.store.queries.advice import advice_draft, newest_of_advice, store_advice_change
from gateway.store.tables import AdviceDraft, AdviceVersion, Plain, User

FOLDER = "advice"
REVIEW = timedelta(days=365)  # a default: the approver writes another day
NEW = """advice: {name}
title: {name}
version: 1
label: {label}
source: own words
approved_by: {nobody}
review_by: {review}
about:
  - {topic}
"""


@dataclass(frozen=True)
class Publication:
    """A version, or what keeps it back: somebody was faster, a clinician's name lacks, Problems."""

    version: AdviceVersion | None = None
    is_stale: bool = False
    is_unapproved: bool = False
    problems: tuple[Problem, ...] = ()


def seed(session: Session, flows: Path, now: datetime) -> int:
    """The shipped examples, when the database has no advice at all. Raises ValueError where one has Problems."""
    if session.scalars(select(AdviceVersion.id).limit(1)).first() is not None:
        return 0
    files = sorted((flows / FOLDER).glob("*.yaml"))
    for file in files:
        version, problems = publish(session, file.read_text("utf-8"), now)
        if version is None:
            raise ValueError(f"{file}:{problems[0].line}:{problems[0].column}: {problems[0].sentence}")
    return len(files)


def publish(session: Session, text: str, now: datetime) -> tuple[AdviceVersion | None, tuple[Problem, ...]]:
    """The next version; open cases keep theirs. A file whose `version` is not newer than the last is refused."""
    read, problems = advice.read(text)
    if read is None:
        return None, problems
    last = newest_of_advice(session, read.advice)
    if last is not None and read.version <= last.number:
        return None, (
            Problem(
                1,
                1,
                worded(
                    "version %(number)s of '%(advice)s' is there: give it a higher 'version'",
                    number=last.number,
                    advice=read.advice,
                ),
            ),
        )
    version = AdviceVersion(
        id=new_id(now), name=read.advice, number=read.version, source=text, published_at=now, created_at=now
    )
    session.add(version)
    session.flush()
    return version, ()


def begin(session: Session, base: AdviceVersion, by: User, now: datetime) -> AdviceDraft:
    """The draft that somebody works at, else a new one from this version."""
    return advice_draft(session, base.name) or _begun(session, base.name, base.source, by, now)


def begin_new(session: Session, name: str, title: str, by: User, now: datetime) -> AdviceDraft | None:
    """Without a line yet. None where there is one of that name."""
    if newest_of_advice(session, name) or advice_draft(session, name):
        return None
    review, topic = (now + REVIEW).date(), name.replace("-", "_")
    text = NEW.format(name=name, topic=topic, label=advice.EXAMPLE, nobody=advice.NOBODY, review=review)
    return _begun(session, name, rewriting.put(text, (), {"title": title}), by, now)


def change(
    session: Session, draft: AdviceDraft, revision: int, place: Place, values: Mapping[str, Written], by: User,
    now: datetime,
) -> bool:  # fmt: skip
    """Keys at one place of the text. False: somebody was faster. A name that stood under it is taken away."""
    stored: Plain = {
        "source": rewriting.put(draft.source, place, values),
        "authors": draft.authors | {by.id: revision + 1},
        "approval": {},
        "changed_by": by.id,
        "changed_at": now,
    }
    return store_advice_change(session, draft, revision, stored)


def approve(session: Session, draft: AdviceDraft, revision: int, by: User, name: str, now: datetime) -> bool:
    """Of exactly the words that this clinician has seen; not by an author."""
    if by.id in draft.authors:
        return False
    given: Plain = {"by": by.id, "name": name, "at": now.isoformat()}
    return store_advice_change(session, draft, revision, {"approval": given})


def put_in_use(session: Session, draft: AdviceDraft, revision: int, now: datetime) -> Publication:
    """What doctors are sent about every case that opens from now on, under the approver's name. The draft is over."""
    if draft.revision != revision:
        return Publication(is_stale=True)
    if not draft.approval:
        return Publication(is_unapproved=True)
    last = newest_of_advice(session, draft.name)
    stamp: dict[str, Written] = {
        "version": str(last.number + 1 if last else 1),
        "label": advice.APPROVED,
        "approved_by": str(draft.approval["name"]),
    }
    version, problems = publish(session, rewriting.put(draft.source, (), stamp), now)
    if version is not None:
        session.delete(draft)
        session.flush()
    return Publication(version, problems=problems)


def _begun(session: Session, name: str, text: str, by: User, now: datetime) -> AdviceDraft:
    draft = AdviceDraft(
        id=new_id(now), name=name, source=text, authors={}, approval={}, revision=1, changed_by=by.id, changed_at=now,
        created_at=now,
    )  # fmt: skip
    session.add(draft)
    session.flush()
    return draft
