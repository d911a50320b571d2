"""What lies on the desk of somebody who writes a flow: the draft, its cards, its Problems; and who may do what."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NoReturn

from flask import abort, redirect, render_template, request, url_for

from gateway.console.doors import Visit
from gateway.core import cards, flowfile
from gateway.core.cards import Card
from gateway.core.flow import Flow
from gateway.core.flowfile import Shared
from gateway.core.words import Language
from gateway.core.written import Problem
from gateway.publishing import drafts, versions
from gateway.store.queries.accounts import named
from gateway.store.queries.drafts import draft_of
from gateway.store.queries.flows import newest
from gateway.store.tables import FlowDraft, Person, Post, Role, User

WRITES = (Post.EDITOR, Post.COORDINATOR, Post.ADMINISTRATOR)
APPROVES = (*WRITES, Post.CLINICIAN)
HIGHEST = 2**31
READS = (*APPROVES, Post.SUPERVISOR)


@dataclass
class Desk:
    at: Visit
    draft: FlowDraft
    told: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        return cards.cards(self.draft.source)

    @cached_property
    def languages(self) -> dict[str, Language]:
        return drafts.languages_of(self.at.session, self.draft)

    @cached_property
    def judged(self) -> tuple[Flow | None, tuple[Problem, ...]]:
        return versions.judged(self.at.session, self.draft.source, self.draft.shared, self.languages)

    @cached_property
    def flow(self) -> Flow | None:
        return drafts.flow_in_draft(self.draft)

    @cached_property
    def house(self) -> Shared:
        """The sentences and scales that every flow shares, as they were when the draft was begun."""
        return flowfile.read_shared(self.draft.shared)[0] or Shared()

    @cached_property
    def names(self) -> dict[str, str]:
        """What people call each question."""
        asked = (card for card in self.cards if card.kind == "ask")
        return {card.name: card.text("name") or card.name.replace("_", " ") for card in asked}

    def card_of(self, problem: Problem) -> Card | None:
        return cards.at_line(self.cards, problem.line)

    def card(self, address: str) -> Card:
        found = next((card for card in self.cards if card.address == address), None)
        return found or abort(404)

    def page(self, template: str, **told: Any) -> str:
        return render_template(f"flows/{template}", at=self.at, now=self.at.now, desk=self, draft=self.draft, **told)

    @property
    def author(self) -> str:
        who = self.at.session.get(User, self.draft.changed_by)
        return named(self.at.session, who).name if who else ""


def desk(at: Visit, flow: str) -> Desk:
    """404 where there is no such flow; to the flow's own page where nobody writes at it."""
    draft = draft_of(at.session, flow)
    if draft is None:
        if newest(at.session, flow) is None:
            abort(404)
        go(url_for("console.listing_flow", flow=flow))
    return Desk(at, draft)


def change(at: Visit, place: Desk, **values: Any) -> Any:
    """None when it was kept; else the page that says who was faster, with what this person had written."""
    if drafts.change(at.session, place.draft, revision(), at.who, at.now, **values):
        at.notes("changed a draft")
        return None
    return beaten(at, place)


def revision() -> int:
    """Of the draft as the page showed it; no page shows a number that no row can hold."""
    sent = request.form.get("revision", 0, type=int)
    return sent if 0 < sent < HIGHEST else 0


def beaten(at: Visit, place: Desk) -> Any:
    kept = {
        name: text for name, text in request.form.items() if name not in ("form_token", "revision") and text.strip()
    }
    return Desk(at, place.draft).page("beaten.html", sent=kept), 409


def may_publish(at: Visit) -> bool:
    """A flow is everybody's: whoever publishes, pauses or goes back has a post that is everywhere."""
    return at.holds(*WRITES) and at.reach(*WRITES).sites is None


def is_clinician(at: Visit) -> bool:
    """By post, or on the list of people."""
    person = at.session.get(Person, at.who.person_id) if at.who.person_id else None
    return at.holds(Post.CLINICIAN) or (person is not None and person.role == Role.CLINICIAN)


def go(address: str) -> NoReturn:
    abort(redirect(address))
