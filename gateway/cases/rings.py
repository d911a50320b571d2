"""Who is rung about a case, and what follows when nobody answers the call?"""

from dataclasses import replace
from datetime import datetime

from gateway.cases import doctors, ledger
from gateway.cases.casefile import CaseFile
from gateway.core import policy
from gateway.core.flow import Level
from gateway.core.life import Promise, Ring, RingHolder, State
from gateway.store import outbox
from gateway.store.marks import stopped_channels
from gateway.store.queries.calls import is_over, is_ringing, ring_for_same_sms, rings_about, unweighed_of_case
from gateway.store.queries.cases import DEAD, NOT_DELIVERED
from gateway.store.queries.people import phone_of
from gateway.store.tables import Call, Kind, Message, Person, Phone

ARRIVED = ("delivered", "read")


def ring_tier(file: CaseFile, action: Ring) -> None:
    """Nobody, where the tier was passed over meanwhile. The clock of the next tier runs on, whatever comes of it."""
    told = _told_now(file, action.tier)
    if told is None or (action.unless_delivered and _has_arrived(file, told["message"])):
        return
    clinician = file.session.get_one(Person, told["person"])
    if action.unless_delivered and _is_still_gathering(file, told["message"]):
        return
    if _shares_a_ring(file, clinician, told):
        return
    if not _may_be_rung(file, clinician) or rings_about(file.session, file.case.id, clinician.id):
        return
    if is_ringing(file.session, clinician.id, file.now):  # about another case: one call at a time to a phone
        _look_again(file)
        return
    call = _put(file, clinician)
    file.case.progress = {**file.case.progress, "told": [*file.told[:-1], {**told, "call": call.id}]}


def ring_holder(file: CaseFile, action: RingHolder) -> None:
    if file.holder and _may_be_rung(file, file.holder) and not rings_about(file.session, file.case.id, file.holder.id):
        _put(file, file.holder)


def can_replace_sms(file: CaseFile) -> bool:
    """Whether a call may do what an SMS that will never arrive cannot: then he is rung before the tier is passed over.

    He has no other way to the case, so he needs his code.
    """
    told = file.told[-1] if file.told else None
    if told is None or file.clock.times(file.life).ring is None:
        return False
    clinician = file.session.get_one(Person, told["person"])
    return clinician.call_code is not None and _may_be_rung(file, clinician)


def weigh(file: CaseFile) -> bool:
    """Each ring that is over, once. True: nobody heard the case by call, and nothing says that anybody read it."""
    is_lost = False
    for call in unweighed_of_case(file.session, file.case.id):
        call.weighed_at = file.now
        heard = bool((call.memory or {}).get("heard"))
        facts = {"call": call.id, "person": call.to_id, "end": call.receipt or call.state, "heard": heard}
        ledger.append(file, "rang us" if call.direction == "in" else "rung", facts=facts)
        is_lost = is_lost or (not heard and _was_the_last_way(file, call))
    return is_lost or _is_lost_with_another(file)


def sms_is_dead(file: CaseFile, message_id: str | None) -> bool:
    message = file.session.get(Message, message_id) if message_id else None
    if message is None:
        return False
    phone = file.session.get_one(Phone, message.phone_id)
    return message.state in DEAD or message.receipt in NOT_DELIVERED or phone.opted_out_at is not None


def _was_the_last_way(file: CaseFile, call: Call) -> bool:
    if file.life.state is not State.TOLD or not file.told or file.told[-1].get("call") != call.id:
        return False
    told = file.told[-1]
    if sms_is_dead(file, told["message"]):
        return True
    is_late = file.now - datetime.fromisoformat(told["at"]) >= policy.RECEIPT
    return is_late and not _has_arrived(file, told["message"])


def _told_now(file: CaseFile, tier: int) -> dict[str, str] | None:
    """Whoever was told last in this climb: at this tier or, where nobody was on duty there, beneath it."""
    told = file.told[-1] if file.told else None
    if told is None or told["tier"] > tier or datetime.fromisoformat(told["at"]) < file.life.climb_from:
        return None
    return told


def _has_arrived(file: CaseFile, message_id: str) -> bool:
    message = file.session.get_one(Message, message_id)
    return message.receipt in ARRIVED


def _is_still_gathering(file: CaseFile, message_id: str) -> bool:
    """An SMS about several cases leaves a little later: its receipt is awaited from then on."""
    leaves = file.session.get_one(Message, message_id).not_before
    if leaves <= file.now - policy.RECEIPT:
        return False
    file.life = replace(file.life, due={**file.life.due, Promise.RECEIPT: leaves + policy.RECEIPT})
    file.write()
    return True


def _shares_a_ring(file: CaseFile, clinician: Person, told: dict[str, str]) -> bool:
    """In a storm one call for all that share an SMS: he has the list before him. What becomes of it holds for each."""
    call = ring_for_same_sms(file.session, told["message"], clinician.id, file.case.id)
    if call is None:
        return False
    if told.get("weighed"):
        return True
    file.case.progress = {**file.case.progress, "told": [*file.told[:-1], {**told, "call": call.id}]}
    if not is_over(call):
        _look_again(file)
    return True


def _is_lost_with_another(file: CaseFile) -> bool:
    """Weighed once, as this case's own would be."""
    told = file.told[-1] if file.told else {}
    call = file.session.get(Call, told["call"]) if told.get("call") and not told.get("weighed") else None
    if call is None or call.case_id == file.case.id or not is_over(call):
        return False
    is_lost = not (call.memory or {}).get("heard") and _was_the_last_way(file, call)
    file.case.progress = {**file.case.progress, "told": [*file.told[:-1], {**told, "weighed": "yes"}]}
    return is_lost


def _look_again(file: CaseFile) -> None:
    file.life = replace(file.life, due={**file.life.due, Promise.RING: file.now + policy.RING_AGAIN})
    file.write()


def _may_be_rung(file: CaseFile, clinician: Person) -> bool:
    """Not whoever has stopped us, and nobody while there is no number to call from: a row would wait for nothing."""
    phone = phone_of(file.session, clinician.id)
    if phone is None or phone.opted_out_at or phone.bad_since:
        return False
    return bool(file.session.info["may_call"]) and "calls" not in stopped_channels(file.session)


def _put(file: CaseFile, clinician: Person) -> Call:
    until = min(policy.valid_for(file.now, doctors.next_step(file)), outbox.CALL_VALID)
    call = outbox.put_call(
        file.session,
        file.now,
        to=clinician,
        subject=file.patient,
        kind=Kind.CASE,
        case_id=file.case.id,
        valid_for=until,
        at_once=file.life.level is Level.NOW,
    )
    ledger.append(file, "ringing", facts={"call": call.id, "person": clinician.id})
    return call
