"""Which sentences and words does a language have: in the shipped files, and in a published version?"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import polib
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, object_session

from gateway.core import flowfile, places, written
from gateway.core.words import Language, Voice, Words
from gateway.store import texts
from gateway.store.queries.flows import NOT_ON_CALLS, kept, spoken_in
from gateway.store.tables import FlowVersion, Plain

Given = TypeVar("Given")
Catalog = Mapping[tuple[str, str], str]

VOICE = {"language": re.compile(r"[a-z]{2,3}-[A-Z]{2}(-[A-Za-z]+)?|arb"), "voice": re.compile(r"[A-Za-z0-9.-]{0,60}")}
ABOUT_DANGER = ("red_flags", "everyday", "well", "not_well")  # always the newest
NEWEST = "newest published version"  # in a session's info
SHARED = ("catalog", "words")
LANGUAGES_KEPT = 32  # reading one takes a fifth of a second, and seeding asks for all of them


def load(folder: Path) -> Mapping[str, Language]:
    """Every language of `locales/`: its words.yaml, and PO file and voice.yaml where there are. Raises ValueError."""
    codes = sorted(found.parent.name for found in folder.glob("*/words.yaml"))
    return {code: _shipped(folder / code) for code in codes}


def of(session: Session, version: FlowVersion, code: str) -> Language:
    """As frozen with the version, except the red flags: those are the newest that were published for any flow.

    Raises KeyError when the version has no such language.
    """
    newest = _newest(session)
    if newest is None or newest == version.id:
        return _frozen(version, code)
    return kept(version, f"language {code}, flags of {newest}", lambda: _newly_flagged(session, version, code, newest))


def _newest(session: Session) -> str | None:
    """Of all published versions. Asked once in a transaction: a turn speaks several times."""
    if NEWEST not in session.info:
        session.info[NEWEST] = session.scalars(_newest_first()).first()
    found: str | None = session.info[NEWEST]
    return found


def published(session: Session) -> None:
    """Another one may be the newest from now on."""
    session.info.pop(NEWEST, None)


@cache
def _newest_first() -> Select[str]:
    return (
        select(FlowVersion.id)
        .where(FlowVersion.published_at.is_not(None))
        .order_by(FlowVersion.published_at.desc(), FlowVersion.id.desc())
        .limit(1)
    )


def _newly_flagged(session: Session, version: FlowVersion, code: str, newest: str) -> Language:
    language, latest = _frozen(version, code), session.get_one(FlowVersion, newest)
    if code not in spoken_in(latest):
        return language
    newest_words = _frozen(latest, code).words
    words = language.words.model_copy(update={name: getattr(newest_words, name) for name in ABOUT_DANGER})
    return replace(language, words=words)


def chosen_voice(version: FlowVersion, code: str) -> Voice | None:
    """What the site chose for calls when this version was published; None where the provider's usual voice speaks."""
    return _frozen(version, code).voice if code in spoken_in(version) else None


def freeze(language: Language, *, on_calls: bool = True) -> Plain:
    """What a version keeps of a language, and whether it can be spoken on calls."""
    catalog = [[place, text, said] for (place, text), said in language.catalog.items()]
    kept: Plain = {"catalog": catalog, "words": language.words.model_dump(mode="json")}
    if language.voice:
        kept["voice"] = asdict(language.voice)
    return kept if on_calls else kept | {NOT_ON_CALLS: True}


def store(session: Session, versions: Iterable[FlowVersion]) -> None:
    """Into the table, and what many versions say alike only once: of a language nearly all of it."""
    for version in versions:
        version.languages = {
            code: told | {part: texts.keep(session, told[part]) for part in SHARED if not isinstance(told[part], str)}
            for code, told in version.languages.items()
        }
        session.add(version)
    session.flush()


def catalog_of(version: FlowVersion, code: str) -> Catalog:
    """{(place, written): said} of a version in this language."""
    return _part(version, version.languages[code]["catalog"], _catalog)


def _frozen(version: FlowVersion, code: str) -> Language:
    return kept(version, f"language {code}", lambda: _thawed(version, code))


def _thawed(version: FlowVersion, code: str) -> Language:
    told = version.languages[code]
    chosen = Voice(**told["voice"]) if "voice" in told else None
    words = _part(version, told["words"], Words.model_validate)
    return Language(code, words, catalog_of(version, code), voice=chosen)


def _part(version: FlowVersion, told: Any, made: Callable[[Any], Given]) -> Given:
    """An old version holds its texts itself, and one that stands in no table, as a draft that is played."""
    if not isinstance(told, str):
        return made(told)
    session = object_session(version)
    assert session, "a version that was stored is read in a transaction"
    return texts.read(session, told, made)


def _catalog(lines: Iterable[tuple[str, str, str]]) -> Catalog:
    return {(place, text): said for place, text, said in lines}


def _shipped(folder: Path) -> Language:
    catalog_file = folder / "LC_MESSAGES" / "flows.po"
    catalog, unsure = read_catalog(catalog_file.read_text("utf-8")) if catalog_file.exists() else ({}, frozenset())
    return Language(folder.name, read_words(folder / "words.yaml"), catalog, unsure, read_voice(folder / "voice.yaml"))


def read_words(file: Path) -> Words:
    """Every scalar as text, so that `no`, `on` and `0712` stay what they are. Raises ValueError."""
    return _words(file, file.read_text("utf-8"))


def read_voice(file: Path) -> Voice | None:
    """The site's own choice: `language: sw-KE` and perhaps `voice: ...`. None without a file. Raises ValueError."""
    if not file.exists():
        return None
    told = _tree(file, file.read_text("utf-8"))
    if not isinstance(told, dict) or "language" not in told or not told.keys() <= VOICE.keys():
        raise ValueError(f"{file}: it holds `language`, the provider's word for it, and perhaps `voice`, no more")
    for name, value in told.items():
        if not isinstance(value, str) or not VOICE[name].fullmatch(value):
            raise ValueError(f"{file}: the provider calls no {name} '{value}'")
    return Voice(**{name: str(value) for name, value in told.items()})


@lru_cache(LANGUAGES_KEPT)
def _words(file: Path, text: str) -> Words:
    return Words.model_validate(_tree(file, text))


def _tree(file: Path, text: str) -> written.Plain:
    tree, problems = written.load(text)
    if tree is None or tree.problems:
        first = (tree.problems if tree else problems)[0]
        raise ValueError(f"{file}:{first.line}:{first.column}: {first.sentence}")
    return tree.value


@lru_cache(LANGUAGES_KEPT)
def read_catalog(text: str) -> tuple[Mapping[tuple[str, str], str], frozenset[str]]:
    """What may be said, and the places whose translation is fuzzy: the text changed, so it is not used."""
    entries = [entry for entry in polib.pofile(text) if not entry.obsolete]
    said = {(entry.msgctxt or "", entry.msgid): entry.msgstr for entry in entries if entry.msgstr and not entry.fuzzy}
    return said, frozenset(entry.msgctxt or "" for entry in entries if entry.fuzzy)


def extract(
    file: BinaryIO, keywords: Any, comment_tags: Any, options: Any
) -> Iterator[tuple[int, str, Any, list[str]]]:
    """For `pybabel extract`: (line, "pgettext", (place, text), comments) of each sentence in a flow file."""
    source, name = file.read().decode("utf-8"), Path(str(getattr(file, "name", "")))
    found: Iterable[tuple[str, str]]
    if name.name == "shared.yaml":
        common, problems = flowfile.read_shared(source)
        found = [(f"shared/{word}", text) for word, text in common.words.items()] if common else []
    else:
        flow, problems = flowfile.read(source, name.with_name("shared.yaml").read_text("utf-8"))
        found = [one for one in places.texts(flow) if not one[0].startswith("shared/")] if flow else []
    if problems:
        raise ValueError(f"{name}:{problems[0].line}:{problems[0].column}: {problems[0].sentence}")
    yield from ((1, "pgettext", one, []) for one in found)
