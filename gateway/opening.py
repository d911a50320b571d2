"""How is the database opened that the settings name: with its keys, and what the clinic is called?"""

from gateway.settings import Settings
from gateway.store.database import Database, open_database
from gateway.store.sealing import Keys


def open_from(settings: Settings) -> Database:
    keys = Keys(settings.data_key_bytes, settings.index_key_bytes)
    return open_database(
        settings.database_url,
        keys,
        clinic_name=settings.clinic_name,
        same_hour_answer=settings.same_hour_answer,
        may_call=bool(settings.twilio_from),
    )
