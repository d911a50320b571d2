"""Which step is next, and what happens if nobody answers it?"""

from dataclasses import replace
from datetime import datetime

from gateway.core.answers import Channel
from gateway.core.breaches import evidence
from gateway.core.comparing import compared
from gateway.core.conditions import Condition, holds
from gateway.core.events import (
    Asked,
    Checked,
    Event,
    Finished,
    Greeted,
    HungUp,
    Lapse,
    LapseKind,
    MenuOffered,
    ReadBack,
    Said,
    WhoAsked,
    Why,
)
from gateway.core.flow import Ask, Flow, Say
from gateway.core.memory import Circumstances, Conversation, Outcome, State, Turn


def next_step(flow: Flow, conversation: Conversation, circumstances: Circumstances) -> Ask | Say | None:
    """The first one not yet done whose conditions hold; of a series only this time's."""
    if flow.series:
        return _of_series(flow, conversation, circumstances.said_before)
    for step, conditions in flow.every_step():
        if step.id not in conversation.done and is_due(flow, conversation, step, conditions, circumstances):
            return step
    return None


def _of_series(flow: Flow, conversation: Conversation, said_before: int) -> Ask | Say | None:
    steps = [step for step, _ in flow.every_step()]
    return steps[said_before] if said_before < len(steps) and not conversation.done else None


def is_due(
    flow: Flow,
    conversation: Conversation,
    step: Ask | Say,
    conditions: tuple[Condition, ...],
    circumstances: Circumstances,
) -> bool:
    seen = evidence(flow, conversation.values, circumstances)
    if not all(holds(condition, seen) for condition in conditions):
        return False
    if isinstance(step, Say) and step.compares and not compared(flow, conversation, step.compares, circumstances):
        return False
    recent = circumstances.history.before[: (step.every_reports or 1) - 1]
    return not any(step.id in report.values for report in recent)


def is_still_to_come(flow: Flow, conversation: Conversation, step_id: str, circumstances: Circumstances) -> bool:
    """By what is known now, this step will be reached and is not done."""
    return step_id not in conversation.done and any(
        step.id == step_id and is_due(flow, conversation, step, conditions, circumstances)
        for step, conditions in flow.every_step()
    )


def move_on(flow: Flow, conversation: Conversation, circumstances: Circumstances) -> Turn:
    """Says what is to be said, up to the next question or the end."""
    said: list[Event] = []
    while isinstance(step := next_step(flow, conversation, circumstances), Say):
        course = compared(flow, conversation, step.compares, circumstances) if step.compares else None
        said.append(Said(step.id, course or ""))
        conversation = replace(conversation, done=(*conversation.done, step.id))
    if step is None:
        conversation, events = end(conversation, Outcome.FINISHED)
        return conversation, (*said, Finished(), *events)
    conversation, asked = put(flow, conversation, step, Why.FIRST, circumstances)
    return conversation, (*said, *asked)


def put(flow: Flow, conversation: Conversation, step: Ask, why: Why, circumstances: Circumstances) -> Turn:
    """Opens a question; by voice a gate begins at its first sign, or goes on at the one where a call broke off.
    From now on its times run."""
    goes_on = why is Why.RESUMED and conversation.open == step.id
    first = (conversation.part if goes_on else None) or 0
    part = first if step.voice_each and conversation.channel is Channel.VOICE else None
    opened = replace(
        conversation,
        state=State.ASKING,
        open=step.id,
        part=part,
        tries=0,
        silences=0,
        asked_back=False,
        lapses=lapses(flow, conversation.channel, circumstances.now),
    )
    return opened, (Asked(step.id, why, part),)


def put_again(conversation: Conversation, why: Why, heard: tuple[str, ...] = ()) -> Event:
    """What is open, once more."""
    match conversation.state:
        case State.READING_BACK if conversation.open:
            answer = conversation.answer(conversation.open)
            return ReadBack(conversation.open, answer.value if answer else "skipped")
        case State.WHO:
            return WhoAsked(why)
        case State.CHECKING:
            return Checked(conversation.check, why)
        case State.MENU:
            return MenuOffered()
        case State.ASKING if conversation.open:
            return Asked(conversation.open, why, conversation.part, heard)
        case _:
            return Greeted(conversation.postponed, why)


def end(conversation: Conversation, outcome: Outcome) -> Turn:
    """By voice nothing more is said on this call."""
    ended = replace(conversation, state=State.ENDED, outcome=outcome, lapses=())
    return ended, hang_up(conversation)


def hang_up(conversation: Conversation) -> tuple[Event, ...]:
    return (HungUp(),) if conversation.channel is Channel.VOICE else ()


def lapses(flow: Flow, channel: Channel, start: datetime) -> tuple[Lapse, ...]:
    """Everything that happens while nobody answers, in order; all times run from `start`. Nothing after giving up."""
    plan = [Lapse(LapseKind.REMIND, start + wait) for wait in flow.remind]
    if flow.then_call and channel is Channel.SMS and Channel.VOICE in flow.channels:
        plan.append(Lapse(LapseKind.CALL, start + flow.then_call))
    if flow.give_up:
        last = start + flow.give_up
        plan = [*(lapse for lapse in plan if lapse.at < last), Lapse(LapseKind.GIVE_UP, last)]
    return tuple(sorted(plan, key=lambda lapse: lapse.at))
