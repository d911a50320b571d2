"""A call has ended: whom did it reach, and when is she rung again?"""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.core.answers import Channel
from gateway.core.events import Event, Lapse, LapseKind, TextDue, Unreached
from gateway.core.flow import Flow
from gateway.core.memory import Conversation, State, Turn

# A site may have other waits. After them once more the next day, then a person phones.
RETRIES = (timedelta(minutes=10), timedelta(minutes=30), timedelta(minutes=60))
NEXT_DAY = timedelta(days=1)
RING_BACK = timedelta(minutes=5)  # after a hang-up midway, once: the line may have broken


class End(StrEnum):
    """How a call ended for the conversation that it was to carry on."""

    BUSY = "busy"
    NO_ANSWER = "no answer"
    MACHINE = "machine"  # a voicemail or a fax: it heard nothing
    NO_KEY = "no key"  # somebody or something picked up, and nothing was pressed
    FAILED = "failed"  # the network could not reach the phone
    CANCELED = "canceled"  # taken back before anybody picked up
    NOT_SENT = "not sent"  # its time passed before it could leave
    REFUSED = "refused"  # the provider will never ring this number
    HUNG_UP = "hung up"  # midway
    OVER = "over"  # all was said, or she said when


def waits(end: End, retries: tuple[timedelta, ...] = RETRIES) -> tuple[timedelta, ...]:
    """After each call in a row that reached nobody, this one's kind deciding; behind the last one a person phones."""
    match end:
        case End.REFUSED:
            return ()
        case End.FAILED:  # a phone that is switched off is not on again in ten minutes
            return (*(retries[-1:] * len(retries)), NEXT_DAY)
        case End.CANCELED | End.NOT_SENT:  # it never rang: the shortest wait each time
            return (*(retries[:1] * len(retries)), NEXT_DAY)
        case _:
            return (*retries, NEXT_DAY)


def how_it_ended(conversation: Conversation, receipt: str | None, *, machine: bool, left: bool) -> End:
    """`receipt`: the provider's last word; `left`: it had taken the call. The memory is that of the call's end."""
    if conversation.ended or conversation.state is State.SUSPENDED:
        return End.OVER
    if not left:
        return End.REFUSED if receipt else End.NOT_SENT
    if machine:
        return End.MACHINE
    if receipt != "completed":
        return {"busy": End.BUSY, "failed": End.FAILED, "canceled": End.CANCELED}.get(str(receipt), End.NO_ANSWER)
    if conversation.channel is not Channel.VOICE or conversation.parted:
        return End.OVER
    at = conversation.menu_from or conversation.state
    return End.NO_KEY if at is State.GREETING else End.HUNG_UP


def after_call(
    flow: Flow, conversation: Conversation, end: End, now: datetime, retries: tuple[timedelta, ...] = RETRIES
) -> Turn:
    """When she is rung next. Nothing of it counts as a try of the question that is open."""
    if end is End.OVER:
        return conversation, ()
    if end is End.HUNG_UP:
        return _ring_back(conversation, now), ()
    planned, rings = waits(end, retries), conversation.rings
    conversation = replace(conversation, rings=rings + 1)
    if rings >= len(planned):
        return _left_to_a_person(conversation)
    conversation = _again_at(conversation, now + planned[rings])
    is_machine = end is End.MACHINE and rings == 0  # it may have been she, taken for a machine
    texts = (is_machine or rings == len(planned) - 1) and _may_text(flow, conversation)
    return replace(conversation, texted=conversation.texted or texts), (TextDue(),) * texts


def _may_text(flow: Flow, conversation: Conversation) -> bool:
    """Once, and only the neutral hello: a question that was put on a call is not shown to whoever has the phone."""
    is_neutral = flow.open == "ask first" and conversation.open is None and flow.shared_phone is None
    return is_neutral and not conversation.texted and Channel.SMS in flow.channels


def _ring_back(conversation: Conversation, now: datetime) -> Conversation:
    """Once; after a second hang-up her times run on."""
    if conversation.rang_back:
        return conversation
    call = Lapse(LapseKind.CALL, now + RING_BACK)
    return replace(conversation, rang_back=True, lapses=_in_order(call, *conversation.lapses))


def _again_at(conversation: Conversation, at: datetime) -> Conversation:
    """Instead of reminders, and not past giving up."""
    last = [lapse for lapse in conversation.lapses if lapse.kind is LapseKind.GIVE_UP]
    call = [] if any(lapse.at <= at for lapse in last) else [Lapse(LapseKind.CALL, at)]
    return replace(conversation, lapses=_in_order(*call, *last))


def _left_to_a_person(conversation: Conversation) -> Turn:
    told: tuple[Event, ...] = () if conversation.unreached else (Unreached(conversation.rings),)
    last = tuple(lapse for lapse in conversation.lapses if lapse.kind is LapseKind.GIVE_UP)
    return replace(conversation, unreached=True, lapses=last), told


def _in_order(*lapses: Lapse) -> tuple[Lapse, ...]:
    return tuple(sorted(lapses, key=lambda lapse: lapse.at))
