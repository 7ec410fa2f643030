"""Passages are word for word, of a size that can be read, and never across a gap."""

import io
import re

from articles import BLOG, BROKEN_LISTS, PULL_QUOTES
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import Boilerplate
from bot.library.clean import clean, rules_of
from bot.library.readers import text
from bot.library.reading import Kind, Left, number
from bot.library.sentences import sentences
from bot.library.split import CHARACTERS, MOST, split

RULES = rules_of(Boilerplate())


def bare(told: str) -> str:
    """What is left without white space and bullet marks."""
    return re.sub(r"[\s•*·‣▪●○◦–—-]+", "", told)


def made(content: str):
    return split(clean(next(text.read(io.BytesIO(content.encode()), 10**7)), RULES))


def test_every_passage_of_an_article_is_word_for_word():
    for article in (BLOG, PULL_QUOTES, BROKEN_LISTS):
        for passage in made(article):
            assert bare(passage.text) in bare(article)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=3000).filter(str.strip))
def test_every_passage_of_any_text_is_word_for_word_and_not_too_long(content: str):
    try:
        passages = made(content)
    except Exception as error:
        assert type(error).__name__ == "ReadError"
        return

    read = next(text.read(io.BytesIO(content.encode()), 10**7))
    whole = bare("".join(block.text for block in read.blocks))
    for passage in passages:
        assert len(passage.text) <= 2 * CHARACTERS
        assert bare(passage.text) in whole


def test_a_long_paragraph_is_divided_at_sentences_into_equal_parts():
    paragraph = " ".join(f"Boat {n} left the harbour at dawn with nine men and a dog." for n in range(30))

    passages = split(number([(Kind.PARAGRAPH, paragraph, 1)]))

    sizes = [len(p.text.split()) for p in passages]
    assert all(p.text.endswith("dog.") for p in passages)
    assert max(sizes) <= MOST
    assert max(sizes) - min(sizes) <= 26


def test_a_text_without_spaces_or_ends_is_divided_too():
    passages = split(number([(Kind.PARAGRAPH, "船" * 5000, 1)]))

    assert max(len(p.text) for p in passages) <= CHARACTERS
    assert "".join(p.text for p in passages) == "船" * 5000


def test_short_paragraphs_are_joined_within_a_section_only():
    blocks = number(
        [
            (Kind.PARAGRAPH, "The pier is new.", 1),
            (Kind.PARAGRAPH, "The boats are old.", 1),
            (Kind.HEADING, "Crews", 1),
            (Kind.PARAGRAPH, "The crews are young.", 1),
        ]
    )

    assert [p.text for p in split(blocks)] == ["The pier is new.\nThe boats are old.", "The crews are young."]


def test_no_passage_reaches_across_what_was_left_out():
    first, second = number(
        [(Kind.PARAGRAPH, "The pier is new.", 1), (Kind.PARAGRAPH, "The boats are old.", 1)]
    )

    passages = split([first, Left("Share this!", "share invitation", 1), second])

    assert [p.text for p in passages] == ["The pier is new.", "The boats are old."]


def test_a_long_list_is_divided_and_each_part_keeps_its_lead_in_beside_it():
    item = "The council pays for one more boat, and the crews come from the school at Port Elgin. " * 3
    blocks = number([(Kind.PARAGRAPH, "Four things help:", 1), *[(Kind.ITEM, item.strip(), 1)] * 4])

    passages = split(blocks)

    assert passages[0].text.startswith("Four things help:\n- The council")
    assert passages[0].context is None
    assert all(p.context == "Four things help:" for p in passages[1:])
    assert passages[1].paragraph > 1


def test_a_heading_below_another_stands_in_its_path():
    blocks = number(
        [(Kind.HEADING, "Ports", 1), (Kind.HEADING, "Elgin", 2), (Kind.PARAGRAPH, "Elgin is small.", 1)]
    )

    assert split(blocks)[0].section == ("Ports", "Elgin")


def test_sentences_end_where_a_reader_ends_them():
    told = 'The U.S. navy came. Dr. Hale said "No." Then 3.5 tons sank. 船来了。他走了！ Why? Ask (him).'

    assert sentences(told) == [
        "The U.S. navy came.",
        'Dr. Hale said "No."',
        "Then 3.5 tons sank.",
        "船来了。",
        "他走了！",
        "Why?",
        "Ask (him).",
    ]
