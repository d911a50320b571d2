"""How does an advice file become a version that clinicians are sent?"""

from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.core import advice
from gateway.core.written import Problem
from gateway.store.ids import new_id
from gateway.store.queries.advice import newest_advice
from gateway.store.tables import AdviceVersion

FOLDER = "advice"


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
    last = next((row for row in newest_advice(session) if row.name == read.advice), None)
    if last is not None and read.version <= last.number:
        return None, (Problem(1, 1, f"version {last.number} of '{read.advice}' is there: give it a higher 'version'"),)
    version = AdviceVersion(
        id=new_id(now), name=read.advice, number=read.version, source=text, published_at=now, created_at=now
    )
    session.add(version)
    session.flush()
    return version, ()
