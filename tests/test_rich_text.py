"""The words of a message: what was typed stays, what was formatting goes."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import NOW, Write
from hypothesis import given, settings
from hypothesis import strategies as st
from test_clipping import add, choose, said, shown
from world import World, opened

from bot.app import Briefbot
from bot.slack.rich_text import words
from bot.slack.spoken import plain_text


@pytest.fixture
def world(briefbot: Briefbot, write: Write) -> Iterator[World]:
    with opened(briefbot, write, NOW) as made:
        yield made


def rich(*parts: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "rich_text", "block_id": "b", "elements": list(parts)}]


def part(*elements: dict[str, Any] | str, kind: str = "section", **stated: Any) -> dict[str, Any]:
    told = [{"type": "text", "text": one} if isinstance(one, str) else one for one in elements]
    return {"type": f"rich_text_{kind}", "elements": told, **stated}


def test_what_was_formatted_is_added_by_its_words_and_what_was_typed_as_it_stands(world: World):
    text = "The *northern* ferry_line costs 2*3*4 crowns, *not* more :ship: &lt;ok&gt;"
    blocks = rich(
        part(
            "The ",
            {"type": "text", "text": "northern", "style": {"bold": True}},
            " ferry_line costs 2*3*4 crowns, *not* more ",
            {"type": "emoji", "name": "ship", "unicode": "1f6a2"},
            " <ok>",
        )
    )

    view = choose(world, said(world, text, blocks=blocks))

    assert "The northern ferry_line costs 2*3*4 crowns, *not* more 🚢 <ok>" in shown(world, view)


def test_a_clip_of_rich_text_is_found_word_for_word(world: World):
    blocks = rich(
        part("Before the season:\n"),
        part(part("the quay is ", {"type": "text", "text": "dredged", "style": {"italic": True}}), part("cranes are painted"), kind="list", style="bullet"),
    )  # fmt: skip
    add(
        world, said(world, "Before the season:\n• the quay is _dredged_\n• cranes are painted", blocks=blocks)
    )

    assert "the quay is dredged" in world.say("quay dredged").replace("*", "")


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ([part("one\ntwo"), part("three", kind="quote"), part("x = 1", kind="preformatted")], "one\ntwo\nthree\nx = 1"),
        ([part(part("a"), part("b"), kind="list", style="ordered", offset=3)], "4. a\n5. b"),
        ([part(part("a"), kind="list", style="bullet", indent=1)], "• a"),
        ([part({"type": "link", "url": "https://a.example/x", "text": "the report"})], "the report (https://a.example/x)"),
        ([part({"type": "link", "url": "https://a.example/"})], "https://a.example/"),
        ([part({"type": "user", "user_id": "U0CLEO"}, " ", {"type": "user", "user_id": "U9"})], "@cleo @U9"),
        ([part({"type": "channel", "channel_id": "C1"}, " ", {"type": "usergroup", "usergroup_id": "S1"})], "#chips @crew"),
        ([part({"type": "broadcast", "range": "here"})], "@here"),
        ([part({"type": "emoji", "name": "family", "unicode": "1f468-200d-1f469"})], "👨‍👩"),
        ([part({"type": "emoji", "name": "our-own"})], ":our-own:"),
        ([part({"type": "date", "timestamp": 1, "format": "{date}", "fallback": "1 May"})], "1 May"),
        ([part({"type": "color", "value": "#1f3a5f"})], "#1f3a5f"),
    ],
)  # fmt: skip
def test_each_part_of_rich_text_is_read(parts: list[dict[str, Any]], told: str):
    assert words(rich(*parts), {"U0CLEO": "cleo", "C1": "chips", "S1": "crew"}) == told


def test_names_that_only_the_text_tells_are_taken_from_there(world: World):
    blocks = rich(
        part(
            {"type": "channel", "channel_id": "C0CHIPS"}, " for ", {"type": "usergroup", "usergroup_id": "S1"}
        )
    )

    view = choose(world, said(world, "<#C0CHIPS|chips> for <!subteam^S1|@crew>", blocks=blocks))

    assert "#chips for @crew" in shown(world, view)


@pytest.mark.parametrize(
    "blocks",
    [
        [],
        [{"type": "section", "text": {"type": "mrkdwn", "text": "another"}}],
        rich(part({"type": "hologram", "text": "another"})),
        rich({"type": "rich_text_table", "elements": []}),
        [{"type": "rich_text"}],
        ["another"],
        rich(part({"type": "emoji", "name": "a", "unicode": "nonsense"})),
        rich(part({"type": "emoji", "name": "a", "unicode": "ffffffff"})),
    ],
)  # fmt: skip
def test_where_rich_text_cannot_be_read_the_text_is(world: World, blocks: list[Any]):
    assert "The ferry runs." in shown(world, choose(world, said(world, "The *ferry* runs.", blocks=blocks)))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("*bold*, _italic_ and ~struck~ words", "bold, italic and struck words"),
        ("_*both*_ and *_both_*", "both and both"),
        ("*see <https://a.example/_x_*y*|the report> now*", "see the report (https://a.example/_x_*y*) now"),
        ("`a *b* c` and ```x = _y_\n*z*```", "a *b* c and x = _y_\n*z*"),
        ("snake_case_name, __init__, 2 * 3 * 4, 2*3*4", "snake_case_name, __init__, 2 * 3 * 4, 2*3*4"),
        ("~100 to ~200 ships, *) a note *)", "~100 to ~200 ships, *) a note *)"),
        ("* one\n* two", "* one\n* two"),
        ("a ** b ** c *** d", "a ** b ** c *** d"),
        ("well :ship: done", "well :ship: done"),
        ("&lt;*a*&gt; &amp;amp;", "<a> &amp;"),
        ("a lone *star and `tick", "a lone *star and `tick"),
    ],
)
def test_of_text_alone_marks_go_where_they_are_formatting(text: str, told: str):
    assert plain_text(text, {}) == told


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "text", "elements", "url", "unicode", "user_id", "offset"]), inner, max_size=4)
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(blocks=JSON)
def test_whatever_stands_for_blocks_is_read_or_left(blocks: Any):
    json.dumps(blocks)
    assert isinstance(words(blocks, {}), str | None)


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet=st.sampled_from(list("ab *_~`<>&;\n|@#!0")), max_size=60))
def test_no_word_of_any_text_is_lost(text: str):
    told = plain_text(text.replace("<", "&lt;").replace(">", "&gt;"), {})

    assert [one for one in told if one.isalnum()] == [one for one in text if one.isalnum()]
