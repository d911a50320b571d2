"""Who holds the phone: herself, another patient, a helper, the doctor? Nobody is assigned anything unasked."""

from datetime import timedelta

import pytest

from gateway.core.answers import Respondent
from gateway.enrolment.consent import consent_to
from gateway.store.database import Database
from gateway.store.queries.conversations import HELPER_ANSWERS
from gateway.store.tables import Person, Role, Standing
from gateway.talk.away import TO_BE_CONFIRMED
from tests import canaries
from tests.edge_cases.people import JUMA, answer_rows, answers, cases, give_helper, share
from tests.talking import EIGHT, Talk, begin
from tests.village import AMINA, BARAKA, CHANDRA, MONDAY


def test_on_a_shared_phone_the_questions_say_for_whom_they_are(database: Database) -> None:
    """Edge case 26. A letter stands for her name; nothing is recorded before somebody has said who answers."""
    talk = begin(database)
    share(talk)
    talk.at(MONDAY)
    assert talk.sent_to(AMINA)[0].startswith("For A:")
    (said,) = talk.answer("1")
    assert said == "Who is answering? 1 = A, 2 = B. Reply with one number."
    talk.answer("1", "2", "3")
    assert answers(talk) == {"danger": "no", "pain": 3}
    assert {row.person_id for row in answer_rows(talk)} == {talk.village.amina.id}


def test_the_other_patient_never_answers_for_her(database: Database) -> None:
    """Edge case 26. It waits until she has the phone, and is asked once more."""
    talk = begin(database)
    share(talk)
    talk.at(MONDAY)
    said = talk.answer("1", "2", "9")
    assert said[1].startswith("Thank you. We ask once more by")
    assert answer_rows(talk) == []
    assert cases(talk) == []


def test_a_danger_sign_of_two_patients_carries_both_numbers(database: Database) -> None:
    """Edge case 26. Nobody can know which of them wrote, so whoever is told reads both."""
    talk = begin(database)
    share(talk)
    talk.text(AMINA, "I can't breathe")
    assert "patient 12/15, Baiyun" in talk.sent_to(BARAKA)[0]
    assert "12/15" in talk.sent_to(CHANDRA)[0]
    assert talk.sent_to(AMINA)[0].startswith("Call 999 now")


def test_words_of_two_patients_carry_both_numbers_and_pause_nobody(database: Database) -> None:
    """Edge case 26."""
    talk = begin(database)
    share(talk)
    talk.text(AMINA, "we moved the cows")
    talk.text(AMINA, "pause")
    assert all("Patient 12/15" in body or "Patient 15/12" in body for body in talk.sent_to(CHANDRA))
    assert [talk.person(code).standing for code in ("amina", "bahati")] == [Standing.ACTIVE, Standing.ACTIVE]


def test_whoever_died_is_named_to_nobody(database: Database) -> None:
    """Edge case 26."""
    talk = begin(database)
    bahati = share(talk)
    with database.write() as session:
        session.get_one(Person, bahati).standing = Standing.ENDED
    talk.at(MONDAY)
    assert "For A:" not in talk.sent_to(AMINA)[0]
    assert "Today, any of these" in talk.answer("1")[0]


def _helped(database: Database, channel: str = "sms") -> Talk:
    talk = begin(database, channel)
    with database.write() as session:
        consent_to(session, session.get_one(Person, talk.village.amina.id), HELPER_ANSWERS, EIGHT)
    return talk.at(MONDAY)


def test_a_helper_says_so_and_it_stands_beside_every_answer(database: Database) -> None:
    """Edge case 27. Asked only where she agreed that somebody may answer for her."""
    talk = _helped(database)
    said = talk.answer("1", "2", "2", "3")
    assert said[0] == "Who is answering? 1 = I myself, 2 = someone who helps. Reply with one number."
    assert {(row.question, row.respondent) for row in answer_rows(talk)} == {("danger", "helper"), ("pain", "helper")}


def test_herself_is_herself(database: Database) -> None:
    """Edge case 27."""
    talk = _helped(database)
    talk.answer("1", "1", "2")
    assert [row.respondent for row in answer_rows(talk)] == [Respondent.PATIENT]


def test_on_a_call_a_helper_presses_so(database: Database) -> None:
    """Edge case 27. Behind the greeting, since whoever picks up first learns nothing."""
    talk = _helped(database, "voice")
    assert "If you help" not in talk.pick_up()
    assert "If you help" in talk.press("1")
    assert "fever" in talk.press("2")
    talk.press("1")
    assert [row.respondent for row in answer_rows(talk)] == ["helper"]
    assert [case.level for case in cases(talk)] == ["now"]


def test_a_helpers_report_may_raise(database: Database) -> None:
    """Edge case 27."""
    talk = _helped(database)
    talk.answer("1", "2", "2", "9")
    assert [case.level for case in cases(talk)] == ["red"]


def test_a_helpers_re_checks_close_no_case(database: Database) -> None:
    """Edge case 27. Both are below the limits, and still a person must look."""
    talk = _helped(database)
    talk.answer("1", "1", "2", "8", "1", "2", "1", "1", "1", "1", "1")
    talk.text(BARAKA, "14")
    for hours in (24, 72):
        talk.at(MONDAY + timedelta(hours=hours, minutes=30))
        talk.answer("2", "2", "1")
    assert cases(talk)[0].closed_at is None


def test_words_from_a_helper_that_she_is_gone_pause_everything_at_once(database: Database) -> None:
    """Edge cases 27 and 61. The coordinator confirms it by phone."""
    talk = begin(database)
    give_helper(talk)
    talk.at(MONDAY)
    talk.text(JUMA, "my mother passed away last night")
    amina = talk.person("amina")
    assert (amina.standing, amina.standing_why) == (Standing.PAUSED, TO_BE_CONFIRMED)
    assert talk.conversations()[0].outcome == "away"
    assert "in hospital, moved or died" in talk.sent_to(CHANDRA)[0]
    assert talk.sent_to(JUMA) == []
    before = len(talk.sent_to(AMINA))
    talk.at(MONDAY + timedelta(days=8))
    assert len(talk.sent_to(AMINA)) == before


def test_the_same_words_from_herself_are_left_to_a_person(database: Database) -> None:
    """Edge case 27. "The pain moved" pauses nobody."""
    talk = begin(database)
    talk.text(AMINA, "the pain moved to my back")
    assert talk.person("amina").standing == Standing.ACTIVE
    assert "a person must read" in talk.sent_to(CHANDRA)[0]


def test_the_phone_of_somebody_who_died_gets_no_automatic_text(database: Database) -> None:
    """Edge case 62. A person reads what the family writes; a danger sign is answered even so."""
    talk = begin(database)
    give_helper(talk)
    talk.text(JUMA, "she died")
    talk.text(AMINA, "thank you all for the help")
    assert talk.sent_to(AMINA) == []
    assert "a person must read" in talk.sent_to(CHANDRA)[-1]
    talk.text(AMINA, "I can't breathe")
    assert talk.sent_to(AMINA)[0].startswith("Call 999 now")


def test_the_doctors_own_texts_begin_with_a_case_of_his(database: Database) -> None:
    """Edge case 30. A number of a patient and a doctor: "911 I can't breathe" begins with no case of his."""
    talk = begin(database)
    share(talk, "asha", role=Role.CLINICIAN)
    talk.text(AMINA, "911 I can't breathe")
    assert [case.level for case in cases(talk)] == ["now"]


@pytest.mark.parametrize("body", ["sorry meant 1", "ignore that", "I am fine", "close", "not true, 0"])
def test_no_text_lowers_or_closes_a_case(database: Database, body: str) -> None:
    """Edge case 32. The sender of an SMS proves nothing: it may raise, never lower, close or tell anything."""
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2", "9", "1")
    talk.answer(body)
    (case,) = cases(talk)
    assert (case.level, case.closed_at) == ("red", None)


@pytest.mark.parametrize("body", ["scores", "report", "what did I say last week?", "who am I"])
def test_no_text_brings_out_what_was_said(database: Database, body: str) -> None:
    """Edge case 32."""
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2", "9", "1")
    said = " ".join(talk.answer(body))
    assert not any(word in said for word in ("9", canaries.NAME, "Amina"))
