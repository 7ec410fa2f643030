"""The words of an index are found by what is like them, whatever happens to the files that they are in."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from bot.search import vocabulary
from bot.search.vocabulary import BASE, LIST, Vocabulary

WORDS = ["".join(letters) for letters in itertools.product("lmnr", "aeio", "pst", "aeiou", "bkt")]
"""720 words of five letters, many of which are near to each other."""


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build a base for a hundred words as for thousands."""
    monkeypatch.setattr(vocabulary, "FEW", 100)


def spelt(found: Vocabulary, word: str) -> dict[str, bool]:
    return {near.word: near.is_name for near in found.near(word, edits=1)}


def filled(folder: Path, words: list[str] = WORDS) -> Vocabulary:
    """Return the vocabulary of *words* in *folder*, all but the last ten in its base."""
    return Vocabulary.open(folder, 0).add(words[:-10]).settled().add(words[-10:])


def test_words_are_found_after_reopening_as_before(tmp_path: Path):
    kept = filled(tmp_path)

    reopened = Vocabulary.open(tmp_path, kept.length)

    assert len(reopened.base) == 710
    assert len(reopened.tail) == 10
    for word in ("lapeb", "rotuk", "ropu", "masskat"):
        assert reopened.near(word, edits=2) == kept.near(word, edits=2)
    assert "lapek" in spelt(reopened, "lapeb")
    assert WORDS[-1] in spelt(reopened, WORDS[-1] + "s")


def test_a_word_is_written_once_and_again_when_it_turns_out_to_be_a_name(tmp_path: Path):
    kept = filled(tmp_path)

    assert kept.add(WORDS) is kept
    named = kept.add([], names=["lapeb", WORDS[-1]])

    assert spelt(named, "lapebs")["lapeb"]
    assert spelt(named, WORDS[-1] + "s")[WORDS[-1]]
    assert named.add(WORDS, names=["lapeb"]) is named
    assert Vocabulary.open(tmp_path, named.length).add([], names=["lapeb"]).length == named.length


def test_only_words_that_could_be_misspelt_are_kept():
    kept = Vocabulary.of(["lap", "lap2", "2301", "their", "能源能源", "a" * 41, "lapeb"])

    assert spelt(kept, "lape") == {"lapeb": False}
    assert len(kept.base) == 1


def test_what_was_not_committed_is_overwritten(tmp_path: Path):
    kept = filled(tmp_path)
    kept.add(["marmalade"])  # And then comes the crash.

    after = Vocabulary.open(tmp_path, kept.length).add(["kelpix"])

    assert spelt(after, "marmalad") == {}
    assert spelt(Vocabulary.open(tmp_path, after.length), "kelpx") == {"kelpix": False}
    assert (tmp_path / LIST).stat().st_size == after.length


def test_half_a_line_after_the_end_is_none_of_it(tmp_path: Path):
    kept = filled(tmp_path)
    with (tmp_path / LIST).open("ab") as file:
        file.write("marma\nladé".encode()[:-1])

    reopened = Vocabulary.open(tmp_path, kept.length)

    assert spelt(reopened, "marmb") == {}
    assert spelt(reopened.add(["ladder"]), "laddr") == {"ladder": False}


def test_a_reader_stays_where_it_is_until_it_moves_on(tmp_path: Path):
    before = filled(tmp_path)
    reader = Vocabulary.open(tmp_path, before.length)

    after = before.add(["marmalade"])
    assert spelt(reader, "marmalad") == {}
    assert spelt(reader.at(after.length), "marmalad") == {"marmalade": False}

    settled = after.add([word + "a" for word in WORDS]).settled()
    assert spelt(reader, "lapebu") == {"lapeb": False}
    assert spelt(reader.at(settled.length), "lapebu") == {"lapeb": False, "lapeba": False}
    assert spelt(Vocabulary.open(tmp_path, before.length), "lapebu") == {"lapeb": False}


def test_a_base_of_words_that_were_never_committed_is_none(tmp_path: Path):
    kept = filled(tmp_path)
    kept.add([word + "a" for word in WORDS]).settled()
    uncommitted = (tmp_path / BASE).rename(tmp_path / "aside")

    after = Vocabulary.open(tmp_path, kept.length).add([word + "o" for word in WORDS])
    uncommitted.replace(tmp_path / BASE)

    assert spelt(Vocabulary.open(tmp_path, after.length), "lapebu") == {"lapeb": False, "lapebo": False}
    assert spelt(Vocabulary.open(tmp_path, kept.length), "lapebu") == {"lapeb": False}


@pytest.mark.parametrize("damage", ["missing", "empty", "short", "half a head", "a letter", "foreign"])
def test_a_damaged_base_is_built_anew(tmp_path: Path, damage: str):
    kept = filled(tmp_path)
    before = [kept.near(word + "x", edits=1) for word in WORDS]
    base = tmp_path / BASE
    whole = base.read_bytes()
    at = len(whole) * 2 // 3
    if damage == "missing":
        base.unlink()
    elif damage == "foreign":
        base.write_bytes(b"something else\n" * 1000)
    else:
        base.write_bytes({
            "empty": b"",
            "short": whole[:at],
            "half a head": whole[:100],
            "a letter": whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :],
        }[damage])  # fmt: skip

    reopened = Vocabulary.open(tmp_path, kept.length)

    assert [reopened.near(word + "x", edits=1) for word in WORDS] == before
    assert len(Vocabulary.open(tmp_path, kept.length).base) == 720


def test_a_base_built_anew_is_the_same_to_the_byte(tmp_path: Path):
    kept = filled(tmp_path).add([word + "s" for word in WORDS]).settled()
    before = (tmp_path / BASE).read_bytes()
    (tmp_path / BASE).unlink()

    Vocabulary.open(tmp_path, kept.length)

    assert (tmp_path / BASE).read_bytes() == before


@pytest.mark.parametrize("left", [0, 40])
def test_a_damaged_list_is_told(tmp_path: Path, left: int):
    kept = filled(tmp_path)
    (tmp_path / LIST).write_bytes((tmp_path / LIST).read_bytes()[:left])

    with pytest.raises(ValueError, match="cut short"):
        Vocabulary.open(tmp_path, kept.length)


def test_where_no_base_can_be_written_it_stays_in_memory(tmp_path: Path):
    kept = Vocabulary.open(tmp_path, 0).add(WORDS)
    (tmp_path / BASE).mkdir()

    settled = kept.settled()

    assert "lapek" in spelt(settled, "lapeb")
    assert not list(tmp_path.glob("*.draft"))
    assert spelt(settled.add(["marmalade"]), "marmalad") == {"marmalade": False}


TYPED = st.text(alphabet="abcdéж", min_size=4, max_size=7)


@settings(max_examples=200, deadline=None)
@given(st.lists(TYPED, max_size=60, unique=True), st.integers(0, 60), st.lists(TYPED, min_size=1, max_size=9))
def test_all_words_one_edit_away_are_found(words: list[str], cut: int, typed: list[str]):
    found = Vocabulary(Vocabulary.of(words[:cut]).base, dict.fromkeys(words[cut:], False))

    for word in typed:
        assert [near.word for near in found.near(word, edits=1)] == sorted(
            known for known in words if OSA.distance(word, known) == 1
        )


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(alphabet="abcd", min_size=4, max_size=7), unique=True, max_size=60))
def test_all_words_two_edits_away_are_found_but_for_two_replaced_letters(words: list[str]):
    found = Vocabulary.of(words)

    for word in words[:9]:
        near = {one.word for one in (*found.near(word, edits=2), *found.far(word)) if one.edits == 2}
        missing = {known for known in words if OSA.distance(word, known) == 2} - near
        assert all(sum(a != b for a, b in zip(word, known, strict=True)) == 2 for known in missing)
