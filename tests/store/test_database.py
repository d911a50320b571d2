"""What is committed stays, what fails leaves nothing, and a database that is away says so."""

from gateway.store.database import Database
from gateway.store.tables import Person
from tests.village import settle


def test_what_was_written_is_read(database: Database) -> None:
    with database.write() as session:
        amina = settle(session).amina
    with database.read() as session:
        assert session.get_one(Person, amina.id).code == "amina"
