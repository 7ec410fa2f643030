"""Text that reaches Slack is shown as its characters and never acts."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.blocks import message, small, source_link
from bot.slack.text import cut, escaped, link, pieces, short, shown, web_address

ANY = st.text(st.characters())


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(ANY, st.integers(10, 200))
def test_text_for_parsed_fields_has_no_control_sequence_and_keeps_its_limit(text: str, most: int):
    safe = escaped(text, most)

    assert "<" not in safe
    assert ">" not in safe
    assert not re.search("&(?!amp;|lt;|gt;)", safe)
    assert units(safe) <= most
    json.dumps(safe).encode()


@given(ANY, st.integers(2, 200))
def test_text_for_other_fields_hides_nothing_and_keeps_its_limit(text: str, most: int):
    seen = shown(text, most)

    assert not re.search("[\x00-\x08\x7f\u202a-\u202e\u2066-\u2069]", seen)
    assert units(seen) <= most
    seen.encode()


@pytest.mark.parametrize("text", ["<!channel>", "<@U123>", "<https://evil.example|click>", "a & b < c"])
def test_what_looks_like_a_command_of_slack_stays_what_it_looks_like(text: str):
    entities = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
    assert re.sub("&(?:lt|gt|amp);", lambda m: entities[m[0]], escaped(text)) == text
    assert shown(text) == text


def test_orders_to_write_backwards_are_dropped_and_joiners_kept():
    assert shown("abc\u202etxt.exe") == "abctxt.exe"
    assert shown("می\u200cخواهم 👩\u200d👧") == "می\u200cخواهم 👩\u200d👧"


@pytest.mark.parametrize("text", ["", " ", "\t", "\u2028", "\u200b", "\x1b \u200d"])
def test_a_message_of_which_nothing_is_seen_is_still_told(text: str):
    assert message(text, [])["text"] == "Briefbot"


def test_cutting_keeps_words_and_what_is_seen_as_one_character():
    assert cut("a long line of words", 12) == "a long line…"
    assert cut("👩\u200d👩\u200d👧\u200d👧" * 3, 12) == "👩\u200d👩\u200d👧\u200d👧…"
    assert cut("e\u0301" * 10, 8) == "e\u0301" * 3 + "…"


@given(ANY, ANY)
def test_a_link_cannot_be_broken_out_of(url: str, label: str):
    made = link("https://example.org/" + url, label)

    assert made.startswith("<https://example.org/")
    assert made.count("<") == made.count(">") == 1
    assert made.endswith(">")
    assert made.partition("|")[0].count(" ") == 0


@given(ANY, st.integers(2, 200))
def test_pieces_are_all_of_a_text_and_keep_their_limit(text: str, most: int):
    told = pieces(text, most)

    assert "".join(told) == text
    assert all(units(piece) <= most for piece in told)


def test_pieces_end_with_a_line_where_they_can_and_never_within_a_character():
    flags = "🇩🇪" * 60

    assert pieces("one line\nand another", 12) == ["one line\n", "and another"]
    assert all(len(piece) % 2 == 0 for piece in pieces(flags, 41))
    assert len(cut(flags, 90).removesuffix("…")) % 2 == 0


def test_text_is_short_enough_where_slack_keeps_it_as_entities():
    assert short("a & b < c", 75) == "a & b < c"
    assert short("&" * 75, 75) == "&" * 14 + "…"


@pytest.mark.parametrize("url", ["!channel", "@U1", "#C1", "javascript:alert(1)", "mailto:a@b.c", ""])
def test_what_is_no_address_of_the_web_is_no_link(url: str):
    assert web_address(url) == ""
    assert len(small("told", url=url)["elements"]) == 1
    assert source_link(url) == []
