"""A story as its phones showed it: one column a phone, one line of time, segments under every SMS."""

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime

from gateway.demo.network import Entry
from gateway.demo.village import ZONE

WIDTH = 44
CLOCK = "%a %H:%M"


def side_by_side(entries: Iterable[Entry], phones: Mapping[str, str]) -> str:
    """`phones` maps a number to the title of its column, in order."""
    titles = list(phones.values())
    rows = [_row("", titles, titles), _row("", ["-" * WIDTH] * len(titles), titles)]
    on_call: dict[str, str] = {}
    names = {number: title.partition(",")[0] for number, title in phones.items()}
    for entry in entries:
        if entry["kind"] == "call":
            on_call[entry["sid"]] = entry["to"] if entry["direction"].startswith("outbound") else entry["from"]
        if entry["kind"] == "connected":
            entry = {**entry, "to": names.get(entry["to"], "another")}
        number = entry.get("to") if entry.get("to") in phones else entry.get("from")
        number = on_call.get(entry.get("sid", ""), number)
        text = _seen(entry)
        if text and number in phones:
            when = datetime.fromisoformat(entry["at"]).astimezone(ZONE)
            rows += _block(f"{when:{CLOCK}}", list(phones).index(str(number)), text, titles)
    return "\n".join(line.rstrip() for line in rows) + "\n"


def _seen(entry: Entry) -> list[str]:
    """What the owner of the phone sees or hears of it."""
    match entry["kind"]:
        case "sms_out":
            size = f"[{len(entry['body'])} characters, {entry['segments']} SMS, {entry['encoding']}]"
            return [*_wrapped(entry["body"]), size, ""]
        case "sms_in":
            return [f">> {entry['body']}", ""]
        case "spoken":
            return _wrapped(f'" {entry["text"]} "')
        case "pressed":
            return [f">> presses {entry['digits']}", ""]
        case "connected":
            return [f"(connected with {entry['to']})", ""]
        case "call" if entry["event"] in ("ringing", "completed", "no-answer", "busy"):
            return [
                {"ringing": "(the phone rings)", "completed": "(the call ends)"}.get(
                    entry["event"], f"({entry['event']})"
                )
            ]
    return []


def _block(when: str, column: int, lines: list[str], titles: list[str]) -> list[str]:
    cells = [["" for _ in titles] for _ in lines]
    for number, line in enumerate(lines):
        cells[number][column] = line
    return [_row(when if number == 0 else "", row, titles) for number, row in enumerate(cells)]


def _row(when: str, cells: list[str], titles: list[str]) -> str:
    return f"{when:<9} | " + " | ".join(_padded(cell) for cell in cells[: len(titles)])


def _padded(text: str) -> str:
    return text + " " * max(0, WIDTH - width(text))


def width(text: str) -> int:
    """Columns in a terminal: a Chinese sign takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _wrapped(text: str) -> list[str]:
    lines = []
    for paragraph in text.splitlines():
        line = ""
        for word in _words(paragraph):
            if width(line + word) > WIDTH and line:
                lines.append(line.rstrip())
                line = word.lstrip()
            else:
                line += word
        lines.append(line.rstrip())
    return lines


def _words(text: str) -> Iterable[str]:
    """Latin words whole with the space before them; Chinese signs one by one."""
    word = ""
    for sign in text:
        wide = unicodedata.east_asian_width(sign) in "WF"
        if (wide or sign == " ") and word:
            yield word
            word = ""
        if wide:
            yield sign
        else:
            word += sign
    yield word
