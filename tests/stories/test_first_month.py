"""A patient's first month on her phone: consent, practice, the first report, four checks and one on her mood."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from gateway import enrolment
from gateway.demo import people
from gateway.demo.network import Network
from gateway.demo.people import AMINA, MEI, Rule, rule
from gateway.demo.village import ZONE
from gateway.store.tables import Answer, Case, Consent, Conversation, Person
from tests.stories.phones import side_by_side
from tests.stories.test_one_case import FOLDER, compare, only
from tests.world import World, world

THURSDAY = datetime(2027, 1, 28, 10, 0, tzinfo=ZONE)
FLOWS = "consent practice baseline weekly-check education mood"
HEADER = (
    "code,number,first_name,last_name,phone,language,channel,site_code,doctor_code,time_zone,consent,flow,day,time,"
    "no_visit,helper_name,helper_phone,helper_consent,contacts"
)
ROWS = {
    "zh_CN": f"mei,5,Mei,Chen,{MEI},zh_CN,sms,willow,baraka,,yes,{FLOWS},monday,10:00,no,,,,3",
    "sw": f"amina,12,Amina,Okoro,{AMINA},sw,sms,willow,baraka,,yes,{FLOWS.removesuffix(' mood')},monday,09:00,yes,,,,3",
}
CHINESE = [
    rule("每周问一次您的身体|您的医生吗|上一级", "是"),
    rule("请您的家人|和上次比怎么样", "是"),
    rule("一点也不疼，应该", "0"),
    rule("如果疼得受不了", "十"),
    rule("方便吗", "好"),
    rule("是不是有", "没有"),
    rule("在旁边帮您", "1"),
    rule("疼得最厉害", "3分", times=2),
    rule("疼得最厉害", "二", times=2),
    rule("疼得最厉害", "1"),
    rule("有多累", "２"),
    rule("有多喘", "1"),
    rule("胃口", "二"),
    rule("睡得", "3"),
    rule("恶心", "0"),
    rule("提不起劲", "好几天"),
    rule("心情低落|担忧", "0"),
    rule("紧张", "1"),
]
SWAHILI = [
    rule("tunaweza kukuuliza|daktari wako aambiwe|asipojibu", "ndiyo"),
    rule("tuiombe familia|tukuambie kwa neno", "1"),
    rule("hakuna maumivu kabisa", "sifuri"),
    rule("kadiri yanavyoweza", "kumi"),
    rule("una nafasi sasa", "ndiyo"),
    rule("leo una lolote", "hapana"),
    rule("mtu karibu nawe", "1"),
    rule("maumivu makali zaidi", "3", times=2),
    rule("maumivu makali zaidi", "mbili", times=2),
    rule("maumivu makali zaidi", "1"),
    rule("uchovu mkubwa", "2"),
    rule("kuishiwa pumzi", "1"),
    rule("hamu ya kula", "mbili"),
    rule("ulilala vibaya", "3"),
    rule("kichefuchefu", "0"),
    rule("hamu au raha", "1"),
    rule("mwenye huzuni|kudhibiti", "0"),
    rule("mwenye hofu", "1"),
]
STORIES = {"sw": ("amina", AMINA, SWAHILI), "zh_CN": ("mei", MEI, CHINESE)}


@pytest.mark.parametrize("language", STORIES)
def test_the_first_month_is_told_as_the_phone_showed_it(language: str, telephones: Network, database_url: str) -> None:
    code, number, rules = STORIES[language]
    with world(telephones, database_url, THURSDAY, _people(number, rules)) as place:
        only(place, code)
        with place.database.write() as session:
            text = f"{HEADER}\n{ROWS[language]}\n"
            assert not enrolment.import_file(session, "patients", text, THURSDAY, place.settings)
        place.play_to(THURSDAY + timedelta(days=29))
        told = side_by_side(place.ledger("sms_out", "sms_in"), {number: f"{people.NAMES[number]}, patient"})
        mood = ["mood"] if language == "zh_CN" else []  # no Swahili wording of the PHQ with its source is shipped
        assert _asked(place, code) == [
            "consent", "practice", "baseline", "weekly-check", "education", "weekly-check", "education", "weekly-check",
            "education", *mood, "weekly-check", "education",
        ]  # fmt: skip
        purposes = [
            "comparison with last time", "family in an emergency", "messages", "share upward", "share with the doctor",
        ]  # fmt: skip
        assert _written_down(place) == (purposes, 6)
        assert place.ledger("violation", "lost") == []
    compare(FOLDER / f"first-month.{language}.txt", told)


def _people(number: str, rules: list[Rule]) -> list[dict[str, object]]:
    week = {person["number"]: person for person in people.for_the_week()}
    week[number]["rules"] = rules
    return list(week.values())


def _asked(place: World, code: str) -> list[str]:
    with place.database.read() as session:
        mine = select(Conversation.flow).join(Person, Conversation.person_id == Person.id).where(Person.code == code)
        return list(session.scalars(mine.where(Conversation.outcome == "finished").order_by(Conversation.id)))


def _written_down(place: World) -> tuple[list[str], int]:
    """The purposes that were agreed to, and how many answers were given with help."""
    with place.database.read() as session:
        consents = select(Consent.purpose).where(Consent.version == "consent 1", Consent.withdrawn_at.is_(None))
        assisted = select(Answer.question).where(Answer.flow == "baseline", Answer.respondent == "assisted")
        assert session.scalars(select(Case)).all() == []
        return sorted(session.scalars(consents)), len(session.scalars(assisted).all())
