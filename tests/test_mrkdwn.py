"""Slack's mrkdwn as HTML."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.playground.mrkdwn import mrkdwn

TAGS = re.compile(
    r'</?(?:strong|em|s|code|pre|blockquote|span)>|<span class="mention">'
    r'|<a href="(?:https?://|mailto:)[^"<>]*" target="_blank" rel="noopener noreferrer">|</a>'
)


def name(kind: str, named_id: str) -> str:
    return {"U1": "anna", "C1": "policy"}.get(named_id, named_id)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* and _italic_, ~not~ `code *x*`", "<strong>bold</strong> and <em>italic</em>, <s>not</s> <code>code *x*</code>"),
        ("*bold and _both_*", "<strong>bold and <em>both</em></strong>"),
        ("2 * 3 * 4 and snake_case_name and a*b*c", "2 * 3 * 4 and snake_case_name and a*b*c"),
        ("a &lt;b&gt; &amp;amp; c", "a &lt;b&gt; &amp;amp; c"),
        ("```x\n*y*```", "<pre>x\n*y*</pre>"),
        ("&gt; one\n> two\nthree", "<blockquote>one\ntwo</blockquote>three"),
        ("<https://example.org/?a=1&amp;b=2|the *page*>", '<a href="https://example.org/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">the *page*</a>'),
        ("<@U1> in <#C1> and <!here>", '<span class="mention">@anna</span> in <span class="mention">#policy</span> and <span class="mention">@here</span>'),
        ("<javascript:alert(1)|safe>", "safe"),
        ("<script>alert(1)</script>", "scriptalert(1)/script"),
        ('<https://x.org/"onclick="a|b>', '<a href="https://x.org/&#34;onclick=&#34;a" target="_blank" rel="noopener noreferrer">b</a>'),
    ],
)  # fmt: skip
def test_marks_are_drawn_and_all_else_is_text(text: str, html: str):
    assert str(mrkdwn(text, name)) == html


@given(
    st.lists(
        st.sampled_from(
            [
                *"*_~`<>|&\n@#! ab",
                "```",
                "&lt;",
                "&amp;",
                "https://a.b/",
                "javascript:",
                '"',
                "'",
                "<script>",
                "<@U1>",
            ]
        )
    ).map("".join)
)
def test_no_text_makes_a_tag_of_its_own(text: str):
    html = str(mrkdwn(text, name))
    rest = TAGS.sub("", html)

    assert "<" not in rest
    assert '"' not in rest
