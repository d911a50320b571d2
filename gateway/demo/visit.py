"""The village for a visitor: the page with its phones, buttons that move the story on, and an end by Ctrl-C."""

import signal
import tempfile
import threading
from pathlib import Path
from types import FrameType

import click

from gateway import outreach
from gateway.accounts import tickets
from gateway.demo import drive, people
from gateway.demo.village import ZONE, Village, village
from gateway.store.queries.people import person_by_code

BUTTONS = [
    {"id": "ask amina", "label_en": "Ask Amina", "label_zh": "问Amina"},
    {"id": "ask mei", "label_en": "Ask Mei", "label_zh": "问梅"},
    {"id": "ask juma", "label_en": "Ring Juma", "label_zh": "打给Juma"},
    {"id": "jump", "label_en": "Next moment", "label_zh": "下一刻"},
]


def receive_visitor(seed: int = 1) -> None:
    """Runs until Ctrl-C."""
    leaving = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda number, frame: _leave(leaving, number, frame))
    with tempfile.TemporaryDirectory(prefix="village-") as folder:
        with village(Path(folder), seed=seed, phones_port=8001, gateway_port=8000) as place:
            place.network.post("numbers", people.by_hand())
            place.network.post("actions", BUTTONS)
            click.echo(_welcome(place))
            while not leaving.wait(0.1):
                _turn(place)
        click.echo("The village is closed.")


def page(place: Village, language: str) -> str:
    """The phones show the village's time, wherever the visitor sits."""
    return f"{place.network.address}/?lang={language}&zone={ZONE.key}"


def _leave(leaving: threading.Event, _number: int, _frame: FrameType | None) -> None:
    leaving.set()


def _welcome(place: Village) -> str:
    return (
        "\nThe village is open. You can be the patient and the doctor:\n\n"
        f"    {page(place, 'en')}   the phones\n"
        f"    {page(place, 'zh')}   the phones, in Chinese\n"
        f"    {place.settings.public_url}/   the coordinator's console{_first_code(place)}\n"
        f"    {place.settings.public_url}/status   how the gateway is\n\n"
        "Press a button on the page to have somebody asked, or to jump to the next moment of the story.\n"
        "Ctrl-C ends everything.\n"
    )


def _first_code(place: Village) -> str:
    """The visitor is the first administrator."""
    with place.database.write() as session:
        code = tickets.first_run(session, place.clock.real())
    return f"; its first code is {code}" if code else ""


def _turn(place: Village) -> None:
    if place.gateway.poll() is not None:
        raise click.ClickException("the gateway has ended by itself")
    for action in place.network.get("actions/pressed?wait=0.2")["pressed"]:
        if action == "jump":
            _jump(place)
        else:
            _ask(place, action.removeprefix("ask "))


def _jump(place: Village) -> None:
    moment = drive.next_moment(place)
    if moment is not None and drive.is_quiet(place):
        drive.jump(place, moment)


def _ask(place: Village, code: str) -> None:
    with place.database.write() as session:
        patient = person_by_code(session, code)
        if patient:
            outreach.ask(session, patient, "weekly-check", place.clock.now(session))
