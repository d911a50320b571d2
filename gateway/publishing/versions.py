"""How does a flow file become a version that people are asked by?"""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gateway import instruments
from gateway import languages as tongues
from gateway.core import checks, flowfile, saying
from gateway.core.answers import Channel
from gateway.core.flow import Flow
from gateway.core.worded import Code, Worded, together, worded
from gateway.core.words import Language
from gateway.core.written import Problem
from gateway.phone import voices
from gateway.publishing import proofs
from gateway.store.ids import new_id
from gateway.store.queries.flows import flow_of
from gateway.store.tables import Enrolment, FlowVersion, Person
from gateway.talk.prompts import Unheard, unheard

SHARED = "shared.yaml"
SHIPPED_KEPT = 32  # judging one in nine languages takes a tenth of a second, and a process may seed more than once
ONE_LACKS = worded("%(language)s is left out of this version: 1 sentence lacks, first: %(first)s").written
MANY_LACK = worded("%(language)s is left out of this version: %(count)s sentences lack, first: %(first)s").written


def seed(session: Session, folder: Path, locales: Path, now: datetime) -> tuple[FlowVersion, ...]:
    """Shipped flows as version 1, when the database has no flow at all. Raises ValueError where one has Problems.

    From then on the database is the truth: nothing at run time reads the files again.
    """
    if session.scalars(select(FlowVersion.id).limit(1)).first() is not None:
        return ()
    shared = (folder / SHARED).read_text("utf-8")
    known = tuple(tongues.load(locales).values())
    files = [file for file in sorted(folder.glob("*.yaml")) if file.name != SHARED]
    versions = tuple(_shipped(file, shared, known, now) for file in files)
    tongues.store(session, versions)
    tongues.published(session)
    return versions


def publish(
    session: Session,
    text: str,
    shared: str,
    languages: Mapping[str, Language],
    approved_by: Mapping[str, str],
    now: datetime,
) -> tuple[FlowVersion | None, tuple[Problem, ...]]:
    """The next version, frozen with its languages; or None and what must be mended. Warnings come along with a version.

    Every language that an enrolled person of this flow speaks must be among `languages` and complete; another one that
    is not complete is left out of this version, with a warning. So are the calls of a language that has neither a voice
    nor every sentence recorded. `approved_by` names who answers for what; the limits of a flow need a clinician under
    `limits`.
    """
    flow, problems = flowfile.read(text, shared)
    if flow is None:
        return None, problems
    spoken = _spoken_by_people(session, flow)
    languages, problems = _judged(flow, languages, text, spoken)
    problems = (*problems, *_unspoken(spoken, languages), *_unapproved(flow, approved_by))
    if _refused(problems):
        return None, problems
    languages, silent, mute = _heard_on_calls(session, flow, languages)
    problems = (*problems, *mute)
    if _refused(mute):
        return None, problems
    version = _version(session, flow, text, shared, languages, now, silent)
    version.approved_by = dict(approved_by)
    version.published_at = now
    session.flush()
    tongues.published(session)
    return version, problems


def save_draft(
    session: Session, text: str, shared: str, languages: Mapping[str, Language], now: datetime
) -> tuple[FlowVersion | None, tuple[Problem, ...]]:
    """Kept as it is, Problems of sense and all, so that nobody loses work; a file that cannot be read is refused."""
    flow, problems = flowfile.read(text, shared)
    if flow is None:
        return None, problems
    version = _version(session, flow, text, shared, _begun(flow, languages), now)
    session.flush()
    return version, _judged(flow, languages, text, _spoken_by_people(session, flow))[1]


def judged(
    session: Session, text: str, shared: str, languages: Mapping[str, Language]
) -> tuple[Flow | None, tuple[Problem, ...]]:
    """What publishing would say of these sentences now; who approves is asked apart."""
    flow, problems = flowfile.read(text, shared)
    if flow is None:
        return None, problems
    spoken = _spoken_by_people(session, flow)
    complete, problems = _judged(flow, languages, text, spoken)
    return flow, (*problems, *_unspoken(spoken, complete))


def copied(version: FlowVersion, number: int, now: datetime) -> FlowVersion:
    """The same once more, under a number of its own."""
    return FlowVersion(
        id=new_id(now),
        flow=version.flow,
        number=number,
        source=version.source,
        shared=version.shared,
        languages=version.languages,
        tests=version.tests,
        approved_by=version.approved_by,
        published_at=now,
        paused_at=None,
        created_at=now,
    )


def unsaved(flow: Flow, text: str, shared: str, language: Language, now: datetime) -> FlowVersion:
    """A version that stands in no table: for whoever asks what a draft would say in this language."""
    return _frozen(flow, 0, text, shared, {language.code: language}, now, frozenset(), published=False)


def unspoken(session: Session, version: FlowVersion) -> tuple[Problem, ...]:
    """Whom this version would leave without a word."""
    return _unspoken(_spoken_by_people(session, flow_of(version)), version.languages)


def next_number(session: Session, flow: str) -> int:
    return (session.scalar(select(func.max(FlowVersion.number)).where(FlowVersion.flow == flow)) or 0) + 1


def _shipped(file: Path, shared: str, known: tuple[Language, ...], now: datetime) -> FlowVersion:
    text = file.read_text("utf-8")
    flow, languages, problems = _read_and_judged(text, shared, known)
    if flow is None or _refused(problems):
        first = _refused(problems)[0]
        raise ValueError(f"{file}:{first.line}:{first.column}: {first.sentence}")
    silent = {code for code, known in languages.items() if _is_mute(flow, known)}
    version = _frozen(flow, 1, text, shared, languages, now, silent, published=True)
    version.tests = proofs.shipped(file.parent, flow.flow)
    return version


@lru_cache(SHIPPED_KEPT)
def _read_and_judged(
    text: str, shared: str, known: tuple[Language, ...]
) -> tuple[Flow | None, Mapping[str, Language], tuple[Problem, ...]]:
    flow, problems = flowfile.read(text, shared)
    if flow is None:
        return None, {}, problems
    return flow, *_judged(flow, {language.code: language for language in known}, text, frozenset())


def _version(
    session: Session,
    flow: Flow,
    text: str,
    shared: str,
    languages: Mapping[str, Language],
    now: datetime,
    silent: Set[str] = frozenset(),
) -> FlowVersion:
    version = _frozen(flow, next_number(session, flow.flow), text, shared, languages, now, silent, published=False)
    tongues.store(session, [version])
    return version


def _frozen(
    flow: Flow,
    number: int,
    text: str,
    shared: str,
    languages: Mapping[str, Language],
    now: datetime,
    silent: Set[str],
    *,
    published: bool,
) -> FlowVersion:
    return FlowVersion(
        id=new_id(now),
        flow=flow.flow,
        number=number,
        source=text,
        shared=shared,
        languages={code: tongues.freeze(known, on_calls=code not in silent) for code, known in languages.items()},
        approved_by={},
        published_at=now if published else None,
        paused_at=None,
        created_at=now,
    )


def _judged(
    flow: Flow, languages: Mapping[str, Language], text: str, needed: Set[str]
) -> tuple[Mapping[str, Language], tuple[Problem, ...]]:
    """The languages of a version, and all that is to be said about it.

    Of a needed language every Problem is told; another one that has a refused Problem is left out, with one warning.
    """
    begun, needed, places = _begun(flow, languages), needed | {flow.written_in}, flowfile.places(text)
    judged = {code: known for code, known in begun.items() if code in needed}
    problems = checks.problems(flow, judged, places, instruments=instruments.shipped())
    if _refused(problems):
        return begun, problems  # only a flow that makes sense can be rendered
    spoken: dict[str, Language] = {}
    for code, known in begun.items():
        found = () if code in needed else tuple(saying.translation(flow, known, places))
        if lacking := [problem.sentence for problem in _refused(found)]:
            problems += (Problem(1, 1, _left_out(code, lacking), "warning"),)
        else:
            spoken[code], problems = known, (*problems, *found)
    return spoken, problems


def _left_out(code: str, lacking: Sequence[str]) -> str:
    many = len(set(lacking))  # a scale's labels are looked at once for each question
    facts = {"language": Code(code), "count": many, "first": lacking[0]}
    return Worded(ONE_LACKS if many == 1 else MANY_LACK, facts)


def _refused(problems: tuple[Problem, ...]) -> list[Problem]:
    return [problem for problem in problems if problem.severity == "refused"]


def _begun(flow: Flow, languages: Mapping[str, Language]) -> dict[str, Language]:
    """Without those that are only understood: they have words.yaml, and no sentence yet."""
    return {code: known for code, known in languages.items() if known.catalog or code == flow.written_in}


def _spoken_by_people(session: Session, flow: Flow, *, by_voice: bool = False) -> Set[str]:
    """By those who are enrolled in this flow now; or by those of them who are always called."""
    enrolled = select(Person.language).join(Enrolment, Enrolment.person_id == Person.id)
    if by_voice:
        enrolled = enrolled.where(Person.channel == Channel.VOICE)
    return set(session.scalars(enrolled.where(Enrolment.flow == flow.flow, Enrolment.ended_at.is_(None)).distinct()))


def _unspoken(spoken: Set[str], languages: Mapping[str, Language]) -> tuple[Problem, ...]:
    """Languages of enrolled people that this version would leave without a word."""
    missing = sorted(spoken - set(languages))
    return tuple(
        Problem(1, 1, worded("people in this flow speak %(language)s, and it has no translation", language=Code(code)))
        for code in missing
    )


def _heard_on_calls(
    session: Session, flow: Flow, languages: Mapping[str, Language]
) -> tuple[Mapping[str, Language], Set[str], tuple[Problem, ...]]:
    """The languages of the version, those that go by SMS only, and what is to be said about them."""
    silent: set[str] = set()
    problems: tuple[Problem, ...] = ()
    for code, known in languages.items():
        if _is_mute(flow, known) and (lacking := unheard(session, flow, known)):
            silent.add(code)
            is_needed = code in _spoken_by_people(session, flow, by_voice=True)
            problems += (Problem(1, 1, _unheard(code, lacking), "refused" if is_needed else "warning"),)
    if Channel.SMS not in flow.channels:  # then nothing of it is left
        languages, silent = {code: known for code, known in languages.items() if code not in silent}, set()
    return languages, silent, problems


def _is_mute(flow: Flow, language: Language) -> bool:
    return Channel.VOICE in flow.channels and voices.of(language.code, language.voice) is None


def _unheard(code: str, lacking: Unheard) -> str:
    """One sentence that says what helps."""
    parts = [
        worded(
            "the provider has no voice for it that we know of, and %(count)s sentences no recording",
            count=len(lacking.unrecorded),
        )
    ]
    if lacking.personal:
        first = lacking.personal[0].place
        parts.append(
            worded(
                "%(count)s hold a name or a time, which nobody can record (first: %(first)s)",
                count=len(lacking.personal),
                first=first,
            )
        )
    return worded(
        "%(language)s is left out of calls, it goes by SMS only: %(why)s",
        language=Code(code),
        why=together("; ", parts),
    )


def _unapproved(flow: Flow, approved_by: Mapping[str, str]) -> tuple[Problem, ...]:
    if flow.breaches and not approved_by.get("limits", "").strip():
        return (Problem(1, 1, worded("the limits need the name of the clinician who approves them")),)
    return ()
