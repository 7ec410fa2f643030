"""Feeds made from items, in any dialect and as broken as feeds are: what was put in is known to the letter."""

import datetime
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum, auto
from html import escape

SITE = "https://news.example"
"""Where the feeds and their pages lie."""

LATEST = datetime.datetime(2024, 7, 6, 21, 30, tzinfo=datetime.UTC)
"""When the newest item came out; the others came five hours apart before it."""


class Dialect(StrEnum):
    """In which a feed is written."""

    RSS_091 = auto()
    RSS_092 = auto()
    RSS_20 = auto()
    RSS_10 = auto()
    ATOM_03 = auto()
    ATOM_10 = auto()
    ATOM_XHTML = auto()
    JSON_10 = auto()
    JSON_11 = auto()


DATED = frozenset(Dialect) - {Dialect.RSS_091, Dialect.RSS_092}
"""Dialects that state who wrote an item, when, and an id; the others have a title, a link and a text."""

XML = frozenset(Dialect) - {Dialect.JSON_10, Dialect.JSON_11}


class Oddity(StrEnum):
    """What a feed has that it should not have, or need not."""

    ABOVE = auto()  # Blank lines and a warning before the XML,
    BEHIND = auto()  # a comment and markup after it,
    CUT = auto()  # its last item's end missing,
    BARE = auto()  # an & that is none,
    NAMED = auto()  # references of HTML,
    CONTROLS = auto()  # control characters,
    UNDECLARED = auto()  # a prefix without a namespace,
    PIXELS = auto()  # what counts readers and invites them to share,
    MEDIA = auto()  # descriptions of pictures and of a podcast beside the text,
    MODIFIED = auto()  # the date of a change beside that of publication,
    RELATIVE = auto()  # links that are relative,
    TEASERS = auto()  # the beginning of each text, and a link to the rest.


@dataclass(frozen=True)
class Item:
    """What a feed tells of: a text in paragraphs, and all that is stated of it."""

    id: str
    url: str
    title: str
    author: str
    published: datetime.datetime
    categories: tuple[str, ...]
    paragraphs: tuple[str, ...]
    language: str

    @property
    def teaser(self) -> str:
        """The beginning of the text."""
        return f"{self.paragraphs[0][:90].rstrip()} …"


_ENGLISH = (
    ("The harbour master", "A small foundry", "The ministry", "Every second mill", "Our laboratory", "The pilot plant"),
    ("measured", "bought back", "postponed", "repaired", "described", "gave away"),
    ("the copper wafers", "nine tidal turbines", "a café's ledger", "R&D budgets", "some 4.5% of its cells", "AT&T's cables"),
    ("before the winter", "for less than 300 crowns", "without a word", "in Zürich", "<as it said>", "at half the price"),
)  # fmt: skip
_CHINESE = (
    ("港口的工程师", "一家小铸造厂", "主管部门", "华为的供应商", "我们的实验室", "试点工厂"),
    ("测量了", "推迟了", "修好了", "买回了", "公布了", "描述了"),
    ("九台潮汐发电机", "铜基晶圆", "百分之四的电池", "研发预算", "“开放”标准", "海底电缆"),
    ("，就在冬天之前", "，价格不到三百元", "，没有多说", "，地点在苏州", "，这是第一次", "，成本减半"),
)
_SHORT_OF = {"en": 40, "zh": 14}
"""Sentences of a text: more words than a teaser can have."""


def items(count: int, *, seed: int = 0, language: str = "en") -> list[Item]:
    """Return *count* items, the newest first, always the same for one *seed*."""
    chance = random.Random(f"{seed} {language}")  # noqa: S311 - texts, no secrets
    return [_item(chance, number, language) for number in range(count)]


def _item(chance: random.Random, number: int, language: str) -> Item:
    parts = _CHINESE if language == "zh" else _ENGLISH
    joint, end = ("", "。") if language == "zh" else (" ", ".")
    sentences = [joint.join(map(chance.choice, parts)) + end for _count in range(_SHORT_OF[language] * 2)]
    title = joint.join(map(chance.choice, parts[:3]))
    size = len(sentences) // 4
    zone = datetime.timezone(datetime.timedelta(hours=8 if language == "zh" else 0))
    return Item(
        id=f"{SITE}/?p={number}&v={chance.randrange(10**6)}",
        url=f"{SITE}/{language}/{number}/story?a=1&b={chance.randrange(100)}",
        title=f"{title}{joint}{number}",
        author="李雪" if language == "zh" else "Renée O'Dell",
        published=(LATEST - number * datetime.timedelta(hours=5)).astimezone(zone),
        categories=("芯片", "能源") if language == "zh" else ("R&D", "chips"),
        paragraphs=tuple(joint.join(sentences[at : at + size]) for at in range(0, len(sentences), size)),
        language=language,
    )


def edited(item: Item, *, title: str | None = None, last: str | None = None) -> Item:
    """Return *item* after its title or its last paragraph was changed."""
    paragraphs = (*item.paragraphs[:-1], last) if last else item.paragraphs
    return replace(item, title=title or item.title, paragraphs=paragraphs)


def written(
    told: Sequence[Item],
    dialect: Dialect,
    *,
    oddities: Iterable[Oddity] = (),
    encoding: str = "utf-8",
    declared: str | None = None,
) -> bytes:
    """Return a feed of the items *told* in *encoding*, though its XML may say that it is *declared*."""
    odd = frozenset(oddities)
    if dialect not in XML:
        return json.dumps(_json(told, dialect, odd), ensure_ascii=False).encode(encoding)
    text = _FORMS[dialect](told, odd)
    text = f'<?xml version="1.0" encoding="{declared or encoding}"?>\n{text}'
    return _broken(text, odd).encode(encoding, "xmlcharrefreplace")


def _broken(text: str, odd: frozenset[Oddity]) -> str:
    if Oddity.ABOVE in odd:
        text = f"\n\n \nWarning: mysql_connect() is deprecated on line 7\n{text}"
    if Oddity.BEHIND in odd:
        text += "\n<!-- cached 0.1 s --><script>x()</script>\nbye & good night"
    if Oddity.CUT in odd:
        text = text[: text.rindex("story") + 2]
    if Oddity.BARE in odd:
        text = text.replace("a=1&amp;b", "a=1&b").replace("R&amp;D", "R&D")
    if Oddity.NAMED in odd:
        text = text.replace("é", "&eacute;").replace("ü", "&uuml;").replace("…", "&hellip;")
    return text.replace("the", "t\x08he").replace("的", "\x1f的") if Oddity.CONTROLS in odd else text


def markup(item: Item, odd: frozenset[Oddity] = frozenset()) -> str:
    """Return the text of *item* as HTML."""
    body = "\n".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in item.paragraphs)
    if Oddity.TEASERS in odd:
        body = f'<p>{escape(item.teaser)} <a href="{escape(item.url)}">Read more</a></p>'
    if Oddity.PIXELS in odd:
        number = sum(map(ord, item.id)) % 97
        body = body.replace("<p>", f'<p class="c{number}"><!-- {number} -->')
        body += (
            f'<p><a href="{SITE}/share?n={number}">Share this</a> | <a href="#">Facebook</a> | <a href="#">X</a></p>'
            f'<p>{number} Comments</p><img src="{SITE}/pixel.gif?{number}" width="1" height="1"/>'
            f'<p>The post <a href="{escape(item.url)}">{escape(item.title)}</a> appeared first on <a>News</a>.</p>'
        )
    return body


def _said(text: str) -> str:
    return escape(text, quote=False)


def _link(item: Item, odd: frozenset[Oddity]) -> str:
    return _said(item.url.removeprefix(SITE) if Oddity.RELATIVE in odd else item.url)


def _when(item: Item) -> str:
    return item.published.strftime("%a, %d %b %Y %H:%M:%S %z")


def _extras(item: Item, odd: frozenset[Oddity]) -> str:
    extras = ""
    if Oddity.MEDIA in odd:
        extras += (
            "<media:content url='https://cdn.example/1.jpg'><media:title>A picture</media:title>"
            "<media:description type='plain'>What the picture shows</media:description></media:content>"
            "<itunes:summary>Spoken</itunes:summary><itunes:author>Network</itunes:author>"
        )
    if Oddity.UNDECLARED in odd:
        extras += "<nowhere:rating>5</nowhere:rating>"
    return extras


_NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    ' xmlns:dcterms="http://purl.org/dc/terms/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
)


def _rss_09(told: Sequence[Item], odd: frozenset[Oddity], version: str) -> str:
    parts = [
        f"<item><title>{_said(item.title)}</title><link>{_link(item, odd)}</link>"
        f"<description>{_said(markup(item, odd))}</description></item>"
        for item in told
    ]
    return (
        f'<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss.dtd">\n'
        f'<rss version="{version}"><channel><title>News &amp; more</title><link>{SITE}/</link>'
        f"<description>All</description><language>{told[0].language}</language>{''.join(parts)}</channel></rss>"
    )


def _rss_20(told: Sequence[Item], odd: frozenset[Oddity]) -> str:
    parts = [
        f"<item><title>{_said(item.title)}</title><link>{_link(item, odd)}</link>"
        f'<guid isPermaLink="false">{_said(item.id)}</guid><pubDate>{_when(item)}</pubDate>'
        f"<dc:creator>{_said(item.author)}</dc:creator><description>{_said(_said(item.teaser))}</description>"
        f"{_changed('dcterms:modified', odd)}{_extras(item, odd)}"
        f"{''.join(f'<category>{_said(name)}</category>' for name in item.categories)}"
        + (
            ""
            if Oddity.TEASERS in odd
            else f"<content:encoded><![CDATA[{markup(item, odd)}]]></content:encoded>"
        )
        + '<enclosure url="https://cdn.example/a.mp3" length="9" type="audio/mpeg"/></item>'
        for item in told
    ]
    return (
        f'<rss version="2.0" {_NAMESPACES}><channel><title>News &amp; more</title><link>{SITE}/</link>'
        f"<description>All</description><language>{told[0].language}</language><ttl>90</ttl>"
        f"<skipHours><hour>1</hour><hour>2</hour></skipHours>{''.join(parts)}</channel></rss>"
    )


def _rss_10(told: Sequence[Item], odd: frozenset[Oddity]) -> str:
    parts = [
        f'<item rdf:about="{escape(item.id)}"><title>{_said(item.title)}</title><link>{_link(item, odd)}</link>'
        f"<dc:date>{item.published.isoformat()}</dc:date>{_changed('dcterms:modified', odd)}"
        f"<dc:creator>{_said(item.author)}</dc:creator><description>{_said(_said(item.teaser))}</description>"
        f"{''.join(f'<dc:subject>{_said(name)}</dc:subject>' for name in item.categories)}{_extras(item, odd)}"
        + ("" if Oddity.TEASERS in odd else f"<content:encoded>{_said(markup(item, odd))}</content:encoded>")
        + "</item>"
        for item in told
    ]
    return (
        '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        f' {_NAMESPACES}><channel rdf:about="{SITE}/feed"><title>News &amp; more</title><link>{SITE}/</link>'
        f"<dc:language>{told[0].language}</dc:language><sy:updatePeriod>hourly</sy:updatePeriod>"
        f"<sy:updateFrequency>2</sy:updateFrequency></channel>{''.join(parts)}</rdf:RDF>"
    )


def _atom(told: Sequence[Item], odd: frozenset[Oddity], content: str) -> str:
    old = content == "escaped"
    dated, version = ("issued", ' version="0.3"') if old else ("published", "")
    space = "http://purl.org/atom/ns#" if old else "http://www.w3.org/2005/Atom"
    kinds = {"escaped": 'type="text/html" mode="escaped"', "html": 'type="html"', "xhtml": 'type="xhtml"'}
    base = f' xml:base="{SITE}/elsewhere/"' if Oddity.RELATIVE in odd else ""

    def body(item: Item) -> str:
        if content == "xhtml":
            return f'<div xmlns="http://www.w3.org/1999/xhtml">{markup(item, odd)}</div>'
        return _said(markup(item, odd))

    parts = [
        f"<entry{base}><title>{_said(item.title)}</title><id>{_said(item.id)}</id>"
        f'<link rel="replies" type="text/html" href="{SITE}/replies"/><link rel="alternate" type="text/html"'
        f' href="{_link(item, odd)}"/><author><name>{_said(item.author)}</name></author>'
        f"<{dated}>{item.published.isoformat()}</{dated}>"
        f"{_changed('modified' if old else 'updated', odd | {Oddity.MODIFIED})}"
        f"{_terms(item)}{_extras(item, odd)}"
        f"<summary>{_said(item.teaser)}</summary><content {kinds[content]}>{body(item)}</content></entry>"
        for item in told
    ]
    return (
        f'<feed xmlns="{space}" {_NAMESPACES}{version} xml:lang="{told[0].language}">'
        f'<title type="text">News &amp; more</title><link rel="alternate" type="text/html" href="{SITE}/"/>'
        f'<link rel="self" href="{SITE}/feed"/><id>{SITE}/feed</id>{"".join(parts)}</feed>'
    )


def _terms(item: Item) -> str:
    return "".join(f'<category term="{escape(name)}"/>' for name in item.categories)


def _changed(name: str, odd: frozenset[Oddity]) -> str:
    return f"<{name}>2025-01-02T03:04:05Z</{name}>" if Oddity.MODIFIED in odd else ""


def _json(told: Sequence[Item], dialect: Dialect, odd: frozenset[Oddity]) -> dict[str, object]:
    is_old = dialect is Dialect.JSON_10
    parts = [
        {
            "id": item.id,
            "url": item.url.removeprefix(SITE) if Oddity.RELATIVE in odd else item.url,
            "title": item.title,
            "content_html": markup(item, odd),
            "summary": item.teaser,
            "date_published": item.published.isoformat(),
            "date_modified": "2025-01-02T03:04:05Z",
            "tags": list(item.categories),
            **({"author": {"name": item.author}} if is_old else {"authors": [{"name": item.author}]}),
        }
        for item in told
    ]
    return {
        "version": f"https://jsonfeed.org/version/1{'' if is_old else '.1'}",
        "title": "News & more",
        "home_page_url": f"{SITE}/",
        "language": told[0].language,
        "items": parts,
    }


_FORMS = {
    Dialect.RSS_091: lambda told, odd: _rss_09(told, odd, "0.91"),
    Dialect.RSS_092: lambda told, odd: _rss_09(told, odd, "0.92"),
    Dialect.RSS_20: _rss_20,
    Dialect.RSS_10: _rss_10,
    Dialect.ATOM_03: lambda told, odd: _atom(told, odd, "escaped"),
    Dialect.ATOM_10: lambda told, odd: _atom(told, odd, "html"),
    Dialect.ATOM_XHTML: lambda told, odd: _atom(told, odd, "xhtml"),
}
