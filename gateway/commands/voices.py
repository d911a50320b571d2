"""`flows voices` and `flows record`: who is heard on calls, and what has a person still to record?"""

import sys
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import click
from sqlalchemy.orm import Session

from gateway import languages, recordings, settings
from gateway.clock import Clock
from gateway.core.answers import Channel
from gateway.core.words import Voice
from gateway.opening import open_current
from gateway.phone import voices as providers
from gateway.recordings import NotRecorded, Prompt
from gateway.store.queries.flows import flow_of, latest
from gateway.store.tables import FlowVersion, Recording

NOTHING = "NOTHING"
Folder = click.Path(exists=True, file_okay=False, path_type=Path)
SoundFile = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("flow")
@click.option("--language", "codes", multiple=True, help="Only this language.")
@click.option("--missing", is_flag=True, help="Only what has no recording: the list for whoever will speak.")
@click.option("--version", "number", type=int, help="Of this version, instead of the last one or the draft.")
def voices(flow: str, codes: tuple[str, ...], missing: bool, number: int | None) -> None:
    """Print what each sentence of FLOW is heard in on calls: a recording, a synthetic voice, or NOTHING (exit 1)."""
    with closing(open_current(settings.load())) as database, database.read() as session:
        version = _version(session, flow, number)
        if Channel.VOICE not in flow_of(version).channels:
            _stop(f"{flow} does not go by voice.")
        _check_languages(version, codes)
        unheard = [_print_language(session, version, code, missing) for code in codes or sorted(version.languages)]
    sys.exit(1 if any(unheard) else 0)


@click.command()
@click.argument("flow")
@click.argument("language")
@click.argument("place", required=False)
@click.argument("file", required=False, type=SoundFile)
@click.option("--by", required=True, help="Whose voice it is, or who withdraws it: a name.")
@click.option("--folder", type=Folder, help="All WAV and MP3 files in it, named as in weekly-check.pain.voice.wav")
@click.option("--withdraw", is_flag=True, help="Take the recording of PLACE away, sound and all.")
@click.option("--version", "number", type=int, help="Of this version, instead of the last one or the draft.")
def record(
    flow: str, language: str, place: str | None, file: Path | None, by: str, folder: Path | None, withdraw: bool,
    number: int | None,
) -> None:  # fmt: skip
    """Let a person be heard: FILE speaks in LANGUAGE what stands at PLACE of FLOW, as `flows voices` lists it.

    It is played wherever exactly these words are said, if all that is said with them was recorded, too.
    """
    if [bool(place and file), bool(folder and not place), bool(withdraw and place and not file)].count(True) != 1:
        raise click.UsageError("give PLACE and FILE, or --folder, or PLACE and --withdraw")
    if not by.strip():
        raise click.UsageError("--by needs a name")
    chosen = settings.load()
    try:
        with closing(open_current(chosen)) as database, database.write() as session:
            now, version = Clock(chosen.story_allowed).now(session), _version(session, flow, number)
            _check_languages(version, (language,))
            if place and withdraw:
                number = recordings.withdraw(session, now, version, language, place)
                click.echo(f"{place}: {number} withdrawn")
            elif place and file:
                _print_kept(recordings.record(session, now, version, language, place, file.read_bytes(), by))
            elif folder:
                for kept in recordings.record_folder(session, now, version, language, folder, by):
                    _print_kept(kept)
    except NotRecorded as why:
        _stop(f"{why}\nNothing was changed.")


def _print_kept(kept: Recording) -> None:
    click.echo(f"{kept.place}: {kept.seconds:.1f} s of {kept.kind}, heard for: {kept.text}")


def _print_language(session: Session, version: FlowVersion, code: str, missing: bool) -> int:
    """How many sentences a patient could not hear."""
    prompts = recordings.prompts(session, version, code)
    voice = providers.of(code, languages.chosen_voice(version, code))
    recorded, stale = sum(bool(each.standing) for each in prompts), sum(bool(each.stale) for each in prompts)
    unheard = [each for each in prompts if each.line.needed and not voice and not each.standing]
    click.echo(
        f"{version.flow}, version {version.number}, {code}: {_named(voice)}; {len(prompts)} sentences, {recorded} "
        f"recorded, {stale} stale" + (f", {len(unheard)} heard in nothing" if unheard else "")
    )
    for each in prompts:
        if not (missing and (each.standing or each.line.is_personal)):
            click.echo(f"  {each.line.place}: {_heard_in(each, voice)}: {each.line.text}")
    return len(unheard)


def _named(voice: Voice | None) -> str:
    if voice is None:
        return "no synthetic voice that we know of"
    return f"synthetic voice {voice.voice or 'of the account'} for {voice.language}"


def _heard_in(prompt: Prompt, voice: Voice | None) -> str:
    otherwise = "synthetic" if voice else NOTHING
    if kept := prompt.standing:
        return f"recorded, {_told(kept)}"
    if kept := prompt.stale:
        return f"{otherwise} (STALE recording, {_told(kept)}, of: {kept.text})"
    return f"{otherwise} (nobody can record a name, a time or a number)" if prompt.line.is_personal else otherwise


def _told(kept: Recording) -> str:
    return f"{kept.seconds:.1f} s, {kept.recorded_by}, {kept.recorded_at:%Y-%m-%d}"


def _version(session: Session, flow: str, number: int | None) -> FlowVersion:
    version = latest(session, flow, number)
    if version is None:
        which = f" {number}" if number is not None else ""
        _stop(f"The database has no version{which} of a flow '{flow}'.")
    return version


def _check_languages(version: FlowVersion, codes: tuple[str, ...]) -> None:
    for code in codes:
        if code not in version.languages:
            _stop(f"{version.flow} does not speak '{code}'; it speaks {', '.join(sorted(version.languages))}.")


def _stop(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)
