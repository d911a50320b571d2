"""The web entry: `gunicorn 'app:create_app()'`."""

from flask import Flask, Response, request

from gateway.clock import Clock
from gateway.console import open_console
from gateway.doorbell import Doorbell
from gateway.logs import write_logs
from gateway.opening import open_from
from gateway.settings import Settings, SettingsProblem, load
from gateway.sounds import sounds
from gateway.status import status
from gateway.webhooks import webhooks

KEPT = "public, max-age=31536000, immutable"  # its address changes when it does
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",  # with none a browser sends its forms without saying from where
    "Cache-Control": "no-store",
}


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Flask:
    """The provider's door, the pages about the system and the console; `clock` is a test's. Raises SettingsProblem."""
    settings = settings or _from_environment()
    database = open_from(settings)
    clock, doorbell = clock or Clock(story=settings.story_allowed), Doorbell(settings.redis_url)
    app = Flask("gateway")
    app.register_blueprint(webhooks(settings, database.in_a_hurry(), clock, doorbell))
    app.register_blueprint(sounds(database.in_a_hurry()))
    app.register_blueprint(status(database, clock, doorbell))
    open_console(app, settings, database, clock, doorbell)
    app.extensions["database"] = database

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.endpoint == "console.static" and "v" in request.args:
            response.headers["Cache-Control"] = KEPT
        if settings.public_url.startswith("https://"):
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response

    return app


def _from_environment() -> Settings:
    write_logs()
    settings = load()
    if not settings.redis_url:
        raise SettingsProblem(
            ["REDIS_URL is missing: `python -m gateway serve` brings its own Redis, a Procfile does not"]
        )
    return settings
