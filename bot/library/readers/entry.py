"""The entries of a feed, made of what it tells: ids that stay, addresses that are whole, texts in blocks."""

import datetime
import hashlib
import html
import itertools
import re
import unicodedata
import urllib.parse
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace

from bot.errors import ReadError
from bot.library.decode import storable
from bot.library.facts import LONGEST, LONGEST_LANGUAGE
from bot.library.listing import Entry
from bot.library.readers.markup import blocks_of, one_line
from bot.library.readers.moment import first_of
from bot.library.readers.teaser import Body, body_of, is_whole, size_of
from bot.library.readers.told import Said, Told
from bot.library.reading import Block, Kind, number
from bot.net.address import TRACKING

MOST_ENTRIES = 1000
"""Of one feed, the newest: no feed that is read every week or so has more to tell."""

MOST_TEXT = 1_000_000
"""Characters of one entry's markup; a novel has as many."""

LONGEST_ADDRESS = 2000
"""Characters of an address; browsers and servers agree on little more."""

LONGEST_NAME = 200
"""Characters of authors and of a category."""

_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--")
_ESCAPED = re.compile(
    r"\s*<(?:p|div|span|a|img|ul|ol|h[1-6]|blockquote|figure|table|strong|em|b|i|br)\b[^<>]*>", re.IGNORECASE
)
_GAP = re.compile(r"\n\s*\n")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")


def entries_of(
    told: Sequence[Told], *, homes: Sequence[str], language: str | None, now: datetime.datetime
) -> tuple[Entry, ...]:
    """Return the entries of *told*, newest first, at most MOST_ENTRIES; undated ones stay where they stand.

    *homes* are the addresses of feed and site; links are relative to the first. *language* is the feed's.
    """
    newest = sorted(_dated(told, language, now), key=lambda one: one[0], reverse=True)[:MOST_ENTRIES]
    return _unique(_entry(one, homes=homes, language=language, now=now) for _moment, one in newest)


def address_of(link: str | None, base: str | None) -> str | None:
    """Return the whole address of *link*, None if it is no web page's."""
    try:
        joined = urllib.parse.urljoin(base or "", "".join((link or "").split()))
        parts = urllib.parse.urlsplit(joined)
        is_page = parts.scheme in {"http", "https"} and bool(parts.hostname) and link
    except ValueError:
        return None
    return storable(joined) if is_page and len(joined) <= LONGEST_ADDRESS else None


def plain(said: Said | None) -> str | None:
    """Return the text of a title on one line, None if there is none."""
    text = " ".join(text for _kind, text, _level in _blocks(said)) if said else ""
    return text[:LONGEST] or None


def language_of(*stated: str | None) -> str | None:
    """Return the first of *stated* that is the tag of a language."""
    for tag in stated:
        text = (tag or "").strip()
        if _LANGUAGE.fullmatch(text) and len(text) <= LONGEST_LANGUAGE:
            return text.replace("_", "-")
    return None


def _dated(
    told: Iterable[Told], language: str | None, now: datetime.datetime
) -> Iterable[tuple[datetime.datetime, Told]]:
    """Yield each entry with a moment to order it by; without one it goes with the one before it."""
    moment = now
    for one in told:
        moment = first_of([*one.published, one.updated], language, now) or moment
        yield moment, one


def _entry(told: Told, *, homes: Sequence[str], language: str | None, now: datetime.datetime) -> Entry:
    url = address_of(told.link, next(iter(homes), None)) or (
        address_of(told.id, None) if told.is_link else None
    )
    title = plain(told.title)
    moment = first_of(told.published, language, now)
    blocks, whole = _text(told, has_page=url is not None)
    text = "\n".join(block.text for block in blocks)
    return Entry(
        id=_id(told, url, title, text, homes),
        url=url,
        title=title,
        author=_line(", ".join(told.authors)),
        publisher=_line(told.publisher),
        published=moment.astimezone(datetime.UTC) if moment else None,
        day=moment.date() if moment else None,
        language=language_of(told.language, language),
        categories=tuple(name for category in told.categories if (name := _line(category))),
        blocks=blocks,
        is_whole=whole,
        hash=_digest(title, " ".join(text.split()), _bare(url)),
    )


def _text(told: Told, *, has_page: bool) -> tuple[tuple[Block, ...], bool]:
    """Return the longest of the texts that an entry has, and whether it is the whole one."""
    contents = [_blocks(content) for content in told.contents]
    summary = _blocks(told.summary) if told.summary else []
    longest = max([*contents, summary], key=_size)
    body = body_of([text for _kind, text, _level in longest])
    is_cut = any(said is not None and len(said.text) > MOST_TEXT for said in [*told.contents, told.summary])
    beside = _size(summary) if longest is not summary else 0
    whole = is_whole(body, is_content=longest in contents, summary=int(beside), has_page=has_page)
    return number(_own(longest, body)), whole and not is_cut


def _own(blocks: Sequence[tuple[Kind, str, int]], body: Body) -> list[tuple[Kind, str, int]]:
    return [(kind, own, level) for (kind, _text, level), own in zip(blocks, body.texts, strict=False)]


def _size(blocks: Sequence[tuple[Kind, str, int]]) -> float:
    return size_of([text for _kind, text, _level in blocks])


def _blocks(said: Said) -> list[tuple[Kind, str, int]]:
    """Return the blocks of a text, whatever it turns out to be; none of what no parser takes."""
    text, is_html = said.text[:MOST_TEXT], said.is_html
    if is_html is None and not _TAG.search(text):
        text = html.unescape(text)
        is_html = _ESCAPED.match(text) is not None  # Escaped once too often.
    if is_html is False:
        paragraphs = map(one_line, _GAP.split(text))
        return [(Kind.PARAGRAPH, paragraph, 1) for paragraph in paragraphs if paragraph]
    try:
        return blocks_of(text)
    except ReadError:
        return []


def _line(text: str | None) -> str | None:
    """Return a name on one line."""
    return one_line(text or "")[:LONGEST_NAME].rstrip() or None


def _id(told: Told, url: str | None, title: str | None, text: str, homes: Container[str]) -> str:
    """Return the id that an entry states, else its address, else what it is made of.

    The address of the whole feed or site says nothing of one entry.
    """
    stated = storable((told.id or "").strip())
    name = stated if stated and stated not in homes else url
    if name is None:
        return _digest(title or text, *told.published)
    # In bytes: PostgreSQL's indexes refuse keys of more than 2704, and before this one stands a file's.
    return name if len(name.encode()) <= LONGEST else _digest(name)


def _unique(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return *entries* without those that come twice; different ones of the same id get ids of their own."""
    alike: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        alike[entry.id].append(entry)
    own: dict[str, Entry] = {}
    for entry in itertools.chain.from_iterable(alike.values()):
        own.setdefault(_own_id(entry, alike[entry.id]), entry)
    return tuple(replace(entry, id=name) for name, entry in own.items())


def _own_id(entry: Entry, alike: Sequence[Entry]) -> str:
    """Return an id that tells *entry* from others with the same, in whatever order a feed has them.

    Those with other addresses are others. With the same address, another title alone is an edit; with
    another date as well, or none, it is another entry.
    """
    others = [other for other in alike if other.url == entry.url and other.title != entry.title]
    parts = [entry.url or ""] if any(other.url != entry.url for other in alike) else []
    if any(other.published is None or other.published != entry.published for other in others):
        parts += [entry.title or "", str(entry.published)]
    return f"{entry.id}#{_digest(*parts)[:8]}" if parts else entry.id


def _bare(url: str | None) -> str:
    """Return *url* without what changes while the page stays: scheme, fragment, tracking."""
    parts = urllib.parse.urlsplit(url or "")
    pairs = [pair for pair in parts.query.split("&") if not TRACKING.fullmatch(pair.partition("=")[0])]
    return f"{parts.netloc}{parts.path}?{'&'.join(pairs)}"


def _digest(*parts: str | None) -> str:
    """Return the same for *parts* however their letters are composed; programs change that unasked."""
    text = unicodedata.normalize("NFC", "\0".join(part or "" for part in parts))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
