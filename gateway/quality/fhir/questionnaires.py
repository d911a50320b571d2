"""A published version of a flow as a Questionnaire, and the words of our own codes."""

from collections.abc import Iterable, Iterator, Mapping

from gateway.core.flow import Flow
from gateway.quality.fhir import codes
from gateway.quality.fhir.asked import Asked, asked_in, item
from gateway.quality.fhir.elements import Json, Local, filled, moment, resource, slug
from gateway.quality.fhir.enabling import enabled
from gateway.store.tables import FlowVersion


def canonical(version: FlowVersion, local: Local) -> str:
    return f"{local.url('Questionnaire', version.flow)}|{version.number}"


def questionnaire(version: FlowVersion, flow: Flow, local: Local, *, is_newest: bool) -> Json:
    """What is only said is left out. Placeholders such as {name} stand as they were written: nobody's name is here."""
    return resource(
        "Questionnaire",
        version.id,
        language=flow.written_in.replace("_", "-"),
        url=local.url("Questionnaire", version.flow),
        version=str(version.number),
        title=flow.title,
        status="active" if is_newest else "retired",
        subjectType=["Patient"],
        date=moment(version.published_at, "UTC") if version.published_at else None,
        item=list(_items(flow, asked_in(flow, version.number), local)),
    )


def _items(flow: Flow, questions: Mapping[str, Asked], local: Local) -> Iterator[Json]:
    for step, conditions in flow.every_step():
        if step.id in questions:
            whole, when = item(questions[step.id], local), enabled(conditions, questions, local)
            notes = [*whole.get("extension", []), *when.get("extension", [])]
            yield {**whole, **when} | filled(extension=notes)


def code_systems(versions: Iterable[tuple[FlowVersion, Flow]], local: Local) -> Iterator[Json]:
    """Ours that are the same everywhere, then the questions, scores and choices of these versions."""
    for name, (title, words) in codes.OWN.items():
        yield _system(name, title, {slug(word): word for word in words}, local)
    questions, scores, answers = dict[str, str](), dict[str, str](), dict[str, str]()
    for version, flow in versions:
        scores |= {f"{flow.flow}.{name}": name for name in flow.scores}
        for asked in asked_in(flow, version.number).values():
            questions[asked.code] = asked.named
            options = (asked.option(local, number) for number in asked.choices)
            answers |= {option["code"]: option["display"] for option in options}
    yield _system("questions", "Questions of our flows", questions, local)
    yield _system("scores", "Scores of our flows", scores, local)
    yield _system("answers", "Choices of our questions, by version", answers, local)


def _system(name: str, title: str, words: Mapping[str, str], local: Local) -> Json:
    """`fragment` where more may be asked than was: of flows only those that reports refer to are here."""
    return resource(
        "CodeSystem",
        name,
        url=local.system(name),
        title=title,
        status="active",
        caseSensitive=True,
        content="complete" if name in codes.OWN else "fragment",
        concept=[{"code": code, "display": display} for code, display in words.items()],
    )
