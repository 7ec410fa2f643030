"""Small valid files of each format, from which fuzzing starts, and words that their readers know."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from email.message import EmailMessage
from email.policy import SMTP

from articles import BLOG, BROKEN_LISTS, MARKDOWN

_PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>The pier</title>
<meta name="author" content="M. Olsen"><meta property="article:published_time" content="2024-05-09T10:00:00Z">
<script type="application/ld+json">{"@type": "Article", "datePublished": "2024-05-09"}</script></head>
<body><nav><a href="/">Home</a></nav><article><h1>The pier</h1><p>The pier at Elgin is closed for the winter,
says the council, &amp; will open in May.</p><h2>Who pays</h2><ul><li>The council</li><li>The crews</li></ul>
<table><tr><th>Year</th><th>Cost</th></tr><tr><td>2024</td><td>310,000</td></tr></table></article></body></html>"""

_XHTML = f'<?xml version="1.0"?>{_PAGE}'.replace(
    "<!DOCTYPE html><html", "<html xmlns='http://www.w3.org/1999/xhtml'"
)

_RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Ports</title>
<link>https://example.org/</link><item><title>The pier</title><link>https://example.org/pier</link>
<guid>1</guid><pubDate>Thu, 09 May 2024 10:00:00 GMT</pubDate><dc:creator>M. Olsen</dc:creator>
<content:encoded><![CDATA[<p>The pier is closed.</p><p>It opens in May.</p>]]></content:encoded></item>
<item><title>A boat</title><guid>2</guid><description>A &lt;b&gt;blue&lt;/b&gt; boat.</description></item>
</channel></rss>"""

_ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Ports</title>
<id>urn:x</id><updated>2024-05-09T10:00:00Z</updated><entry><title>The pier</title><id>urn:y</id>
<link href="https://example.org/pier"/><updated>2024-05-09T10:00:00Z</updated><author><name>M. Olsen</name>
</author><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>The pier is closed.</p></div>
</content></entry></feed>"""

_JSON_FEED = json.dumps({
    "version": "https://jsonfeed.org/version/1.1", "title": "Ports",
    "items": [
        {"id": "1", "url": "https://example.org/pier", "content_html": "<p>The pier is closed.</p>",
         "date_published": "2024-05-09T10:00:00Z", "authors": [{"name": "M. Olsen"}]},
        {"id": 2, "content_text": "A blue boat.", "tags": ["boats"]},
    ],
})  # fmt: skip

_SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url>
<loc>https://example.org/pier</loc><lastmod>2024-05-09</lastmod></url></urlset>"""


def _lines() -> bytes:
    lines = [
        {"id": 1, "title": "The pier", "text": BLOG, "date": "2024-05-09"},
        {"id": "b", "text": "A boat."},
    ]
    return "\n".join(map(json.dumps, lines)).encode()


def _mail() -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = (
        "Märta Olsen <m@example.org>",
        "c@example.org",
        "The pier — closed",
    )
    mail["Date"] = "Thu, 09 May 2024 10:00:00 +0000"
    mail.set_content("The pier is closed.\n\nIt opens in May.\n\n> Is it open?\n\n-- \nM. Olsen\n")
    mail.add_alternative("<p>The pier is closed.</p><p>It opens in May.</p>", subtype="html")
    mail.add_attachment(b"A boat.", maintype="text", subtype="plain", filename="boat.txt")
    return mail.as_bytes()


def _pdf() -> bytes:
    from reportlab.pdfgen import canvas  # noqa: PLC0415 - it takes a while

    target = io.BytesIO()
    page = canvas.Canvas(target, pageCompression=0, invariant=1)  # Compressed, no change would be seen.
    page.setTitle("The pier")
    for number in (1, 2):
        page.drawString(72, 800, "Port report")
        for line in range(12):
            page.drawString(72, 700 - 14 * line, f"The pier at Elgin is closed for win- {number} {line}.")
        page.drawString(300, 40, str(number))
        page.showPage()
    page.save()
    return target.getvalue()


def _docx() -> bytes:
    import docx  # noqa: PLC0415 - it takes a while

    document = docx.Document()
    document.core_properties.title = "The pier"
    document.add_heading("Who pays", 1)
    document.add_paragraph("The pier at Elgin is closed for the winter.")
    document.add_paragraph("The council", style="List Bullet")
    table = document.add_table(2, 2)
    for row in table.rows:
        for cell in row.cells:
            cell.text = "310,000"
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def epub(chapter: str = "", *, package: str = "") -> bytes:
    """Return a book of one chapter, as a file."""
    container = (
        '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">'
        '<rootfiles><rootfile full-path="a.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    package = package or (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="i">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="i">x</dc:identifier><dc:title>'
        "The pier</dc:title><dc:language>en</dc:language><dc:creator>M. Olsen</dc:creator></metadata><manifest>"
        '<item id="c" href="c.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="c"/>'
        "</spine></package>"
    )
    return zipped({
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": container.encode(),
        "a.opf": package.encode(),
        "c.xhtml": (chapter or _XHTML).encode(),
    })  # fmt: skip


def zipped(members: Mapping[str, bytes], *, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive of *members*, in their order."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", how) as archive:
        for name, content in members.items():
            stored = zipfile.ZIP_STORED if name == "mimetype" else how
            archive.writestr(zipfile.ZipInfo(name, (2024, 5, 9, 0, 0, 0)), content, stored)
    return target.getvalue()


SEEDS: Mapping[str, Callable[[], Sequence[bytes]]] = {
    ".txt": lambda: [
        BLOG.encode(),
        BROKEN_LISTS.encode("utf-16"),
        "中国的人工智能产业。\n".encode("gb18030") * 9,
    ],
    ".jsonl": lambda: [_lines()],
    ".md": lambda: [
        MARKDOWN.encode(),
        b"# A\n\n> - b\n\n| c | d |\n|---|---|\n| 1 | [e](f) |\n\n<div>g</div>\n",
    ],
    ".html": lambda: [_PAGE.encode(), _PAGE.replace("utf-8", "gb2312").encode("gb18030")],
    ".xhtml": lambda: [_XHTML.encode()],
    ".pdf": lambda: [_pdf()],
    ".docx": lambda: [_docx()],
    ".epub": lambda: [epub()],
    ".eml": lambda: [_mail()],
    ".rss": lambda: [_RSS.encode(), _RSS.replace("utf-8", "iso-8859-1").encode("latin-1")],
    ".atom": lambda: [_ATOM.encode()],
    ".xml": lambda: [_RSS.encode(), _ATOM.encode(), _SITEMAP.encode()],
    ".json": lambda: [_JSON_FEED.encode()],
}
"""Files for each end of a name; other ends are read as one of these."""

WORDS = [
    *(b"<", b">", b"&", b"&amp;", b"&#0;", b"&#xD800;", b"&#x110000;", b"<![CDATA[", b"]]>", b"<!--", b"-->"),
    *(
        b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
        b"&b;",
        b"<?xml version='1.1'?>",
        b"</p>",
        b"<p>",
        b"<div>",
        b"<table>",
    ),
    *(b"<script>", b"</html>", b"<svg>", b"<template>", b"<item>", b"<entry>", b"<title>", b" xmlns='x'"),
    *(
        b"[",
        b"]",
        b"{",
        b"}",
        b'"',
        b"\\",
        b"\\ud800",
        b"null",
        b"1e999",
        b"-1",
        b"[[[[[[[[",
        b"NaN",
        b"true",
    ),
    *(
        b"---\n",
        b"- ",
        b"# ",
        b"> ",
        b"`",
        b"***",
        b"|",
        b"\n\n",
        b"\t",
        b"1. ",
        b"!",
        b"a: &b [*b]\n",
        b"\r",
    ),
    *(b"\x00", b"\xff", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"),
    *("\u202e".encode(), "\u2028".encode(), "\ufeff".encode(), "\U0010ffff".encode(), "年".encode()),
    *(b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x", b"=?utf-8?b?//8=?=", b"charset=utf-7", b"=00"),
    *(b"Content-Transfer-Encoding: base64\r\n", b"Date: ", b"9999-99-99", b"0000-00-00T00:00:00Z", b"+9999"),
    *(
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"obj",
        b"endobj",
        b"stream",
        b"endstream",
        b"/Kids [1 0 R]",
        b"xref",
        b"BT",
    ),
    *(
        b"/Length 99999999",
        b"/MediaBox [0 0 1e9 -1e9]",
        b"0 0 0 0 0 0 Tm",
        b"1 0 R",
        b"Tj",
        b"/Encrypt 1 0 R",
    ),
    *(
        b"999999999999999999999",
        b"\xff\xff\xff\xff",
        b"\x7f\xff\xff\xff",
        b"../../../etc/passwd",
        b"file:///etc",
    ),
]
"""What means something in one of the formats, or to somebody who wrote a reader in a hurry."""
