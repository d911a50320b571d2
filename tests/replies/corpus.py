"""What do people write in each language, and what must each reply be taken for?"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "zh_CN", "es", "fr", "pt", "hi", "sw", "ar", "vi")
EVERY = "every_language"


class Reply(NamedTuple):
    said: str
    kind: str
    outcome: str
    value: int | str | None


def replies(name: str) -> list[Reply]:
    """Of one language's file; an answer stands behind its value."""
    return [
        Reply(said, kind, outcome, value)
        for (kind, outcome), line in _lines(FOLDER / f"{name}.txt")
        for value, said in _valued(line, outcome == "answer")
    ]


def red_flags(code: str) -> list[tuple[str, str]]:
    """(flag, or `none`; text)."""
    return [
        (flag[0], said) for flag, line in _lines(FOLDER / "red_flags" / f"{code}.txt") for said in line.split(" | ")
    ]


def _lines(file: Path) -> Iterator[tuple[tuple[str, ...], str]]:
    section = tuple[str, ...]()
    for line in file.read_text("utf-8").splitlines():
        if line.startswith("== "):
            section = tuple(line[3:].split())
        elif line.strip() and not line.startswith("# "):
            yield section, line


def _valued(line: str, is_answer: bool) -> Iterator[tuple[int | str | None, str]]:
    value, rest = line.split(": ", 1) if is_answer else (None, line)
    for said in rest.split(" | "):
        yield int(value) if value and value.isdigit() else value, said.strip()
