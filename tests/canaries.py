"""A number, a name and a sentence that may stand in clear nowhere: neither in a database, a log nor in Redis."""

import mmap
from collections.abc import Iterable
from functools import cache
from pathlib import Path

PHONE = "+254711098765"
NAME = "Kanarienvogel"
WORDS = "my left knee sings like a kettle"
CANARIES = (PHONE, NAME, WORDS)

# What the gateway writes. A CSV for the import may well hold a name.
WRITTEN = (".db", ".db-wal", ".db-shm", ".db-journal", ".log", ".aof", ".rdb")


@cache
def needles() -> dict[bytes, str]:
    """What every readable form of a canary holds: the number without its country; of both UTF-16s what they share.

    Few, since at the end of a run gigabytes are searched for each.
    """
    shortest = {PHONE.removeprefix("+254"): PHONE, NAME: NAME, WORDS: WORDS}
    plain = {text.lower().encode(): canary for text, canary in shortest.items()}
    return plain | {text.lower().encode("utf-16-le")[:-1]: canary for text, canary in shortest.items()}


def found_in(content: bytes | mmap.mmap) -> set[str]:
    """In any case of letters: what was folded to compare it is readable, too."""
    folded = content[:].lower()
    return {canary for needle, canary in needles().items() if needle in folded}


def found_in_files(paths: Iterable[Path]) -> dict[Path, set[str]]:
    """Raw bytes, so pages that were freed and logs that were written ahead count too."""
    found = {path: _found_in_file(path) for path in paths if path.is_file() and path.stat().st_size}
    return {path: canaries for path, canaries in found.items() if canaries}


def written_under(folder: Path) -> Iterable[Path]:
    return (path for path in folder.rglob("*") if path.name.endswith(WRITTEN))


def _found_in_file(path: Path) -> set[str]:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return found_in(content)
