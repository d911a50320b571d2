"""Which part of the network answers a request, and what goes over the connection?"""

import contextlib
import socket
import struct
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

from werkzeug.wrappers import Request

from gateway.simulator import bridge, control, page, rest
from gateway.simulator.faults import Fault, Mishap
from gateway.simulator.inbound import react_to_sms
from gateway.simulator.listening import StoryPhone
from gateway.simulator.network import Network
from gateway.simulator.wire import Answered, Asked, BadRequest, environ_of, read_request, written

MOST_CONNECTIONS, BACKLOG = 1000, 1024
LONGEST_SILENCE = 300.0
API = "/2010-04-01/"


def serve(network: Network, host: str, port: int) -> "Server":
    """Bound and listening; `serve_forever` begins to answer."""
    network.sms_arrived = lambda phone, sender, body: react_to_sms(network, phone, sender, body)
    acted = StoryPhone(network)
    network.far_end = lambda number: acted
    network.connect = lambda sid, dial: bridge.connect(network, sid, dial)
    network.connected = lambda call: bridge.connected(network, call)
    network.call_over = lambda call: bridge.call_over(network, call)
    network.schedule.start()
    return Server(network, host, port)


class Server:
    """A thread for each connection, and threads are used again. `refuse` closes the door for a while: new connections
    are refused, those of the account's program are cut; those of /control that are open stay."""

    def __init__(self, network: Network, host: str, port: int) -> None:
        self._network = network
        self._threads = ThreadPoolExecutor(MOST_CONNECTIONS, "connection")
        self._door = socket.create_server((host, port), backlog=BACKLOG)
        self._address = (host, self._door.getsockname()[1])
        self._closed_until = 0.0
        self._of_account: set[socket.socket] = set()
        self._lock = Lock()
        network.refuse_connections = self.refuse

    @property
    def server_port(self) -> int:
        return int(self._address[1])

    def serve_forever(self) -> None:
        while True:
            if self._closed_until > time.monotonic():
                self._stay_closed()
            try:
                line, _ = self._door.accept()
            except OSError:  # the door was shut while we stood in it
                continue
            self._threads.submit(self._talk, line)

    def refuse(self, seconds: float) -> None:
        self._closed_until = time.monotonic() + seconds
        self._door.shutdown(socket.SHUT_RDWR)
        with self._lock:
            for line in self._of_account:
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)

    def _stay_closed(self) -> None:
        self._door.close()
        while (left := self._closed_until - time.monotonic()) > 0:
            Event().wait(left)
        self._door = socket.create_server(self._address, backlog=BACKLOG)

    def _talk(self, line: socket.socket) -> None:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            with line.makefile("rb") as stream:
                while (asked := read_request(stream)) and self._answer(line, asked):
                    pass
        except (OSError, BadRequest):
            pass  # gone, or speaks no HTTP: there is nobody to tell
        except Exception:  # noqa: BLE001 - the edge of a connection: told loudly, and the others go on
            traceback.print_exc(file=sys.stderr)
        finally:
            with self._lock:
                self._of_account.discard(line)
            line.close()

    def _answer(self, line: socket.socket, asked: Asked) -> bool:
        """False when the connection is at its end."""
        if not asked.path.startswith(API):
            line.sendall(written(_by_werkzeug(self._network, asked), asked.method == "HEAD"))
            return asked.keeps_open
        with self._lock:
            self._of_account.add(line)
        answer, fault = rest.answer(self._network, asked)
        if fault and not _suffer(line, fault):
            return False
        line.sendall(written(answer))
        return asked.keeps_open


def _suffer(line: socket.socket, fault: Fault) -> bool:
    """False when no answer is to follow."""
    if fault.do is Mishap.LATE:
        Event().wait(fault.hold)
    elif fault.do is Mishap.SILENCE:
        line.settimeout(LONGEST_SILENCE)
        while line.recv(4096):
            pass
    elif fault.do is Mishap.RESET:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return fault.do not in (Mishap.SILENCE, Mishap.RESET, Mishap.LOST)


def _by_werkzeug(network: Network, asked: Asked) -> Answered:
    request = Request(environ_of(asked))
    answer = control.answer(network, request) if asked.path.startswith("/control/") else page.answer(request)
    headers = {name: value for name, value in answer.headers.items() if name.lower() != "content-length"}
    return Answered(answer.status_code, answer.get_data(), headers)
