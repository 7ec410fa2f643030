"""Files that lie in wait: each is refused with its reason, within bounds, and the good ones are read."""

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from articles import BLOG
from conftest import NOW, Run, Write

from bot.app import Briefbot
from bot.library.apart import Apart
from bot.library.frames import Limits
from bot.library.ingest import Ingest, Summary
from bot.library.readers import APART
from bot.library.readers.text import read as read_text

IngestPaths = Callable[..., Summary]

OUTSIDE = "leads outside of the folder; name what it leads to, or copy it here"
NO_FILE = "is no file; name the files in it or its folder"


def peak_mb() -> int:
    """Return the most memory that this process has held since `forget_peak`."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1000


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


@pytest.fixture
def folder(write: Write) -> Path:
    """A folder with a good file in it."""
    return write("good.txt", BLOG).parent


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder beside it, with a secret in it."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("The password is swordfish.")
    return outside


@pytest.fixture
def ingest_hostile(briefbot: Briefbot, folder: Path) -> IngestPaths:
    """Ingest the folder with a reader of PDFs that was taken over."""

    def ingest() -> Summary:
        limits = Limits(seconds=20, cpu_seconds=1, memory_mb=300, answer_mb=1)
        apart = Apart(limits=limits, readers={**APART, ".pdf": "tests.hostile"})
        return Ingest(briefbot.library, briefbot.config, apart=apart).run([folder], now=lambda: NOW)

    return ingest


def test_links_out_of_a_folder_are_not_followed(folder: Path, outside: Path, ingest: IngestPaths):
    (folder / "device.txt").symlink_to("/dev/zero")
    (folder / "endless.txt").symlink_to("/proc/self/environ")
    (folder / "file.txt").symlink_to(outside / "secret.txt")
    (folder / "folder").symlink_to(outside)
    (folder / "up.txt").symlink_to("../outside/secret.txt")
    (folder / "nowhere.txt").symlink_to(outside / "nowhere.txt")

    summary = ingest(folder)

    assert summary.counts == {"new": 1}
    assert sorted(summary.refused) == [
        f"{name}: {OUTSIDE}"
        for name in ("device.txt", "endless.txt", "file.txt", "folder", "nowhere.txt", "up.txt")
    ]


def test_a_link_by_way_of_another_is_not_followed_out_of_a_folder(
    folder: Path, outside: Path, ingest: IngestPaths
):
    (folder / "a.txt").symlink_to("b.txt")
    (folder / "b.txt").symlink_to(outside / "secret.txt")

    assert ingest(folder).refused == [f"a.txt: {OUTSIDE}", f"b.txt: {OUTSIDE}"]


def test_links_within_a_folder_are_followed(write: Write, ingest: IngestPaths, tmp_path: Path):
    folder = write("deep/good.txt", BLOG).parent.parent
    (folder / "again.txt").symlink_to("deep/good.txt")
    (folder / "deeper").symlink_to("deep")
    (tmp_path / "link").symlink_to(folder)

    for given in (folder, tmp_path / "link"):
        summary = ingest(given)

        assert summary.refused == []
        assert summary.counts["new"] + summary.counts["unchanged"] == 2


def test_a_link_that_was_itself_given_is_followed(folder: Path, outside: Path, ingest: IngestPaths):
    (folder / "link.txt").symlink_to(outside / "secret.txt")

    assert ingest(folder / "link.txt").counts == {"new": 1}


def test_a_folder_with_nothing_but_links_out_of_it_says_so(
    tmp_path: Path, outside: Path, ingest: IngestPaths
):
    (tmp_path / "links").mkdir()
    (tmp_path / "links/folder").symlink_to(outside)

    assert ingest(tmp_path / "links").refused == [f"folder: {OUTSIDE}"]


def test_links_in_a_circle_are_no_files(folder: Path, ingest: IngestPaths):
    (folder / "a.txt").symlink_to("b.txt")
    (folder / "b.txt").symlink_to("a.txt")
    (folder / "self").symlink_to(".")

    summary = ingest(folder)

    assert summary.counts == {"new": 1}
    assert summary.refused == [f"a.txt: {NO_FILE}", f"b.txt: {NO_FILE}"]


def test_pipes_and_sockets_are_not_waited_for(
    folder: Path, ingest: IngestPaths, monkeypatch: pytest.MonkeyPatch
):
    os.mkfifo(folder / "pipe.txt")
    monkeypatch.chdir(folder)  # A socket's path may have no more than 107 characters.
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("socket.pdf")

        assert ingest(folder).refused == [f"pipe.txt: {NO_FILE}", f"socket.pdf: {NO_FILE}"]


def test_a_file_that_grows_while_it_is_read_has_an_end(write: Write, briefbot: Briefbot):
    def line(number: int) -> str:
        return json.dumps({"id": number, "text": f"Boat {number} is blue."}) + "\n"

    path = write("boats.jsonl", line(0))

    def grow(_file: object, _position: int) -> None:
        with path.open("a") as file:
            file.write(line(file.tell()))

    summary = Ingest(briefbot.library, briefbot.config).run([path], now=lambda: NOW, progress=grow)

    assert summary.counts == {"new": 1}
    assert summary.refused == []


def test_a_file_that_goes_before_it_is_read_stops_no_other(write: Write, briefbot: Briefbot):
    write("a.txt", "A pier.")
    gone = write("b.txt", "A boat.")
    folder = write("c.txt", "A crane.").parent

    def remove(_file: object, _position: int) -> None:
        gone.unlink(missing_ok=True)

    summary = Ingest(briefbot.library, briefbot.config).run([folder], now=lambda: NOW, progress=remove)

    assert summary.counts == {"new": 2}
    assert summary.refused == ["b.txt: is gone; it was there a moment ago"]


def test_a_gigabyte_of_nothing_is_refused_within_bounds(folder: Path, ingest: IngestPaths):
    for name in ("zeros.txt", "zeros.jsonl", "zeros.pdf"):
        with (folder / name).open("wb") as file:
            file.truncate(1_000_000_000)
    forget_peak()
    before = peak_mb()

    summary = ingest(folder)

    too_large = "is larger than 20 MB; split it, or raise limits.file_megabytes in config.yml"
    assert summary.counts == {"new": 1}
    assert summary.refused == [
        "zeros.jsonl, line 1: is larger than 20 MB",
        f"zeros.pdf: {too_large}",
        f"zeros.txt: {too_large}",
    ]
    assert peak_mb() - before < 150


@pytest.mark.parametrize(
    ("name", "start", "reason"),
    [
        ("report.txt", b"%PDF-1.7\n1 0 obj", "is a PDF; name it .pdf"),
        ("page.txt", b"\xef\xbb\xbf\n<!DOCTYPE HTML>\n<html><p>A pier.", "is a web page; name it .html"),
        ("report.pdf", b"<html><h1>Log in</h1></html>", "is a web page; name it .html"),
        ("feed.xml", b"<?xml version='1.0'?><!-- a --> <html>", "is a web page; name it .html"),
        ("notes.md", b"PK\x03\x04\x14\x00", "is a ZIP archive; unpack it, or name it .docx or .epub"),
        ("lines.jsonl", b"PK\x03\x04\x14\x00", "is a ZIP archive; unpack it, or name it .docx or .epub"),
        ("mail.eml", b"\x1f\x8b\x08\x00", "is compressed; unpack it"),
        ("letter.txt", rb"{\rtf1\ansi A pier.}", "is rich text (RTF); save it as .docx"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(
    folder: Path, ingest: IngestPaths, name: str, start: bytes, reason: str
):
    (folder / name).write_bytes(start)

    summary = ingest(folder)

    assert summary.counts == {"new": 1}
    assert summary.refused == [f"{name}: {reason}"]


def test_a_text_about_a_format_is_a_text(folder: Path, ingest: IngestPaths):
    (folder / "about.txt").write_text("A page begins with <!DOCTYPE html> and a PDF with %PDF-1.7, it says.")
    (folder / "about.md").write_text("<div>\n\nA pier.\n\n</div>\n\nA boat, and <html> too.\n")

    assert ingest(folder).refused == []


def test_starts_of_files_take_no_time_to_look_at(folder: Path, ingest: IngestPaths):
    for number, piece in enumerate((b"<!---->", b"<!--", b"<?xml", b" \n", b"<?xml><!-->-->")):
        (folder / f"{number}.txt").write_bytes((piece * 1000)[:1023] + b"a")

    assert ingest(folder).refused == []  # With backtracking, it would never end.


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("eats", "needs more than 300 MB of memory to read; split it or leave it out"),
        ("spins", "took more than 1 s of computing to read; split it or leave it out"),
        ("recurses", "is nested too deeply to be read"),
        ("segfaults", "made its reader crash (SIGSEGV); leave it out"),
        ("lies", "holds more than 1 MB of text; split it or leave it out"),
    ],
)
def test_a_reader_that_breaks_costs_its_file_and_no_other(
    folder: Path, ingest_hostile: IngestPaths, words: str, reason: str
):
    (folder / "bad.pdf").write_text(words)
    (folder / "fine.pdf").write_text("says The pier at Elgin is closed for the winter.")
    forget_peak()
    before = peak_mb()

    summary = ingest_hostile()

    assert summary.counts == {"new": 2}
    assert summary.refused == [f"bad.pdf: {reason}"]
    assert peak_mb() - before < 50


def test_a_file_that_was_read_keeps_its_passages_when_its_reader_breaks(
    folder: Path, ingest_hostile: IngestPaths
):
    (folder / "report.pdf").write_text("says The pier at Elgin is closed for the winter.")
    ingest_hostile()
    (folder / "report.pdf").write_text("segfaults")
    assert ingest_hostile().counts == {"unchanged": 1}

    (folder / "report.pdf").write_text("says The pier at Elgin is closed for the winter.")

    assert ingest_hostile().counts == {"unchanged": 2}


def test_markdown_that_uses_up_the_stack_is_refused(folder: Path, run: Run):
    (folder / "deep.md").write_text(f"---\n{'[' * 60_000}\n---\nA pier.\n")
    (folder / "fine.md").write_text("# Ports\n\nThe pier at Elgin is closed.\n")

    done = run("ingest", folder)

    assert "2 new, 0 changed, 0 unchanged, 0 removed, 1 refused" in done.stderr
    assert "refused deep.md: made its reader crash (SIGSEGV); leave it out" in done.stderr


@pytest.mark.parametrize("piece", ["- \n", "- \n\n", "By ", "1. ", "a:\n", " \n", "a\u2028"])
def test_no_text_takes_longer_than_its_length(piece: str, tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_text(piece * 50_000 + "The end.")

    with path.open("rb") as file:
        [reading] = read_text(file, 10_000_000)  # With a quadratic step, minutes.

    assert reading.blocks
