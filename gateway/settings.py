"""What the environment decides: one frozen Settings, every wrong value named at once, no secret with a default."""

import re
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import phonenumbers
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from dotenv import dotenv_values
from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingsProblem(Exception):
    """`sentences` holds one clear sentence for each wrong or missing setting."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


def _http(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError("must be an http or https address")
    return address.rstrip("/")


def _database(address: str) -> str:
    file = address.removeprefix("sqlite:///")
    if file != address and file.strip("/") and not file.startswith((":memory:", "file:")):
        return address
    if urlsplit(address).scheme == "postgresql+psycopg":
        return address
    raise ValueError("must be sqlite:///a/file.db or postgresql+psycopg://user:password@host/database")


def _redis(address: str) -> str:
    if address and urlsplit(address).scheme not in ("redis", "rediss", "unix"):
        raise ValueError("must begin with redis://, rediss:// or unix://, or be empty for the bundled server")
    return address


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"'{name}' is no time zone: write for example Africa/Nairobi")
    return name


def _region(code: str) -> str:
    if code not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f"'{code}' is no country: write two capital letters, for example KE")
    return code


def _countries(text: str) -> str:
    """Raises ValueError; what is right is read by `Settings.allowed_countries`."""
    for code, colon, cap in (part.strip().partition(":") for part in text.split(",")):
        if text.strip() and (code not in phonenumbers.SUPPORTED_REGIONS or (colon and not _CAP.fullmatch(cap))):
            raise ValueError("must be countries with commas between them, each with its cap or none: KE:2000,UG")
    return text


def _long_enough(secret: SecretStr) -> SecretStr:
    if any(len(part.strip()) < SECRET_LENGTH for part in secret.get_secret_value().split(",")):
        raise ValueError(f"must have at least {SECRET_LENGTH} characters of random text")
    return secret


def _token(secret: SecretStr) -> SecretStr:
    if not all(part.strip() for part in secret.get_secret_value().split(",")):
        raise ValueError("must be a token, or several with one comma between them")
    return secret


SECRET_LENGTH = 32
_CAP = re.compile(r"[0-9]{1,9}")
Address = Annotated[str, AfterValidator(_http)]
Secret = Annotated[SecretStr, AfterValidator(_long_enough)]
# What is said instead of a pattern that nobody can read.
SHAPES = {
    "twilio_account_sid": "must be AC and 32 characters 0-9 a-f, as the provider's console shows it",
    "twilio_messaging_service_sid": "must be MG and 32 characters 0-9 a-f, as the provider's console shows it",
    "twilio_from": "must be a phone number with + and country, for example +254711000000",
    "emergency_number": "must be 2 to 8 digits",
    "clinic_name": "must be 1 to 40 characters, since it is said in every SMS",
    "same_hour_answer": "must be true or false",
    "port": "must be a number from 1 to 65535",
    "sms_per_second": "must be a number above 0 and up to 2000",
    "calls_per_second": "must be a number above 0 and up to 100",
    "sms_per_number_a_day": "must be a whole number from 1 to 1000",
    "sms_a_day": "must be a whole number above 0, or empty for no limit",
    "reserve_for_cases": "must be a number from 0 up to 1, for example 0.2",
    "month_sms_day": "must be a day of the month from 1 to 28, or empty for none",
    "talk_weeks": "must be a number of weeks from 2 to 52",
    "sms_price": "must be a number and a currency, for example 0.05 USD",
    "keep_words_days": "must be a number of days from 30 to 36500",
    "keep_strangers_days": "must be a number of days from 2 to 36500",
    "gateway_mode": "must be production or demo",
}


class Settings(BaseSettings):
    """Raises SettingsProblem with everything that is wrong, not only the first."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True, hide_input_in_errors=True
    )

    database_url: Annotated[str, AfterValidator(_database)] = "sqlite:///var/gateway.db"
    redis_url: Annotated[str, AfterValidator(_redis)] = ""
    var_dir: Path = Path("var")
    clinic_name: Annotated[str, Field(min_length=1, max_length=40)]
    same_hour_answer: bool = False
    public_url: Address = "http://127.0.0.1:8000"
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    twilio_account_sid: Annotated[str, Field(pattern=r"^AC[0-9a-f]{32}$")]
    twilio_auth_token: Annotated[SecretStr, AfterValidator(_token)]
    twilio_from: Annotated[str, Field(pattern=r"^\+[1-9][0-9]{6,14}$")] | None = None
    twilio_messaging_service_sid: Annotated[str, Field(pattern=r"^MG[0-9a-f]{32}$")] | None = None
    twilio_api_url: Address = "https://api.twilio.com"
    voice_fallback_url: Address | None = None
    secret_key: Secret
    data_keys: Secret
    index_key: Secret
    region: Annotated[str, AfterValidator(_region)]
    time_zone: Annotated[str, AfterValidator(_zone)]
    emergency_number: Annotated[str, Field(pattern=r"^[0-9]{2,8}$")]
    sms_per_second: Annotated[float, Field(gt=0, le=2000)] = 1
    calls_per_second: Annotated[float, Field(gt=0, le=100)] = 1
    sms_per_number_a_day: Annotated[int, Field(ge=1, le=1000)] = 20
    sms_price: Annotated[str, Field(pattern=r"^([0-9]{1,6}(\.[0-9]{1,6})? [A-Z]{3})?$")] = ""
    sms_a_day: Annotated[int, Field(ge=1)] | None = None
    reserve_for_cases: Annotated[float, Field(ge=0, lt=1)] = 0.2
    countries: Annotated[str, AfterValidator(_countries)] = ""
    heartbeat_url: Address | None = None
    month_sms_day: Annotated[int, Field(ge=1, le=28)] | None = None
    talk_weeks: Annotated[int, Field(ge=2, le=52)] = 8
    keep_words_days: Annotated[int, Field(ge=30, le=36_500)] = 365
    keep_strangers_days: Annotated[int, Field(ge=2, le=36_500)] = 90
    gateway_mode: Literal["production", "demo"] = "production"

    @model_validator(mode="wrap")
    @classmethod
    def _everything_at_once(cls, given: Any, build: Callable[[Any], "Settings"]) -> "Settings":
        together = _wrong_together({name.lower(): _plain(value) for name, value in dict(given).items()})
        try:
            settings = build(given)
        except ValidationError as error:
            alone = [_sentence(problem["loc"], problem["type"], problem["msg"]) for problem in error.errors()]
            raise SettingsProblem(alone + together) from None
        if together:
            raise SettingsProblem(together)
        return settings

    @property
    def tokens(self) -> tuple[str, ...]:
        """The provider's auth tokens, several while rotating."""
        return tuple(token.strip() for token in self.twilio_auth_token.get_secret_value().split(",") if token.strip())

    @property
    def data_key_bytes(self) -> tuple[bytes, ...]:
        """32 bytes each, newest first."""
        return tuple(_key_bytes("DATA_KEYS", key) for key in self.data_keys.get_secret_value().split(","))

    @property
    def index_key_bytes(self) -> tuple[bytes, ...]:
        """32 bytes each, newest first; several while rotating."""
        return tuple(_key_bytes("INDEX_KEY", key) for key in self.index_key.get_secret_value().split(","))

    @property
    def allowed_countries(self) -> dict[str, int | None]:
        """Code -> segments and calls that may go there in an hour, None for no cap; the first is a number's own."""
        parts = [part.strip().partition(":") for part in (self.countries.strip() or self.region).split(",")]
        return {code: int(cap) if cap else None for code, _, cap in parts}

    @property
    def story_allowed(self) -> bool:
        return self.gateway_mode == "demo"

    @property
    def listen_is_local(self) -> bool:
        """Whether PUBLIC_URL is this machine, so that nobody outside is expected."""
        return urlsplit(self.public_url).hostname in ("127.0.0.1", "localhost", "::1")

    @property
    def listen_port(self) -> int:
        """PORT, else the port of PUBLIC_URL when that is this machine, else 8000."""
        parts = urlsplit(self.public_url)
        return self.port or (parts.port if self.listen_is_local and parts.port else 8000)


def load() -> Settings:
    """Reads the environment and `.env`. Raises SettingsProblem."""
    try:
        misspelt = _misspelt(Path(".env"))
    except UnicodeDecodeError:
        raise SettingsProblem([".env is not UTF-8: save it again as UTF-8"]) from None
    try:
        settings = Settings()
    except SettingsProblem as problem:
        raise SettingsProblem(problem.sentences + misspelt) from None
    if misspelt:
        raise SettingsProblem(misspelt)
    return settings


def _wrong_together(given: dict[str, str]) -> list[str]:
    """What is right by itself and wrong beside the others."""
    wrong = []
    if not (given.get("twilio_from") or given.get("twilio_messaging_service_sid")):
        wrong.append("TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID is missing: a message needs a sender")
    real = given.get("twilio_api_url", "https://api.twilio.com").rstrip("/").endswith("twilio.com")
    if given.get("gateway_mode") == "demo" and real:
        wrong.append("TWILIO_API_URL must be a simulated network while GATEWAY_MODE is demo: the demo rings nobody")
    secrets = [name for name in ("secret_key", "data_keys", "index_key") if given.get(name)]
    parts = [part.strip() for name in secrets for part in given[name].split(",")]
    if len(set(parts)) < len(parts):
        wrong.append("SECRET_KEY, DATA_KEYS and INDEX_KEY must all differ: one that leaks must not open the others")
    return wrong


def _plain(value: Any) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value or "")


def _misspelt(file: Path) -> list[str]:
    """A name in `.env` that is nearly one of ours would silently count for nothing."""
    known = [name.upper() for name in Settings.model_fields]
    unknown = [name for name in dotenv_values(file) if name.upper() not in known]
    guesses = {name: get_close_matches(name.upper(), known, n=1, cutoff=0.85) for name in unknown}
    return [f"{name} in .env is no setting: is {guess[0]} meant?" for name, guess in guesses.items() if guess]


def _key_bytes(name: str, text: str) -> bytes:
    """32 bytes from any long secret, so that hex, base64 and plain random text all serve."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=name.encode()).derive(text.strip().encode())


def _sentence(place: tuple[int | str, ...], kind: str, message: str) -> str:
    field = str(place[0])
    if kind == "missing":
        return f"{field.upper()} is missing"
    said = message.removeprefix("Value error, ") if kind == "value_error" else SHAPES.get(field, message)
    return f"{field.upper()} {said}"
