"""Is a doctor who gets a first patient named, where he has not done the training?"""

from gateway.store.database import Database
from gateway.store.queries.flows import newest
from gateway.store.queries.people import person_by_code
from gateway.talk.rows import new_row
from tests.test_enrolment import AMINA, NOW, patients, ready


def test_a_doctor_without_training_is_worth_a_note_at_his_first_patient(database: Database) -> None:
    ready(database)
    first = patients(database, AMINA)
    assert [note.why for note in first.notes] == ["'baraka' gets a first patient and has not done the training yet"]
    second = patients(database, AMINA.replace("amina,12", "zuri,13").replace("0711000001", "0711000002"))
    assert second.notes == ()


def test_a_doctor_who_has_done_the_training_is_not_named(database: Database) -> None:
    ready(database)
    with database.write() as session:
        baraka = person_by_code(session, "baraka")
        assert baraka is not None
        version = newest(session, "training")
        assert version is not None
        done = new_row(NOW, baraka, version, "ended")
        done.outcome = "finished"
        session.add(done)
    assert patients(database, AMINA).notes == ()
