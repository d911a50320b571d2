"""The provider's door: a signature, one verb, one answer, and 200 only after the commit."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, abort, g, request
from flask.sansio.blueprints import BlueprintSetupState
from prometheus_client import Counter
from sqlalchemy import select
from sqlalchemy.orm import Session

from gateway import delivery, intake, voice_turn
from gateway.clock import Clock
from gateway.doorbell import Doorbell
from gateway.phone import twilio_in
from gateway.phone.twilio_in import CallAnswered, Dialled, KeysHeard, Refused
from gateway.phone.twiml import NOTHING_TO_DO
from gateway.settings import Settings
from gateway.store.database import Database, DatabaseAway
from gateway.store.inbound import is_first
from gateway.store.tables import Call, Message

LONGEST_REQUEST = 256 * 1024  # a body of 10,000 Chinese characters takes 90 kB; Twilio's own end at 1600
FORM = "application/x-www-form-urlencoded"
REFUSED = Counter("gateway_webhooks_refused", "Requests to /twilio/ that were refused", ["why"], registry=None)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Office:
    """What every answer at the door needs."""

    settings: Settings
    database: Database
    clock: Clock
    doorbell: Doorbell


def webhooks(settings: Settings, database: Database, clock: Clock, doorbell: Doorbell) -> Blueprint:
    """POST /twilio/...: 403 where it is not Twilio's, 503 when the database is away; both change nothing."""
    door, office = Blueprint("twilio", __name__, url_prefix="/twilio"), Office(settings, database, clock, doorbell)

    @door.record_once
    def no_redirects(state: BlueprintSetupState) -> None:
        state.app.url_map.merge_slashes = False  # an address with `//` was never signed: 404, not another address

    @door.before_request
    def only_twilio() -> None:
        if request.method != "POST":
            raise Refused("not a POST")
        g.form = _signed_form(settings)

    _take_texts(door, office)
    _take_calls(door, office)
    _turn_away(door)

    @door.post("/<path:elsewhere>")
    def nothing_here(elsewhere: str) -> Response:
        """404, but only to whom a signature lets in."""
        abort(404)

    return door


def _take_texts(door: Blueprint, office: Office) -> None:
    @door.post("/sms")
    def sms() -> Response:
        heard = twilio_in.read_sms(g.form)
        # Its note is what lets it in once: a copy waits for the person's lock, and then finds the note.
        office.database.again(lambda session: intake.heard(session, heard, office.clock.now(session)))
        office.doorbell.ring()
        return _twiml(NOTHING_TO_DO)

    @door.post("/message-status/<row>")
    def message_status(row: str) -> Response:
        told = twilio_in.read_message_receipt(g.form, row)

        def note(session: Session, now: datetime) -> None:
            _refuse_foreign(session, Message, row)
            delivery.receipt(session, told, now)

        _once(office, told.key, "receipt", note)
        return Response(mimetype="text/plain")


def _take_calls(door: Blueprint, office: Office) -> None:
    @door.post("/voice")
    @door.post("/voice/<row>")
    def voice(row: str | None = None) -> Response:
        return _turn(office, twilio_in.read_answered(g.form, row))

    @door.post("/keys/<conversation>/<step>/<part>/<turn>")
    def keys(conversation: str, step: str, part: str, turn: str) -> Response:
        return _turn(office, twilio_in.read_keys(g.form, conversation, step, part, turn))

    @door.post("/dialled/<turn>")
    def dialled(turn: str) -> Response:
        return _turn(office, twilio_in.read_dialled(g.form, turn))

    @door.post("/call-status")
    @door.post("/call-status/<row>")
    def call_status(row: str | None = None) -> Response:
        told, ended = twilio_in.read_call_receipt(g.form, row), twilio_in.read_ended(g.form, row)

        def note(session: Session, now: datetime) -> None:
            _refuse_foreign(session, Call, row)
            delivery.receipt(session, told, now)
            if ended:
                intake.heard(session, ended, now)

        _once(office, told.key, "receipt", note)
        office.doorbell.ring()
        return Response(mimetype="text/plain")


def _turn(office: Office, heard: CallAnswered | KeysHeard | Dialled) -> Response:
    def answer(session: Session) -> str:
        if isinstance(heard, KeysHeard):
            _refuse_strange_keys(session, heard)
        elif isinstance(heard, Dialled):
            _refuse_strange_dial(session, heard)
        else:
            _refuse_foreign(session, Call, heard.call_row_id)
        now = office.clock.now(session)
        is_new = is_first(session, heard.key, "keys" if isinstance(heard, KeysHeard) else "call", now)
        settings = office.settings
        return voice_turn.answer(session, heard, is_new, now, settings.public_url, settings.twilio_from)

    said = office.database.again(answer)
    office.doorbell.ring()
    return _twiml(said)


def _once(office: Office, key: str, kind: str, work: Callable[[Session, datetime], object]) -> None:
    """All of it in one transaction, unless it has come before. Crossed by another transaction it is done anew."""

    def whole(session: Session) -> None:
        now = office.clock.now(session)
        if is_first(session, key, kind, now):
            work(session, now)

    office.database.again(whole)


def _turn_away(door: Blueprint) -> None:
    @door.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        REFUSED.labels("not twilio's").inc()
        log.warning("refused a request to %s: %s", request.endpoint, error)
        return Response("This address is for the telephone provider.\n", 403, mimetype="text/plain")

    @door.errorhandler(DatabaseAway)
    def away(error: DatabaseAway) -> Response:
        """The provider comes again, then asks the fallback; what it gave up on is fetched from it later."""
        REFUSED.labels("database away").inc()
        log.error("the database is away: %s", error)
        return Response("The database is away.\n", 503, mimetype="text/plain")


def _signed_form(settings: Settings) -> dict[str, str]:
    """What Twilio sent. Raises Refused; a request that is too long ends as 413 before it is read."""
    request.max_content_length = LONGEST_REQUEST
    if request.mimetype != FORM:
        raise Refused("not a form")
    form = twilio_in.single_values(twilio_in.pairs(request.get_data()), settings.twilio_account_sid)
    raw = request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI") or ""
    if not raw.startswith("/"):
        raise Refused("the server does not tell the raw path")
    if not twilio_in.is_signed(settings.tokens, twilio_in.addresses(settings.public_url, raw), form, request.headers):
        raise Refused("the signature is wrong")
    return form


def _refuse_foreign(session: Session, table: type[Message] | type[Call], row: str | None) -> None:
    """A signed address may be another installation's on the same account: its rows are not ours to change."""
    if row and session.scalar(select(table.id).where(table.id == row)) is None:
        raise Refused("the row in the address is not ours")


def _refuse_strange_keys(session: Session, heard: KeysHeard) -> None:
    """Keys are only of a call that we know, and only to what that call asks."""
    asked = select(Call.id, Call.conversation_id).where(Call.provider_id == heard.call_id)
    call = session.execute(asked).first()
    if call is None or call.conversation_id != heard.conversation_id:
        raise Refused("the keys are of no call of ours, or of another conversation than its own")


def _refuse_strange_dial(session: Session, heard: Dialled) -> None:
    """Somebody is connected only on a call about a case."""
    asked = (Call.provider_id == heard.call_id, Call.case_id.is_not(None))
    if session.scalar(select(Call.id).where(*asked)) is None:
        raise Refused("nobody was to be connected on that call")


def _twiml(text: str) -> Response:
    return Response(text, mimetype="text/xml")
