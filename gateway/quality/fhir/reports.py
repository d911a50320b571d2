"""One report as a QuestionnaireResponse, and its numbers and scores as Observations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from gateway.core.answers import Respondent
from gateway.core.flow import Flow, Level, Rank
from gateway.quality.fhir import codes
from gateway.quality.fhir.asked import Asked, asked_in, coding_of, value
from gateway.quality.fhir.elements import HL7, Json, Local, coded, filled, made_of, moment, reference, resource
from gateway.quality.fhir.people import helper_id
from gateway.quality.fhir.questionnaires import canonical
from gateway.store.queries.exchange import Given, Scored
from gateway.store.queries.reports import FINISHED
from gateway.store.tables import Conversation, FlowVersion

SURVEY = coded(f"{HL7}/observation-category", "survey")
TESTS = (Rank.PRACTICE, Rank.DRILL, Rank.TRAINING)


@dataclass(frozen=True)
class Report:
    """`base`: the flow that wrote the questions of a re-check, those of the case. `taken_by`: the Practitioner who
    wrote the answers down as she said them by phone."""

    row: Conversation
    zone: str
    version: FlowVersion
    flow: Flow
    base: tuple[FlowVersion, Flow] | None
    answers: tuple[Given, ...]
    scores: tuple[Scored, ...]
    taken_by: str | None

    @property
    def is_test(self) -> bool:
        return self.row.rank in TESTS

    @property
    def is_by_helper(self) -> bool:
        return any(given.respondent == Respondent.HELPER for given in self.answers)

    @property
    def asked(self) -> dict[str, Asked]:
        own = asked_in(self.flow, self.version.number)
        return {**(asked_in(self.base[1], self.base[0].number) if self.base else {}), **own}

    @property
    def flows(self) -> tuple[Flow, ...]:
        """Its own before that of the case."""
        return (self.flow, self.base[1]) if self.base else (self.flow,)

    @property
    def last(self) -> datetime:
        return max(given.at for given in self.answers)


def response(report: Report, local: Local) -> Json:
    """A re-check asks what its case is about, which no Questionnaire holds: it has none, and its items their texts."""
    row, asked = report.row, report.asked
    own = asked_in(report.flow, report.version.number)
    is_whole = all(given.question in own for given in report.answers if given.question in asked)
    return resource(
        "QuestionnaireResponse",
        row.id,
        is_test=report.is_test,
        questionnaire=canonical(report.version, local) if is_whole else None,
        status=_status(row),
        subject=reference("Patient", row.person_id),
        authored=moment(report.last, report.zone),
        author=reference("Practitioner", report.taken_by) if report.taken_by else None,
        source=_source(report),
        item=list(_items(report, asked, local)),
    )


def observations(report: Report, local: Local) -> Iterator[Json]:
    """Of practice none: a number that nobody felt must stand in nobody's chart."""
    if report.is_test:
        return
    crossed = _crossed(report)
    for measured in (*_answered(report, local), *_scored(report, local)):
        yield _observation(report, measured, crossed.get(measured.name), local)


class _Measured(NamedTuple):
    name: str
    text: str
    coding: list[Json]
    number: float
    at: datetime


def _answered(report: Report, local: Local) -> Iterator[_Measured]:
    """What was answered on a scale. Which of some choices it was is in the QuestionnaireResponse."""
    asked, by_number = report.asked, not report.row.memory.get("in_words")
    for given in report.answers:
        question = asked.get(given.question)
        if question and question.scale and given.number is not None:
            coding = coding_of(question, local, by_number=by_number)
            yield _Measured(given.question, question.named, coding, given.number, given.at)


def _scored(report: Report, local: Local) -> Iterator[_Measured]:
    for score in report.scores:
        flow = next((flow for flow in report.flows if score.name in flow.scores), report.flow)
        rule = flow.scores.get(score.name)
        loinc = codes.TOTALS.get(rule.instrument or "") if rule else None
        own = local.coding("scores", f"{flow.flow}.{score.name}", score.name)
        coding = [{"system": codes.LOINC, "code": loinc}, own] if loinc else [own]
        yield _Measured(score.name, score.name, coding, score.value, score.at)


def _observation(report: Report, measured: _Measured, level: Level | None, local: Local) -> Json:
    """Its id is that of the question in this report, so that a corrected answer takes the place of the wrong one."""
    row = report.row
    return resource(
        "Observation",
        made_of(row.id, measured.name),
        status="final",
        category=[SURVEY],
        code={"coding": measured.coding, "text": measured.text},
        subject=reference("Patient", row.person_id),
        effectiveDateTime=moment(measured.at, report.zone),
        performer=[_source(report)],
        interpretation=[_interpreted(level, local)] if level else None,
        derivedFrom=[reference("QuestionnaireResponse", row.id)],
        **_number(measured.number),
    )


def _number(number: float) -> Json:
    is_whole = float(number).is_integer()
    return {"valueInteger": int(number)} if is_whole else {"valueQuantity": {"value": number}}


def _interpreted(level: Level, local: Local) -> Json:
    theirs = {"system": f"{HL7}/v3-ObservationInterpretation", "code": codes.INTERPRETED[level]}
    return {"coding": [theirs, local.coding("case-level", level, level)]}


def _crossed(report: Report) -> dict[str, Level]:
    """Which answers and scores crossed a limit as the report was judged, and the worst level that each crossed."""
    levels = {breach.id: breach.level for flow in reversed(report.flows) for breach in flow.breaches}
    found: dict[str, Level] = {}
    for breach, symptoms in report.row.memory.get("breached", []):
        level = levels.get(breach) or _own_level(breach)
        for name, _ in symptoms if level else ():
            known = found.get(name, codes.WORST_FIRST[-1])
            found[name] = min(known, level or known, key=codes.WORST_FIRST.index)
    return found


def _own_level(breach: str) -> Level | None:
    """A limit of her own is named `own_red_pain`."""
    return next((level for level in Level if breach.startswith(f"own_{level}_")), None)


def _status(row: Conversation) -> str:
    if row.state != "ended":
        return "in-progress"
    return "completed" if row.outcome in FINISHED else "stopped"


def _source(report: Report) -> Json:
    hers = report.row.person_id
    return reference("RelatedPerson", helper_id(hers)) if report.is_by_helper else reference("Patient", hers)


def _items(report: Report, asked: Mapping[str, Asked], local: Local) -> Iterator[Json]:
    given = {each.question: each for each in report.answers}
    for name, question in asked.items():
        answer = value(question, local, given[name].number, given[name].word) if name in given else None
        if answer is not None:
            yield filled(linkId=name, text=_text(report, question), answer=[answer])


def _text(report: Report, question: Asked) -> str:
    is_of_case = question.flow != report.flow.flow
    return (question.step.re_check if is_of_case else None) or question.step.text
