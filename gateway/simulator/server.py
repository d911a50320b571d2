"""Which part of the network answers a request?"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from gateway.simulator import control, page, rest
from gateway.simulator.inbound import react_to_sms
from gateway.simulator.network import Network

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST_REQUEST_BYTES = 1024 * 1024


def serve(network: Network, host: str, port: int) -> BaseWSGIServer:
    """Bound and listening; `serve_forever` begins to answer."""
    network.sms_arrived = lambda phone, sender, body: react_to_sms(network, phone, sender, body)
    network.schedule.start()
    return make_server(host, port, application(network), threaded=True, request_handler=_Quiet)


def application(network: Network) -> "WSGIApplication":
    def app(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = MOST_REQUEST_BYTES
        request.get_data()  # whatever is left unread would be taken for the next request of the connection
        return _answer(network, request)(environ, start_response)

    return app


def _answer(network: Network, request: Request) -> Response:
    if request.path.startswith("/2010-04-01/"):
        return rest.answer(network, request)
    if request.path.startswith("/control/"):
        return control.answer(network, request)
    return page.answer(request)


class _Quiet(WSGIRequestHandler):
    """Keeps connections open, does not wait for more bytes before sending, and writes no log."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: object) -> None:
        pass
