"""A district that does not exist, in a database that is thrown away: who lives there, and who looks after them?"""

import csv
import io
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session

from gateway import advising, enrolment, languages, publishing
from gateway.forecasting.plan import BEGINS, EMERGENCY, FIRST_NUMBER, REGION, ZONE, NoForecast, Plan
from gateway.settings import Settings
from gateway.store.database import Database, open_database, upgrade
from gateway.store.sealing import Keys

CLINICS_A_TOWNSHIP = 5
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
HOURS = ("09:00", "10:00", "11:00", "14:00", "15:00", "16:00")
APPROVED = {"limits": "nobody: a forecast"}
NUMBER = f"+61{FIRST_NUMBER - 1}"
Line = tuple[object, ...]


@contextmanager
def district(plan: Plan, flow_file: str, shared: str, shipped: Path) -> Iterator[Database]:
    """`flow_file`, `shared`: texts. `shipped`: where flows/ and locales/ are. Raises NoForecast."""
    with TemporaryDirectory(prefix="forecast") as folder:
        url = f"sqlite:///{folder}/forecast.db"
        upgrade(url)
        keys = Keys((secrets.token_bytes(32),), secrets.token_bytes(32))
        database = open_database(url, keys, clinic_name="The clinic")
        try:
            with database.write() as session:
                _publish(session, plan, flow_file, shared, shipped)
            settle(database, plan)
            yield database
        finally:
            database.close()


def _publish(session: Session, plan: Plan, flow_file: str, shared: str, shipped: Path) -> None:
    versions = publishing.seed(session, shipped / "flows", shipped / "locales", BEGINS)
    advising.seed(session, shipped / "flows", BEGINS)
    if any(version.flow == plan.flow and version.source == flow_file for version in versions):
        return
    spoken = languages.load(shipped / "locales")
    version, problems = publishing.publish(session, flow_file, shared, spoken, APPROVED, BEGINS)
    if version is None:
        raise NoForecast("this flow cannot be published", problems)


def settle(database: Database, plan: Plan) -> None:
    """Sites, clinicians and patients, by the road on which everybody comes in. Raises NoForecast."""
    settings = _settings()
    for kind, text in (("sites", _sites(plan)), ("clinicians", _clinicians(plan)), ("patients", _patients(plan))):
        with database.write() as session:
            bad = enrolment.import_file(session, kind, text, BEGINS, settings)
        if bad:
            raise NoForecast(f"{kind}, line {bad[0].line}: {bad[0].why}")


def _settings() -> Settings:
    """What the lists are read by; nothing of the environment, in which a real gateway may have its own."""
    return Settings.model_construct(
        region=REGION, time_zone=ZONE.key, emergency_number=EMERGENCY, countries=REGION, twilio_from=NUMBER
    )


def _sites(plan: Plan) -> str:
    townships = range(-(-plan.doctors // CLINICS_A_TOWNSHIP))
    lines: list[Line] = [("county", "County", "county", "", "", "")]
    lines += [(f"t{one}", f"Township {one}", "township", "county", "", "") for one in townships]
    above = (one // CLINICS_A_TOWNSHIP for one in range(plan.doctors))
    lines += [(f"c{one}", f"Clinic {one}", "village", f"t{of}", "", "") for one, of in enumerate(above)]
    return _csv("code,name,kind,parent_code,time_zone,emergency_number", lines)


def _clinicians(plan: Plan) -> str:
    townships = range(-(-plan.doctors // CLINICS_A_TOWNSHIP))
    who = [*((f"t{one}", "clinician") for one in townships), ("county", "clinician"), ("county", "coordinator")]
    staff = [*((f"c{one}", "clinician") for one in range(plan.doctors)), *who]
    lines = [
        (f"d{number}", f"Doctor {number}", _number(number), plan.language, site, role, "always")
        for number, (site, role) in enumerate(staff)
    ]
    return _csv("code,name,phone,language,site_code,role,duty", lines)


def _patients(plan: Plan) -> str:
    """Spread over days and hours, as the coordinator is advised to. The first report was taken on paper."""
    header = (
        "code,number,first_name,last_name,phone,language,channel,site_code,doctor_code,time_zone,consent,flow,day,time,"
        "no_visit,helper_name,helper_phone,helper_consent,first_report"
    )
    lines = (_patient(plan, number) for number in range(plan.patients))
    return _csv(header, lines)


def _patient(plan: Plan, number: int) -> Line:
    doctor = number // plan.a_doctor
    day, hour = DAYS[number % len(DAYS)], HOURS[number // len(DAYS) % len(HOURS)]
    who = (f"p{number}", number % 1000 + 1, "Patient", number, _number(100_000 + number), plan.language, plan.channel)
    return (*who, f"c{doctor}", f"d{doctor}", "", "yes", plan.flow, day, hour, "no", "", "", "", "done")


def _number(which: int) -> str:
    return f"+61{FIRST_NUMBER + which}"


def _csv(header: str, lines: Iterable[Line]) -> str:
    written = io.StringIO()
    written.write(header + "\n")
    csv.writer(written).writerows(lines)
    return written.getvalue()
