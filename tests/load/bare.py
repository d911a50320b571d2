"""The least that a webhook can be: the same signature check, one durable INSERT. `gunicorn tests.load.bare:app()`"""

import os
from threading import local

import psycopg
from flask import Flask, Response, request

from gateway.phone import twilio_in
from gateway.phone.twiml import NOTHING_TO_DO

TABLE = "CREATE TABLE IF NOT EXISTS bare (key text PRIMARY KEY, sender text, body text, at timestamptz DEFAULT now())"
INSERT = "INSERT INTO bare (key, sender, body) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"


def app() -> Flask:
    bare, mine, given = Flask("bare"), local(), os.environ

    def line() -> "psycopg.Connection[tuple[object, ...]]":
        if not hasattr(mine, "line"):
            mine.line = psycopg.connect(given["BARE_DATABASE"], autocommit=True)
        held: psycopg.Connection[tuple[object, ...]] = mine.line
        return held

    @bare.post("/twilio/sms")
    def sms() -> Response:
        form = twilio_in.single_values(request.form.lists(), given["TWILIO_ACCOUNT_SID"])
        addresses = twilio_in.addresses(given["PUBLIC_URL"], request.environ["RAW_URI"])
        if not twilio_in.is_signed((given["TWILIO_AUTH_TOKEN"],), addresses, form, request.headers):
            return Response(status=403)
        line().execute(INSERT, (form["MessageSid"], form["From"], form["Body"]))
        return Response(NOTHING_TO_DO, mimetype="text/xml")

    return bare
