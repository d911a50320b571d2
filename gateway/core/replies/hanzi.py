"""Which number do Chinese numerals say? 七, 柒, 十, 两, 十一; 五六 says two."""

# Plain, formal and traditional signs, by their value.
_SIGNS = ("零〇", "一壹弌", "二贰貳两兩", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
DIGITS = {sign: value for value, signs in enumerate(_SIGNS) for sign in signs}
TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "万": 10000}


def written(number: int) -> tuple[str, ...]:
    """How a number up to ten is written; nothing for others."""
    return (*(signs[0] for signs in _SIGNS), "十")[number : number + 1]


def numeral_length(signs: tuple[str, ...], start: int) -> int:
    """How many signs from `start` on are numerals."""
    end = start
    while end < len(signs) and (signs[end] in DIGITS or signs[end] in TENS):
        end += 1
    return end - start


def values(numeral: tuple[str, ...]) -> tuple[int, ...]:
    """One number; two for 五六 ("five or six"); none for what could be read in more than one way."""
    if all(sign in DIGITS for sign in numeral):
        return _digits_alone([DIGITS[sign] for sign in numeral])
    if len(numeral) <= 3 and sum(TENS.get(sign, 0) for sign in numeral) == 10:
        return _with_one_ten(numeral)
    return ()


def _digits_alone(digits: list[int]) -> tuple[int, ...]:
    if len(digits) == 1:
        return (digits[0],)
    if len(digits) == 2 and digits[0] > 0:
        # 一〇 is written out like 10; 五六 is how one says "five or six", never 56.
        return (digits[0] * 10,) if digits[1] == 0 else tuple(digits) if digits[0] != digits[1] else ()
    return ()


def _with_one_ten(numeral: tuple[str, ...]) -> tuple[int, ...]:
    """十, 十一, 二十, 二十一."""
    at = next(place for place, sign in enumerate(numeral) if sign in TENS)
    before, behind = numeral[:at], numeral[at + 1 :]
    if len(before) > 1 or len(behind) > 1:
        return ()
    tens = DIGITS[before[0]] if before else 1
    ones = DIGITS[behind[0]] if behind else 0
    return (tens * 10 + ones,) if tens else ()
