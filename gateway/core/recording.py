"""What does an answer count for, the moment it is given?"""

from collections.abc import Mapping
from dataclasses import replace

from gateway.core.answers import Answer, Respondent, Value
from gateway.core.breaches import bad_ends, is_worse, judge
from gateway.core.events import Answered, Breached, Scored
from gateway.core.flow import Flow, Level
from gateway.core.memory import Circumstances, Conversation, Turn
from gateway.core.scores import scores
from gateway.core.steps import is_still_to_come

LONGEST_KEYS = 3  # "10#"


def record(
    flow: Flow, conversation: Conversation, value: Value, raw: str, circumstances: Circumstances, *, read_back: bool
) -> Turn:
    """Answers the open question: scored and judged at once, whether or not it will be confirmed."""
    question, confirmed = str(conversation.open), False if read_back else None
    answer = Answer(question, value, raw, conversation.channel, _who(conversation, circumstances), confirmed)
    corrects = conversation.answer(question) is not None
    others = tuple(kept for kept in conversation.answers if kept.question != question)
    done = tuple(dict.fromkeys((*conversation.done, question)))
    remembered = (*others, replace(answer, raw=_keys_only(raw)))
    assisted = conversation.assisted or (flow.questions()[question].if_yes is not None and value == "yes")
    conversation, scored = _score(flow, replace(conversation, answers=remembered, done=done, assisted=assisted))
    conversation, breached = _judge(flow, conversation, conversation.values, confirmed, circumstances)
    return conversation, (Answered(answer, corrects), *scored, *breached)


def confirm(conversation: Conversation) -> Turn:
    """ "Right" to a read-back: the same answer, confirmed."""
    answer = conversation.answer(str(conversation.open))
    if answer is None:
        return conversation, ()
    sure = replace(answer, confirmed=True)
    answers = tuple(sure if kept is answer else kept for kept in conversation.answers)
    return replace(conversation, answers=answers), (Answered(sure, corrects=True),)


def if_it_were_the_worst(
    flow: Flow, conversation: Conversation, heard: tuple[str, ...], circumstances: Circumstances
) -> Turn:
    """ "6 or 8" where 8 is a limit: no answer and no score, but a doctor hears of "6 or 8, not confirmed" at once."""
    question = str(conversation.open)
    numbers = [int(number) for number in heard]
    worst = min(numbers) if bad_ends(flow).get(question) == "lower" else max(numbers)
    urgent = {breach.id for breach in flow.breaches if breach.level is not Level.AMBER}
    values = {**conversation.values, question: worst}
    conversation, breached = _judge(flow, conversation, values, False, circumstances, among=urgent)
    return conversation, tuple(replace(breach, heard=heard) for breach in breached)


def _who(conversation: Conversation, circumstances: Circumstances) -> Respondent:
    helped = conversation.assisted and circumstances.respondent is Respondent.PATIENT
    return Respondent.ASSISTED if helped else circumstances.respondent


def _keys_only(raw: str) -> str:
    """What a read-back may say again. Words leave with the event, to be sealed, and are not remembered."""
    return raw if raw.isascii() and raw.strip("*#").isdigit() and len(raw) <= LONGEST_KEYS else ""


def _score(flow: Flow, conversation: Conversation) -> tuple[Conversation, tuple[Scored, ...]]:
    before, after = dict(conversation.scores), scores(flow, conversation.values)
    changed = tuple(Scored(name, value) for name, value in after.items() if before.get(name) != value)
    return replace(conversation, scores=tuple(after.items())), changed


def _judge(
    flow: Flow,
    conversation: Conversation,
    values: Mapping[str, Value],
    confirmed: bool | None,
    circumstances: Circumstances,
    among: set[str] | None = None,
) -> tuple[Conversation, tuple[Breached, ...]]:
    """Each breach once, and again only when another symptom crosses it or the same one further."""
    known, new = dict(conversation.breached), list[Breached]()
    for breach in judge(flow, values, circumstances):
        earlier = dict(known.get(breach.breach, ()))
        if (among is None or breach.breach in among) and is_worse(flow, dict(breach.symptoms), earlier):
            known[breach.breach] = tuple({**earlier, **dict(breach.symptoms)}.items())
            part = conversation.part if conversation.open in dict(breach.symptoms) else None
            new.append(replace(breach, confirmed=confirmed, patient_knows=conversation.patient_knows, part=part))
    told = conversation.patient_knows or any(breach.level is Level.RED for breach in new)
    after = replace(conversation, breached=tuple(known.items()), patient_knows=told)
    return after, tuple(_waiting(flow, after, breach, circumstances) for breach in new)


def _waiting(flow: Flow, conversation: Conversation, breach: Breached, circumstances: Circumstances) -> Breached:
    """A doctor's SMS is held only for a question that will really be put."""
    if breach.wait_for and is_still_to_come(flow, conversation, breach.wait_for, circumstances):
        return breach
    return replace(breach, wait_for=None)
