"""The real processes of one gateway, each of which can be killed and begun again by itself."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path

from redis import Redis

from gateway import enrolment, publishing
from gateway.clock import Clock
from gateway.demo.network import Network
from gateway.demo.village import FOLDER, ZONE
from gateway.phone.twilio_in import OVERRIDES
from gateway.settings import Settings
from gateway.store.database import Database, open_database
from gateway.store.sealing import Keys
from gateway.supervisor import die_with_parent, web_command, worker_command
from tests import servers
from tests.world import OUR_NUMBER, settings_for

NAMES = ("web", "jobs", "clock")
UP_WITHIN = 30.0
# A storm is no test of budgets or of the sender's pace.
QUICK: dict[str, object] = {"sms_per_second": 500, "calls_per_second": 50, "sms_per_number_a_day": 1000}
SECRET = {"twilio_auth_token", "secret_key", "data_keys", "index_key"}
PATIENTS = (
    "code,number,first_name,last_name,phone,language,channel,site_code,doctor_code,time_zone,consent,flow,day,time"
)


@dataclass
class House:
    """Everything is real: gunicorn, the jobs and clock processes, a Redis of its own, a database."""

    folder: Path
    settings: Settings
    network: Network
    database: Database
    clock: Clock
    begins: datetime
    redis: "subprocess.Popen[str]"
    running: "dict[str, subprocess.Popen[bytes]]" = field(default_factory=dict)
    born: dict[str, float] = field(default_factory=dict)

    def start(self, name: str) -> None:
        command = web_command(self.settings) if name == "web" else worker_command(name)
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command,
                env=os.environ | environment_of(self.settings),
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(),
            )
        self.born[name] = time.monotonic()

    def kill(self, name: str) -> None:
        """With -9, and gunicorn's worker with it: nobody gets to say goodbye."""
        process = self.running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def age(self, name: str) -> float:
        return time.monotonic() - self.born[name]

    def wait_for_web(self) -> None:
        until = time.monotonic() + UP_WITHIN
        while not _listens(self.settings.listen_port):
            assert self.running["web"].poll() is None, (self.folder / "web.log").read_text()[-2000:]
            assert time.monotonic() < until, "the web process does not listen"
            pause(0.05)

    def kill_redis(self) -> None:
        self.redis.kill()
        self.redis.communicate()

    def flush_redis(self) -> None:
        with Redis.from_url(self.settings.redis_url) as line:
            line.flushall()

    def now(self) -> datetime:
        with self.database.read() as session:
            return self.clock.now(session)

    def jump(self, to: datetime) -> None:
        with self.database.write() as session:
            self.clock.jump(session, to)
            session.flush()
            self.network.post("time", {"offset_seconds": (to - self.clock.real()).total_seconds()})


@contextmanager
def house(folder: Path, network: Network, database_url: str, patients: list[str], **more: object) -> Iterator[House]:
    """On a Monday at 08:59, with the village's sites and staff, and these rows of patients. Nothing runs yet."""
    given = settings_for(network, database_url, f"http://127.0.0.1:{_free_port()}").model_dump()
    redis = servers.start_redis(folder / "redis")
    address = f"unix://{folder / 'redis' / 'redis.sock'}"
    settings = Settings(_env_file=None, **(given | {"redis_url": address, "var_dir": folder} | more))
    database = open_database(database_url, Keys(settings.data_key_bytes, settings.index_key_bytes))
    here = House(folder, settings, network, database, Clock(story=True), _monday(Clock().real()), redis)
    try:
        network.post("reset", {"offset_seconds": 0, "seed": 1})
        _settle(here, patients)
        yield here
    finally:
        for name in tuple(here.running):
            here.kill(name)
        here.kill_redis()
        database.close()


def environment_of(settings: Settings) -> dict[str, str]:
    given = settings.model_dump(exclude=SECRET)
    said = {name.upper(): str(value) for name, value in given.items() if value is not None}
    return said | {name.upper(): getattr(settings, name).get_secret_value() for name in SECRET}


@contextmanager
def quiet_network(account: str, token: str) -> Iterator[Network]:
    """One that keeps only what is counted: 20,000 messages with all their parameters would fill the memory."""
    command = [sys.executable, "-m", "gateway.simulator", "--account", account, "--token", token, "--quiet-ledger"]
    process = subprocess.Popen([*command, "--number", OUR_NUMBER], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    address = process.stdout.readline().removeprefix("listening on ").strip()
    try:
        yield Network(address, account, token, process)
    finally:
        process.terminate()
        process.communicate(timeout=5)


def pause(seconds: float) -> None:
    """Between two looks at another process."""
    threading.Event().wait(seconds)


def _settle(here: House, patients: list[str]) -> None:
    begins = here.begins
    with here.database.write() as session:
        here.clock.jump(session, begins)
        publishing.seed(session, FOLDER / "flows", FOLDER / "locales", begins)
    here.network.post("time", {"offset_seconds": (begins - here.clock.real()).total_seconds()})
    texts = {name: (FOLDER / "docs/village" / f"{name}.csv").read_text("utf-8") for name in ("sites", "clinicians")}
    texts["patients"] = "\n".join(
        [PATIENTS + ",no_visit,helper_name,helper_phone,helper_consent,first_report", *patients]
    )
    for kind, text in texts.items():
        with here.database.write() as session:
            assert enrolment.import_file(session, kind, text, begins, here.settings) == []
    ours = here.settings.public_url
    here.network.post("webhooks", {"sms": f"{ours}/twilio/sms{OVERRIDES}", "voice": f"{ours}/twilio/voice"})


def _monday(now: datetime) -> datetime:
    day = now.astimezone(ZONE).date()
    return datetime.combine(day + timedelta(days=7 - day.weekday()), time_of_day(8, 59), ZONE)


def _listens(port: int) -> bool:
    with socket.socket() as line:
        line.settimeout(0.5)
        return line.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])
