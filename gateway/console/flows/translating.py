"""What does a draft say in another language, and what may not be lost on the way?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polib
from flask import Response, abort, redirect, request, url_for

from gateway.console.doors import Visit, opens
from gateway.console.flows import desk as desks
from gateway.console.flows.desk import WRITES, Desk, desk
from gateway.console.flows.filled import one_line
from gateway.console.words import _
from gateway.core import places
from gateway.core.saying import placeholders
from gateway.core.words import Language
from gateway.publishing import drafts

LARGEST = 2 * 1024 * 1024
HOUSE = "shared/"
LOST = _("The holes in braces must be the same as in the original: %(holes)s")
BROKEN = _("The braces { } are broken: between them stands one name in small letters.")


@dataclass(frozen=True)
class Entry:
    """One sentence. `stale`: what was said for other words that stood there before: it is shown, and not used."""

    number: int
    place: str
    written: str
    said: str
    stale: str = ""
    wrong: str = ""

    @property
    def state(self) -> str:
        return "said" if self.said else "fuzzy" if self.stale else "missing"


@opens("/flows/<flow>/draft/words", *WRITES)
def page(at: Visit, flow: str) -> Any:
    return _shown(desk(at, flow))


@opens("/flows/<flow>/draft/words", *WRITES, methods=("POST",))
def save(at: Visit, flow: str) -> Any:
    """All of a page at once; a sentence that lost a hole keeps everything back, and nothing that was typed is lost."""
    place = desk(at, flow)
    language = _language(place) or abort(400)
    typed = [_typed(at, entry) for entry in _entries(place, language)]
    if any(entry.wrong for entry in typed):
        return _shown(place, entries=typed), 400
    return _kept(at, place, language, {(one.place, one.written): one.said for one in typed}) or _again(flow, language)


@opens("/flows/<flow>/draft/words.po", *WRITES)
def download(at: Visit, flow: str) -> Any:
    """For a translator's own program: the sentences of the flow, what is stale marked fuzzy."""
    place = desk(at, flow)
    language = _language(place) or abort(404)
    po = polib.POFile()
    po.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Language": language.code, "X-Flow": flow}
    po.extend(_po_entry(entry) for entry in _entries(place, language))
    name = f"{flow}.{language.code}.po"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(str(po), mimetype="text/x-gettext-translation", headers=headers)


@opens("/flows/<flow>/draft/words/upload", *WRITES, methods=("POST",))
def upload(at: Visit, flow: str) -> Any:
    """Takes what fits the draft as it stands: same place, same original, same holes. Says what it left out, and why."""
    place = desk(at, flow)
    language, sent = _language(place) or abort(400), request.files.get("file")
    read = _read(sent.read(LARGEST)) if sent else None
    if read is None:
        return _shown(place, unreadable=True), 400
    known = {(entry.place, entry.written): entry for entry in _entries(place, language)}
    found = [(known.get((one.msgctxt or "", one.msgid)), one) for one in read if one.msgstr and not one.fuzzy]
    fitting = [_with(at, entry, one.msgstr) for entry, one in found if entry]
    taken = {(one.place, one.written): one.said for one in fitting if not one.wrong}
    left = [one for one in fitting if one.wrong]
    strangers = sum(entry is None for entry, _one in found)
    if taken and (beaten := _kept(at, place, language, taken)):
        return beaten
    return _shown(desk(at, flow), taken=len(taken), left=left, strangers=strangers)


def _kept(at: Visit, place: Desk, language: Language, said: dict[tuple[str, str], str]) -> Any:
    before = language.catalog
    changed = {key: text for key, text in said.items() if text != before.get(key, "")}
    if not changed:
        return None
    return desks.change(at, place, translations=drafts.set_translations(place.draft, language.code, changed))


def _again(flow: str, language: Language) -> Any:
    house = "yes" if request.values.get("house") else None
    return redirect(url_for("console.translating_page", flow=flow, language=language.code, house=house))


def _language(place: Desk) -> Language | None:
    """The one that is asked for, else the first that the flow isn't written in."""
    own = place.flow.written_in if place.flow else "en"
    codes = [code for code in place.languages if code != own]
    wanted = request.values.get("language", codes[0] if codes else "")
    return place.languages[wanted] if wanted in codes else None


def _entries(place: Desk, language: Language) -> list[Entry]:
    """The flow's own sentences, and those of the house where they are asked for."""
    if place.flow is None:
        return []
    house = bool(request.values.get("house"))
    wanted = dict.fromkeys(one for one in places.texts(place.flow) if house or not one[0].startswith(HOUSE))
    stale = {one[0]: before for one, before in language.catalog.items() if one not in wanted}
    said = [language.catalog.get(one, "") for one in wanted]
    return [
        Entry(number, where, written, said[number], "" if said[number] else stale.get(where, ""))
        for number, (where, written) in enumerate(wanted)
    ]


def _typed(at: Visit, entry: Entry) -> Entry:
    sent = request.form.get(f"s{entry.number}")
    return entry if sent is None else _with(at, entry, sent)


def _with(at: Visit, entry: Entry, said: str) -> Entry:
    said = one_line(said)
    return Entry(entry.number, entry.place, entry.written, said, entry.stale, _wrong(at, entry.written, said))


def _wrong(at: Visit, written: str, said: str) -> str:
    """Why this cannot be said instead; "" where it can, or where nothing is said."""
    wanted, found = placeholders(written) or frozenset(), placeholders(said)
    if said and found is None:
        return at.tongue.say(BROKEN)
    if said and found != wanted:
        holes = ", ".join(f"{{{name}}}" for name in sorted(wanted)) or "—"
        return at.tongue.say(LOST, holes=holes)
    return ""


def _po_entry(entry: Entry) -> polib.POEntry:
    flags = ["fuzzy"] if entry.state == "fuzzy" else []
    said = entry.said or entry.stale
    return polib.POEntry(msgctxt=entry.place, msgid=entry.written, msgstr=said, flags=flags, tcomment="draft")


def _read(sent: bytes) -> Iterable[polib.POEntry] | None:
    """The first line keeps polib from taking a text for the name of a file."""
    try:
        return [entry for entry in polib.pofile("#\n" + sent.decode("utf-8-sig")) if not entry.obsolete] or None
    except (UnicodeDecodeError, OSError):
        return None


def _shown(place: Desk, entries: list[Entry] | None = None, **told: Any) -> str:
    language = _language(place)
    if place.flow is None or language is None:
        return place.page("words.html", language=None, entries=[], codes=[], **told)
    found = entries or _entries(place, language)
    codes = [code for code in place.languages if code != place.flow.written_in]
    done = sum(entry.state == "said" for entry in found)
    house = bool(request.values.get("house"))
    return place.page("words.html", language=language, entries=found, codes=codes, done=done, house=house, **told)
