"""How does a person's voice come into the database, and go out of it again?"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from gateway import languages
from gateway.core.aloud import Line, digest
from gateway.core.sound import NotPlayable, measured
from gateway.core.worded import said_by, worded
from gateway.store.ids import new_id
from gateway.store.queries.flows import flow_of
from gateway.store.queries.recordings import recordings_in
from gateway.store.tables import FlowVersion, Recording
from gateway.talk.prompts import lines_of

ENDINGS = (".wav", ".mp3")


@dataclass(frozen=True)
class Prompt:
    """A line with what was recorded for it: `standing` is played, `stale` spoke words that have changed since."""

    line: Line
    standing: Recording | None = None
    stale: Recording | None = None


class NotRecorded(ValueError):
    """One sentence for whoever brought a file."""


def prompts(session: Session, version: FlowVersion, code: str) -> tuple[Prompt, ...]:
    """Every sentence of a version on calls in one language. Raises KeyError where it has no such language."""
    lines = lines_of(session, flow_of(version), languages.of(session, version, code))
    known = recordings_in(session, code)
    by_text, by_place = {one.digest: one for one in known}, {one.place: one for one in known}
    said = {digest(line.text) for line in lines}
    return tuple(_prompt(line, by_text.get(digest(line.text)), by_place.get(line.place), said) for line in lines)


def _prompt(line: Line, standing: Recording | None, at_place: Recording | None, said: set[str]) -> Prompt:
    is_stale = standing is None and at_place is not None and at_place.digest not in said
    return Prompt(line, standing, at_place if is_stale else None)


def record(
    session: Session, now: datetime, version: FlowVersion, code: str, place: str, file: bytes, by: str
) -> Recording:
    """From now on these words are heard in this voice, in every flow and version that says them. Raises NotRecorded."""
    line = line_at(session, version, code, place)
    if line.is_personal:
        raise NotRecorded(
            worded("%(place)s holds a name, a time or a number of somebody: nobody can record it", place=line.place)
        )
    try:
        sound = measured(file)
    except NotPlayable as why:
        raise NotRecorded(worded("%(place)s: %(why)s", place=line.place, why=said_by(why))) from why
    kept = Recording(
        id=new_id(now),
        address=secrets.token_hex(16),
        language=code,
        place=line.place,
        text=line.text,
        digest=digest(line.text),
        kind=sound.kind,
        seconds=sound.seconds,
        sound=file,
        recorded_by=by,
        recorded_at=now,
        withdrawn_at=None,
    )
    session.add(kept)
    session.flush()
    return kept


def withdraw(session: Session, now: datetime, version: FlowVersion, code: str, place: str) -> int:
    """Every recording of what stands there, sound and all. Calls use the synthetic voice again, if there is one."""
    line = line_at(session, version, code, place)
    same = [one for one in recordings_in(session, code) if digest(line.text) == one.digest or line.place == one.place]
    for one in same:
        one.sound, one.withdrawn_at = None, now
    return len(same)


def line_at(session: Session, version: FlowVersion, code: str, place: str) -> Line:
    """By its place, the whole of it or without the flow's name before it. Raises NotRecorded."""
    if code not in version.languages:
        raise NotRecorded(f"{version.flow} does not speak '{code}'")
    lines = {line.place: line for line in lines_of(session, flow_of(version), languages.of(session, version, code))}
    for name in (place, f"{version.flow}/{place}", f"shared/{place}"):
        if name in lines:
            return lines[name]
    raise NotRecorded(f"nothing is said at '{place}': `flows voices {version.flow}` lists every place")


def record_folder(
    session: Session, now: datetime, version: FlowVersion, code: str, folder: Path, by: str
) -> list[Recording]:
    """Every sound in it, named as its place. All or none: NotRecorded has a line for each file that is not taken."""
    places = {file_name(prompt.line.place): prompt.line.place for prompt in prompts(session, version, code)}
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() in ENDINGS)
    kept, wrong = [], [] if files else [f"{folder} has no {' and no '.join(ENDINGS)} file"]
    for file in files:
        try:
            kept.append(record(session, now, version, code, places.get(file.stem, file.stem), file.read_bytes(), by))
        except NotRecorded as why:
            wrong.append(f"{file.name}: {why}")
    if wrong:
        raise NotRecorded("\n".join(wrong))
    return kept


def file_name(place: str) -> str:
    """Of a file in a folder, without its ending: weekly-check.pain.voice."""
    return place.replace("/", ".")
