"""Consent, practice, the first report and what she starts herself: does each flow do what its file declares?"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from gateway.enrolment.keyword import begin_by
from gateway.store.database import Database
from gateway.store.ids import new_id
from gateway.store.queries.people import has_consented, has_refused, may_hear_of, pin_index
from gateway.store.queries.reports import timeline
from gateway.store.tables import Answer, Case, Consent, Conversation, Enrolment, Person, Site, Standing
from tests.talking import EIGHT, Talk, begin
from tests.village import AMINA, BARAKA, CHANDRA, MONDAY, raise_tiers

WELL = ("2", "1", "1", "1", "1", "1", "0")  # the weekly check after the greeting


def ask(talk: Talk, flow: str) -> None:
    """As an enrolment that is due once."""
    with talk.database.write() as session:
        session.add(
            Enrolment(
                id=new_id(talk.now), person_id=talk.village.amina.id, flow=flow, rule={}, next_due=talk.now,
                created_at=talk.now,
            )
        )  # fmt: skip
    talk.tick()


def send(talk: Talk, word: str) -> list[str]:
    """A word that a flow waits for; gives what the flow says first."""
    talk.now += timedelta(minutes=2)
    before = len(talk.sent_to(AMINA))
    talk.text(AMINA, word)
    talk.tick()
    return talk.sent_to(AMINA)[before:]


def change(talk: Talk, **values: object) -> None:
    with talk.database.write() as session:
        amina = session.get_one(Person, talk.village.amina.id)
        for name, value in values.items():
            setattr(amina, name, value)


def consents(talk: Talk) -> list[tuple[str, str, str, str, bool]]:
    with talk.database.read() as session:
        rows = session.scalars(select(Consent).order_by(Consent.id))
        return [(row.purpose, row.version, row.language, row.channel, row.withdrawn_at is None) for row in rows]


def cases(talk: Talk) -> list[tuple[str, str]]:
    with talk.database.read() as session:
        return [(case.level, case.state) for case in session.scalars(select(Case).order_by(Case.id))]


def last(talk: Talk) -> Conversation:
    return talk.conversations()[-1]


def test_each_purpose_is_written_down_as_it_was_answered(database: Database) -> None:
    talk = begin(database).at(MONDAY - timedelta(minutes=30))
    ask(talk, "consent")
    assert "what you agree to" in talk.sent_to(AMINA)[0]
    said = talk.answer("1", "1", "2", "1", "2")
    assert "You can change this at any time." in said[-1]
    assert consents(talk)[1:] == [
        ("messages", "consent 1", "en", "sms", True),
        ("share with the doctor", "consent 1", "en", "sms", True),
        ("share upward", "consent 1", "en", "sms", False),
        ("family in an emergency", "consent 1", "en", "sms", True),
        ("comparison with last time", "consent 1", "en", "sms", False),
    ]


@pytest.mark.parametrize(("replies", "said"), [("free", True), ("paid", False), (None, False)])
def test_that_it_is_free_is_said_only_where_the_site_pays(database: Database, replies: str | None, said: bool) -> None:
    talk = begin(database).at(MONDAY - timedelta(minutes=30))
    with database.write() as session:
        session.get_one(Site, talk.village.clinic.id).ways = {"replies": replies} if replies else None
    ask(talk, "consent")
    assert ("Answering is free for you" in talk.sent_to(AMINA)[0]) is said


def test_an_ok_agrees_and_you_may_not_refuses(database: Database) -> None:
    talk = begin(database).at(MONDAY - timedelta(minutes=30))
    ask(talk, "consent")
    talk.answer("ok", "sure", "you may not", "yes ok", "no")
    assert [given for *_, given in consents(talk)[1:]] == [True, True, False, True, False]


def test_no_to_messages_is_a_stop_and_the_coordinator_hears_of_it(database: Database) -> None:
    talk = begin(database).at(MONDAY - timedelta(minutes=30))
    ask(talk, "consent")
    assert talk.answer("2")[-1].startswith("You get no questions from us.")
    assert talk.person("amina").standing == Standing.STOPPED
    assert "has stopped our messages" in talk.sent_to(CHANDRA)[-1]
    before = len(talk.sent_to(AMINA))
    assert len(talk.at(MONDAY).sent_to(AMINA)) == before


def test_start_after_stop_asks_for_consent_again_and_never_goes_on_in_silence(database: Database) -> None:
    """Edge case 19."""
    talk = begin(database).at(MONDAY)
    talk.text(AMINA, "STOP")
    assert send(talk, "START")[-1].endswith("Reply 1 = yes, 2 = no.")
    assert talk.person("amina").standing == Standing.PAUSED
    send(talk, "START")
    assert talk.person("amina").standing == Standing.PAUSED
    talk.answer("1", "1", "1", "2", "2")
    assert talk.person("amina").standing == Standing.ACTIVE
    assert "good time" in talk.at(MONDAY + timedelta(days=7)).sent_to(AMINA)[-1]


def test_start_and_then_nothing_stays_silent(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    talk.text(AMINA, "STOP")
    send(talk, "START")
    talk.later(days=4)
    told = len(talk.sent_to(AMINA))
    talk.at(MONDAY + timedelta(days=7))
    assert len(talk.sent_to(AMINA)) == told
    assert talk.person("amina").standing == Standing.PAUSED


def test_stop_never_ends_an_open_case(database: Database) -> None:
    talk = begin(database).at(MONDAY)
    talk.answer("1", "2", "9", "1")
    talk.text(AMINA, "STOP")
    talk.later(minutes=30)
    assert cases(talk) == [("red", "told")]
    assert talk.sent_to(BARAKA)


@pytest.mark.parametrize(
    ("refused", "tiers"),
    [("share upward", [True, False]), ("share with the doctor", [False, False]), ("", [True, True])],
)
def test_whom_a_case_is_told_to_is_hers_to_decide(database: Database, refused: str, tiers: list[bool]) -> None:
    talk = begin(database)
    with database.write() as session:
        amina = session.get_one(Person, talk.village.amina.id)
        for purpose in ("share with the doctor", "share upward"):
            no = purpose == refused
            session.add(
                Consent(
                    id=new_id(EIGHT), person_id=amina.id, purpose=purpose, version="consent 1", language="en",
                    channel="sms", given_at=EIGHT, withdrawn_at=EIGHT if no else None,
                )
            )  # fmt: skip
    with database.read() as session:
        amina = session.get_one(Person, talk.village.amina.id)
        assert [may_hear_of(session, amina, tier) for tier in (0, 1)] == tiers
        assert has_refused(session, amina, "helper") is False


def test_who_refuses_to_be_shared_upward_is_told_to_the_coordinator_instead(database: Database) -> None:
    talk = begin(database)
    with database.write() as session:
        tiers = raise_tiers(session, talk.village, EIGHT)
        zhao = tiers.zhao.id
    ask(talk, "consent")
    talk.answer("1", "1", "2", "2", "2")
    talk.at(MONDAY)
    talk.answer("1", "2", "9", "1")
    for _ in range(4):
        talk.later(minutes=20)
    with database.read() as session:
        told = [line["person"] for line in session.scalars(select(Case)).one().progress["told"]]
    assert zhao not in told
    assert any("no one has accepted" in body for body in talk.sent_to(CHANDRA))


def test_practice_counts_for_nothing_but_a_danger_sign_does(database: Database) -> None:
    talk = begin(database)
    ask(talk, "practice")
    assert "These answers do not count." in talk.sent_to(AMINA)[0]
    assert "Well done" in talk.answer("0", "10")[-1]
    assert last(talk).rank == "practice"
    talk.at(MONDAY)
    talk.answer("1", *WELL)
    assert cases(talk) == []
    ask(talk, "practice")
    talk.now += timedelta(minutes=5)
    talk.text(AMINA, "I can't breathe")
    assert cases(talk)[0][0] == "now"


def test_two_wrong_answers_change_the_scale_to_five_words(database: Database) -> None:
    talk = begin(database)
    ask(talk, "practice")
    said = talk.answer("7", "8")
    assert said[0].startswith("Not quite. Please try once more. If nothing hurts at all")
    assert "one of five words" in said[1]
    assert talk.person("amina").wishes == {"scale": "five words"}
    talk.at(MONDAY)
    asked = talk.answer("1", "2")[-1]
    assert "1 = no pain, 2 = a little, 3 = medium, 4 = strong, 5 = the worst pain" in asked
    talk.answer("strong", "1")
    with database.read() as session:
        pain = session.scalars(select(Answer).where(Answer.question == "pain")).one()
        assert (pain.number, pain.word) == (7, "4 of 5")
    assert cases(talk) == [("red", "told")]
    assert "Pain 7" in talk.sent_to(BARAKA)[0]


def test_one_wrong_answer_is_a_slip(database: Database) -> None:
    talk = begin(database)
    ask(talk, "practice")
    talk.answer("7", "0", "10")
    assert not (talk.person("amina").wishes or {}).get("scale")


def test_a_report_that_she_starts_needs_no_good_time_and_counts(database: Database) -> None:
    talk = begin(database)
    talk.now = EIGHT - timedelta(hours=3)  # five in the morning: she has just written herself
    assert "Today, any of these" in send(talk, "report")[-1]
    assert last(talk).rank == "patient-started"
    talk.answer("2", "9", "1")
    assert cases(talk)[0][0] == "red"


def test_looking_back_needs_the_right_digits(database: Database) -> None:
    talk = begin(database)
    with database.write() as session:
        amina = session.get_one(Person, talk.village.amina.id)
        amina.pin = pin_index(session, amina, "4711")
    for week, pain in enumerate("3230"):
        talk.at(MONDAY + timedelta(days=7 * week))
        talk.answer("1", "2", pain, "1", "1", "1", "1", "0")
    talk.later(days=1)
    assert "Which 4 digits are yours?" in send(talk, "scores")[-1]
    said = talk.answer("1234", "4711")
    assert said[0].startswith("Not quite.")
    assert "Your last reports: 7, 6, 7, 4. Lower is better: you are better than before." in said[1]
    with database.read() as session:
        assert not any("4711" in str(row.raw) for row in session.scalars(select(Answer)))


def test_five_wrong_digits_show_nothing_even_the_right_ones_that_day(database: Database) -> None:
    talk = begin(database)
    with database.write() as session:
        amina = session.get_one(Person, talk.village.amina.id)
        amina.pin = pin_index(session, amina, "4711")
    send(talk, "scores")
    assert "The clinic can help you." in talk.answer("1111", "2222", "3333", "4444", "5555")[-1]
    send(talk, "scores")
    assert "Your last reports" not in talk.answer("4711")[-1]
    talk.later(days=1, minutes=1)
    send(talk, "scores")
    assert "There are not two reports yet." in talk.answer("4711")[-1]


def test_without_digits_of_her_own_nothing_is_shown(database: Database) -> None:
    talk = begin(database)
    assert "The clinic gives you them." in send(talk, "scores")[-1]
    assert last(talk).outcome == "finished"


def test_a_change_of_medicine_stands_in_the_timeline(database: Database) -> None:
    talk = begin(database)
    assert "What has changed with your medicine?" in send(talk, "medicine")[-1]
    assert "must not be stopped at once" in talk.answer("4", "2")[-1]
    with database.read() as session:
        (happening,) = timeline(session, talk.village.amina.id)
        assert (happening.name, happening.answer) == ("medicine changed", 4)


def test_medicine_not_taken_three_times_is_looked_at(database: Database) -> None:
    talk = begin(database)
    for _ in range(3):
        ask(talk, "medicine")
        talk.answer("2")
        talk.later(days=1)
    assert [level for level, _ in cases(talk)] == ["amber"]


def test_nobody_is_troubled_when_a_reminder_is_not_answered(database: Database) -> None:
    talk = begin(database)
    change(talk, standing=Standing.ACTIVE)
    with database.write() as session:
        for row in session.scalars(select(Enrolment)):
            row.ended_at, row.next_due = EIGHT, None
    ask(talk, "medicine")
    talk.later(days=1)
    assert last(talk).outcome == "given up"
    assert talk.sent_to(CHANDRA) == []


def test_who_was_told_that_somebody_phones_is_phoned(database: Database) -> None:
    """Silence after a reminder troubles nobody; but hers could not be read, and she was told to do nothing."""
    talk = begin(database)
    ask(talk, "medicine")
    assert "do nothing: we phone by" in talk.answer("took 2 at 9")[-1]
    talk.later(days=1)
    assert any("could not read the answers" in body for body in talk.sent_to(CHANDRA))


def test_keywords_of_flows_that_speak_another_language_go_to_a_person(database: Database) -> None:
    talk = begin(database)
    with database.write() as session:
        amina = session.get_one(Person, talk.village.amina.id)
        amina.language = "xx"
        assert not begin_by(session, amina, "report", talk.now)
        assert has_consented(session, amina)


def test_the_menu_says_what_she_chooses(database: Database) -> None:
    talk = begin(database)
    assert "1 = symptoms, 2 = getting stronger, 3 = help with costs" in send(talk, "Menu")[-1]
    assert "help with costs and with the way to hospital" in talk.answer("3")[-1]
    assert "send REPORT" in send(talk, "MENU")[-1] + talk.answer("1")[-1]
    assert cases(talk) == []
