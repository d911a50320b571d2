"""Is a danger sign, or a keyword, in what she wrote?"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import permutations, product

from gateway.core.replies.folding import fold, is_unspaced, spellings, words_apart
from gateway.core.words import Words

# The telephone company acts on these in every language, so we do too.
_PROVIDERS: Mapping[str, tuple[str, ...]] = {
    "stop": ("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"),
    "start": ("start", "unstop"),
    "help": ("help", "info"),
}
Pattern = tuple[re.Pattern[str], re.Pattern[str]]  # in words, and in a script without spaces
_WORDS_BETWEEN = r"(?: \S+){0,5} "
_GONE = "-"  # stands for what was taken out: no phrase holds it
_SIGNS_BETWEEN = ".{0,6}?"
# Arabic writes "and", "so", "in", "to" and "the" as one word with what follows.
_ARABIC = re.compile("[\u0620-\u064a]")
_JOINED_BEFORE = "(?:[\u0648\u0641]?(?:[\u0628\u0644\u0643]?\u0627\u0644|[\u0628\u0644])?)?"
# "No fever" denies one, "no, fever" does not.
_SENTENCES = re.compile(r"[-–—.,!?;:()\n\r…。，！？；：、।،؛؟]")
_LONGEST_KEYWORD = 60


def red_flag(folded: str, words: Words) -> str | None:
    """The first flag, in the order of words.yaml, with a phrase anywhere in the text."""
    flag = _flag(words_apart(folded), words)
    return _flag(_without_denied(folded, words), words) if flag and words.denied else flag


def _flag(spaced: str, words: Words) -> str | None:
    squeezed = spaced.replace(" ", "")
    for in_words, in_signs in _harmless(words, spaced, squeezed):
        spaced, squeezed = in_words.sub(_GONE, spaced), in_signs.sub(_GONE, squeezed)
    for flag, in_words, in_signs in _patterns(words):
        if in_words.search(spaced) or in_signs.search(squeezed):
            return flag
    return None


def _without_denied(folded: str, words: Words) -> str:
    """ "No fever" is none, "No. Fever" is one, and so is "no fever, but last night I was burning"."""
    in_words, in_signs = _phrases(words.not_denied, words.tonal)
    whole = words_apart(folded)
    if in_words.search(whole) or in_signs.search(whole.replace(" ", "")):
        return whole
    in_words, in_signs = _phrases(words.denied, words.tonal)
    sentences = (words_apart(sentence) for sentence in _SENTENCES.split(folded))
    return " ".join(in_signs.sub(_GONE, in_words.sub(_GONE, one)) for one in sentences)


def is_hedged(folded: str, words: Words) -> bool:
    """ "I think yes", "maybe not"."""
    spaced = words_apart(folded)
    in_words, in_signs = _phrases(words.hedges, words.tonal)
    return bool(in_words.search(spaced) or in_signs.search(spaced.replace(" ", "")))


def keyword(folded: str, words: Words) -> str | None:
    """Only as the whole reply, but for please and thanks: "please stop the pain" is none."""
    said, known = _whole(folded), _keywords(words)
    if said not in known and len(said) <= _LONGEST_KEYWORD and (bare := _bare(words).fullmatch(said)):
        return known.get(bare[1])
    return known.get(said)


@lru_cache(maxsize=128)
def _bare(words: Words) -> re.Pattern[str]:
    polite = [fold(one, accents=words.tonal) for one in words.courtesies]
    spaced = "|".join(re.escape(one) for one in polite if not is_unspaced(one)) or "(?!)"
    signs = "|".join(re.escape(one) for one in polite if is_unspaced(one)) or "(?!)"
    return re.compile(rf"(?:(?:{spaced}) |(?:{signs}))*(.*?)(?: (?:{spaced})|(?:{signs}))*")


@lru_cache(maxsize=128)
def _patterns(words: Words) -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    return tuple((flag, *_of_one(phrases, words.tonal)) for flag, phrases in words.red_flags.items())


def _harmless(words: Words, spaced: str, squeezed: str) -> Iterator[Pattern]:
    """ "Breathing fine" says that all is well only where nothing in the reply denies it or goes on with "but"."""
    if words.everyday:
        yield _phrases(words.everyday, words.tonal)
    if words.well:
        in_words, in_signs = _phrases(words.not_well, words.tonal)
        if not in_words.search(spaced) and not in_signs.search(squeezed):
            yield _phrases(words.well, words.tonal)


@lru_cache(maxsize=512)
def _phrases(phrases: tuple[str, ...], tonal: bool) -> Pattern:
    return _of_one(phrases, tonal)


def _of_one(phrases: tuple[str, ...], tonal: bool) -> Pattern:
    every = (one for phrase in phrases for one in _with_and_without(phrase))
    cut = [ordered.replace("...", "\n") for phrase in every for ordered in _in_each_order(phrase)]
    in_words = [_in_words(phrase, tonal) for phrase in cut if not is_unspaced(phrase)]
    in_signs = [_in_signs(fold(phrase)) for phrase in cut if is_unspaced(phrase)]
    return re.compile(rf"(?<!\S)(?:{_any(in_words)})(?!\S)"), re.compile(_any(in_signs))


def _with_and_without(phrase: str) -> Iterator[str]:
    """`my |own chest`: my own chest, my chest."""
    ways = [[word.strip("|"), ""] if word.startswith("|") else [word] for word in phrase.replace("-", " ").split(" ")]
    return (" ".join(filter(None, chosen)) for chosen in product(*ways))


def _in_each_order(phrase: str) -> Iterator[str]:
    """`legs & hold*`: both of them, whichever comes first."""
    return ("...".join(ends) for ends in permutations(phrase.split("&")))


def _any(patterns: list[str]) -> str:
    return "|".join(patterns) or r"(?!)"


def _in_words(phrase: str, tonal: bool) -> str:
    """`*` is any beginning or ending, `|` stands between words of which any will do; a gap takes up to five others."""
    ends = [" ".join(_word(word, tonal) for word in end.split()) for end in phrase.split("\n")]
    return _WORDS_BETWEEN.join(ends)


def _word(word: str, tonal: bool) -> str:
    spelled = (spelling for one in word.split("|") for spelling in spellings(one, tonal=tonal))
    typed = "|".join(re.escape(spelling).replace(r"\*", r"\S*") for spelling in dict.fromkeys(spelled))
    joined = _JOINED_BEFORE if _ARABIC.match(typed) else ""
    return f"{joined}(?:{typed})" if "|" in typed else joined + typed


def _in_signs(phrase: str) -> str:
    return _SIGNS_BETWEEN.join(_signs("".join(end.split())) for end in phrase.split("\n"))


def _signs(end: str) -> str:
    either = "|".join(re.escape(one) for one in end.split("|"))
    return f"(?:{either})" if "|" in either else either


@lru_cache(maxsize=128)
def _keywords(words: Words) -> dict[str, str]:
    """What could be another word too ("dung": stop, or right) is none: it stands among the deniers."""
    names = [(phrase, name) for name, phrases in reversed(words.keywords.items()) for phrase in phrases]
    found = {_whole(spelling): name for phrase, name in names for spelling in spellings(phrase, tonal=words.tonal)}
    theirs = {said: name for name, phrases in _PROVIDERS.items() for said in phrases}
    return {said: name for said, name in found.items() if said not in words.deniers} | theirs


def _whole(folded: str) -> str:
    said = words_apart(folded)
    return said.replace(" ", "") if is_unspaced(said) else said
