"""How is the database opened that the settings name: with its keys, and what the clinic is called?"""

from gateway.settings import Settings
from gateway.store.database import Database, open_database
from gateway.store.queries.keys import wrong_key
from gateway.store.schema import newest, version_of
from gateway.store.sealing import Keys


class NotReady(Exception):
    """The database cannot be worked with as it is; the sentence says what to do."""


class Outdated(NotReady):
    """The tables are not there, or older than this program needs."""


class WrongKeys(NotReady):
    """Nothing could be read, or everybody would be taken for somebody new."""


def open_from(settings: Settings) -> Database:
    keys = Keys(settings.data_key_bytes, settings.index_key_bytes)
    return open_database(
        settings.database_url,
        keys,
        clinic_name=settings.clinic_name,
        same_hour_answer=settings.same_hour_answer,
        may_call=bool(settings.twilio_from),
    )


def open_current(settings: Settings, *, any_keys: bool = False) -> Database:
    """For a command that needs the tables. Raises Outdated, WrongKeys and DatabaseAway."""
    database = open_from(settings)
    try:
        if why := lacking(version_in(database)):
            raise Outdated(why)
        if not any_keys and (why := unreadable(database)):
            raise WrongKeys(why)
    except Exception:
        database.close()
        raise
    return database


def version_in(database: Database) -> str | None:
    with database.read() as session:
        return version_of(session.connection())


def unreadable(database: Database) -> str | None:
    """Why nothing should be read or written with these keys."""
    with database.read() as session:
        name = wrong_key(session)
    if name is None:
        return None
    return f"{name} is not what this database was written with: set it as it was, or the older one behind the newest."


def lacking(version: str | None) -> str | None:
    """What must be done first. Tables newer than the program are no reason: two releases may run side by side."""
    if version is None:
        return "The database is empty: run `python -m gateway db upgrade`."
    if version < newest():
        return f"The database is at {version}, the program needs {newest()}: run `python -m gateway db upgrade`."
    return None
