"""Enrolling beside a patient: one road with the list, reasons without names, and the first report taken together."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from gateway import publishing
from gateway.enrolment import consent
from gateway.store.database import Database
from gateway.store.queries.people import card_of, has_consented, has_refused, name_of, person_by_code
from gateway.store.tables import Answer, Case, Consent, Conversation, Enrolment, Message, Offer, Person, Post
from tests.console.conftest import District
from tests.console.visitor import CLOCK, Visitor, add_user, signed_in

ROOT = Path(__file__).parents[2]
LEILA = {
    "number": "31", "first_name": "Leila", "last_name": "Hassan", "phone": "0711 000 099", "language": "en",
    "channel": "sms", "messages": "yes", "share_doctor": "yes", "share_upward": "no", "family": "yes",
    "consent_version": "paper 3", "flow": "weekly-check", "shares": "family", "disclosure": "patient only",
    "pin": "4711", "treatment": "chemo 2",
}  # fmt: skip


@pytest.fixture
def chandra(app: Flask, store: Database, district: District) -> Visitor:
    now = CLOCK.real()
    with store.write() as session:
        publishing.seed(session, ROOT / "flows", ROOT / "locales", now)
        consent.consent_to(session, session.get_one(Person, district.village.amina.id), "messages", now)
        user = add_user(session, "chandra", (Post.COORDINATOR, district.village.clinic.id))
    return signed_in(app, user)


def form(district: District, **other: str) -> dict[str, str]:
    return {"site": district.village.clinic.id, "doctor": district.village.baraka.id, **LEILA, **other}


def test_who_is_enrolled_comes_in_by_the_road_of_the_list(
    chandra: Visitor, store: Database, district: District
) -> None:
    assert "Enrol a patient" in chandra.get("/enrol").text
    answer = chandra.post("/enrol", **form(district))
    assert answer.status_code == 302, answer.text
    with store.read() as session:
        leila = person_by_code(session, "baiyun-31")
        assert leila
        assert answer.location == f"/enrol/{leila.id}"
        assert (name_of(session, leila)["first"], leila.doctor_id) == ("Leila", district.village.baraka.id)
        assert card_of(session, leila) == {"treatment": "chemo 2", "disclosure": "patient only"}
        assert (has_consented(session, leila), has_refused(session, leila, "share upward")) == (True, True)
        forms = session.scalars(select(Consent.version).where(Consent.person_id == leila.id))
        assert set(forms) == {"paper 3"}
        assert session.scalars(select(Enrolment.flow).where(Enrolment.person_id == leila.id)).all() == ["weekly-check"]
        offer = session.scalars(select(Offer)).one()
        assert (offer.answer, offer.person_id) == ("accepted", leila.id)
    assert "Three things are left" in chandra.get(answer.location).text


def test_pressed_twice_it_enrols_once(chandra: Visitor, store: Database, district: District) -> None:
    assert chandra.post("/enrol", **form(district)).status_code == 302
    again = chandra.post("/enrol", **form(district))
    assert (again.status_code, 'id="wrong-number"' in again.text) == (400, True)
    with store.read() as session:
        assert len(session.scalars(select(Offer)).all()) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"phone": "12"}, "phone"),
        ({"phone": "+8613912345678"}, "phone"),
        ({"messages": ""}, "messages"),
        ({"first_name": ""}, "first_name"),
        ({"helper_name": "Omar"}, "helper_name"),
        ({"pin": "12"}, "pin"),
        ({"call_hours": "late"}, "call_hours"),
        ({"doctor": ""}, "doctor"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_in(
    chandra: Visitor, store: Database, district: District, wrong: dict[str, str], field: str
) -> None:
    answer = chandra.post("/enrol", **form(district, **wrong))
    assert answer.status_code == 400
    assert f'id="wrong-{field}"' in answer.text
    assert answer.text.count(" autofocus") == 1
    assert f'href="#f-{field}"' in answer.text
    assert "Leila" in answer.text or field == "first_name", "what was typed is not lost"
    with store.read() as session:
        assert person_by_code(session, "baiyun-31") is None


def test_nobody_is_enrolled_at_a_site_of_others(chandra: Visitor, district: District) -> None:
    assert chandra.post("/enrol", **form(district, site=district.heping.id)).status_code == 404


def test_who_declines_is_counted_without_a_name(chandra: Visitor, store: Database, district: District) -> None:
    sent = {"site": district.village.clinic.id, "answer": "declined", "because": "privacy"}
    assert chandra.post("/enrol/offer", **sent).status_code == 302
    assert chandra.post("/enrol/offer", **{**sent, "because": "too ill"}).status_code == 400
    with store.read() as session:
        offer = session.scalars(select(Offer)).one()
    assert (offer.answer, offer.why, offer.person_id) == ("declined", "privacy", None)


def test_practice_leaves_at_once(chandra: Visitor, store: Database, district: District) -> None:
    amina = district.village.amina.id
    assert chandra.post(f"/enrol/{amina}/practice").status_code == 302
    with store.read() as session:
        assert session.scalars(select(Message.to_id)).all() == [amina]
    assert "on its way" in chandra.get(f"/enrol/{amina}").text


def test_the_card_speaks_the_patient_s_language_not_the_page_s(
    chandra: Visitor, store: Database, district: District
) -> None:
    with store.write() as session:
        session.get_one(Person, district.village.amina.id).language = "sw"
    page = chandra.get(f"/patients/{district.village.amina.id}/card").text
    assert '<article class="take-home" lang="sw" dir="ltr">' in page
    assert "Nambari yako" in page
    assert "hakuna maswali tena" in page
    with store.write() as session:
        session.get_one(Person, district.village.amina.id).language = "ar"
    assert 'lang="ar" dir="rtl"' in chandra.get(f"/patients/{district.village.amina.id}/card").text


def test_the_card_bears_the_number_and_neither_name_nor_illness(chandra: Visitor, district: District) -> None:
    page = chandra.get(f"/patients/{district.village.amina.id}/card").text
    card = page[page.index("<article") : page.index("</article")]
    assert ">12<" in card.replace("</span>12", ">12")
    assert "STOP" in card
    assert "Amina" not in card


class Telephone:
    """Somebody at the console, who has Amina on the line."""

    def __init__(self, browser: Visitor, store: Database, patient_id: str) -> None:
        self.browser, self.store, self.page = browser, store, f"/patients/{patient_id}/report"
        self.patient_id = patient_id

    def begin(self, flow: str, who: str = "assisted") -> int:
        return self.browser.post(self.page, flow=flow, who=who).status_code

    def row(self) -> Conversation:
        with self.store.read() as session:
            hers = select(Conversation).where(Conversation.person_id == self.patient_id)
            return session.scalars(hers.order_by(Conversation.id.desc())).first() or pytest.fail("none")

    def says(self, **sent: str) -> str:
        memory = self.row().memory
        put = {"of": self.row().id, "question": memory["open"] or "", "tries": str(memory["tries"])}
        answer = self.browser.post(f"{self.page}/answer", **{**put, **sent})
        assert answer.status_code == 200, answer.text
        return answer.text

    def answers(self) -> list[Answer]:
        with self.store.read() as session:
            mine = select(Answer).where(Answer.conversation_id == self.row().id, Answer.superseded_at.is_(None))
            return list(session.scalars(mine.order_by(Answer.id)))


@pytest.fixture
def line(chandra: Visitor, store: Database, district: District) -> Telephone:
    return Telephone(chandra, store, district.village.amina.id)


def test_a_first_report_is_taken_together_and_is_kept_as_assisted(line: Telephone, store: Database) -> None:
    assert line.begin("baseline") == 302
    line.says(value="2")
    while line.row().state == "open":
        page = line.says(value="2")
    assert "the last question" in page
    thread = line.browser.get(f"/patients/{line.patient_id}").text
    assert "how bad was your pain" in thread, "what was read out stands beside what she said"
    assert (line.row().outcome, line.row().taken_by is not None) == ("finished", True)
    assert {answer.respondent for answer in line.answers()} == {"assisted"}
    with store.read() as session:
        assert session.scalars(select(Message)).all() == [], "whoever is on the line gets no SMS"


def test_a_danger_sign_by_telephone_opens_a_case_and_is_said_back(line: Telephone, store: Database) -> None:
    line.begin("weekly-check")
    page = line.says(words="she cannot breathe")
    assert "999" in page
    assert "Stay on the line" in page
    with store.read() as session:
        assert session.scalars(select(Case.level)).all() == ["now"]


def test_a_severe_number_opens_a_case_as_a_reply_does(line: Telephone, store: Database) -> None:
    line.begin("weekly-check")
    line.says(value="2")
    line.says(value="8")
    with store.read() as session:
        assert session.scalars(select(Case.level)).all() == ["red"]


def test_a_question_that_was_answered_meanwhile_is_not_answered_again(line: Telephone) -> None:
    line.begin("weekly-check")
    first = line.row().id
    line.says(value="2")
    answer = line.browser.post(f"{line.page}/answer", of=first, question="danger", tries="0", value="1")
    assert (answer.status_code, "answered meanwhile" in answer.text) == (409, True)
    assert [answer.word for answer in line.answers()] == ["no"]


def test_a_helper_never_says_how_she_feels(line: Telephone) -> None:
    assert line.begin("mood", who="helper") == 409
    assert line.begin("weekly-check", who="helper") == 302
    line.says(value="2")
    assert {answer.respondent for answer in line.answers()} == {"helper"}


def test_what_is_unclear_is_asked_once_more_and_a_skip_is_kept(line: Telephone) -> None:
    line.begin("weekly-check")
    line.says(value="2")
    assert "Ask once more" in line.says(words="five or six")
    line.says(value="5")
    assert "Ask once more" in line.says(skip="yes"), "where a limit lies a skip is not taken at once"
    line.says(skip="yes")
    assert [answer.word for answer in line.answers()][-1] == "skipped"
