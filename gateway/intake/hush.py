"""Whom do we send no SMS, whatever comes from that phone?"""

from collections.abc import Iterable
from enum import Enum

from gateway.core.events import Event, KeywordHeard
from gateway.store.tables import Person, Standing
from gateway.talk.away import is_away
from gateway.talk.recycled import is_in_question
from gateway.talk.steps import is_danger


class Hush(Enum):
    """What is kept back. What was heard goes to a person in any case."""

    NOTHING = "nothing"
    ALL_SMS = "all"  # she stopped: the provider carries none; where it is about danger the phone rings
    ALL_BUT_DANGER = "all but danger"  # her family, or a stranger, may hold the phone by now


def hush_of(person: Person) -> Hush:
    if person.standing == Standing.STOPPED:
        return Hush.ALL_SMS
    if person.standing == Standing.ENDED or is_away(person) or is_in_question(person):
        return Hush.ALL_BUT_DANGER
    return Hush.NOTHING


def is_kept_back(hush: Hush, events: Iterable[Event]) -> bool:
    """A stop is confirmed even so."""
    known = list(events)
    stops = any(isinstance(event, KeywordHeard) and event.name == "stop" for event in known)
    return hush is Hush.ALL_BUT_DANGER and not stops and not is_danger(known)
