"""What does somebody read when a page cannot be had?"""

from flask import Blueprint, Flask, Response, g, make_response, render_template, request
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from gateway.console import tongue
from gateway.store.database import DatabaseAway


def answer_for(app: Flask, pages: Blueprint) -> None:
    app.register_error_handler(NotFound, _nowhere)
    app.register_error_handler(MethodNotAllowed, _nowhere)
    pages.register_error_handler(HTTPException, _told)
    pages.register_error_handler(DatabaseAway, _away)
    pages.register_error_handler(DBAPIError, _away)


def _nowhere(error: HTTPException) -> Response | HTTPException:
    """An address that no route knows. What a route of another door says stays as it is."""
    return _told(error) if request.url_rule is None else error


def _told(error: HTTPException) -> Response:
    """`abort(404)` and the like, raised by a view."""
    if "visit" not in g:
        g.visit = Nobody(tongue.wanted(None, "UTC"))  # the form was refused before anybody knew whose it was
    why = "form" if error.description == "form" else str(error.code)
    return make_response(render_template("fault.html", at=g.visit, why=why), error.code or 500)


def _away(error: Exception) -> Response:
    """Also a database without our tables."""
    said = "The database is away, or `python -m gateway db upgrade` has not run.\n"
    return Response(said, 503, mimetype="text/plain")


class Nobody:
    """Whoever is told of a fault without being known."""

    user = named = None
    form_token = ""

    def __init__(self, said_in: tongue.Tongue) -> None:
        self.tongue = said_in

    def holds(self, *_: object) -> bool:
        return False

    def section(self, _path: str) -> str:
        return ""
