"""What is marked in a passage: exactly the words that a reading of the whole text would find."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.document import Document, Excerpt
from bot.library.words import Word, spans, stem, words
from bot.search.concept import Alternative, Concept
from bot.search.marks import Marker

PIECES = """chip chips Chip's U.S. u.s. us US H100 h100 4,500 4500 5bn billion 40% per cent percent centre center
city cities using use dying die o'clock oclock cliché cliche open-source open source 'chip' (chip) chip.Next
next chip_x a.b.c e.g. 3.5 don't “chip” chip’s İchip ß straße ½ x½y 100m m chip… fly flies grey gray sceptical
skeptic 'us us' chip/us &us us-a""".split()  # noqa: SIM905 - ten lines
GAPS = [" ", "\n", "-", "/", "", "'", ".", "  ", "\t", ", ", "\u00a0", "’"]

texts = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(GAPS)), max_size=14).map(
    lambda told: "".join(piece + gap for piece, gap in told)
)


@settings(max_examples=1000, deadline=None)
@given(
    text=texts,
    asked=st.lists(st.sampled_from(PIECES), min_size=1, max_size=4),
    phrase=st.lists(st.sampled_from(PIECES), max_size=3),
)
def test_what_is_marked_is_what_stands_there(text: str, asked: list[str], phrase: list[str]):
    sought = [word for piece in asked for word in words(piece)]
    several = words(" ".join(phrase))
    concepts = [Concept(word, (Alternative((word,)),), 1.0) for word in sought]
    excerpt = Excerpt("", Document("", language="en"), text, (), 1)

    marks = Marker(concepts, [several] if several else []).marks_in(excerpt)

    told = list(spans(text))
    expected = {at for word in told if stem(word.word) in map(stem, sought) for at in _characters(word)}
    for first in range(len(told) - len(several) + 1):
        row = told[first : first + len(several)]
        if several and [word.word for word in row] == several:
            expected |= set(range(row[0].start, row[-1].end))
    marked = {at for start, end in marks for at in range(start, end)}
    assert {at for at in marked if not text[at].isspace()} == {
        at for at in expected if not text[at].isspace()
    }


def _characters(word: Word) -> range:
    return range(word.start, word.end)
