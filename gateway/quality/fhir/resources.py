"""What does an export hold? Reports and cases of a time, then whoever and whatever they refer to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gateway.core.flow import Flow
from gateway.quality.fhir import cases, people, questionnaires, reports
from gateway.quality.fhir.elements import Json, Local
from gateway.store.queries import exchange
from gateway.store.queries.cases import lines_of_all
from gateway.store.queries.flows import flow_of, newest_of_each
from gateway.store.tables import FlowVersion

# One file for each, an empty one too: another export into the same folder leaves nothing of the last.
KINDS = (
    "CodeSystem", "Consent", "Flag", "Observation", "Organization", "Patient", "Practitioner", "Questionnaire",
    "QuestionnaireResponse", "RelatedPerson", "ServiceRequest", "Task",
)  # fmt: skip
Shown = Callable[[int, int], None]


@dataclass
class _Reader:
    """What reports turned out to refer to is written after them."""

    session: Session
    local: Local
    since: datetime
    until: datetime
    accounts: dict[str, str | None]
    versions: dict[str, FlowVersion] = field(default_factory=dict)
    helped: set[str] = field(default_factory=set)
    takers: set[str] = field(default_factory=set)

    def reports(self, show: Shown) -> Iterator[Json]:
        done, of = 0, exchange.count_reports(self.session, self.since, self.until)
        for batch in exchange.reports(self.session, self.since, self.until):
            ids = [row.id for row, *_ in batch]
            answers, scores = exchange.answers_of(self.session, ids), exchange.scores_of(self.session, ids)
            for row in batch:
                yield from self._report(row, answers[row[0].id], scores.get(row[0].id, ()))
            done += len(batch)
            show(done, of)

    def _report(self, row: Any, answers: tuple[Any, ...], scores: tuple[Any, ...]) -> Iterator[Json]:
        conversation, zone, version, base = row
        theirs = (base, self._flow(base)) if base else None
        found = reports.Report(
            conversation, zone, version, self._flow(version), theirs, answers, scores, self._taker(conversation)
        )
        if found.is_by_helper:
            self.helped.add(conversation.person_id)
        yield reports.response(found, self.local)
        yield from reports.observations(found, self.local)

    def _flow(self, version: FlowVersion) -> Flow:
        self.versions[version.id] = version
        return flow_of(version)

    def _taker(self, conversation: Any) -> str | None:
        """The clinician or coordinator, else the account alone."""
        account = conversation.taken_by
        person = self.accounts.get(account) if account else None
        if account and not person:
            self.takers.add(account)
        return person or account

    def cases(self) -> Iterator[Json]:
        for batch in exchange.cases(self.session, self.since, self.until):
            lines = lines_of_all(self.session, [case.id for case, *_ in batch])
            begun = [case.conversation_id for case, *_ in batch if case.conversation_id]
            reported = exchange.reported_of(self.session, begun, self.since, self.until)
            for case, zone, rank in batch:
                has_report = case.conversation_id in reported
                yield from cases.of_case(cases.Told(case, zone, rank, has_report, lines.get(case.id, [])), self.local)

    def flows(self) -> Iterator[Json]:
        newest = {version.id for version in newest_of_each(self.session)}
        used = [(version, flow_of(version)) for _, version in sorted(self.versions.items())]
        for version, flow in used:
            yield questionnaires.questionnaire(version, flow, self.local, is_newest=version.id in newest)
        yield from questionnaires.code_systems(used, self.local)

    def people(self) -> Iterator[Json]:
        for batch in exchange.patients(self.session, self.since, self.until):
            yield from (people.patient(person, self.local) for (person,) in batch)
        for batch in exchange.consents(self.session):
            yield from (people.consent(row, zone, self.local) for row, zone in batch)
        yield from (people.helper(patient, self.local) for patient in sorted(self.helped))
        yield from (people.practitioner(person, self.local) for person in exchange.staff(self.session))
        yield from (people.account(user, self.local) for user in sorted(self.takers))
        yield from (people.organization(site, self.local) for site in exchange.sites(self.session))


def resources(session: Session, since: datetime, until: datetime, base: str, show: Shown) -> Iterator[Json]:
    """Every reference leads to a resource of the same export. `show` hears how many reports are done, of how many."""
    reader = _Reader(session, Local(base), since, until, exchange.acting_as(session))
    yield from reader.reports(show)
    yield from reader.cases()
    yield from reader.flows()
    yield from reader.people()
