"""A case as a Flag on the patient, a Task for those who look after her, and a ServiceRequest for each referral."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gateway.core.flow import Level, Rank
from gateway.core.life import State
from gateway.quality.fhir import codes
from gateway.quality.fhir.elements import HL7, Json, Local, coded, made_of, moment, period, reference, resource
from gateway.store.queries.cases import Line
from gateway.store.tables import Case


@dataclass(frozen=True)
class Told:
    """`rank`: of the report that opened it; `has_report`: whether that report is in this export."""

    case: Case
    zone: str
    rank: str | None
    has_report: bool
    events: Sequence[Line]

    @property
    def is_test(self) -> bool:
        return bool(self.case.progress.get("drill")) or self.rank == Rank.PRACTICE


def of_case(told: Told, local: Local) -> Iterator[Json]:
    """Of drills and practice the Task alone: a warning or a referral that is none must stand in nobody's chart."""
    if not told.is_test:
        yield _flag(told, local)
        yield from _referrals(told, local)
    yield _task(told, local)


def _flag(told: Told, local: Local) -> Json:
    case = told.case
    return resource(
        "Flag",
        case.id,
        status="inactive" if case.closed_at else "active",
        category=[coded(f"{HL7}/flag-category", "safety")],
        code=local.concept("case-level", case.level),
        subject=reference("Patient", case.patient_id),
        period=period(case.opened_at, case.closed_at, told.zone),
    )


def _task(told: Told, local: Local) -> Json:
    """The state itself is in businessStatus. How it was ended in words, and by whom, is left out: somebody typed it."""
    case = told.case
    last = max([case.opened_at, *(event.at for event in told.events)])
    work = period(case.accepted_at, case.closed_at, told.zone)
    return resource(
        "Task",
        case.id,
        is_test=told.is_test,
        status=codes.TASKS[State(case.state)],
        businessStatus=local.concept("case-state", case.state),
        intent="order",
        priority=codes.PRIORITIES[Level(case.level)],
        code=local.concept("work", codes.CASE),
        focus=reference("QuestionnaireResponse", case.conversation_id or "") if told.has_report else None,
        executionPeriod=work if case.accepted_at else None,
        authoredOn=moment(case.opened_at, told.zone),
        lastModified=moment(last, told.zone),
        owner=reference("Practitioner", case.accepted_by) if case.accepted_by else None,
        reasonReference=None if told.is_test else reference("Flag", case.id),
        output=list(_outputs(case, local)),
        **{"for": reference("Patient", case.patient_id)},
    )


def _outputs(case: Case, local: Local) -> Iterator[Json]:
    """How she was reached, as he says and as she says, apart; and what was done."""
    for kind, said in ((codes.DOCTOR_SAYS, case.contact_doctor), (codes.PATIENT_SAYS, case.contact_patient)):
        if said:
            yield {"type": local.concept("work", kind), "valueCodeableConcept": local.concept("contact", said)}
    for digit in case.done or "":
        if digit in codes.DONE:
            what = local.concept("done", codes.DONE[digit])
            yield {"type": local.concept("work", codes.WAS_DONE), "valueCodeableConcept": what}


def _referrals(told: Told, local: Local) -> Iterator[Json]:
    """One for each time that she was sent on; what came of it is that one's until the next."""
    sent = [place for place, event in enumerate(told.events) if event.kind == codes.SENT_ON]
    for begin, end in pairwise((*sent, len(told.events))):
        yield _referral(told, told.events[begin], told.events[begin + 1 : end], local)


def _referral(told: Told, event: Line, after: Sequence[Line], local: Local) -> Json:
    case = told.case
    became = [codes.REFERRALS[each.kind] for each in after if each.kind in codes.REFERRALS]
    is_over = case.closed_at is not None and (not became or became[-1] == "active")
    return resource(
        "ServiceRequest",
        made_of(case.id, str(event.number)),
        status="unknown" if is_over else became[-1] if became else "active",  # nobody said how a closed one ended
        intent="order",
        priority=codes.PRIORITIES[Level(case.level)],
        code=local.concept("work", codes.REFERRAL),
        subject=reference("Patient", case.patient_id),
        authoredOn=moment(event.at, told.zone),
        requester=reference("Practitioner", event.by_id) if event.by_id else None,
        performer=[reference("Practitioner", event.facts["to"])],
        supportingInfo=[reference("Task", case.id)],
    )
