"""What somebody reads who asks for a page that is not there."""

import pytest
from flask import Flask


@pytest.mark.parametrize(
    ("wanted", "language", "said"),
    [("en", "en", "There is nothing here"), ("zh-CN", "zh-CN", "这里没有内容"), ("ar", "ar", 'dir="rtl"')],
)
def test_an_address_that_nobody_knows_is_told_in_the_readers_language(
    app: Flask, wanted: str, language: str, said: str
) -> None:
    answer = app.test_client().get("/nosuch/page", headers={"Accept-Language": wanted})
    assert answer.status_code == 404
    assert f'lang="{language}"' in answer.text
    assert said in answer.text
    assert answer.headers["Content-Security-Policy"]


def test_so_is_a_form_that_is_sent_where_none_is_taken(app: Flask) -> None:
    answer = app.test_client().post("/healthz")
    assert (answer.status_code, "That did not work" in answer.text) == (405, True)


def test_another_door_answers_as_before(app: Flask) -> None:
    answer = app.test_client().get("/recordings/nosuch.mp3")
    assert answer.status_code == 404
    assert "stylesheet" not in answer.text
