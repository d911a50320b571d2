"""Where does the provider fetch what a person has recorded?"""

from urllib.parse import quote

from flask import Blueprint, Response, abort, request

from gateway.store.database import Database, DatabaseAway
from gateway.store.queries.recordings import by_address

TYPES = {"wav": "audio/wav", "mp3": "audio/mpeg"}
# What stands at an address never changes: what is recorded anew gets another one.
KEEP = "public, max-age=2592000, immutable"


def sounds(database: Database) -> Blueprint:
    """GET /recordings/<32 hexadecimal digits>. The provider signs nothing here: the address itself is the secret."""
    door = Blueprint("sounds", __name__)

    @door.get("/recordings/<address>")
    def recording(address: str) -> Response:
        with database.read() as session:
            found = by_address(session, address)
            if found is None or found.sound is None:
                abort(404)
            answer = Response(found.sound, mimetype=TYPES[found.kind])
            answer.set_etag(found.address)
            answer.headers["Cache-Control"] = KEEP
            name = quote(f"{found.text}.{found.kind}")
            answer.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{name}"
        answer.make_conditional(request)
        return answer

    @door.errorhandler(DatabaseAway)
    def away(_: DatabaseAway) -> Response:
        return Response("The database is away.\n", 503, mimetype="text/plain")

    return door
