"""How does a conversation become a row, whoever begins it?"""

from datetime import datetime

from gateway.core.flow import Flow, Rank
from gateway.store.ids import new_id
from gateway.store.queries.flows import flow_of
from gateway.store.tables import Conversation, FlowVersion, Person
from gateway.talk.telling import spoken

RANKS = tuple(Rank)  # highest first


def new_row(now: datetime, person: Person, version: FlowVersion, state: str = "open") -> Conversation:
    """In her language where the flow speaks it. Not yet in the session: what it is for is filled in by its beginner."""
    row = Conversation(id=new_id(now), person_id=person.id, version_id=version.id, flow=version.flow, state=state)
    row.rank, row.language = flow_of(version).rank, spoken(version, person)
    row.memory, row.started_at = {}, now
    return row


def rank_by_her(flow: Flow) -> Rank:
    """What she asks for goes before what comes by itself."""
    return min(flow.rank, Rank.PATIENT_STARTED, key=RANKS.index)
