"""Drafts that somebody has begun, of a flow and of an advice, and the pages on which they are written."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from gateway import advising
from gateway.publishing import drafts
from gateway.store.queries.advice import newest_of_advice
from gateway.store.queries.flows import newest
from gateway.store.tables import User

ROOT = Path(__file__).parents[2]
FLOW = "weekly-check"
CHANGED = (
    ("In the last 7 days, how bad was your pain at its worst?", "Think of this week. How bad was your worst pain?"),
    ("when: pain at least 7\n    steps:", "when: pain at least 6\n    steps:"),
    ("when: pain at least 7\n    level", "when: pain at least 5\n    level"),
)


def begin(session: Session, by: User, now: datetime) -> None:
    """One question in other words, and a limit that is lower: a language lacks a sentence, and names are lacking."""
    live = newest(session, FLOW)
    assert live
    draft, text = drafts.begin(session, live, by, now), live.source
    for before, after in CHANGED:
        assert before in text, before
        text = text.replace(before, after)
    assert drafts.change(session, draft, draft.revision, by, now, source=text)
    advising.seed(session, ROOT / "flows", now)
    pain = newest_of_advice(session, "pain")
    assert pain
    other = {"en": "Ask place, onset, medicine taken. Still severe: next prescribed step."}
    assert advising.change(session, advising.begin(session, pain, by, now), 1, ("levels", "red"), other, by, now)


def pages() -> dict[str, str]:
    draft = f"/flows/{FLOW}/draft"
    return {
        "flows": "/flows", "flow": f"/flows/{FLOW}", "flow-cards": draft, "flow-limit": f"{draft}?card=breaches.0",
        "flow-question": f"{draft}?card=steps.1",
        "flow-words": f"{draft}/words?language=sw",
        "flow-add": f"{draft}?add=breach",
        "flow-phone": f"{draft}/phone", "flow-call": f"{draft}/phone?channel=voice",
        "flow-voices": f"{draft}/voices", "flow-tests": f"{draft}/tests",
        "flow-changes": f"{draft}/changes", "flow-file": f"{draft}/file", "advice": "/advice",
        "advice-text": "/advice/breath", "advice-draft": "/advice/pain/draft",
        "advice-card": "/advice/pain/draft?card=levels.red",
    }  # fmt: skip
