"""Who speaks a draft's sentences on calls: a voice of the provider's, or a recording of each?"""

from typing import Any

from flask import Response, abort, make_response, redirect, request, url_for

from gateway import recordings
from gateway.console.doors import Visit, opens
from gateway.console.flows.desk import WRITES, Desk, desk
from gateway.core.sound import LONGEST_SECONDS
from gateway.core.worded import said_by
from gateway.core.words import Language
from gateway.phone import voices
from gateway.publishing import versions
from gateway.recordings import NotRecorded
from gateway.store.tables import FlowVersion

LARGEST = 5 * 1024 * 1024
# The one page with a script and a microphone: its own script, and nobody else's.
RECORDS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "media-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
}


@opens("/flows/<flow>/draft/voices", *WRITES)
def page(at: Visit, flow: str) -> Any:
    return _shown(desk(at, flow))


@opens("/flows/<flow>/draft/voices", *WRITES, methods=("POST",))
def record(at: Visit, flow: str) -> Any:
    """A recording belongs to its words: it is heard wherever these are said, in live versions too."""
    place = desk(at, flow)
    language, sent = _language(place) or abort(400), request.files.get("file")
    version = _unsaved(place, language) or abort(400)
    where, by = request.form["place"], at.named.name if at.named else ""
    try:
        if "withdraw" in request.form:
            recordings.withdraw(at.session, at.now, version, language.code, where)
        else:
            file = sent.read(LARGEST + 1) if sent else b""
            recordings.record(at.session, at.now, version, language.code, where, file[:LARGEST], by)
    except NotRecorded as why:
        return _shown(place, 400, wrong=said_by(why))
    at.notes("withdrew a recording" if "withdraw" in request.form else "recorded a sentence")
    return redirect(url_for("console.voices_page", flow=flow, language=language.code))


def _language(place: Desk) -> Language | None:
    """The one that is asked for, else the one that the flow is written in."""
    own = place.flow.written_in if place.flow else ""
    return place.languages.get(request.values.get("language", own))


def _unsaved(place: Desk, language: Language) -> FlowVersion | None:
    flow, draft = place.flow, place.draft
    return versions.unsaved(flow, draft.source, draft.shared, language, place.at.now) if flow else None


def _shown(place: Desk, status: int = 200, **told: Any) -> Response:
    language = _language(place)
    version = _unsaved(place, language) if language else None
    prompts = recordings.prompts(place.at.session, version, language.code) if language and version else ()
    page = place.page(
        "voices.html",
        language=language if version else None,
        prompts=prompts,
        voice=voices.of(language.code, language.voice) if language else None,
        longest=int(LONGEST_SECONDS) - 1,  # what is stopped there lasts a little longer
        **told,
    )
    return make_response(page, status, RECORDS)
