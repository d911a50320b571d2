"""What does a clinician's SMS about his cases mean? Digits, case codes, `ok`, or words for a person."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from gateway.core.words import Words

# No code begins another: 900 to 989, then 9900 to 9999.
CODE = re.compile(r"9[0-8][0-9]|99[0-9]{2}")
CODES = tuple(str(number) for number in (*range(900, 990), *range(9900, 10000)))
FIRST_CODES = 90  # the three-digit ones, used before the others

ACCEPTS, CANNOT, DONE, NOT_REACHED, LIST, UNDO = "12", "3", "4567", "8", "0", "9"
NUMERALS = str.maketrans("零〇一幺壹二两贰三叁四肆五伍六陆七柒八捌九玖", "0011122233445566778899")
MEASURES = "%°$€£¥"  # a number beside one of these is no digit of his
BESIDE = re.compile(r"(?<=[0-9])(?=[^\W\d_])|(?<=[^\W\d_])(?=[0-9])")  # `947ok`
UNSEEN = ("Mn", "Me", "Cf", "Cc", "Cs")  # accents apart, the box round a keycap digit, joiners, controls
LONGEST = 40  # characters: a longer text is words, whatever digits stand in it


@dataclass(frozen=True)
class Desk:
    """A clinician's cases as his SMS comes in.

    `open`: told of, not closed, and not another clinician's, most urgent first. `elsewhere`: told of, but another's or
    closed of late, newest first. `is_unsettled`: one of `elsewhere` was answered or closed in the last ten minutes.
    """

    open: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    is_unsettled: bool = False
    has_two_roles: bool = False  # the number is also a patient's, a helper's or another clinician's

    @property
    def told(self) -> frozenset[str]:
        return frozenset((*self.open, *self.elsewhere))


@dataclass(frozen=True)
class Act:
    """`digits` are of 1 to 8, ascending, each once, and go together."""

    code: str
    digits: str

    @property
    def accepts(self) -> bool:
        """So does saying what was done: `46` without a `1` before it is accepted and done in one."""
        return any(digit in self.digits for digit in ACCEPTS + DONE + NOT_REACHED)

    @property
    def visits(self) -> bool:
        return "2" in self.digits

    @property
    def cannot(self) -> bool:
        return CANNOT in self.digits

    @property
    def not_reached(self) -> bool:
        return NOT_REACHED in self.digits

    @property
    def done(self) -> str:
        return "".join(digit for digit in self.digits if digit in DONE)

    @property
    def is_contact(self) -> bool:
        """Advice, support and medicine reach the patient. A referral alone leaves open whether anyone did."""
        return any(digit in self.digits for digit in "456")


@dataclass(frozen=True)
class Undo:
    code: str


@dataclass(frozen=True)
class Listed:
    """`0`: the open cases, then the digits."""


class Doubt(StrEnum):
    """Why a reply is asked back. The clock runs on."""

    WHICH_CASE = "which case"  # a bare digit, and more than one case could be meant
    NO_CASE = "no case"  # a bare digit, and no case at all
    NOT_HIS = "not his"  # a code of which he was never told
    CALL_VISIT_OR_NOT = "call, visit or not"  # two of 1, 2, 3
    DONE_OR_NOT_REACHED = "done or not reached"  # 8 with 4 to 6
    NO_DIGIT = "no digit"  # a code alone
    MIXED = "mixed"  # digits that don't go together


@dataclass(frozen=True)
class AskedBack:
    doubt: Doubt
    code: str | None = None
    digits: str = ""


@dataclass(frozen=True)
class Away:
    """In hospital, moved or died. `code` is None when it isn't clear whom he means."""

    code: str | None


@dataclass(frozen=True)
class LeftToPerson:
    """Anything else; `code` when one case is named in it."""

    code: str | None = None


Order = Act | Undo | Listed | AskedBack | Away | LeftToPerson


def read(text: str, desk: Desk, words: Words) -> tuple[Order, ...]:
    """At least one order; several only when each has its own code, `9471 9524`."""
    folded = _folded(text)
    pieces = _pieces(folded) if len(folded) <= LONGEST else []
    groups = [_as_digits(piece, words) for piece in pieces]
    if pieces and all(groups):
        return _from_digits(tuple(group for group in groups if group), desk)
    code = _accepted_code(pieces, words)
    if code is not None:
        return (_order(code, "1", desk) if code else _bare("1", desk),)
    return (_from_words(folded, desk, words),)


# --- digits


def _from_digits(groups: tuple[str, ...], desk: Desk) -> tuple[Order, ...]:
    several = _each_with_its_code(groups)
    if len(several) > 1:
        return tuple(_order(code, digits, desk) for code, digits in several.items())
    readings = set(_readings(groups))
    his = {reading for reading in readings if reading[0] in desk.told}
    if len(his) == 1:
        return (_order(*his.pop(), desk),)
    if his:
        return (AskedBack(Doubt.MIXED, digits="".join(groups)),)
    if readings:
        return (AskedBack(Doubt.NOT_HIS, min(readings)[0]),)
    return (_bare("".join(groups), desk),)


def _each_with_its_code(groups: tuple[str, ...]) -> dict[str, str]:
    """The digits behind each code, in a text that begins with one: `9471 952 4`. Empty when it begins otherwise."""
    found: dict[str, str] = {}
    latest = ""
    for group in groups:
        code = CODE.match(group)
        latest = code[0] if code else latest
        if not latest:
            return {}
        found[latest] = found.get(latest, "") + (group[code.end() :] if code else group)
    return found


def _readings(groups: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Every (code, digits) that the text may stand for: `9471`, `947 1`, `1 947` and `1947` are all ("947", "1")."""
    joined = "".join(groups)
    code = CODE.match(joined)
    if code:
        yield code[0], joined[code.end() :]
    for length in (3, 4):
        if len(joined) > length and CODE.fullmatch(joined[-length:]) and _go_together(joined[:-length]):
            yield joined[-length:], joined[:-length]


def _go_together(digits: str) -> bool:
    return _fault(digits) is None


def _order(code: str, digits: str, desk: Desk) -> Order:
    if code not in desk.told:
        return AskedBack(Doubt.NOT_HIS, code)
    fault = _fault(digits)
    if fault:
        return AskedBack(fault, code, digits)
    kept = "".join(sorted(set(digits)))
    if kept == LIST:
        return Listed()
    return Undo(code) if kept == UNDO else Act(code, kept)


def _fault(digits: str) -> Doubt | None:
    """Why these digits cannot stand together; None when they can."""
    kept = set(digits)
    if not kept:
        return Doubt.NO_DIGIT
    if len(kept & set(ACCEPTS + CANNOT)) > 1:
        return Doubt.CALL_VISIT_OR_NOT
    if NOT_REACHED in kept and kept & set("456"):
        return Doubt.DONE_OR_NOT_REACHED
    if kept & set(LIST + UNDO + CANNOT) and len(kept) > 1:
        return Doubt.MIXED
    return None


def _bare(digits: str, desk: Desk) -> Order:
    """A digit without a code counts only where it can mean one case and no other."""
    if len(digits) > len(ACCEPTS + CANNOT + DONE + NOT_REACHED):
        return LeftToPerson()
    if set(digits) == {LIST}:
        return Listed()
    if desk.has_two_roles:
        return AskedBack(Doubt.WHICH_CASE, digits=digits)
    if len(desk.open) > 1 or (desk.open and desk.is_unsettled):
        return AskedBack(Doubt.WHICH_CASE, digits=digits)
    # With nothing open a late digit is answered with how that case stands; it can change nothing there.
    meant = (*desk.open, *desk.elsewhere)[:1]
    return _order(meant[0], digits, desk) if meant else AskedBack(Doubt.NO_CASE, digits=digits)


# --- words


def _accepted_code(pieces: list[str], words: Words) -> str | None:
    """The code beside `ok`, "" for `ok` alone, None when it isn't that."""
    accepts = {" ".join(_pieces(_folded(phrase))) for phrase in words.accepts}
    apart = [part for piece in pieces for part in BESIDE.split(piece)]
    codes = [part for part in apart if CODE.fullmatch(part)]
    said = " ".join(part for part in apart if part not in codes)
    return "".join(codes) if said in accepts and len(codes) <= 1 else None


def _from_words(folded: str, desk: Desk, words: Words) -> Order:
    named = {code for code in re.findall(r"(?<![0-9])[0-9]{3,4}(?![0-9])", folded) if code in desk.told}
    code = named.pop() if len(named) == 1 else None
    if any(_holds(folded, _folded(phrase)) for phrase in words.away):
        return Away(code or _only(desk))
    return LeftToPerson(code)


def _only(desk: Desk) -> str | None:
    alone = len(desk.open) == 1 and not desk.is_unsettled and not desk.has_two_roles
    return desk.open[0] if alone else None


def _holds(text: str, phrase: str) -> bool:
    """Whole words where the script has them: `died` is not in `studied`. Chinese stands anywhere."""
    if phrase.isascii():
        return re.search(rf"\b{re.escape(phrase)}\b", text) is not None
    return phrase in text


# --- letters


def _folded(text: str) -> str:
    """NFKC, lower case, every script's digits as 0 to 9; what cannot be seen is dropped."""
    wide = unicodedata.normalize("NFKC", text[:1600]).casefold()
    seen = (letter for letter in wide if letter.isspace() or unicodedata.category(letter) not in UNSEEN)
    return "".join(str(unicodedata.decimal(letter, letter)) for letter in seen).strip()


def _pieces(folded: str) -> list[str]:
    """What stands between spaces and signs of any kind."""
    return "".join(" " if _is_between(sign) else sign for sign in folded).split()


def _is_between(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "PSZ" and sign not in MEASURES


def _as_digits(piece: str, words: Words) -> str | None:
    turned = piece.translate(NUMERALS)
    if turned.isascii() and turned.isdigit():
        return turned
    number = words.numbers.get(piece)
    return str(number) if number is not None and 0 <= number <= 9 else None
