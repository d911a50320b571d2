"""What one language brings to the core: its catalog of sentences and the words that people send back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict


class Words(BaseModel):
    """`locales/<lang>/words.yaml`. Phrases are matched after folding (NFKC, case, accents); see `understand`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tonal: bool = False  # accents make another word: they may be left out, never changed
    numbers: dict[str, int] = {}  # word -> number
    alone: dict[
        str, int
    ] = {}  # a number only as the whole reply, or before a unit; else another word: "one", "una", "do"
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    agrees: tuple[str, ...] = ()  # a yes to "is now a good time?", not to a danger sign: ok, sure
    later: tuple[str, ...] = ()
    permits: tuple[str, ...] = ()  # a yes only where a question asks to agree: ok, you may
    refuses: tuple[str, ...] = ()  # a no only there: i do not agree, you may not
    skip: tuple[str, ...] = ()
    keywords: dict[str, tuple[str, ...]] = {}  # stop, start, help, ... -> phrases, only as a whole reply
    red_flags: dict[str, tuple[str, ...]] = {}  # breathlessness, chest_pain, ... -> phrases found anywhere
    everyday: tuple[str, ...] = ()  # taken out before red flags are looked for: "blood test", "dying of laughter"
    well: tuple[str, ...] = ()  # taken out as well, unless the reply holds one of `not_well`: "breathing fine"
    not_well: tuple[str, ...] = ()  # not, hardly, but
    denied: tuple[str, ...] = ()  # no sign where one sentence holds it whole: "no fever", "the fever is gone"
    not_denied: tuple[str, ...] = ()  # ... unless the reply holds one of these: but, until, yesterday
    hedges: tuple[str, ...] = ()  # "I think", "maybe": about a number they change nothing, a yes or a no they do
    courtesies: tuple[str, ...] = ()  # what may stand before and behind a keyword: please, thanks, doctor
    ordinals: dict[str, int] = {}  # "the second one": the second of a choice, and nothing at any other question
    accepts: tuple[str, ...] = ()  # a doctor's "ok"
    away: tuple[str, ...] = ()  # in hospital, moved, died: from a doctor or a helper
    forbidden: tuple[str, ...] = ()  # never in a discreet flow
    promises: tuple[str, ...] = ()  # words that promise a future act: only beside {deadline}
    units: tuple[str, ...] = ()  # what may stand behind a number: 分, points, out of {high} (in digits or words)
    fillers: tuple[str, ...] = ()  # what may stand round a number without changing it: about, thanks doctor
    comments: tuple[str, ...] = ()  # what may follow a number of a scale, and stands before none: it hurts so much
    joiners: tuple[str, ...] = ()  # what stands between two numbers: or, to, and
    lowest: tuple[str, ...] = ()  # beside a number of a scale, which they may only confirm: no pain, not at all
    middle: tuple[str, ...] = ()  # as well: medium
    highest: tuple[str, ...] = ()  # as well: the worst pain
    deniers: tuple[str, ...] = ()  # what makes a reply unclear: not, more than, days, tablets

    def __hash__(self) -> int:
        """So that what is made of the lists is made once."""
        return hash((tuple(self.numbers), self.yes, self.fillers, tuple(self.red_flags.values())))


@dataclass(frozen=True)
class Voice:
    """Who speaks a language on calls: the provider's word for it, such as sw-KE, and one of its voices.

    Without a voice the account's own choice for that language is used.
    """

    language: str
    voice: str = ""


@dataclass(frozen=True)
class Language:
    """`catalog` maps (msgctxt, msgid) to msgstr; a text without an entry is said as it was written."""

    code: str
    words: Words
    catalog: Mapping[tuple[str, str], str] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()  # places whose translation is fuzzy: known, and not used
    voice: Voice | None = None  # the site's own choice; else the provider's usual one

    def __hash__(self) -> int:
        """So that what is judged once is judged once."""
        return hash((self.code, len(self.catalog)))

    def text(self, place: str, written: str) -> str:
        return self.catalog.get((place, written)) or written
