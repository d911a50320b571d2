"""Who was erased, so that no older backup brings anybody back? A list of ids that is kept outside the backups."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway.store.tables import Person

NAME = "erased.txt"
AN_ID = re.compile(r"[0-9a-f]{32}")


def erased_ids(session: Session) -> list[str]:
    return list(session.scalars(select(Person.id).where(Person.erased_at.is_not(None)).order_by(Person.id)))


def read_list(path: Path) -> list[str]:
    """One id a line; what follows # is for people. Raises ValueError: a list that is wrong must not pass as short."""
    ids = []
    for number, line in enumerate(path.read_bytes().decode("utf-8-sig", "replace").splitlines(), start=1):
        word = line.partition("#")[0].strip()
        if word and not AN_ID.fullmatch(word):
            raise ValueError(f"{path}:{number}: this is no id of an erased person")
        ids += [word] if word else []
    return ids


def note_erased(path: Path, ids: Iterable[str]) -> None:
    """Adds to the list, and to the disk: this is what stands between an old backup and the person."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "a") as file:
        file.writelines(f"{each}\n" for each in ids)
        file.flush()
        os.fsync(file.fileno())


def write_list(path: Path, ids: Iterable[str]) -> int:
    """Adds whoever is not in it yet. How many it now holds."""
    known = set(read_list(path)) if path.exists() else set()
    new = [each for each in dict.fromkeys(ids) if each not in known]
    note_erased(path, new)
    return len(known) + len(new)
