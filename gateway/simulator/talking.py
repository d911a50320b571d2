"""An answered call: documents are fetched and spoken at the other end, and keys come from there."""

from collections.abc import Mapping
from datetime import timedelta

from gateway.simulator import twiml
from gateway.simulator.call_status import Call, change, finish, parameters_of
from gateway.simulator.documents import BadDocument, verbs_in
from gateway.simulator.far_end import FarEnd
from gateway.simulator.ledger import Kind
from gateway.simulator.network import Network
from gateway.simulator.sounds import fetch_all
from gateway.simulator.talk import NOTHING_TO_PLAY, Utterance
from gateway.simulator.twiml import Connects, Fetches, HangsUp, Playback, Rejects, Step, Waits
from gateway.simulator.verbs import Played, Prompt, Said, read
from gateway.simulator.webhooks import Outcome

# No questionnaire is that long: someone redirects in a circle.
MOST_TURNS = 200
NO_ANSWER, LOOP = "the TwiML could not be fetched", "200 documents in one call: taken for a loop"
NO_SOUND = "what is to be played could not be fetched, or is no sound"


def fetch(network: Network, sid: str, url: str, method: str, extra: Mapping[str, str]) -> None:
    """Asks the account what comes next. Answers that come after the call's end change nothing."""
    call, talk = network.calls[sid], network.talk(sid)
    talk.forget_plans()
    talk.playback = NOTHING_TO_PLAY
    talk.turns += 1
    turn = talk.turns
    if talk.turns > MOST_TURNS:
        network.violation(0, LOOP, f"call {sid}")
        finish(network, call, "completed")
        return

    def done(outcome: Outcome) -> None:
        if not is_talking(network, sid) or talk.turns != turn:
            return
        if outcome.is_ok:
            obey(network, sid, outcome.body, outcome.content_type, url)
        else:
            _go_wrong(network, sid, url, outcome.error_code, NO_ANSWER)

    network.post("voice", sid, url, {**parameters_of(network, call), **extra}, done, method)


def obey(network: Network, sid: str, document: bytes, content_type: str, url: str) -> None:
    try:
        playback = Playback(read(verbs_in(document, content_type), url))
    except BadDocument as bad:
        network.violation(bad.code, bad.why, f"TwiML for call {sid} from {url}")
        _go_wrong(network, sid, url, bad.code, bad.why)
        return
    turn = network.talk(sid).turns

    def go_on() -> None:
        if is_talking(network, sid) and network.talk(sid).turns == turn:
            _follow(network, sid, twiml.run(playback))

    def no_sound(place: str, code: int) -> None:
        network.violation(code, NO_SOUND, f"<Play> for call {sid} from {place}")
        if is_talking(network, sid):
            _go_wrong(network, sid, place, code, NO_SOUND)

    fetch_all(network, sid, playback.verbs, go_on, no_sound)


def press(network: Network, sid: str, digits: str) -> str:
    """The keys that a Gather took. What comes when none listens is lost, as on a real line."""
    heard = ""
    for key in digits:
        if network.calls[sid].is_over or not _press_one(network, sid, key):
            break
        heard += key
    talk = network.talk(sid)
    for keys, is_heard in ((heard, True), (digits[len(heard) :], False)):
        if keys:
            network.ledger.add(Kind.PRESSED, sid=sid, digits=keys, heard=is_heard)
            talk.utterances.append(Utterance(keys, network.now(), None, is_heard))
    return heard


def hang_up(network: Network, sid: str) -> Call:
    """By the person. Putting down a ringing phone is declining: the caller hears it as busy."""
    call = network.calls[sid]
    if call.status == "in-progress":
        return finish(network, call, "completed")
    return finish(network, call, "busy" if call.is_outbound else "canceled")


def go_on(network: Network, sid: str) -> None:
    """With what is left of the document."""
    _follow(network, sid, twiml.run(network.talk(sid).playback))


def is_talking(network: Network, sid: str) -> bool:
    """Also while an incoming call still rings: its first document is being fetched."""
    return sid in network.calls and not network.calls[sid].is_over


def _press_one(network: Network, sid: str, key: str) -> bool:
    talk = network.talk(sid)
    gather = talk.playback.waiting
    if gather is None:
        return False
    _far_end(network, sid).be_quiet(sid)
    talk.playback, fetches = twiml.press(talk.playback, key)
    if fetches:
        fetch(network, sid, fetches.url, fetches.method, dict(fetches.parameters))
    else:
        _wait_for_keys(network, sid, gather.timeout)
    return True


def _follow(network: Network, sid: str, step: Step) -> None:
    """What is said outside a Gather takes its time first; keys pressed meanwhile are not listened for."""
    call = network.calls[sid]
    if isinstance(step.stop, Rejects) and not step.prompts and call.answered is None:
        finish(network, call, "busy" if step.stop.reason == "busy" else "no-answer")
        return
    if call.answered is None:
        change(network, call, "answered")
    talk = network.talk(sid)
    talk.playback = Playback(step.playback.verbs)
    seconds = _speak(network, sid, step.prompts)
    if seconds:
        talk.plan(network.soon(lambda: _stop_at(network, sid, step), seconds))
    else:
        _stop_at(network, sid, step)


def _stop_at(network: Network, sid: str, step: Step) -> None:
    talk = network.talk(sid)
    talk.playback = step.playback
    match step.stop:
        case Waits(gather, prompts):
            seconds = _speak(network, sid, prompts)
            network.ledger.add(
                Kind.WAITING, sid=sid, num_digits=gather.num_digits, timeout=gather.timeout,
                finish_on_key=gather.finish_on_key,
            )  # fmt: skip
            talk.prompts += 1
            _wait_for_keys(network, sid, seconds + gather.timeout)
            _far_end(network, sid).listen(sid)
        case Connects(dial):
            talk.dials = dial
            network.connect(sid, dial)
        case Fetches(url, method, parameters):
            fetch(network, sid, url, method, dict(parameters))
        case HangsUp() | Rejects():
            finish(network, network.calls[sid], "completed")


def _wait_for_keys(network: Network, sid: str, seconds: float) -> None:
    talk = network.talk(sid)
    talk.forget_plans()
    talk.waits_until = network.now() + timedelta(seconds=seconds)
    talk.plan(network.soon(lambda: _follow(network, sid, twiml.lapse(talk.playback)), seconds))


def _speak(network: Network, sid: str, prompts: tuple[Prompt, ...]) -> float:
    """At the other end, in so many seconds; written down when it begins to sound."""
    seconds = _far_end(network, sid).speak(sid, prompts)
    talk = network.talk(sid)
    for prompt in prompts:
        if isinstance(prompt, Said):
            facts = {"text": prompt.text, "language": prompt.language, "voice": prompt.voice}
            talk.unanswered += prompt.text + "\n"
            talk.utterances.append(Utterance(prompt.text, network.now(), prompt.language))
        elif isinstance(prompt, Played):
            words = network.sounds[prompt.url].words if prompt.url in network.sounds else prompt.url
            facts = {"play": prompt.url, "text": f"(recording of: {words})"}
            talk.unanswered += words + "\n"
            talk.utterances.append(Utterance(facts["text"], network.now(), "und", sound=prompt.url))
        else:
            continue
        network.ledger.add(Kind.SPOKEN, sid=sid, **facts)
    return seconds


def _far_end(network: Network, sid: str) -> FarEnd:
    return network.far_end(network.calls[sid].phone)


def _go_wrong(network: Network, sid: str, url: str, code: int, why: str) -> None:
    """The fallback is asked once; after that the caller hears that an application error has occurred, and the line."""
    call, talk = network.calls[sid], network.talk(sid)
    fallback = call.fallback_url
    if fallback is None or talk.has_fallen_back:
        network.ledger.add(Kind.LOST, sid=sid, purpose="voice", why=f"{code}: {why}")
        finish(network, call, "completed" if call.answered else "failed")
        return
    talk.has_fallen_back = True
    talk.forget_plans()

    def done(outcome: Outcome) -> None:
        if not is_talking(network, sid):
            return
        if outcome.is_ok:
            obey(network, sid, outcome.body, outcome.content_type, fallback)
        else:
            _go_wrong(network, sid, fallback, outcome.error_code, NO_ANSWER)

    told = parameters_of(network, call) | {"ErrorCode": str(code), "ErrorUrl": url}
    network.post("voice_fallback", sid, fallback, told, done, call.fallback_method)
