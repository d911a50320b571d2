"""`flows test` and `flows play`: does a flow do what it should, and how does it feel to answer it?"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from gateway import languages
from gateway.clock import Clock
from gateway.commands.flowfiles import SHIPPED_FLOWS, SHIPPED_LOCALES, FlowFile, flow_in, text_of
from gateway.core import wording
from gateway.core.answers import Channel
from gateway.core.conversation import Circumstances, begin, expected, hear
from gateway.core.events import Event, HungUp
from gateway.core.flow import Flow
from gateway.core.playing import judged
from gateway.core.playing import play as played
from gateway.core.understand import understand
from gateway.core.words import Language

# A transcript must come out the same on any day; this one is a Monday.
A_MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
SAMPLE = {
    "clinic": "Dr Baraka's clinic",
    "doctor": "Dr Baraka",
    "doctor_phone": "0700000001",
    "emergency_number": "112",
    "meeting": "Tue 24 Mar, 10:00 at the school",
    "deadline": "10:30",
    "name": "Amina",
}


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def test(files: tuple[Path, ...]) -> None:
    """Play transcripts (all of flows/tests when none is named) in every language and on both channels."""
    chosen, failed = files or tuple(sorted((SHIPPED_FLOWS / "tests").glob("*.txt"))), 0
    known = languages.load(SHIPPED_LOCALES)
    for file in chosen:
        problems = list(dict.fromkeys(_problems(file, known.values())))
        for problem in problems:
            click.echo(problem)
        failed += bool(problems)
    click.echo(f"{len(chosen) - failed} of {len(chosen)} transcripts play as written.")
    sys.exit(1 if failed else 0)


@click.command()
@click.argument("file", metavar="FLOW", type=FlowFile)
@click.option("--language", default="en", show_default=True)
@click.option("--channel", type=click.Choice([channel.value for channel in Channel]), default="sms", show_default=True)
def play(file: Path, language: str, channel: str) -> None:
    """Converse with a FLOW in the terminal: each line is a reply, or the keys that were pressed."""
    known = languages.load(SHIPPED_LOCALES)
    if language not in known:
        raise click.BadParameter(f"there is no language '{language}'; there are {', '.join(known)}")
    _converse(flow_in(file), known[language], Channel(channel))


def _problems(file: Path, known: Iterable[Language]) -> Iterator[str]:
    name, text = file.name.partition(".")[0], text_of(file)
    beside = file.resolve().parent.parent / f"{name}.yaml"
    flow = flow_in(FlowFile.convert(beside if beside.is_file() else name, None, None))
    for language in known:
        for channel in flow.channels:
            for problem in played(flow, language, channel, text, A_MONDAY):
                where = f"{file}:{problem.line}:{problem.column}"
                yield f"{where}: {problem.sentence} ({language.code}, {channel})"


def _converse(flow: Flow, language: Language, channel: Channel) -> None:
    conversation, events = begin(flow, channel, _now())
    _show(flow, language, channel, events)
    while not conversation.ended and HungUp() not in events:
        click.echo("< ", nl=False)
        line = sys.stdin.buffer.readline()
        if not line:
            click.echo()
            break
        reply = line.decode("utf-8", "replace").rstrip("\r\n")
        if not sys.stdin.isatty():
            click.echo(reply)
        awaited = expected(flow, conversation)
        heard = judged(understand(reply, awaited, language, keys=channel is Channel.VOICE))
        conversation, events = hear(flow, conversation, heard, _now())
        _show(flow, language, channel, events)


def _now() -> Circumstances:
    return Circumstances(Clock().real())


def _show(flow: Flow, language: Language, channel: Channel, events: tuple[Event, ...]) -> None:
    for line in rendered(flow, language, channel, events, SAMPLE):
        click.echo(line)


def rendered(
    flow: Flow, language: Language, channel: Channel, events: tuple[Event, ...], facts: Mapping[str, str]
) -> Iterator[str]:
    """As the phone would show or say it."""
    if channel is Channel.VOICE:
        yield from (_as_line(spoken) for spoken in wording.voice(flow, language, events, facts))
        return
    if text := wording.sms(flow, language, events, facts):
        size = wording.segments(text)
        yield from (f"> {line}" for line in text.split("\n"))
        yield f"  ({size.encoding}, {size.characters} signs, {size.count} SMS)"


def _as_line(spoken: wording.Spoken) -> str:
    match spoken:
        case wording.Speak(text, slow):
            return f"> {text}{' (slowly)' if slow else ''}"
        case wording.Listen(kind, digits):
            return f"  (listens: {kind}, {digits} {'key' if digits == 1 else 'keys'} at most)"
        case _:
            return "  (hangs up)"
