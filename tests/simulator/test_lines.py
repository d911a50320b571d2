"""Are connections to the account's server kept open, and is a broken one a failed attempt and no more?"""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Semaphore, Thread

from tests.simulator.account import AMINA, Driver

Answer = Callable[[socket.socket, int], None]
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"


@contextmanager
def listening(answer: Answer) -> Iterator[tuple[str, list[int]]]:
    """The address, and how many requests each connection has carried."""
    carried: list[int] = []

    def serve() -> None:
        while True:
            try:
                line, _ = door.accept()
            except OSError:
                return
            carried.append(0)
            Thread(target=talk, args=(line, len(carried) - 1), daemon=True).start()

    def talk(line: socket.socket, place: int) -> None:
        with line:
            try:
                while line.recv(65536):
                    carried[place] += 1
                    answer(line, sum(carried))
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as door:
        Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}/sms", carried
        door.shutdown(socket.SHUT_RDWR)


def send_three(
    driver: Driver, address: str, after_each: Callable[[], object] = lambda: None
) -> list[tuple[int | None, str | None]]:
    driver.post("webhooks", {"sms": address})
    for _ in range(3):
        driver.post("sms", {"from": AMINA, "body": "3"})
        driver.settle()
        after_each()
    return [(entry["status"], entry["error"]) for entry in driver.ledger("webhook")]


def test_one_connection_carries_one_webhook_after_the_other(driver: Driver) -> None:
    with listening(lambda line, count: line.sendall(OK + b"Content-Length: 11\r\n\r\n<Response/>")) as (
        address,
        carried,
    ):
        assert send_three(driver, address) == [(200, None)] * 3
        assert carried == [3]


def test_a_body_may_come_in_chunks(driver: Driver) -> None:
    chunks = b"Transfer-Encoding: chunked\r\n\r\n5\r\n<Resp\r\n6\r\nonse/>\r\n0\r\n\r\n"
    with listening(lambda line, count: line.sendall(OK + chunks)) as (address, carried):
        assert send_three(driver, address) == [(200, None)] * 3
        assert carried == [3]
    assert driver.ledger("violation") == []


def test_a_server_that_closes_is_met_anew(driver: Driver) -> None:
    closed = Semaphore(0)

    def once(line: socket.socket, count: int) -> None:
        line.sendall(OK + b"Content-Length: 11\r\n\r\n<Response/>")
        line.shutdown(socket.SHUT_RDWR)
        closed.release()

    with listening(once) as (address, carried):
        assert send_three(driver, address, closed.acquire) == [(200, None)] * 3
        assert carried == [1, 1, 1]


def test_a_connection_that_breaks_is_not_tried_again_unless_the_fragment_says_so(driver: Driver) -> None:
    def breaks_the_first(line: socket.socket, count: int) -> None:
        if count == 1:
            line.shutdown(socket.SHUT_RDWR)
        else:
            line.sendall(OK + b"Content-Length: 11\r\n\r\n<Response/>")

    with listening(breaks_the_first) as (address, _):
        assert send_three(driver, address) == [(None, "read"), (200, None), (200, None)]
        assert driver.ledger("webhook")[0]["detail"] == "closed without an answer"
