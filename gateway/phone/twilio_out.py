"""How does an SMS or a call leave for Twilio, and what does a failure mean?"""

import json
import logging
import ssl
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3.exceptions as wire
from twilio.base.exceptions import TwilioException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from gateway.core.dispositions import Trouble
from gateway.phone.outcome import ProviderError, Taken
from gateway.phone.twilio_in import OVERRIDES
from gateway.settings import Settings

SECONDS_TO_CONNECT, SECONDS_TO_ANSWER = 3, 10
RINGING = 40  # seconds a phone rings: longer meets the voicemail, shorter misses a slow walker
CALL_EVENTS = ["initiated", "ringing", "answered", "completed"]
SHORTEST_VALIDITY, LONGEST_VALIDITY = 60, 36_000
NO_NUMBER_TO_CALL_FROM = 21213  # Twilio's code for it

# The library writes addresses with phone numbers in them at INFO.
logging.getLogger("twilio").setLevel(logging.WARNING)
logging.getLogger("twilio.http_client").setLevel(logging.WARNING)


class Telephone:
    """Keeps its connections to the provider open, one for each thread that sends. Every method raises ProviderError."""

    def __init__(self, settings: Settings) -> None:
        self.client = Client(
            settings.twilio_account_sid, settings.tokens[0], http_client=_Wire(settings.twilio_api_url)
        )
        self.settings = settings

    def send(self, outbox_id: str, to: str, body: str, seconds_valid: int) -> Taken:
        """`seconds_valid` only empties the provider's queue: it is brought into what the provider allows."""
        return _taken(
            lambda: self.client.messages.create(
                to=to,
                body=body,
                status_callback=f"{self.settings.public_url}/twilio/message-status/{outbox_id}{OVERRIDES}",
                validity_period=max(SHORTEST_VALIDITY, min(seconds_valid, LONGEST_VALIDITY)),
                **self._sender(),
            )
        )

    def call(self, outbox_id: str, to: str) -> Taken:
        """Rings. What is said comes from /twilio/voice/<outbox id> when it is answered."""
        if not self.settings.twilio_from:
            raise ProviderError(Trouble.REFUSED, code=NO_NUMBER_TO_CALL_FROM)
        ours = self.settings.public_url
        return _taken(
            lambda: self.client.calls.create(
                to=to,
                from_=self.settings.twilio_from,
                url=f"{ours}/twilio/voice/{outbox_id}{OVERRIDES}",
                method="POST",
                status_callback=f"{ours}/twilio/call-status/{outbox_id}{OVERRIDES}",
                status_callback_event=CALL_EVENTS,
                machine_detection="Enable",
                timeout=RINGING,
                **({"fallback_url": self.settings.voice_fallback_url} if self.settings.voice_fallback_url else {}),
            )
        )

    def redact(self, provider_id: str) -> None:
        """Takes the body of an SMS off the provider, ours or theirs, once its delivery is over."""
        try:
            self.client.messages(provider_id).update(body="")
        except (TwilioException, ValueError, KeyError) as error:
            raise ProviderError(Trouble.SILENT) from error

    def _sender(self) -> dict[str, str]:
        """A service picks the sender that the person knows; without one it is our number."""
        service, number = self.settings.twilio_messaging_service_sid, self.settings.twilio_from
        return {"messaging_service_sid": service} if service else {"from_": str(number)}


class _Wire(TwilioHttpClient):  # type: ignore[misc]  # the library has no types of its own
    """The library's client, pointed at TWILIO_API_URL, with time-outs: it has none by itself."""

    def __init__(self, api_url: str) -> None:
        super().__init__()
        self._api = urlsplit(api_url)
        self.timeout = (SECONDS_TO_CONNECT, SECONDS_TO_ANSWER)
        self.session.trust_env = self._api.hostname not in ("127.0.0.1", "localhost", "::1")

    def request(self, method: str, url: str, *arguments: Any, **named: Any) -> Response:
        there = urlsplit(url)._replace(scheme=self._api.scheme, netloc=self._api.netloc).geturl()
        try:
            response = super().request(method, there, *arguments, **named)
        except requests.RequestException as error:
            raise ProviderError(Trouble.UNSENT if _was_never_sent(error) else Trouble.SILENT) from error
        if response.status_code >= 400:
            raise _refusal(response)
        return response


def _taken(create: Any) -> Taken:
    """An answer that says success and cannot be read leaves open whether the message went."""
    try:
        made = create()
        return Taken(str(made.sid), str(made.status))
    except (TwilioException, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ProviderError(Trouble.SILENT) from error


def _refusal(response: Response) -> ProviderError:
    try:
        told = json.loads(response.text)
    except ValueError:
        told = None
    code = told.get("code") if isinstance(told, dict) else None
    wait = str((response.headers or {}).get("Retry-After", ""))
    return ProviderError(
        Trouble.REFUSED,
        status=response.status_code,
        code=code if isinstance(code, int) else None,
        wait=float(wait) if wait.isdigit() else None,
    )


def _was_never_sent(error: requests.RequestException) -> bool:
    """Only where no connection was made can the provider not have seen the request."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    if isinstance(reason, wire.ProxyError):
        reason = reason.original_error
    if isinstance(reason, wire.SSLError):
        return any(isinstance(part, ssl.SSLCertVerificationError) for part in reason.args)
    return isinstance(reason, wire.NewConnectionError | wire.ConnectTimeoutError)
