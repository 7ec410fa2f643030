"""Archives and XML that were made to do harm: each is refused with a reason, at little cost."""

import bz2
import io
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from office import CONTAINER, RELATED, W, book, opf, packed, paragraph, word, xhtml

from bot.errors import ReadError
from bot.library.readers import docx, epub
from bot.library.readers.archive import INFLATED, MEMBERS, RATIO_FROM, Archive
from bot.library.readers.tree import tree_of
from bot.library.reading import Reading

MOST = 1_000_000
ENTRY = "<4s6H3L5H2L"
LOCAL = "<4s5H3L2H"


def entry(name: bytes, packed_size: int, size: int, crc: int, at: int, *, method: int = 8) -> bytes:
    """A member's place in the list of members (APPNOTE.TXT, 4.3.12)."""
    return struct.pack(
        ENTRY, b"PK\x01\x02", 20, 20, 0, method, 0, 33, crc, packed_size, size, len(name), 0, 0, 0, 0, 0, at
    ) + name  # fmt: skip


def header(name: bytes, packed_size: int, size: int, crc: int, *, method: int = 8) -> bytes:
    """What stands before a member (APPNOTE.TXT, 4.3.7)."""
    return struct.pack(
        LOCAL, b"PK\x03\x04", 20, 0, method, 0, 33, crc, packed_size, size, len(name), 0
    ) + name  # fmt: skip


def ended(front: bytes, entries: list[bytes]) -> bytes:
    """An archive of members that stand in *front*, listed by *entries*."""
    listed = b"".join(entries)
    count = len(entries) & 0xFFFF
    last = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(listed), len(front), 0)
    return front + listed + last


def deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def one_member(
    name: str, content: bytes, *, said: int, method: int = 8, squeezed: bytes | None = None
) -> bytes:
    """An archive of a member whose size is said to be *said*."""
    squeezed = deflated(content) if squeezed is None else squeezed
    about = (name.encode(), len(squeezed), said, zlib.crc32(content))
    front = header(*about, method=method) + squeezed
    return ended(front, [entry(*about, 0, method=method)])


def opened(data: bytes) -> Archive:
    return Archive(io.BytesIO(data), MOST)


def test_a_member_is_read_whatever_the_capitals_of_its_name():
    archive = opened(packed({"word/Document.xml": "words"}))

    assert archive.read("Word/document.xml") == b"words"
    assert "word/DOCUMENT.xml" in archive
    assert "word/other.xml" not in archive


def test_a_member_that_inflates_too_far_is_refused_before_it_has():
    bomb = packed({"a": b"\x00" * (MOST * INFLATED)})
    archive = opened(bomb)
    tracemalloc.start()

    with pytest.raises(ReadError, match="times as large"):
        archive.read("a")

    _held, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < MOST * INFLATED / 4


def test_what_is_read_of_an_archive_has_a_limit_in_all():
    letters = b"x" * RATIO_FROM
    many = opened(packed({f"m{n}": letters for n in range(INFLATED + 1)}))

    for n in range(INFLATED):
        many.read(f"m{n}")
    with pytest.raises(ReadError, match="MB unpacked"):
        many.read(f"m{INFLATED}")


def test_sizes_that_an_archive_states_are_not_believed():
    content = b"\x00" * (RATIO_FROM * 10)

    for said in (10, len(content), 0xFFFFFFF0):
        with pytest.raises(ReadError):
            opened(one_member("a", content, said=said)).read("a")


def test_small_members_may_be_of_one_letter():
    assert len(opened(packed({"a": "x" * RATIO_FROM})).read("a")) == RATIO_FROM


def test_members_that_overlap_are_refused():
    squeezed = deflated(b"\x00" * 100_000)
    about = (b"a", len(squeezed), 100_000, zlib.crc32(b"\x00" * 100_000))
    kernel = header(*about) + squeezed
    names = [f"m{n:03}".encode() for n in range(50)]

    bomb = ended(kernel, [entry(name, len(squeezed), 100_000, about[3], 0) for name in names])

    with pytest.raises(ReadError, match="overlap"):
        opened(bomb)


def test_an_archive_of_too_many_members_is_refused():
    few_bytes = ended(b"", [entry(b"", 0, 0, 0, 0) for _ in range(MEMBERS + 1)])
    many_bytes = ended(b"", [entry(b"n" * 60_000, 0, 0, 0, 0) for _ in range(90)])

    for data in (few_bytes, many_bytes):
        with pytest.raises(ReadError, match="members"):
            Archive(io.BytesIO(data), 100_000_000)


def test_a_locked_member_is_refused():
    data = bytearray(word(paragraph("x")))
    at = data.find(b"PK\x01\x02")
    while at != -1:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 1)

    with pytest.raises(ReadError, match="is encrypted; remove the password"):
        list(docx.read(io.BytesIO(bytes(data)), MOST))


def test_a_word_file_locked_by_word_and_an_old_one_are_told_apart():
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)

    with pytest.raises(ReadError, match="is encrypted; remove the password"):
        opened(old + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(ReadError, match="old binary file"):
        opened(old)


def test_packings_that_inflate_without_a_bound_are_refused():
    content = b"\x00" * 1_000_000
    bomb = one_member("a", content, said=len(content), method=12, squeezed=bz2.compress(content))

    with pytest.raises(ReadError, match="packed in a way"):
        opened(bomb).read("a")


def test_names_that_lead_elsewhere_are_but_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "within").mkdir()
    monkeypatch.chdir(tmp_path / "within")
    names = ["../evil.xhtml", "/evil.xhtml", "..\\evil.xhtml", "C:/evil.xhtml"]
    data = book("<p>Boats.</p>", more=dict.fromkeys(names, "evil"))

    [reading] = epub.read(io.BytesIO(data), MOST)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert isinstance(reading, Reading)
    assert [block.text for block in reading.blocks] == ["Boats."]


def test_a_path_out_of_a_book_leads_to_nothing():
    content = (
        '<manifest><item id="a" href="../../../../etc/passwd" media-type="text/html"/>'
        '<item id="b" href="file:///etc/passwd" media-type="text/html"/></manifest>'
        '<spine><itemref idref="a"/><itemref idref="b"/></spine>'
    )
    data = packed({"META-INF/container.xml": CONTAINER, "OEBPS/book.opf": opf(content=content)})

    with pytest.raises(ReadError, match="holds no text"):
        list(epub.read(io.BytesIO(data), MOST))


def test_a_file_larger_than_may_be_is_not_opened():
    with pytest.raises(ReadError, match="larger than 1 MB"):
        opened(b"x" * (MOST + 1))


LAUGHS = "<!DOCTYPE a [<!ENTITY b 'ha'>" + "".join(
    f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in zip("bcdefghij", "cdefghijk", strict=True)
)
ATTACKS = {
    "a billion laughs": f"{LAUGHS}]><a>&k;</a>",
    "one long entity": f"<!DOCTYPE a [<!ENTITY b '{'x' * 10_000}'>]><a>{'&b;' * 10_000}</a>",
    "a file": "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
    "an address": "<!DOCTYPE a [<!ENTITY % b SYSTEM 'http://127.0.0.1:9/'>%b;]><a/>",
    "attributes by default": "<!DOCTYPE a [<!ATTLIST a b CDATA 'c'>]><a/>",
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-32"])
def test_entities_of_xml_are_refused_in_any_encoding(attack: str, encoding: str):
    with pytest.raises(ReadError, match="declares entities"):
        tree_of(attack.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-7", "cp037"])
def test_entities_cannot_hide_in_an_odd_encoding(encoding: str):
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{ATTACKS["a file"]}'

    with pytest.raises(ReadError):
        tree_of(xml.encode(encoding))


def test_xml_in_an_odd_encoding_is_refused_whatever_it_says():
    with pytest.raises(ReadError, match="states the encoding 'utf-7'"):
        tree_of(b'<?xml version="1.0" encoding="utf-7"?><a/>')


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("part", ["_rels/.rels", "word/document.xml", "word/styles.xml", "docProps/core.xml"])
def test_no_part_of_a_word_file_declares_entities(part: str, attack: str):
    document = f"<w:document {W}><w:body>{paragraph('x')}</w:body></w:document>"
    members = {"_rels/.rels": RELATED, "word/document.xml": document, part: attack}

    with pytest.raises(ReadError, match="as no Word file needs to"):
        list(docx.read(io.BytesIO(packed(members)), MOST))


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize(
    "part", ["META-INF/container.xml", "META-INF/encryption.xml", "OEBPS/book.opf", "OEBPS/c0.xhtml"]
)
def test_no_part_of_a_book_declares_entities(part: str, attack: str):
    with pytest.raises(ReadError, match="as no book needs to"):
        list(epub.read(io.BytesIO(book("<p>x</p>", more={part: attack})), MOST))


def test_a_doctype_that_declares_nothing_is_well():
    old = '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd"><html><p>Boats [1]</p></html>'

    [reading] = epub.read(io.BytesIO(book("", more={"OEBPS/c0.xhtml": old})), MOST)

    assert isinstance(reading, Reading)
    assert reading.blocks[0].text == "Boats [1]"
    assert tree_of(old.encode()).tag == "html"


def test_xml_that_nests_without_end_is_refused():
    with pytest.raises(ReadError, match="256 deep"):
        tree_of(b"<a>" * 100_000)
    with pytest.raises(ReadError, match="nests its elements"):
        list(epub.read(io.BytesIO(book("<div>" * 5000)), MOST))


def test_a_bomb_within_a_book_is_refused_in_any_part():
    bomb = "<p>" + "x" * (RATIO_FROM * 8)

    with pytest.raises(ReadError, match="times as large"):
        list(epub.read(io.BytesIO(book("<p>x</p>", more={"OEBPS/c0.xhtml": xhtml(bomb)})), MOST))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 255)), min_size=1, max_size=6))
def test_an_archive_with_wrong_bytes_is_refused_or_read(changes: list[tuple[int, int]]):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("a", "first", zipfile.ZIP_DEFLATED)
        made.writestr("über", "second" * 20, zipfile.ZIP_STORED)
    data = bytearray(file.getvalue())
    for at, byte in changes:
        data[at % len(data)] = byte

    try:
        archive = opened(bytes(data))
        told = [archive.read(name) for name in ("a", "über") if name in archive]
    except ReadError:
        return
    assert set(told) <= {b"first", b"second" * 20}


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_an_archive_or_refused(data: bytes):
    try:
        opened(b"PK\x03\x04" + data)
    except ReadError as error:
        assert str(error)
