"""Does a call ring, speak, listen and end as Twilio's would?"""

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.simulator.account import AMINA, NUMBER, TOKEN, Driver, Post, Site

ASK = '<Response><Gather action="/keys" numDigits="2" timeout="4"><Say language="zh-CN">{}</Say></Gather>{}</Response>'
QUESTION = ASK.format("疼得最厉害时有多疼？", "<Say>No key yet.</Say><Redirect>/voice-out</Redirect>")
ALL_EVENTS = ["initiated", "ringing", "answered", "completed"]


def ring(client: Client, site: Site, **more: object) -> str:
    settings = {"url": site.base + "/voice-out", "status_callback": site.base + "/told"} | more
    sid: str | None = client.calls.create(to=AMINA, from_=NUMBER, **settings).sid
    assert sid is not None
    return sid


def told(site: Site) -> list[str]:
    return [post.parameters["CallStatus"] for post in site.at("/told")]


def test_a_person_answers_hears_and_presses(driver: Driver, client: Client, site: Site) -> None:
    site.says("/voice-out", QUESTION)
    site.says("/keys", '<Response><Say language="zh-CN">谢谢。</Say></Response>')
    driver.person(AMINA, rules=[{"when": "多疼", "press": "8#"}])
    sid = ring(client, site, status_callback_event=ALL_EVENTS)
    driver.play_out()
    assert client.calls(sid).fetch().status == "completed"
    (first,) = site.at("/voice-out")
    expected = {"CallSid": sid, "From": NUMBER, "To": AMINA, "CallStatus": "in-progress", "Direction": "outbound-api"}
    assert expected.items() <= first.parameters.items()
    assert "AnsweredBy" not in first.parameters
    assert RequestValidator(TOKEN).validate(first.url, first.parameters, first.headers["X-Twilio-Signature"])
    (keys,) = site.at("/keys")
    assert (keys.parameters["Digits"], keys.parameters["FinishedOnKey"]) == ("8", "#")
    assert [entry["text"] for entry in driver.ledger("spoken")] == ["疼得最厉害时有多疼？", "谢谢。"]
    assert driver.ledger("violation") == []


def test_the_account_is_told_of_each_step_in_order(driver: Driver, client: Client, site: Site) -> None:
    driver.person(AMINA, answers_after=5)
    site.says("/voice-out", '<Response><Pause length="90"/></Response>')
    ring(client, site, status_callback_event=ALL_EVENTS)
    driver.play_out()
    assert told(site) == ["initiated", "ringing", "in-progress", "completed"]
    assert [post.parameters["SequenceNumber"] for post in site.at("/told")] == ["0", "1", "2", "3"]
    last = site.at("/told")[-1]
    assert last.parameters["CallbackSource"] == "call-progress-events"
    assert 90 <= int(last.parameters["CallDuration"]) <= 92
    assert last.parameters["Timestamp"].endswith("+0000")
    assert RequestValidator(TOKEN).validate(last.url, last.parameters, last.headers["X-Twilio-Signature"])


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ({"kind": "busy"}, "busy"),
        ({"kind": "no_answer"}, "no-answer"),
        ({"kind": "unreachable"}, "failed"),
        ({"kind": "scripted", "answers_after": 120}, "no-answer"),
        ({"kind": "silent"}, "completed"),
    ],
)
def test_a_temperament_decides_how_a_call_ends(
    driver: Driver, client: Client, site: Site, person: dict[str, object], status: str
) -> None:
    driver.person(AMINA, **person)
    sid = ring(client, site, timeout=30)
    driver.play_out()
    assert client.calls(sid).fetch().status == status
    assert told(site) == [status]


def test_a_late_answer_comes_in_story_time(driver: Driver, client: Client, site: Site) -> None:
    driver.person(AMINA, answers_after=120)
    sid = ring(client, site, timeout=300)
    driver.settle()
    assert client.calls(sid).fetch().status == "ringing"
    driver.jump()
    assert len(site.at("/voice-out")) == 1


def test_silence_is_heard_as_silence_and_the_redirect_followed(driver: Driver, client: Client, site: Site) -> None:
    site.answers["/voice-out"] = lambda post: (200, QUESTION if len(site.at("/voice-out")) < 3 else "<Response/>")
    driver.person(AMINA, kind="silent")
    ring(client, site)
    driver.play_out()
    assert len(site.at("/voice-out")) == 3
    assert site.at("/keys") == []


def test_someone_hangs_up_after_some_prompts(driver: Driver, client: Client, site: Site) -> None:
    site.says("/voice-out", QUESTION)
    site.says("/keys", QUESTION)
    driver.person(AMINA, kind="hangs_up", prompts=2, rules=[{"when": ".", "press": "3#"}])
    ring(client, site)
    driver.settle()
    assert len(site.at("/keys")) == 1
    assert told(site) == ["completed"]


def test_a_machine_is_detected_where_the_account_asks(driver: Driver, client: Client, site: Site) -> None:
    driver.person(AMINA, kind="machine")
    ring(client, site, machine_detection="Enable")
    driver.play_out()
    assert site.at("/voice-out")[0].parameters["AnsweredBy"] == "machine_start"


def test_detection_beside_the_call_is_told_apart(driver: Driver, client: Client, site: Site) -> None:
    driver.person(AMINA)
    more = {"async_amd": "true", "async_amd_status_callback": site.base + "/amd"}
    ring(client, site, machine_detection="DetectMessageEnd", **more)
    driver.play_out()
    assert site.at("/amd")[0].parameters["AnsweredBy"] == "human"
    assert "AnsweredBy" not in site.at("/voice-out")[0].parameters


def test_a_person_by_hand_answers_presses_and_hangs_up(driver: Driver, client: Client, site: Site) -> None:
    site.says(
        "/voice-out", '<Response><Gather action="/keys" finishOnKey="" timeout="9"><Say>Hi</Say></Gather></Response>'
    )
    driver.person(AMINA, kind="by_hand")
    sid = ring(client, site)
    driver.settle()
    assert driver.phone(AMINA)["call"]["state"] == "ringing"
    assert driver.post("answer", {"number": AMINA})["status"] == "in-progress"
    driver.settle()
    call = driver.phone(AMINA)["call"]
    assert [line["text"] for line in call["spoken"]] == ["Hi"]
    assert driver.post("keys", {"call": sid, "digits": "1*#"})["heard"] == "1*#"
    assert driver.phone(AMINA)["call"]["waiting"]["digits"] == "1*#"
    assert driver.post("hangup", {"call": sid})["status"] == "completed"
    phone = driver.phone(AMINA)
    assert phone["call"] is None
    assert phone["calls"][0]["lines"][-1]["pressed"] == "1*#"
    driver.post("hangup", {"call": sid}, status=404)


def test_declining_is_busy_for_the_caller(driver: Driver, client: Client, site: Site) -> None:
    driver.person(AMINA, kind="by_hand")
    ring(client, site)
    driver.settle()
    assert driver.post("hangup", {"number": AMINA})["status"] == "busy"


def test_keys_that_no_gather_waits_for_are_lost(driver: Driver, client: Client, site: Site) -> None:
    site.says("/voice-out", '<Response><Pause length="5"/></Response>')
    driver.person(AMINA, kind="by_hand")
    ring(client, site)
    driver.settle()
    driver.post("answer", {"number": AMINA})
    driver.settle()
    assert driver.post("keys", {"number": AMINA, "digits": "55"})["heard"] == ""
    assert [(entry["digits"], entry["heard"]) for entry in driver.ledger("pressed")] == [("55", False)]


def test_twiml_may_come_with_the_request(driver: Driver, client: Client, site: Site) -> None:
    driver.person(AMINA)
    client.calls.create(to=AMINA, from_=NUMBER, twiml="<Response><Say>Hello</Say></Response>")
    driver.settle()
    assert [entry["text"] for entry in driver.ledger("spoken")] == ["Hello"]
    assert site.at("/voice-out") == []


def test_the_account_redirects_and_ends_a_running_call(driver: Driver, client: Client, site: Site) -> None:
    site.says("/voice-out", '<Response><Pause length="60"/></Response>')
    site.says("/other", '<Response><Say>Other</Say><Pause length="60"/></Response>')
    driver.person(AMINA)
    sid = ring(client, site)
    driver.settle()
    client.calls(sid).update(url=site.base + "/other", method="POST")
    driver.settle()
    assert [entry["text"] for entry in driver.ledger("spoken")] == ["Other"]
    assert client.calls(sid).update(status="completed").status == "completed"
    with pytest.raises(TwilioRestException) as late:
        client.calls(sid).update(status="completed")
    assert late.value.code == 21220


def test_a_ringing_call_is_canceled(driver: Driver, client: Client, site: Site) -> None:
    sid = ring(client, site)
    driver.settle()
    assert client.calls(sid).update(status="canceled").status == "canceled"
    assert client.calls(sid).delete()


def test_calls_are_listed_by_status_number_and_day(driver: Driver, client: Client, site: Site) -> None:
    sid = ring(client, site)
    driver.settle()
    assert [call.sid for call in client.calls.list(to=AMINA, status="ringing")] == [sid]
    assert client.calls.list(to=AMINA, status="completed") == []
    started = client.calls(sid).fetch().start_time
    assert started is not None
    assert [call.sid for call in client.calls.list(start_time_after=started)] == [sid]


def test_a_second_call_finds_the_phone_busy(driver: Driver, client: Client, site: Site) -> None:
    driver.person(AMINA, kind="by_hand")
    ring(client, site)
    second = ring(client, site)
    driver.settle()
    assert client.calls(second).fetch().status == "busy"


def test_the_fallback_speaks_when_the_account_is_away(driver: Driver, client: Client, site: Site) -> None:
    site.says("/voice-out", "", status=503)
    site.says("/fallback", "<Response><Say>We will call again.</Say></Response>")
    driver.person(AMINA)
    ring(client, site, fallback_url=site.base + "/fallback")
    driver.settle()
    assert site.at("/fallback")[0].parameters["ErrorUrl"] == site.base + "/voice-out"
    assert [entry["text"] for entry in driver.ledger("spoken")] == ["We will call again."]


def test_a_bad_document_ends_the_call_and_is_a_violation(driver: Driver, client: Client, site: Site) -> None:
    site.says("/voice-out", "<Response><Sing/></Response>")
    driver.person(AMINA)
    sid = ring(client, site)
    driver.settle()
    assert [entry["code"] for entry in driver.ledger("violation")] == [12200]
    assert client.calls(sid).fetch().status == "completed"


def test_a_circle_of_redirects_is_cut(driver: Driver, client: Client, site: Site) -> None:
    site.says("/voice-out", "<Response><Redirect>/voice-out</Redirect></Response>")
    driver.person(AMINA)
    ring(client, site)
    driver.settle()
    assert len(site.at("/voice-out")) == 200
    assert "loop" in driver.ledger("violation")[0]["why"]


def test_a_person_rings_the_clinic(driver: Driver, site: Site) -> None:
    site.says("/voice", QUESTION)
    driver.person(AMINA, rules=[{"when": "多疼", "press": "10"}])
    driver.post("call", {"from": AMINA})
    driver.settle()
    first = site.at("/voice")[0].parameters
    assert (first["CallStatus"], first["Direction"], first["To"]) == ("ringing", "inbound", NUMBER)
    assert site.at("/keys")[0].parameters["Digits"] == "10"
    assert site.at("/call-status")[0].parameters["CallStatus"] == "completed"


def test_a_rejected_caller_is_never_answered(driver: Driver, client: Client, site: Site) -> None:
    site.says("/voice", '<Response><Reject reason="busy"/></Response>')
    sid = driver.post("call", {"from": AMINA})["call"]
    driver.settle()
    call = client.calls(sid).fetch()
    assert (call.status, call.duration) == ("busy", "0")


def test_voice_webhooks_that_arrive_twice_are_spoken_once(driver: Driver, client: Client, site: Site) -> None:
    driver.post("badness", {"duplicate": 3, "shuffle": True})
    site.says("/voice-out", QUESTION)
    driver.person(AMINA, rules=[{"when": "多疼", "press": "8#"}])
    ring(client, site, status_callback_event=ALL_EVENTS)
    driver.play_out()
    assert len(site.at("/voice-out")) == len(site.at("/keys")) == 3
    assert len(driver.ledger("spoken")) == 1
    assert sorted(told(site)) == sorted(["initiated", "ringing", "in-progress", "completed"] * 3)


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"From": NUMBER, "Url": "http://x.example/"}, 21201),
        ({"To": AMINA, "Url": "http://x.example/"}, 21213),
        ({"To": AMINA, "From": NUMBER}, 21205),
        ({"To": "123", "From": NUMBER, "Url": "http://x.example/"}, 21211),
        ({"To": AMINA, "From": NUMBER, "Url": "/voice"}, 21205),
        ({"To": AMINA, "From": NUMBER, "Url": "http://x.example/", "Timeout": "900"}, 20001),
        ({"To": AMINA, "From": NUMBER, "Url": "http://x.example/", "StatusCallbackEvent": "sneezed"}, 21626),
        ({"To": AMINA, "From": NUMBER, "Url": "http://x.example/", "Volume": "11"}, 20001),
    ],
)
def test_a_wrong_call_is_refused(driver: Driver, client: Client, parameters: dict[str, str], code: int) -> None:
    uri = f"https://api.twilio.com/2010-04-01/Accounts/{client.account_sid}/Calls.json"
    answer = client.request("POST", uri, data=parameters)
    assert answer.status_code == 400
    assert f'"code": {code}' in answer.text


def test_what_is_said_before_a_gather_counts_for_the_rules(driver: Driver, client: Client, site: Site) -> None:
    def answer(post: Post) -> tuple[int, str]:
        return 200, "<Response><Say>Now breath.</Say>" + ASK.format("How bad?", "").removeprefix("<Response>")

    site.answers["/voice-out"] = answer
    driver.person(AMINA, rules=[{"when": "breath.*how bad", "press": "4#"}])
    ring(client, site)
    driver.settle()
    assert site.at("/keys")[0].parameters["Digits"] == "4"
