"""What feeds put below the text of an entry, and what shows that a text is only a beginning."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.library.words import WITHOUT_SPACES

WHOLE_WORDS = 200
"""From so many words on, what is only said to be a description is taken for the whole text."""

CONTENT_WORDS = 100
"""The same for what is said to be the content; short notes are read from their page once more, to be sure."""

GROWN = 1.5
"""By so much is a whole text longer than its summary, at least."""

LONG_WORDS = 300
"""An ellipsis at the end of a text of so many words is its author's: a teaser has fewer."""

_ELLIPSIS = re.compile(r"(?:…|\.\.\.|\[\s*(?:…|\.\.\.)\s*\]|\(\s*(?:…|\.\.\.)\s*\))[\"'”’»)\]」』→»]*$")

_WHAT = (
    r"(?:\s+(?:of\s+)?(?:this|the|full|rest|whole|original|entire|complete|story|article|post|text|entry"
    r"|report|piece)\b)+"
)
_MORE = (
    rf"(?:(?:click\s+here\s+to\s+)?(?:read|view|see|learn)(?:\s+it\s+all|\s+more|\s+on|{_WHAT})"
    r"|(?:continue|keep)\s+reading|full\s+(?:story|article|text)|more\s*(?=[→»›>])"
    r"|(?:点击)?(?:阅读|查看|浏览)(?:更多|全文|原文|详情|余下全文)|继续阅读|全文阅读|続きを読む)"
)
_ONLY_MORE = re.compile(
    rf"[\[(（【\s]*(?:{_MORE}(?:\s*(?:at|on|about|from|here|[:：\"“‘«《]).{{0,160}})?"
    r"|continue\s+reading\s.{0,160}[^.!?])[\s\]）)】→»›>.…]*",
    re.IGNORECASE,
)
_ENDS_MORE = re.compile(
    rf"(?:(?<=[.!?…。！？\])])\s*|\s*(?=[\[(（【]))[\[(（【]?\s*{_MORE}\s*[\])）】]?[\s→»›>.…]*$",
    re.IGNORECASE,
)
LONGEST_MORE = 80
"""Characters at the end of a text among which an invitation to read on is looked for."""

_PLACES = (
    r"(?:share|tweet|post|facebook|twitter|x|linkedin|e-?mail|reddit|whatsapp|pinterest|telegram|print|pocket"
    r"|mastodon|bluesky|threads|tumblr|hacker\s+news|copy\s+link|分享|微博|微信|朋友圈|QQ空间|豆瓣)"
)
_BELOW = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?:the|this)\s+(?:post|article|entry|story)\b.{0,500}\b(?:appeared|published)\s+(?:first\s+)?(?:on|at|in)\b.{0,200}",
        rf"(?:share|分享)(?:\s+(?:this|on|via|with|to)\b|到|至)?[^.。!?]{{0,40}}[:：]?(?:[\s|·•,/]*{_PLACES})*",
        rf"{_PLACES}(?:[\s|·•,/]+{_PLACES})+",
        r"[\[(]?(?:no|\d[\d,.]*|leave\s+a|add\s+a|view|read|post\s+a)?\s*(?:comments?|repl(?:y|ies)|likes?)(?:\s*[:(]\s*\d[\d,.]*\s*\)?)?[\])]?",
        r"(?:评论|留言|阅读|点赞|浏览)\s*[:：(（]?\s*\d+\s*[)）]?(?:\s*[次条])?",
        r"(?:article\s+url|comments\s+url|points|#\s*comments)\s*:.{0,300}",
        r"submitted\s+by\s+/?u/.{1,100}|\[link\](?:\s*\[comments\])?|\[comments\]",
        r"(?:(?:filed|posted)\s+(?:under|in)|tags|tagged|categories)\s*:.{0,200}",
    )
)
LONGEST_BELOW = 800
"""Characters of what stands below a text and is none of it."""


@dataclass(frozen=True, slots=True)
class Body:
    """The texts that are the entry's own, and whether an ending shows that there is more."""

    texts: tuple[str, ...]
    is_cut: bool


def body_of(texts: Sequence[str]) -> Body:
    """Return *texts* without what feeds put below: links to read on, to share, counts of comments."""
    own, invites = list(texts), False
    while own and len(own[-1]) <= LONGEST_BELOW:
        is_more = _ONLY_MORE.fullmatch(own[-1]) is not None
        if not is_more and not any(form.fullmatch(own[-1]) for form in _BELOW):
            break
        invites = invites or is_more
        own.pop()
    if not own:
        return Body((), is_cut=invites)
    start = max(0, len(own[-1]) - LONGEST_MORE)
    if found := _ENDS_MORE.search(own[-1], start):
        own[-1], invites = own[-1][: found.start()].rstrip(), True
    cut = _ELLIPSIS.search(own[-1], start) is not None and size_of(own) < LONG_WORDS
    return Body(tuple(text for text in own if text), is_cut=invites or cut)


def is_whole(body: Body, *, is_content: bool, summary: int, has_page: bool) -> bool:
    """Tell whether *body* is all of the text; in doubt it is not, as its page can be read.

    *summary* is the size of the entry's summary, if *body* is not that. Without a page there is no more.
    """
    size = size_of(body.texts)
    if not size or body.is_cut:
        return False
    if not has_page or size >= WHOLE_WORDS:
        return True
    return is_content and (size >= CONTENT_WORDS or 0 < summary * GROWN <= size)


def size_of(texts: Sequence[str]) -> float:
    """Return the words of *texts*; two characters are about a word where no spaces stand between."""
    dense = sum(len(run) for text in texts for run in WITHOUT_SPACES.findall(text))
    return dense / 2 + sum(len(WITHOUT_SPACES.sub(" ", text).split()) for text in texts)
