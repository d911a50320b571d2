"""What the environment decides: one frozen Settings, every wrong value named at once, no secret with a default."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import phonenumbers
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
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


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"'{name}' is no time zone: write for example Africa/Nairobi")
    return name


def _region(code: str) -> str:
    if code not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f"'{code}' is no country: write two capital letters, for example KE")
    return code


SECRET_LENGTH = 32
Address = Annotated[str, AfterValidator(_http)]


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True)

    database_url: str = "sqlite:///var/gateway.db"
    redis_url: str = ""
    var_dir: Path = Path("var")
    clinic_name: Annotated[str, Field(min_length=1, max_length=40)]
    public_url: Address = "http://127.0.0.1:8000"
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    twilio_account_sid: Annotated[str, Field(pattern=r"^AC[0-9a-f]{32}$")]
    twilio_auth_token: SecretStr
    twilio_from: Annotated[str, Field(pattern=r"^\+[1-9][0-9]{6,14}$")] | None = None
    twilio_messaging_service_sid: Annotated[str, Field(pattern=r"^MG[0-9a-f]{32}$")] | None = None
    twilio_api_url: Address = "https://api.twilio.com"
    voice_fallback_url: Address | None = None
    secret_key: SecretStr
    data_keys: SecretStr
    index_key: SecretStr
    region: Annotated[str, AfterValidator(_region)]
    time_zone: Annotated[str, AfterValidator(_zone)]
    emergency_number: Annotated[str, Field(pattern=r"^[0-9]{2,8}$")]
    sms_per_second: Annotated[float, Field(gt=0, le=2000)] = 1
    calls_per_second: Annotated[float, Field(gt=0, le=100)] = 1
    heartbeat_url: Address | None = None
    gateway_mode: Literal["production", "demo"] = "production"

    @model_validator(mode="after")
    def _belong_together(self) -> "Settings":
        if not (self.twilio_from or self.twilio_messaging_service_sid):
            raise ValueError("TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID is needed: a message needs a sender")
        for name in ("data_keys", "index_key"):
            for key in getattr(self, name).get_secret_value().split(","):
                _key_bytes(name.upper(), key)
        if len(self.secret_key.get_secret_value()) < SECRET_LENGTH:
            raise ValueError(f"SECRET_KEY must have at least {SECRET_LENGTH} characters of random text")
        return self

    @property
    def tokens(self) -> tuple[str, ...]:
        """The provider's auth tokens, several while rotating."""
        return tuple(token.strip() for token in self.twilio_auth_token.get_secret_value().split(",") if token.strip())

    @property
    def data_key_bytes(self) -> tuple[bytes, ...]:
        """32 bytes each, newest first."""
        return tuple(_key_bytes("DATA_KEYS", key) for key in self.data_keys.get_secret_value().split(","))

    @property
    def index_key_bytes(self) -> bytes:
        return _key_bytes("INDEX_KEY", self.index_key.get_secret_value())

    @property
    def story_allowed(self) -> bool:
        return self.gateway_mode == "demo"

    @property
    def listen_port(self) -> int:
        """PORT, else the port of PUBLIC_URL when that is this machine, else 8000."""
        parts = urlsplit(self.public_url)
        local = parts.hostname in ("127.0.0.1", "localhost", "::1")
        return self.port or (parts.port if local and parts.port else 8000)


def _key_bytes(name: str, text: str) -> bytes:
    """32 bytes from any secret of at least 32 characters, so that hex, base64 and plain random text all serve."""
    if len(text.strip()) < SECRET_LENGTH:
        raise ValueError(f"{name} must have at least {SECRET_LENGTH} characters of random text")
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=name.encode()).derive(text.strip().encode())


def load() -> Settings:
    """Reads the environment and `.env`. Raises SettingsProblem."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsProblem(
            [_sentence(problem["loc"], problem["type"], problem["msg"]) for problem in error.errors()]
        ) from None


def _sentence(place: tuple[int | str, ...], kind: str, message: str) -> str:
    name = str(place[0]).upper() if place else ""
    if kind == "missing":
        return f"{name} is missing"
    return f"{name} {message.removeprefix('Value error, ')}".strip()
