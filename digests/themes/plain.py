"""Plain words: those that name nothing by themselves, and how common a word is in English."""

import math
from functools import lru_cache
from importlib import resources

from bot.library.words import STOP_WORDS, singular

COMMON = 1500
"""The most frequent English words that say little beside a word that all passages have: solution, race."""

KNOWN = 12_000
"""The rank from which an English word is as good as a name."""

_TIMES = """january february march april june july august september october november december jan feb mar apr
    jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue
    tues wed thu thur thurs fri sat sun today yesterday tomorrow tonight morning afternoon evening
    night day week weekend month quarter year decade century hour minute second time moment date period
    daily weekly monthly quarterly yearly annual annually ago recent recently early earlier late later
    latest current currently previous previously former next last past future soon already still yet
    ever never often always usually sometimes finally meanwhile"""

_NUMBERS = """one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty
    hundred thousand million billion trillion mln bln tln bn mn dozen half third fourth fifth double
    twice once first pct percent cent cents ct cts dollar dlr dlrs number amount total figure figures
    average"""

_VERBS = """said say says saying told tell tells telling according added adds reported reports reporting
    announced announces announcing stated states noted notes added asked asks called calls calling
    spoke speak speaking talked declined comment commented explained described warned argued insisted
    claimed expects expected expecting believes believed believe think thinks thought know knows knew
    known want wants wanted need needs needed make makes made making take takes took taken taking get
    gets got getting give gives gave given giving go goes went gone going come comes came coming see
    sees saw seen seeing look looks looked looking become becomes became becoming keep keeps kept
    keeping put puts putting bring brings brought bringing begin begins began begun beginning start
    starts started starting end ends ended ending use uses used using include includes included
    including continue continues continued continuing remain remains remained remaining rise rises rose
    risen fall falls fell fallen grow grows grew grown set sets held hold holds holding run runs ran
    running show shows showed shown showing seem seems seemed agree agrees agreed allow allows allowed
    help helps helped helping try tries tried trying follow follows followed following based due met
    meet meets meeting led lead leads leading left leave leaves leaving provide provides provided
    providing receive receives received paid pay pays paying buy buys bought sell sells sold move moves
    moved moving turn turns turned turning work works worked working plan plans planned planning mean
    means meant feel feels felt found find finds finding lost lose become write writes wrote written
    read reads happen happens happened develop develops developed developing increase increases
    increased increasing decrease decreases decreased reduce reduces reduced reducing rises makes let
    lets like likes liked"""

_LOOSE = """also however although though therefore thus hence moreover furthermore instead rather quite
    almost nearly about approximately roughly well even just only really simply perhaps maybe probably
    likely unlikely another others every everyone everything someone something anyone anything nothing
    nobody none either neither whether because since unless despite among amid across along toward
    towards upon via per good better best bad worse worst big bigger biggest large larger largest small
    smaller smallest great greater greatest high higher highest low lower lowest long longer longest
    short new newer old older several various certain similar different other same own many few little
    lot lots much less least more most main major minor key important significant possible able
    available full further additional overall general total whole entire real true clear sure right
    wrong hard easy near far away back forward together thing way part side kind type sort case point
    fact reason result example issue question matter people person man woman men women guy name member
    end place area level dont didnt doesnt isnt wasnt ive youre thats theyre weve hes shes im thereby
    addition approach country world worldwide potential abroad yes no ok okay please thank thanks click
    read share subscribe newsletter advertisement copyright"""

_BYLINES = """us mr mrs ms dr inc corp co ltd llc plc reuter reuters ap afp staff reporter editor
    correspondent writer photo photograph image getty"""

BREAKS = STOP_WORDS | frozenset(" ".join((_TIMES, _NUMBERS, _BYLINES)).split())
"""Words that are never part of a phrase: grammar, times, numbers, titles, bylines."""

PLAIN = BREAKS | frozenset(f"{_VERBS} {_LOOSE}".split())
"""And what any text says of anything: no part of a phrase, but of a name (New York, Made in Italy)."""


@lru_cache(maxsize=1)
def ranks() -> dict[str, int]:
    """Return the rank of English words by frequency, from 0, plurals counted with their singulars.

    From the list that symspellpy carries (Google Books and SCOWL).
    """
    listed = resources.files("symspellpy") / "frequency_dictionary_en_82_765.txt"
    counts: dict[str, int] = {}
    for line in listed.read_text(encoding="utf-8-sig").splitlines():
        word, _space, count = line.partition(" ")
        counts[singular(word)] = counts.get(singular(word), 0) + int(count)
    return {word: rank for rank, word in enumerate(sorted(counts, key=counts.__getitem__, reverse=True))}


def is_common(word: str) -> bool:
    """Tell whether English is full of *word* (a singular)."""
    return ranks().get(word, COMMON) < COMMON


@lru_cache(maxsize=100_000)
def weight(word: str) -> float:
    """Return how much *word* (a singular) names, by its rank in English: 0.3 for the commonest, at most 1."""
    rank = ranks().get(word)
    return 1.0 if rank is None else min(1.0, 0.3 + 0.7 * math.log1p(rank / 200) / math.log1p(KNOWN / 200))


def is_adverb(word: str) -> bool:
    """Tell whether *word* is an adjective with -ly (supply and family are not)."""
    if len(word) <= 5 or not word.endswith("ly"):
        return False
    forms = [word[:-2], f"{word[:-3]}y"]
    if word.endswith(("ably", "ibly")):
        forms.append(f"{word[:-1]}e")
    if word.endswith("ically"):
        forms.append(word[:-4])
    rank = ranks().get(word, len(ranks()))
    return any(form in ranks() and (len(form) > 4 or ranks()[form] < rank) for form in forms)
