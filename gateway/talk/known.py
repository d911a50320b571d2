"""What is known of a person without asking: for conditions, for five words, for looking back?"""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from gateway.core.answers import Value
from gateway.core.breaches import bad_ends
from gateway.core.comparing import course
from gateway.core.flow import Flow, Say
from gateway.core.values import KNOWN
from gateway.store.queries.conversations import Around
from gateway.store.queries.flows import flow_of, newest
from gateway.store.queries.people import has_helper, shares_with_patients
from gateway.store.queries.reports import last_scores
from gateway.store.tables import Person

FIVE_WORDS = "five words"
SHOWN = 4  # reports

ASKED_OF_THE_HOUSE: Mapping[str, Callable[[Session, Around], bool]] = {
    "has_helper": lambda session, around: has_helper(session, around.person.id),
    "has_pin": lambda session, around: around.person.pin is not None,
    "human_within_the_hour": lambda session, around: bool(session.info.get("same_hour_answer")),
    "replies_are_free": lambda session, around: (around.site.ways or {}).get("replies") == "free",
    "shared_phone": lambda session, around: shares_with_patients(session, around.person.id),
    "wants_comparison": lambda session, around: around.wants_comparison,
}


def known(session: Session, around: Around, flow: Flow) -> dict[str, Value]:
    """Only what this flow's conditions name: nobody else pays for the looking up."""
    named = {name for _, above in flow.every_step() for condition in above for name in condition.ids()}
    named |= {name for breach in flow.breaches if breach.when for name in breach.when.ids()}
    return {name: "yes" if ASKED_OF_THE_HOUSE[name](session, around) else "no" for name in sorted(named & KNOWN)}


def answers_in_words(person: Person) -> bool:
    return (person.wishes or {}).get("scale") == FIVE_WORDS


def looking_back(session: Session, person: Person, flow: Flow) -> dict[str, str]:
    """For each `shows` the last scores and their course, as facts. On a shared phone the numbers are left out."""
    facts: dict[str, str] = {}
    for step, _ in flow.every_step():
        if isinstance(step, Say) and step.shows:
            name, _, score = step.shows.partition(" ")
            values = last_scores(session, person.id, name, score, SHOWN)
            facts[f"course {step.id}"] = _course(session, name, score, values)
            hidden = shares_with_patients(session, person.id)
            facts[f"scores {step.id}"] = "" if hidden else ", ".join(f"{value:g}" for value in values)
    return facts


def _course(session: Session, flow: str, score: str, values: list[float]) -> str:
    """The last one against the one before."""
    if len(values) < 2:
        return "unknown"
    version = newest(session, flow)
    lower_is_worse = version is not None and bad_ends(flow_of(version)).get(score) == "lower"
    change = (values[-1] - values[-2]) * (-1 if lower_is_worse else 1)
    return course(change)
