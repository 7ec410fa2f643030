"""Documents of hostile formats that were made to do harm: refused with a reason, within bounds, alone."""

import io
import json
import os
import re
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from articles import BLOG
from conftest import Write
from fuzz_seeds import SEEDS, epub, zipped

from bot.config import ROOT
from bot.library.frames import Limits

MOST_MB = Limits().memory_mb + 150
"""What any process of an ingest may hold: the reader's limit, and the Python that it is counted beside."""

SECRET = "swordfish"  # noqa: S105 - what no document may reach

BOMB = "".join(
    f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' if level else '<!ENTITY l0 "lol">' for level in range(10)
)
"""Three gigabytes of laughs, if anybody expands them."""

NESTED = 200_000
"""Elements within each other: more than any stack holds."""


@dataclass(frozen=True, slots=True)
class Done:
    """What an ingest said, and what is in the library."""

    told: str
    texts: str
    peak_mb: int


Ingested = Callable[..., Done]


@pytest.fixture
def ingested(write: Write, tmp_path: Path) -> Ingested:
    """Ingest files and a good one from the command line, and look at what became of it."""

    def ingested_(files: Mapping[str, bytes]) -> Done:
        folder = write("good.txt", BLOG).parent
        for name, content in files.items():
            (folder / name).write_bytes(content)
        environment = {**os.environ, "BRIEFBOT_DATA": str(tmp_path / "data")}
        command = [sys.executable, "-m", "bot"]
        with subprocess.Popen(
            [*command, "ingest", folder], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr is not None
            told = process.stderr.read()
            _, _, used = os.wait4(process.pid, 0)
            process.returncode = 0
        found = subprocess.run(
            [*command, "search", "--json", SECRET], cwd=ROOT, env=environment, capture_output=True, check=True
        )
        return Done(
            told,
            json.dumps([hit["text"] for hit in json.loads(found.stdout)["hits"]]),
            used.ru_maxrss // 1000,
        )

    return ingested_


def refused(done: Done, *names: str) -> None:
    """Assert that *names* were refused, each with a reason, and the good file ingested within bounds."""
    reasons = dict(re.findall(r"^refused ([^:]+): (.+)$", done.told, re.MULTILINE))
    assert reasons.keys() == {*names}, done.told
    assert done.told.startswith("1 new")
    bounded(done)
    for reason in reasons.values():
        assert not re.search("its reader failed|no answer|cannot start|Traceback", reason), reason


def bounded(done: Done) -> None:
    assert re.search(r"^[1-9]\d* new", done.told, re.MULTILINE), done.told
    assert "its reader failed" not in done.told
    assert "cannot start" not in done.told
    assert SECRET not in done.texts
    assert done.peak_mb < MOST_MB


def document(body: str, *, head: str = "") -> bytes:
    """Return a Word file with this XML as its text."""
    [seed] = SEEDS[".docx"]()
    with zipfile.ZipFile(io.BytesIO(seed)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    members["word/document.xml"] = (
        f'<?xml version="1.0"?>{head}<w:document xmlns:w="{namespace}"><w:body>{body}</w:body></w:document>'
    ).encode()
    return zipped(members)


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def rss(text: str, *, head: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>{head}<rss version="2.0"><channel><title>a</title><item><title>b</title>'
        f"<guid>1</guid><description>{text}</description></item></channel></rss>"
    ).encode()


def xhtml(text: str, *, head: str = "") -> str:
    return (
        f'<?xml version="1.0"?>{head}<html xmlns="http://www.w3.org/1999/xhtml"><head><title>a</title></head>'
        f"<body><h1>The pier</h1><p>{text}</p></body></html>"
    )


def xml_of_each_format(text: str, head: str) -> dict[str, bytes]:
    """Return files of all formats that are XML, with *text* in them below the declaration *head*."""
    typed = {root: head.replace("ROOT", root) for root in ("w:document", "rss", "html", "feed")}
    return {
        "a.docx": document(paragraph(text), head=typed["w:document"]),
        "b.rss": rss(text, head=typed["rss"]),
        "c.epub": epub(xhtml(text, head=typed["html"])),
        "d.xhtml": xhtml(text, head=typed["html"]).encode(),
        "e.atom": (
            f'<?xml version="1.0"?>{typed["feed"]}<feed xmlns="http://www.w3.org/2005/Atom"><title>a</title>'
            f"<entry><id>1</id><title>b</title><summary>{text}</summary></entry></feed>"
        ).encode(),
    }


def zeros(size: int) -> bytes:
    """Return *size* zeros, deflated, without holding them."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = bytes(1_000_000)
    return b"".join(deflate.compress(piece) for _ in range(size // len(piece))) + deflate.flush()


def overlapping(names: list[str], body: bytes, size: int) -> bytes:
    """Return an archive all of whose members are the same bytes, as David Fifield's (2019) are."""
    checked = zlib.crc32(b"")
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0x21, checked, len(body), size, 1, 0) + b"a"
    directory = b"".join(
        struct.pack(
            "<4s6H3I5H2I",
            b"PK\x01\x02",
            20,
            20,
            0,
            8,
            0,
            0x21,
            checked,
            len(body),
            size,
            len(name),
            0,
            0,
            0,
            0,
            0,
            0,
        )
        + name.encode()
        for name in names
    )
    count, start = len(names), len(local) + len(body)
    return (
        local
        + body
        + directory
        + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(directory), start, 0)
    )


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """Return a PDF of *objects*, numbered from 1, the first one its catalogue."""
    content = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return content + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Root 1 0 R/Size %d%s>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1, table, len(objects) + 1, trailer, len(content)
    )  # fmt: skip


def stream(data: bytes, filters: bytes) -> bytes:
    return b"<</Length %d/Filter %s>>stream\n%s\nendstream" % (len(data), filters, data)


def test_archives_that_unpack_to_gigabytes_are_refused(ingested: Ingested):
    bomb = zeros(1_000_000_000)
    names = ["[Content_Types].xml", "word/document.xml", "META-INF/container.xml", "mimetype"]
    many = [*names, *(f"word/{number}.xml" for number in range(10_000))]
    inner = zipped({f"{number}.zip": zipped({"a": bytes(1_000_000)}) for number in range(16)})

    done = ingested({
        "one.docx": overlapping(names, bomb, 1_000_000_000),
        "one.epub": overlapping(names, bomb, 1_000_000_000),
        "fifield.docx": overlapping(many, zeros(20_000_000), 20_000_000),
        "forty-two.docx": zipped({f"{number}.zip": inner for number in range(16)}),
        "forty-two.epub": zipped({f"{number}.zip": inner for number in range(16)}),
    })  # fmt: skip

    refused(done, "one.docx", "one.epub", "fifield.docx", "forty-two.docx", "forty-two.epub")


def test_entities_that_grow_to_gigabytes_are_not_expanded(ingested: Ingested):
    done = ingested(xml_of_each_format("The pier. &l9;", f"<!DOCTYPE ROOT [{BOMB}]>"))

    bounded(done)
    refused_names = {*re.findall(r"^refused ([^:,]+)", done.told, re.MULTILINE)}
    assert {"a.docx", "b.rss", "e.atom"} <= refused_names, done.told


@pytest.mark.parametrize(
    "declared", ['<!ENTITY x SYSTEM "{}">', '<!ENTITY % y SYSTEM "{}"> %y; <!ENTITY x "a">']
)
def test_entities_that_name_a_file_are_not_read(ingested: Ingested, tmp_path: Path, declared: str):
    (tmp_path / "secret.txt").write_text(f"The password is {SECRET}.")
    head = f"<!DOCTYPE ROOT [{declared.format((tmp_path / 'secret.txt').as_uri())}]>"

    done = ingested(xml_of_each_format("The pier. &x;", head))

    bounded(done)
    assert SECRET not in done.told


def test_members_of_archives_that_name_other_files_reach_none(ingested: Ingested, tmp_path: Path):
    (tmp_path / "secret.xhtml").write_text(xhtml(f"The password is {SECRET}."))
    ends = (
        "../secret.xhtml",
        "../../secret.xhtml",
        str(tmp_path / "secret.xhtml"),
        (tmp_path / "secret.xhtml").as_uri(),
    )
    package = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata/><manifest>'
        '<item id="c" href="{}" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="c"/></spine>'
        "</package>"
    )

    done = ingested({f"{n}.epub": epub(package=package.format(end)) for n, end in enumerate(ends)})

    refused(done, *(f"{n}.epub" for n in range(len(ends))))


def test_elements_within_elements_without_end_break_nothing(ingested: Ingested):
    deep = "<b>" * NESTED + "The pier." + "</b>" * NESTED

    done = ingested({
        "a.html": f"<html><body><p>{deep}</p></body></html>".encode(),
        "b.xhtml": xhtml(deep).encode(),
        "c.rss": rss(deep),
        "d.epub": epub(xhtml(deep)),
        "e.docx": document("<w:sdt><w:sdtContent>" * NESTED + "</w:sdtContent></w:sdt>" * NESTED),
        "f.json": b'{"version": "https://jsonfeed.org/version/1", "items": ' + b"[" * NESTED,
        "g.eml": b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(3000)),
    })  # fmt: skip

    bounded(done)


def test_pdfs_that_are_made_to_do_harm_are_refused(ingested: Ingested):
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>"
    root, pages = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    bomb = zlib.compress(zlib.compress(bytes(500_000_000), 9), 9)
    started = time.monotonic()

    done = ingested({
        "stream.pdf": pdf(root, pages, page, stream(bomb, b"[/FlateDecode/FlateDecode]")),
        "circle.pdf": pdf(root, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 99999999>>"),
        "count.pdf": pdf(root, b"<</Type/Pages/Kids[]/Count 2000000000>>"),
        "deep.pdf": pdf(b"[" * NESTED, pages, page),
        "locked.pdf": pdf(
            root, pages, page, stream(b"x", b"[]"),
            b"<</Filter/Standard/V 1/R 2/P -1/O<%s>/U<%s>>>" % (b"ab" * 32, b"cd" * 32),
            trailer=b"/Encrypt 5 0 R/ID[<00><00>]",
        ),
        "cut.pdf": SEEDS[".pdf"]()[0][:400],
    })  # fmt: skip

    refused(done, "stream.pdf", "circle.pdf", "count.pdf", "deep.pdf", "locked.pdf", "cut.pdf")
    assert time.monotonic() - started < 6 * Limits().seconds


def test_an_encrypted_archive_is_refused(ingested: Ingested):
    # An encrypted Word file is no archive but a compound file, which begins so ([MS-CFB], 2.2).
    compound = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(2000)
    [book] = SEEDS[".epub"]()
    encrypted = bytearray(book)
    for found in re.finditer(rb"PK\x01\x02", book):
        encrypted[found.start() + 8] |= 1

    refused(ingested({"a.docx": compound, "b.epub": bytes(encrypted)}), "a.docx", "b.epub")
