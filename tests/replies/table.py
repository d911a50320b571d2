"""How well is each language read? `python -m tests.replies.table` prints it, `-v` every reply that was missed."""

import sys

from gateway.commands.reply import as_row, expected_of
from gateway.core.understand import Nothing, RedFlagHeard, understand
from tests.core.shipped import language
from tests.replies.corpus import EVERY, LANGUAGES, Reply, red_flags, replies

COLUMNS = (
    ("replies", 8),
    ("right", 7),
    ("%", 7),
    ("wrong numbers", 15),
    ("danger signs", 14),
    ("found", 7),
    ("everyday", 10),
    ("alarms", 8),
)
HEAD = " " * 7 + "".join(f"{name:>{width}}" for name, width in COLUMNS)


def read(reply: Reply, code: str) -> tuple[object, object]:
    row = as_row(reply.said, understand(reply.said, expected_of(reply.kind), language(code)))
    return row["outcome"], row["value"]


def missed(code: str) -> list[tuple[Reply, tuple[object, object]]]:
    all_of_them = [(reply, read(reply, code)) for reply in (*replies(code), *replies(EVERY))]
    return [(reply, got) for reply, got in all_of_them if got != (reply.outcome, reply.value)]


def flag_of(text: str, code: str) -> str:
    heard = understand(text, Nothing(), language(code))
    return heard.flag if isinstance(heard, RedFlagHeard) else "none"


def row(code: str) -> str:
    said, wrong = len(replies(code)) + len(replies(EVERY)), missed(code)
    numbers = sum(1 for _, got in wrong if got[0] == "answer")
    flags = red_flags(code)
    found = [(flag, flag_of(text, code)) for flag, text in flags]
    signs, everyday = [one for one in found if one[0] != "none"], [one for one in found if one[0] == "none"]
    heard, alarms = sum(one[1] != "none" for one in signs), sum(one[1] != "none" for one in everyday)
    right = said - len(wrong)
    figures = (
        said,
        right,
        f"{right / said:.1%}",
        numbers,
        len(signs),
        f"{heard / len(signs):.0%}",
        len(everyday),
        alarms,
    )
    return f"{code:7}" + "".join(f"{figure:>{width}}" for figure, (_, width) in zip(figures, COLUMNS, strict=True))


def main() -> None:
    print(HEAD)
    for code in [one for one in sys.argv[1:] if one != "-v"] or LANGUAGES:
        print(row(code))
        if "-v" in sys.argv:
            print(*(f"    {reply} read as {got}" for reply, got in missed(code)), sep="\n")
            print(
                *(
                    f"    {flag}: {text} found as {flag_of(text, code)}"
                    for flag, text in red_flags(code)
                    if (flag == "none") != (flag_of(text, code) == "none")
                ),
                sep="\n",
            )


if __name__ == "__main__":
    main()
