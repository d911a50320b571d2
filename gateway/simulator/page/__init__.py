"""How is the phones page put together and served?"""

import json
import re
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from werkzeug.wrappers import Request, Response

from gateway.simulator.answers import json_answer
from gateway.simulator.page.words import LANGUAGES, WORDS

CONTENT_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def answer(request: Request) -> Response:
    """`?lang=en|zh`, else what the browser prefers; `?zone=Africa/Nairobi` for the clock, else the browser's own."""
    if request.path == "/":
        return _page(request)
    name = request.path.removeprefix("/static/")
    if request.path.startswith("/static/") and re.fullmatch(r"[a-z]+\.(css|js|svg)", name):
        place = files(__package__).joinpath("static", name)
        if place.is_file():
            return Response(place.read_bytes(), mimetype=CONTENT_TYPES[name.rpartition(".")[2]], headers=HEADERS)
    return json_answer({"error": "not found"}, 404)


def _page(request: Request) -> Response:
    asked = request.args.get("lang", "")
    lang = asked if asked in WORDS else request.accept_languages.best_match(list(WORDS)) or "en"
    zone = request.args.get("zone", "")
    words = WORDS[lang]
    html = (
        _templates()
        .get_template("phones.html")
        .render(
            lang=lang,
            html_lang=LANGUAGES[lang],
            zone=zone if re.fullmatch(r"[A-Za-z_+\-/0-9]{1,40}", zone) else "",
            words=words,
            words_json=json.dumps(words, ensure_ascii=False),
            other="en" if lang == "zh" else "zh",
            keys=["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"],
        )
    )
    return Response(html, mimetype="text/html", headers=HEADERS)


@cache
def _templates() -> Environment:
    loader = PackageLoader("gateway.simulator", "page/templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
