"""What does a flow that only says things look like on one sheet of paper, in one language?"""

from collections.abc import Mapping
from html import escape

from gateway.core.flow import Flow, Say
from gateway.core.questions import text_for
from gateway.core.sentences import phrase
from gateway.core.words import Language

LOOK = (
    "@page{size:A4;margin:18mm}body{font:20px/1.5 'Noto Sans',sans-serif;max-width:170mm;margin:0 auto;color:#000}"
    "h1{font-size:34px}li{margin:0 0 .8em;padding-inline-start:.3em}footer{border-top:2px solid;padding-top:.8em}"
)


class NoLeaflet(ValueError):
    """Why this flow makes none, in one sentence."""


def leaflet(flow: Flow, language: Language, facts: Mapping[str, str], direction: str) -> str:
    """A whole page of HTML, to print: the sentences of its patients' own texts in their order, no sign of an illness
    that the SMS do not have, and at its foot what to do in an emergency. `facts`: clinic, emergency_number; `direction`
    of its script: ltr or rtl."""
    said = [step for step, above in flow.every_step() if isinstance(step, Say) and not above and not step.shows]
    if flow.questions() or not said:
        raise NoLeaflet(f"'{flow.flow}' asks questions: a leaflet is made of a flow that only says things")
    title = language.text(f"{flow.flow}/title", flow.title)
    lines = [
        "<!doctype html>",
        f'<html lang="{language.code.replace("_", "-")}" dir="{direction}"><head><meta charset="utf-8">',
        f"<title>{escape(title)}</title><style>{LOOK}</style></head><body>",
        f"<header>{escape(facts['clinic'])}</header><h1>{escape(title)}</h1><ol>",
        *(f"<li>{escape(text_for(flow, language, step, 'sms'))}</li>" for step in said),
        f"</ol><footer>{escape(phrase(flow, language, 'call_emergency', facts))}</footer></body></html>",
    ]
    return "\n".join(lines) + "\n"
