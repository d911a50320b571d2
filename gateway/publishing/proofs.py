"""Do the transcripts beside a flow still play as they are written?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gateway.core.answers import Channel
from gateway.core.flow import Flow
from gateway.core.playing import play
from gateway.core.words import Language

# A transcript must come out the same on any day; this one is a Monday.
A_MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
TESTS = "tests"


@dataclass(frozen=True)
class Failure:
    """The first line of a transcript that comes out otherwise."""

    test: str
    line: int
    sentence: str
    language: str
    channel: Channel


def failures(flow: Flow, languages: Mapping[str, Language], tests: Mapping[str, str]) -> tuple[Failure, ...]:
    """Each transcript in every language and on both channels; of each only the first failure."""
    found = (_first(flow, languages, name, text) for name, text in sorted(tests.items()))
    return tuple(one for one in found if one)


def shipped(folder: Path, flow: str) -> dict[str, str]:
    """The transcripts beside a flow file, by name: `flows/tests/weekly-check.pain.txt` is `pain`."""
    files = sorted((folder / TESTS).glob(f"{flow}.*.txt"))
    return {file.name.removeprefix(f"{flow}.").removesuffix(".txt"): file.read_text("utf-8") for file in files}


def _first(flow: Flow, languages: Mapping[str, Language], name: str, text: str) -> Failure | None:
    return next(_failed(flow, languages, name, text), None)


def _failed(flow: Flow, languages: Mapping[str, Language], name: str, text: str) -> Iterator[Failure]:
    for code, language in languages.items():
        for channel in flow.channels:
            for problem in play(flow, language, channel, text, A_MONDAY):
                yield Failure(name, problem.line, problem.sentence, code, channel)
