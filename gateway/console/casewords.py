"""How is a case said in a line: what crossed a limit, how it stands, and what happens next by itself?"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from gateway import languages
from gateway.cases.symptoms import in_words
from gateway.console.doors import Visit
from gateway.core.life import State
from gateway.core.worded import said_by, worded
from gateway.core.words import Language
from gateway.outreach import CannotAsk
from gateway.store.outbox import NoPhone
from gateway.store.queries.flows import flow_of, newest_of_each, spoken_in
from gateway.store.tables import Case, FlowVersion, Person
from gateway.talk.facts import called

LATE = timedelta(0)
NO_PHONE = worded("there is no telephone to ask on")


def hold(at: Visit, cases: Sequence[Case]) -> None:
    """What the lines of all these cases need, asked for at once."""
    at.hold(FlowVersion, (case.version_id for case in cases))
    at.hold(Person, (_told_last(case) for case in cases))


def symptoms(at: Visit, case: Case) -> str:
    """In the page's language where the case's version speaks it, else as the flow was written."""
    version = at.session.get_one(FlowVersion, case.version_id)
    return in_words(flow_of(version), language(at, version), case.frozen["symptoms"])


def language(at: Visit, version: FlowVersion) -> Language:
    """The page's own, or the one in which the flow was written. Asking takes long, and a page asks for each line."""
    code = at.tongue.code if at.tongue.code in spoken_in(version) else flow_of(version).written_in
    key = (version.id, code)
    if key not in at.languages:
        at.languages[key] = languages.of(at.session, version, code)
    return at.languages[key]


def standing(at: Visit, case: Case, holder: Person | None) -> str:
    """`accepted by Dr Zhao`."""
    who = called(at.session, holder) if holder else ""
    told_last = _told_last(case)
    if told_last:
        told = at.session.get(Person, told_last)
        return at.tongue.say("%(who)s was told, nobody has accepted", who=called(at.session, told) if told else "")
    said = at.tongue.word("case state", case.state)
    return at.tongue.apart(said) % {"who": who} if "%(who)s" in said else said


def _told_last(case: Case) -> str | None:
    """While nobody has accepted."""
    told: str | None = case.progress["told"][-1]["person"] if case.progress.get("told") else None
    return told if case.state == State.TOLD else None


def next_step(at: Visit, case: Case) -> str:
    return at.tongue.word("next action", case.next_action or "none")


def is_late(case: Case, now: datetime) -> bool:
    return case.due_at is None or case.due_at - now < LATE


def cannot_ask(why: CannotAsk | NoPhone) -> str:
    """A person without a phone is nobody's mistake here: what the exception says is an id."""
    return said_by(why) if isinstance(why, CannotAsk) else NO_PHONE


def title(at: Visit, flow_name: str) -> str:
    """A flow as its file calls it, translated where it is."""
    if not at.newest:
        at.newest.update({version.flow: version for version in newest_of_each(at.session)})
    if flow_name not in at.titles:
        version = at.newest.get(flow_name)
        at.titles[flow_name] = flow_name if version is None else _title(at, version)
    return at.titles[flow_name]


def _title(at: Visit, version: FlowVersion) -> str:
    flow = flow_of(version)
    return language(at, version).text(f"{flow.flow}/title", flow.title)
