"""How is the simulator started, and how does it end?"""

import argparse
import ctypes
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

from gateway.simulator.badness import Badness
from gateway.simulator.network import Network, WebhookAddresses
from gateway.simulator.server import serve

PR_SET_PDEATHSIG = 1


def main() -> None:
    run(arguments().parse_args())


def run(told: argparse.Namespace, connect: Callable[[Network], None] = lambda network: None) -> None:
    """Until a signal or the parent's end. `connect` may put other far ends onto some of the numbers."""
    _end_with_parent()
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    addresses = WebhookAddresses(
        told.sms_webhook, told.sms_fallback, told.voice_webhook, told.voice_fallback, told.call_status
    )
    numbers = tuple(told.number or ["+15005550006"])
    network = Network(told.account, told.token, numbers[0], addresses, numbers=numbers)
    network.ledger.is_quiet, network.ledger.most = told.quiet_ledger, told.ledger
    network.behave(Badness(seed=told.seed))
    server = serve(network, told.host, told.port)
    connect(network)
    print(f"listening on http://{told.host}:{server.server_port}", flush=True)
    server.serve_forever()


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gateway.simulator", description="A telephone network in a box.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--account", required=True, help="AC and 32 hexadecimal digits")
    parser.add_argument("--token", required=True, help="signs webhooks, and is the password of the API")
    parser.add_argument("--number", action="append", help="the account's; more than once for a service")
    parser.add_argument("--quiet-ledger", action="store_true", help="without requests, statuses, webhooks' parameters")
    parser.add_argument("--ledger", type=int, metavar="N", help="keep the last N entries")
    parser.add_argument("--seed", type=int, default=0, help="of the dice that shuffle webhooks")
    for name in ("sms-webhook", "sms-fallback", "voice-webhook", "voice-fallback", "call-status"):
        parser.add_argument(f"--{name}", metavar="URL")
    return parser


def _end_with_parent() -> None:
    """Linux only; elsewhere the parent has to end it."""
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            _end(signal.SIGTERM, None)


def _end(number: int, frame: FrameType | None) -> None:
    """At once: there is nothing to save, and webhooks in flight would hold up an orderly end."""
    os._exit(0)


if __name__ == "__main__":
    main()
