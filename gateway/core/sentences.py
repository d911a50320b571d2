"""How does a house word become a sentence?"""

import re
from collections.abc import Mapping

from gateway.core import places
from gateway.core.flow import Flow
from gateway.core.words import Language

_PLACEHOLDER = re.compile(r"\{([a-z_0-9]+)\}")


def phrase(flow: Flow, language: Language, name: str, facts: Mapping[str, str]) -> str:
    """The flow's own word, else the shared one, translated and filled.

    Raises KeyError for a word that nobody wrote and for a fact that is missing: a text with a hole never leaves.
    """
    found = places.word(flow, name)
    if found is None:
        raise KeyError(f"neither {flow.flow} nor flows/shared.yaml has the word '{name}'")
    place, written = found
    return fill(language.text(place, written), facts, place)


def fill(text: str, facts: Mapping[str, str], place: str) -> str:
    missing = [name for name in _PLACEHOLDER.findall(text) if name not in facts]
    if missing:
        raise KeyError(f"{place} needs the fact '{missing[0]}'")
    return _PLACEHOLDER.sub(lambda found: facts[found[1]], text)


def joined(*parts: str) -> str:
    """One line. Next to a Chinese sign no space is needed: it would cost one of 70."""
    line = ""
    for part in (part.strip() for part in parts if part.strip()):
        is_close = not line or max(line[-1], part[0]) >= "\u2e80"
        line += part if is_close else f" {part}"
    return line
