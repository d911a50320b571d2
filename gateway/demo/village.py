"""The village: a whole gateway with the people of docs/village on it, started and ended as one."""

import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from gateway import advising, enrolment, publishing
from gateway.clock import Clock
from gateway.demo import network
from gateway.demo.network import Network
from gateway.opening import open_from
from gateway.settings import Settings
from gateway.store.database import Database, upgrade
from gateway.supervisor import die_with_parent

FOLDER = Path(__file__).parents[2]
ZONE = ZoneInfo("Australia/Sydney")  # a country in which the provider carries SMS both ways
OUR_NUMBER = "+61491579455"  # of the numbers that the regulator keeps for films
ENDS_WITHIN = 10  # seconds
TRIES = "#rc=5&rp=ct,5xx,rt&ct=2000&rt=4000&tt=15000"  # as docs/operations.md tells an operator to enter it


@dataclass(frozen=True)
class Village:
    settings: Settings
    network: Network
    database: Database
    clock: Clock
    gateway: "subprocess.Popen[bytes]"
    begins: datetime


@contextmanager
def village(
    folder: Path,
    *,
    seed: int = 1,
    phones_port: int = 0,
    gateway_port: int = 0,
    program: Sequence[str] = ("gateway.simulator",),
) -> Iterator[Village]:
    """Yields once the gateway takes webhooks. At the end nothing is left running. `program` is the network's."""
    telephones = network.start(OUR_NUMBER, _free(phones_port), seed, program)
    try:
        settings = _settings(folder, telephones, _free(gateway_port))
        upgrade(settings.database_url)
        database = open_from(settings)
        clock = Clock(story=True)
        begins = _settle_people(database, clock, settings)
        telephones.post("time", {"offset_seconds": (begins - clock.real()).total_seconds()})
        _tell_addresses(telephones, settings)
        gateway = _serve(settings)
        try:
            yield Village(settings, telephones, database, clock, gateway, begins)
        finally:
            _end(gateway)
            database.close()
    finally:
        _end(telephones.process)


def _settings(folder: Path, telephones: Network, port: int) -> Settings:
    """Keys made for this run only: the demo is the one place that makes its own."""
    return Settings(
        _env_file=None,
        gateway_mode="demo",
        var_dir=folder,
        database_url=f"sqlite:///{folder}/gateway.db",
        clinic_name="Willow Creek clinic",
        public_url=f"http://127.0.0.1:{port}",
        twilio_account_sid=telephones.account,
        twilio_auth_token=telephones.token,
        twilio_from=OUR_NUMBER,
        twilio_api_url=telephones.address,
        secret_key=secrets.token_hex(32),
        data_keys=secrets.token_hex(32),
        index_key=secrets.token_hex(32),
        region="AU",
        time_zone=ZONE.key,
        emergency_number="000",
        sms_per_second=200,
        calls_per_second=50,
    )


def _settle_people(database: Database, clock: Clock, settings: Settings) -> datetime:
    """Moves to next Monday morning, then brings in flows, sites, clinicians and patients by the roads everyone uses."""
    with database.write() as session:
        begins = _monday_morning(clock.real())
        clock.jump(session, begins)
        publishing.seed(session, FOLDER / "flows", FOLDER / "locales", begins)
        advising.seed(session, FOLDER / "flows", begins)
    for kind in ("sites", "clinicians", "patients"):
        text = (FOLDER / "docs" / "village" / f"{kind}.csv").read_text(encoding="utf-8")
        with database.write() as session:
            problems = enrolment.import_file(session, kind, text, begins, settings)
            if problems:
                raise RuntimeError(f"docs/village/{kind}.csv: {problems}")
    return begins


def _monday_morning(now: datetime) -> datetime:
    local = now.astimezone(ZONE)
    day = local.date() + timedelta(days=7 - local.weekday())
    return datetime.combine(day, time(8, 50), ZONE)


def _tell_addresses(telephones: Network, settings: Settings) -> None:
    ours = settings.public_url
    telephones.post("webhooks", {"sms": f"{ours}/twilio/sms{TRIES}", "voice": f"{ours}/twilio/voice{TRIES}"})


def _serve(settings: Settings) -> "subprocess.Popen[bytes]":
    secret = {"twilio_auth_token", "secret_key", "data_keys", "index_key"}
    said = {
        name.upper(): str(value) for name, value in settings.model_dump(exclude=secret).items() if value is not None
    }
    said |= {name.upper(): getattr(settings, name).get_secret_value() for name in secret}
    command = [sys.executable, "-m", "gateway", "serve"]
    with (settings.var_dir / "gateway.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own module
            command,
            env=os.environ | said,
            cwd=FOLDER,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=die_with_parent(),
        )
    _wait_for(settings.listen_port, process)
    return process


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None:
        with socket.socket() as line:
            line.settimeout(0.2)
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise RuntimeError("the gateway did not start; its last words stand in gateway.log")


def _end(process: "subprocess.Popen[bytes] | subprocess.Popen[str]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(ENDS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()


def _free(wanted: int) -> int:
    """The wanted port when it is free, else one that is."""
    for port in (wanted, 0):
        with socket.socket() as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if line.connect_ex(("127.0.0.1", port)) == 0 and port:
                continue
        with socket.socket() as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            line.bind(("127.0.0.1", port))
            return int(line.getsockname()[1])
    raise RuntimeError("no free port")
