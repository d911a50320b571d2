"""The provider's side of a real call: the simulator, whose calls to some numbers go out over SIP."""

from collections.abc import Sequence
from pathlib import Path

from gateway.simulator import ringing, talking
from gateway.simulator.__main__ import arguments, run
from gateway.simulator.call_status import finish
from gateway.simulator.network import Network
from gateway.simulator.verbs import Prompt
from tests.sip import speech
from tests.sip.baresip import Event, Telephone


def main() -> None:
    parser = arguments()
    parser.add_argument("--sip", metavar="NUMBER=ADDRESS", required=True, help="whose calls are real, and where it is")
    parser.add_argument("--folder", type=Path, required=True, help="for what is spoken")
    told = parser.parse_args()
    number, _, address = told.sip.partition("=")

    def connect(network: Network) -> None:
        story, real = network.far_end, SipLine(network, address, told.folder)
        network.far_end = lambda phone: real if phone == number else story(phone)

    run(told, connect)


class SipLine:
    """A far end whose bell is an INVITE, whose mouth is espeak-ng over RTP and whose ear takes RFC 4733 keys."""

    def __init__(self, network: Network, address: str, folder: Path) -> None:
        self._network, self._address, self._folder = network, address, folder
        self._sid = ""
        self._said = 0
        silence = folder / "silence.wav"
        folder.mkdir(parents=True, exist_ok=True)
        speech.record((), silence)
        self._telephone = Telephone("provider", folder / "telephone", silence, self._happened)

    def ring(self, sid: str) -> None:
        self._sid = sid
        self._telephone.fall_silent()
        self._telephone.dial(self._address)

    def speak(self, sid: str, prompts: Sequence[Prompt]) -> float:
        """The network waits while espeak-ng works, a tenth of a second; it has only this one call to think of."""
        if not prompts:
            return 0.0
        self._said += 1
        wav = self._folder / f"{self._said:03}.wav"
        seconds = speech.record(prompts, wav)
        self._telephone.play(wav)
        return seconds

    def listen(self, sid: str) -> None:
        """Keys are told as they come, whether anyone waits for them or not."""

    def be_quiet(self, sid: str) -> None:
        self._telephone.fall_silent()

    def put_down(self, sid: str) -> None:
        self._telephone.hang_up()

    def _happened(self, event: Event) -> None:
        network = self._network
        with network.lock:
            call = network.calls.get(self._sid)
            if call is None or call.is_over:
                return
            match event.what:
                case "CALL_RINGING" if call.status == "queued":
                    ringing.rings(network, call.sid)
                case "CALL_ESTABLISHED":
                    ringing.answer(network, call.sid)
                case "CALL_DTMF_START":
                    talking.press(network, call.sid, event.told)
                case "CALL_CLOSED" if call.status == "in-progress":
                    talking.hang_up(network, call.sid)
                case "CALL_CLOSED":
                    finish(network, call, "busy" if event.told.startswith("486") else "failed")


if __name__ == "__main__":
    main()
