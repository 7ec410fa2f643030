"""How text becomes words, the same for documents, questions and topics.

A word is what a reader takes for one: `China's` is china, `4,500` is 4500, `U.S.` is us, `open-source`
is open and source, `40%` is 40 and percent. Text without spaces becomes overlapping pairs of characters.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import Stemmer

CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\uff66-\uff9f"
"""Characters of scripts that are written without spaces between words (or, Korean, with few)."""

_PER_CENT = r"(?i:\bper cent\b)(?!['’ʼ][^\W_])"

_TOKEN = re.compile(
    rf"(?P<cjk>[{CJK}]+)"
    r"|(?P<amount>(?<![^\W_])\d+(?:\.\d+)?(?i:bn|mn|tn|m)(?![^\W_]))"
    rf"|(?P<number>\d+(?:[.,．]\d+)+(?![^\W_{CJK}]))"
    rf"|(?P<initials>(?:[^\W\d_{CJK}]\.){{1,}}[^\W\d_{CJK}](?![^\W_]))"
    rf"|(?P<percent>[%％]|{_PER_CENT})"
    rf"|(?P<word>[^\W_{CJK}]+(?:['’ʼ][^\W_{CJK}]+)*)"
)

WITHOUT_SPACES = re.compile(f"[{CJK}]+")
_MARKED = "\u3099\u309a"
_VOICE = re.compile(f"[{_MARKED}\uff9e\uff9f]")
_VOICED = re.compile(f".{_VOICE.pattern}*", re.DOTALL)
"""A kana with its marks of voice, which make another letter of it: ga of ka. Narrow ones bear them behind."""

_AMOUNTS = {"m": "million", "mn": "million", "bn": "billion", "tn": "trillion"}
_THOUSANDS = re.compile(r",(?=\d{3}(?:\D|$))")
_POSSESSIVE = re.compile(r"['’ʼ]s$")

# British to American, on the whole word: applied to both sides, so that they meet; a word that is
# changed without need is changed on both.
_AMERICAN = (
    (re.compile(r"([a-z]{2}[bcdfghlmnprtv])our(s|ed|ing|able|ful|ite|hood|less|ly)?$"), r"\1or\2"),
    (re.compile(r"([a-z]{3})is(e|es|ed|ing|er|ers|ation|ations|able)$"), r"\1iz\2"),
    (re.compile(r"([a-z]{2}[bt])re(s|d)?$"), r"\1er\2"),
    (re.compile(r"([a-z]{2}ly)s(e|es|ed|ing|er|ers)$"), r"\1z\2"),
    (re.compile(r"([a-z]{2})ogue(s)?$"), r"\1og\2"),
    (re.compile(r"^(def|lic|off|pret)ence(s)?$"), r"\1ense\2"),
)
_MAYBE_BRITISH = re.compile("our|is[eai]|re[sd]?$|lys|ogue|ence")
"""What stands in a word that one of these changes."""

_IRREGULAR = {
    "programme": "program",
    "programmes": "programs",
    "tonne": "ton",
    "tonnes": "tons",
    "aluminium": "aluminum",
    "grey": "gray",
    "sceptical": "skeptical",
    "artefact": "artifact",
    "artefacts": "artifacts",
    # Snowball takes these for singulars.
    "gpus": "gpu",
    "cpus": "cpu",
    "tpus": "tpu",
    "npus": "npu",
}

STOP_WORDS = frozenset(
    """a about above after again against all also am an and any are arent as at be because been before being
    below between both but by can cannot could couldnt did didnt do does doesnt doing dont down during each
    few for from further had hadnt has hasnt have havent having he her here hers herself him himself his how
    i if in into is isnt it its itself just me more most much many must my myself no nor not now of off on
    once only or other ought our ours ourselves out over own per please same shall she should shouldnt so
    some such than that the their theirs them themselves then there these they this those through to too
    under until up upon very was wasnt we were werent what when where which while who whom whose why will
    with within without wont would wouldnt you your yours yourself yourselves around etc
    find get give kind kinds let may might show tell thing things via way ways""".split()  # noqa: SIM905 - 180 lines
)
"""Words that carry no subject, question words and a searcher's own verbs among them."""

LANGUAGES = {
    "da": "danish", "de": "german", "en": "english", "es": "spanish", "fi": "finnish", "fr": "french",
    "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian", "pt": "portuguese",
    "ro": "romanian", "sv": "swedish",
}  # fmt: skip
"""Languages whose words are stemmed, by the code that a document states, and Snowball's name for each."""


_TWO_WORDS = re.compile(rf"(?<![^\W_{CJK}]['’ʼ]){_PER_CENT}")

_MARKS = ".,;:!?()[]\"'"

KEPT = 100_000
"""Pieces between white space whose words are kept: text repeats them, with their commas and capitals."""

LONGEST_KEPT = 40
"""Characters of a piece that is kept; longer ones are addresses and texts without spaces."""

_kept: dict[str, tuple[str, ...]] = {}


class Word(NamedTuple):
    """A word of a text: how it is looked up, and where it stands (characters, end exclusive)."""

    word: str
    start: int
    end: int


def spans(text: str, begin: int = 0, end: int | None = None) -> Iterator[Word]:
    """Yield the words of *text* in order; a run without spaces yields its overlapping pairs.

    From *begin* up to *end*, if these are given: where a word begins and one ends.
    """
    for match in _TOKEN.finditer(text, begin, len(text) if end is None else end):
        kind = match.lastgroup or "word"
        if kind in {"cjk", "amount"}:
            yield from _parts(match)
        elif word := _spelt(match[0], kind):
            yield Word(word, *match.span())


def _parts(match: re.Match[str]) -> Iterator[Word]:
    """Yield the words of what is written as one: pairs of characters, or a number and its unit."""
    start, end = match.span()
    if match.lastgroup == "cjk":
        ends = _ends(match)
        width = min(2, len(ends))
        for at, last in zip((start, *ends), ends[width - 1 :], strict=False):
            if pair := folded(match.string[at:last]):
                yield Word(pair, at, last)
    else:
        unit = match[0][len(match[0].rstrip("bmntBMNT")) :]  # Digits may be of any script.
        yield Word(match[0].removesuffix(unit), start, end - len(unit))
        yield Word(_AMOUNTS[unit.lower()], end - len(unit), end)


def _ends(run: re.Match[str]) -> Sequence[int]:
    """Return where each character of a run ends, with the mark behind it that is written on its own."""
    if _VOICE.search(run[0]) is None:
        return range(run.start() + 1, run.end() + 1)
    return [one.end() for one in _VOICED.finditer(run.string, *run.span())]


def words(text: str) -> list[str]:
    """Return the words of *text* in order: those of `spans`, in a fifth of the time."""
    told: list[str] = []
    for piece in pieces(text):
        told += words_of(piece)
    return told


def pieces(text: str) -> list[str]:
    """Return what stands between white space in *text*: the words of each are all its words."""
    return (_TWO_WORDS.sub("percent", text) if has_two_words(text) else text).split()


def has_two_words(text: str) -> bool:
    """Tell whether a word of *text* may have a space in it."""
    return "per cent" in text.lower()


def words_of(piece: str) -> tuple[str, ...]:
    """Return the words of what stands between white space."""
    found = _kept.get(piece)
    if found is None:
        found = tuple(read(piece))
        if len(_kept) > KEPT:
            _kept.clear()
        if len(piece) <= LONGEST_KEPT:
            _kept[piece] = found
    return found


def bare(piece: str) -> str | None:
    """Return *piece* without the marks around it if that is a plain word; None if it takes more to read."""
    inner = piece.strip(_MARKS)
    return inner if inner.isascii() and inner.isalpha() else None


def read(text: str) -> list[str]:
    """Return the words of what stands between white space, which `words_of` keeps."""
    if plain := bare(text):  # As most pieces are.
        return [plain.lower()]
    told: list[str] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "word"
        if kind in {"cjk", "amount"}:
            told += [word.word for word in _parts(match)]
        elif word := _spelt(match[0], kind):
            told.append(word)
    return told


@cache
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(LANGUAGES[language])


@lru_cache(maxsize=200_000)
def stem(word: str, language: str = "en") -> str:
    """Return what *word* shares with its other forms and its other spelling in one of LANGUAGES.

    Other languages' stems bear their code, so that none is taken for an English one that looks the same.
    """
    if language != "en":
        return word if is_cjk(word) else f"{language}:{_stemmer(language).stemWord(word)}"
    american = _IRREGULAR.get(word, word)
    if _MAYBE_BRITISH.search(american):
        for pattern, replacement in _AMERICAN:
            american = pattern.sub(replacement, american)
    if not american.isascii():
        return american
    stemmed: str = _stemmer("en").stemWord(american)
    # modelling and modeling, fuelled and fueled: one l on both sides.
    return stemmed[:-1] if stemmed.endswith("ll") and len(stemmed) > 4 else stemmed


def stems(told: Iterable[str], language: str = "en") -> list[str]:
    """Return the stems of those words that carry a subject, in order."""
    return [stem(word, language) for word in told if word not in STOP_WORDS]


def is_cjk(word: str) -> bool:
    """Tell whether *word* is written in a script without spaces."""
    return not word.isascii() and WITHOUT_SPACES.fullmatch(word) is not None


@lru_cache(maxsize=200_000)
def singular(word: str) -> str:
    """Fold plurals and nothing else: stemming finds topics that are not there."""
    if len(word) <= 3 or is_cjk(word) or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


@lru_cache(maxsize=200_000)
def _spelt(token: str, kind: str) -> str:
    if kind == "percent":
        return "percent"
    if kind == "number":
        return _THOUSANDS.sub("", token if token.isascii() else folded(token))
    if kind == "initials":
        token = token.replace(".", "")
    token = _POSSESSIVE.sub("", token)
    return re.sub(r"['’ʼ]", "", folded(token))


def folded(token: str) -> str:
    """Return *token* without case, width and accents; a kana's mark of voice is none."""
    if token.isascii():
        return token.lower()
    decomposed = unicodedata.normalize("NFKD", token.casefold())
    bare = "".join(
        c for c in decomposed if (not unicodedata.combining(c) or c in _MARKED) and not c.isspace()
    )
    return unicodedata.normalize("NFC", bare)
