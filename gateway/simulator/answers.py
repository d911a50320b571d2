"""How does the network answer a request in JSON?"""

import json

from werkzeug.wrappers import Response


def json_answer(body: object, status: int = 200) -> Response:
    if body is None:
        return Response(status=status)
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, mimetype="application/json", headers={"Cache-Control": "no-store"})
