"""How is a SIP telephone started on loopback, told what to do, and heard?

It is Debian's baresip, a process of its own, led over its control connection: netstrings of JSON. It needs no registrar
and no sound card: its microphone is a WAV file, and what its owner hears is written to another.
"""

import json
import random
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from gateway.supervisor import die_with_parent

PROGRAM = "baresip"
READY_WITHIN = 20.0
PORTS = range(20_000, 32_000)
BETWEEN_KEYS = 0.35  # seconds: each sounds a quarter of one
CONFIG = """\
sip_listen 127.0.0.1:{sip}
net_interface 127.0.0.1
rtp_ports 10000-19999
module_path {modules}
module g711.so
module sndfile.so
module aufile.so
module aubridge.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
audio_source aufile,{silence}
audio_player aubridge,nowhere
audio_alert aubridge,nobody
audio_buffer 20-160
snd_path {recordings}
ringback_disabled yes
"""
ACCOUNT = "<sip:{name}@127.0.0.1:{sip}>;regint=0;answermode=manual;audio_codecs=pcmu\n"


@dataclass(frozen=True)
class Event:
    """`what` is baresip's word for it: CALL_RINGING, CALL_ESTABLISHED, CALL_DTMF_START, CALL_CLOSED ..."""

    what: str
    told: str


class Telephone:
    """One call at a time. `happened` is called from a thread of its own, one event after the other."""

    def __init__(self, name: str, folder: Path, silence: Path, happened: Callable[[Event], None]) -> None:
        self._folder, self._silence, self._happened = folder, silence, happened
        sip, control = _free(), _free()
        self.address = f"sip:{name}@127.0.0.1:{sip}"
        self._lock = threading.Lock()
        self._process = _start(name, folder, silence, sip, control)
        self._line = _connect(control, self._process)
        threading.Thread(target=self._hear, args=(self._line.makefile("rb"),), daemon=True).start()

    def dial(self, address: str) -> None:
        self._tell("dial", address)

    def pick_up(self) -> None:
        self._tell("accept")

    def hang_up(self) -> None:
        """BYE, or CANCEL while it rings, or 486 for a call that comes in."""
        self._tell("hangup")

    def press(self, keys: str) -> None:
        """Each as an RTP telephone event, RFC 4733."""
        for number, key in enumerate(keys):
            if number:
                threading.Event().wait(BETWEEN_KEYS)
            self._tell("sndcode", key)

    def play(self, wav: Path) -> None:
        """Into the microphone, from now on. A file that ends ends the call: let silence follow the words."""
        self._tell("ausrc", f"aufile,{wav}")

    def fall_silent(self) -> None:
        self.play(self._silence)

    def heard(self) -> Path:
        """What came out of the earpiece in the last call, from its first second on."""
        return max((self._folder / "recordings").glob("*-dec.wav"))

    def end(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._line.close()

    def _tell(self, command: str, parameters: str = "") -> None:
        told = json.dumps({"command": command, "params": parameters}).encode()
        with self._lock:
            self._line.sendall(b"%d:%s," % (len(told), told))

    def _hear(self, stream: BinaryIO) -> None:
        while (said := _netstring(stream)) is not None:
            if said.get("event"):
                self._happened(Event(said["type"], said.get("param", "")))


def is_installed() -> bool:
    return shutil.which(PROGRAM) is not None and shutil.which("espeak-ng") is not None


def _start(name: str, folder: Path, silence: Path, sip: int, control: int) -> "subprocess.Popen[bytes]":
    recordings = folder / "recordings"
    recordings.mkdir(parents=True)
    modules = next(Path("/usr/lib").glob("**/baresip/modules"))
    config = CONFIG.format(sip=sip, control=control, silence=silence, recordings=recordings, modules=modules)
    (folder / "config").write_text(config)
    (folder / "accounts").write_text(ACCOUNT.format(name=name, sip=sip))
    (folder / "contacts").touch()
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [PROGRAM, "-f", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=die_with_parent(),
        )


def _connect(control: int, process: "subprocess.Popen[bytes]") -> socket.socket:
    until = time.monotonic() + READY_WITHIN
    while process.poll() is None and time.monotonic() < until:
        try:
            return socket.create_connection(("127.0.0.1", control))
        except ConnectionRefusedError:
            threading.Event().wait(0.05)
    raise RuntimeError("baresip did not start; its last words stand in its log")


def _netstring(stream: BinaryIO) -> dict[str, Any] | None:
    length = b""
    while (sign := stream.read(1)) != b":":
        if not sign:
            return None
        length += sign
    said: dict[str, Any] = json.loads(stream.read(int(length)))
    stream.read(1)
    return said


def _free() -> int:
    """Of both kinds, and below those that the system hands out to whoever connects."""
    for port in random.sample(PORTS, 100):
        with socket.socket(type=socket.SOCK_DGRAM) as udp, socket.socket() as tcp, suppress(OSError):
            udp.bind(("127.0.0.1", port))
            tcp.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no free port")
