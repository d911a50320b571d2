"""Everything that is wrong with the environment is said at once, by name, without showing a secret."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from gateway.settings import Settings, SettingsProblem, load

ROOT = Path(__file__).parent.parent
RIGHT = {
    "CLINIC_NAME": "Baiyun clinic",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "token",
    "TWILIO_FROM": "+254711000000",
    "SECRET_KEY": "s" * 32,
    "DATA_KEYS": "d" * 32,
    "INDEX_KEY": "i" * 32,
    "REGION": "KE",
    "TIME_ZONE": "Africa/Nairobi",
    "EMERGENCY_NUMBER": "999",
}
WRONG = {
    "DATABASE_URL": ("postgres://host/db", "must be sqlite:///a/file.db or postgresql+psycopg://"),
    "REDIS_URL": ("http://host", "must begin with redis://"),
    "CLINIC_NAME": ("x" * 41, "must be 1 to 40 characters"),
    "PUBLIC_URL": ("gateway.example", "must be an http or https address"),
    "PORT": ("0", "must be a number from 1 to 65535"),
    "TWILIO_ACCOUNT_SID": ("AC12", "must be AC and 32 characters"),
    "TWILIO_AUTH_TOKEN": ("one,,two", "must be a token, or several with one comma"),
    "TWILIO_FROM": ("0711000000", "must be a phone number with + and country"),
    "TWILIO_MESSAGING_SERVICE_SID": ("MG12", "must be MG and 32 characters"),
    "TWILIO_API_URL": ("api", "must be an http or https address"),
    "VOICE_FALLBACK_URL": ("nowhere", "must be an http or https address"),
    "SECRET_KEY": ("short", "must have at least 32 characters of random text"),
    "DATA_KEYS": ("d" * 32 + ",short", "must have at least 32 characters of random text"),
    "INDEX_KEY": ("short", "must have at least 32 characters of random text"),
    "REGION": ("Kenya", "'Kenya' is no country: write two capital letters, for example KE"),
    "TIME_ZONE": ("Nairobi", "'Nairobi' is no time zone: write for example Africa/Nairobi"),
    "EMERGENCY_NUMBER": ("call us", "must be 2 to 8 digits"),
    "SMS_PER_SECOND": ("0", "must be a number above 0 and up to 2000"),
    "CALLS_PER_SECOND": ("many", "must be a number above 0 and up to 100"),
    "SMS_PER_NUMBER_A_DAY": ("0", "must be a whole number from 1 to 1000"),
    "SMS_A_DAY": ("-5", "must be a whole number above 0, or empty for no limit"),
    "SMS_PRICE": ("cheap", "must be a number and a currency, for example 0.05 USD"),
    "RESERVE_FOR_CASES": ("1", "must be a number from 0 up to 1"),
    "TALK_WEEKS": ("1", "must be a number of weeks from 2 to 52"),
    "SAME_HOUR_ANSWER": ("maybe", "must be true or false"),
    "COUNTRIES": ("KE:many", "must be countries with commas between them"),
    "HEARTBEAT_URL": ("nowhere", "must be an http or https address"),
    "KEEP_WORDS_DAYS": ("7", "must be a number of days from 30 to 36500"),
    "KEEP_STRANGERS_DAYS": ("soon", "must be a number of days from 2 to 36500"),
    "MONTH_SMS_DAY": ("31", "must be a day of the month from 1 to 28, or empty for none"),
    "GATEWAY_MODE": ("test", "must be production or demo"),
}


@pytest.fixture(autouse=True)
def _empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def given(monkeypatch: pytest.MonkeyPatch, **more: str) -> None:
    for name, value in (RIGHT | more).items():
        monkeypatch.setenv(name, value)


def test_what_is_needed_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch)
    settings = load()
    assert settings.database_url == "sqlite:///var/gateway.db"
    assert settings.listen_port == 8000
    assert not settings.story_allowed


def test_all_that_is_missing_is_said_at_once() -> None:
    with pytest.raises(SettingsProblem) as problem:
        load()
    missing = [f"{name} is missing" for name in RIGHT if name != "TWILIO_FROM"]
    assert sorted(problem.value.sentences) == sorted(
        [*missing, "TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID is missing: a message needs a sender"]
    )


@pytest.mark.parametrize("name", [name.upper() for name in Settings.model_fields if name != "var_dir"])
def test_a_wrong_setting_gets_one_clear_sentence(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    value, sentence = WRONG[name]
    given(monkeypatch, **{name: value})
    with pytest.raises(SettingsProblem) as problem:
        load()
    assert len(problem.value.sentences) == 1
    assert problem.value.sentences[0].startswith(f"{name} {sentence}")


def test_two_wrong_settings_are_both_said(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, REGION="Kenya", SECRET_KEY="short", TWILIO_FROM="")
    with pytest.raises(SettingsProblem) as problem:
        load()
    assert [sentence.split()[0] for sentence in problem.value.sentences] == ["SECRET_KEY", "REGION", "TWILIO_FROM"]
    assert "short" not in str(problem.value)


def test_one_secret_for_two_ends_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, INDEX_KEY="d" * 32)
    with pytest.raises(SettingsProblem, match="must all differ"):
        load()


def test_the_demo_never_meets_the_real_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, GATEWAY_MODE="demo")
    with pytest.raises(SettingsProblem, match="TWILIO_API_URL must be a simulated network"):
        load()
    given(monkeypatch, GATEWAY_MODE="demo", TWILIO_API_URL="http://127.0.0.1:4010")
    assert load().story_allowed


def test_a_misspelt_name_in_the_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch)
    (tmp_path / ".env").write_text("HEARTBEAT_URLS=https://example.org\nPOSTGRES_PASSWORD=theirs\n")
    with pytest.raises(SettingsProblem) as problem:
        load()
    assert problem.value.sentences == ["HEARTBEAT_URLS in .env is no setting: is HEARTBEAT_URL meant?"]


def test_a_file_in_another_encoding_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch)
    (tmp_path / ".env").write_bytes("CLINIC_NAME=Clínica".encode("latin-1"))
    with pytest.raises(SettingsProblem, match=r"^\.env is not UTF-8"):
        load()


@pytest.mark.parametrize("address", ["sqlite:///:memory:", "sqlite:///file:gateway.db?uri=true"])
def test_a_database_that_is_no_file_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each process would have one of its own, and lose it."""
    given(monkeypatch, DATABASE_URL=address)
    with pytest.raises(SettingsProblem, match="DATABASE_URL must be sqlite"):
        load()


def test_the_file_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch)
    (tmp_path / ".env").write_text("CLINIC_NAME=From the file\nSMS_PER_SECOND=7\n")
    settings = load()
    assert (settings.clinic_name, settings.sms_per_second) == ("Baiyun clinic", 7)


def test_several_keys_and_tokens_while_rotating(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, DATA_KEYS="n" * 32 + ", " + "o" * 32, TWILIO_AUTH_TOKEN="new, old")
    settings = load()
    assert settings.tokens == ("new", "old")
    assert len(settings.data_key_bytes) == 2
    assert {len(key) for key in (*settings.data_key_bytes, *settings.index_key_bytes)} == {32}
    old = Settings(data_keys=SecretStr("o" * 32))
    assert settings.data_key_bytes[1] == old.data_key_bytes[0]


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch)
    assert "ddd" not in repr(load())


def test_the_web_process_listens_where_this_machine_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, PUBLIC_URL="http://127.0.0.1:9001/")
    assert load().listen_port == 9001
    given(monkeypatch, PUBLIC_URL="https://gateway.example:8443")
    assert load().listen_port == 8000
    given(monkeypatch, PORT="5000")
    assert load().listen_port == 5000


def test_every_setting_is_documented() -> None:
    lines = (ROOT / "docs" / "settings.md").read_text().splitlines()
    documented = {line.split("`")[1] for line in lines if line.startswith("| `")}
    assert documented == {name.upper() for name in Settings.model_fields}
