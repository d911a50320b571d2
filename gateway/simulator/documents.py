"""Is this answer TwiML, and what does its document hold?"""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, fromstring

MOST_BYTES = 64 * 1024
UNREADABLE, AGAINST_SCHEMA, WRONG_TYPE = 12100, 12200, 12300
_XML_TYPES = ("text/xml", "application/xml", "text/html")


@dataclass(frozen=True)
class BadDocument(Exception):
    code: int
    why: str


def verbs_in(body: bytes, content_type: str = "text/xml") -> list[Element]:
    """The children of <Response>. Raises BadDocument."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in _XML_TYPES:
        raise BadDocument(WRONG_TYPE, f"content type {kind or 'missing'}")
    if len(body) > MOST_BYTES:
        raise BadDocument(UNREADABLE, f"a document of {len(body)} bytes")
    if re.search(rb"<!(DOCTYPE|ENTITY)", body):
        raise BadDocument(UNREADABLE, "a document type declaration")
    try:
        root = fromstring(body)  # noqa: S314 - entities are refused above, and the size is bounded
    except ParseError as wrong:
        raise BadDocument(UNREADABLE, f"not XML: {wrong}") from wrong
    if root.tag != "Response":
        raise BadDocument(AGAINST_SCHEMA, f"<{root.tag}> instead of <Response>")
    return list(root)


def texts_in(body: bytes, content_type: str) -> list[str]:
    """The replies that an answer to an SMS webhook holds. Plain text is a reply by itself: Twilio sends it on."""
    if not body.strip():
        return []
    if content_type.partition(";")[0].strip().lower() == "text/plain":
        return [body.decode("utf-8", "replace")]
    texts = []
    for verb in verbs_in(body, content_type):
        if verb.tag != "Message":
            raise BadDocument(AGAINST_SCHEMA, f"<{verb.tag}> in the answer to an SMS")
        texts.append((verb.findtext("Body") or verb.text or "").strip())
    return texts
