"""What the store keeps of clips, on SQLite and PostgreSQL alike."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import office
import pytest
from conftest import NOW
from pdfs import Look, article, raw_pdf

from bot.config import Config
from bot.errors import ReadError
from bot.library.apart import Apart
from bot.library.clip import draft_of, draft_of_file, reading_of
from bot.library.ingest import Ingest
from bot.store.audit import Actor, Audit
from bot.store.awaited import Awaited, AwaitedFiles
from bot.store.clips import OFFERED, Attached, Clip, Clips, Said
from bot.store.database import Database
from bot.store.library import Library

ANNA = Actor("U0ANNA", "anna")
MINUTE = timedelta(minutes=1)
REPORT = Attached("F1", "report.md", "The report", ".md", 99)
SAID = Said("T1", "C0POLICY", "1772441999.000100", "The osprey nests again.", "U0BELA", "", "#policy", False)


@pytest.fixture
def clips(database: Database) -> Clips:
    return Clips(database)


def add(clips: Clips, config: Config, said: Said = SAID, *, offer_id: str = "") -> tuple[Clip, bool]:
    return clips.add(draft_of(said, config), said.place, ANNA, offer_id=offer_id, now=NOW)


def test_an_offer_is_kept_for_one_person_of_one_workspace_and_an_hour(clips: Clips):
    clips.offer(SAID, "U0ANNA", offer_id="a", now=NOW)

    assert clips.offered("a", workspace="T1", user="U0ANNA", now=NOW) == SAID
    assert clips.offered("a", workspace="T1", user="U0BELA", now=NOW) is None
    assert clips.offered("a", workspace="T2", user="U0ANNA", now=NOW) is None
    assert clips.offered("a", workspace="T1", user="U0ANNA", now=NOW + OFFERED) is None
    clips.withdraw("a", workspace="T2", user="U0ANNA")
    assert clips.offered("a", workspace="T1", user="U0ANNA", now=NOW)
    clips.withdraw("a", workspace="T1", user="U0ANNA")
    assert clips.offered("a", workspace="T1", user="U0ANNA", now=NOW) is None


def test_a_clip_that_is_added_takes_its_offer_with_it(clips: Clips, config: Config):
    clips.offer(SAID, "U0ANNA", offer_id="a", now=NOW)

    add(clips, config, offer_id="a")

    assert clips.offered("a", workspace="T1", user="U0ANNA", now=NOW) is None


def test_many_who_add_the_same_at_once_add_it_once(clips: Clips, database: Database, config: Config):
    found: list[bool] = []
    threads = [threading.Thread(target=lambda: found.append(add(clips, config)[1])) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found) == [False] * 5 + [True]
    assert [entry.what for entry in Audit(database).newest(limit=9)] == ["clip added"]


def test_the_same_message_in_two_workspaces_is_two_clips(clips: Clips, library: Library, config: Config):
    ours, _ = add(clips, config)
    theirs, is_new = add(clips, config, replace(SAID, workspace="T2"))

    assert is_new
    assert ours.document_id != theirs.document_id
    assert not clips.remove("T2", ours.document_id, ANNA, now=NOW)
    assert clips.remove("T2", theirs.document_id, ANNA, now=NOW)
    assert clips.of("T1", user=None, limit=9) == ([ours], 1)
    assert library.document(ours.document_id, workspace="T2") is None


def test_a_clip_that_is_removed_and_added_again_is_whole(clips: Clips, library: Library, config: Config):
    first, _ = add(clips, config)
    clips.remove("T1", first.document_id, ANNA, now=NOW)

    again, is_new = add(clips, config)

    assert is_new
    assert again == first
    texts = [one.text for change in library.changes(0) for one in change.excerpts]
    assert texts == ["The osprey nests again."]


def test_clips_are_listed_by_who_added_them_the_last_first(clips: Clips, config: Config):
    for number in range(3):
        add(clips, config, replace(SAID, ts=f"177244199{number}.000100", text=f"Note {number}"))

    found, total = clips.of("T1", user="U0ANNA", limit=2)

    assert [clip.title for clip in found] == ["Note 2", "Note 1"]
    assert total == 3
    assert clips.of("T1", user="U0BELA", limit=2) == ([], 0)
    assert clips.of("T2", user=None, limit=2) == ([], 0)


@pytest.fixture
def files(database: Database) -> AwaitedFiles:
    return AwaitedFiles(database)


def wait(files: AwaitedFiles, *names: str, by: Actor = ANNA, offer_id: str = "") -> list[Awaited]:
    said = replace(SAID, files=tuple(Attached(name, f"{name}.md") for name in names))
    return files.add(said, by, url=None, offer_id=offer_id, until=NOW + MINUTE)


def test_an_offer_keeps_the_files_of_its_message(clips: Clips):
    said = replace(SAID, files=(REPORT, replace(REPORT, id="F2")))
    clips.offer(said, "U0ANNA", offer_id="a", now=NOW)

    assert clips.offered("a", workspace="T1", user="U0ANNA", now=NOW) == said


def test_a_file_that_waits_is_somebodys_and_then_anybodys(clips: Clips, files: AwaitedFiles):
    clips.offer(SAID, "U0ANNA", offer_id="a", now=NOW)

    [mine] = wait(files, "F1", offer_id="a")

    assert mine.said == replace(SAID, text=""), "its words are no file's business"
    assert clips.offered("a", workspace="T1", user="U0ANNA", now=NOW) is None
    assert files.claim(now=NOW, until=NOW + MINUTE) is None
    theirs = files.claim(now=NOW + MINUTE, until=NOW + 2 * MINUTE)
    assert theirs
    assert theirs == replace(mine, tries=2, claim=theirs.claim)
    assert files.keep(theirs, until=NOW + 3 * MINUTE)
    assert not files.keep(mine, until=NOW + 9 * MINUTE), "it is not mine any more"
    files.release([mine], now=NOW)
    files.settle([mine])
    assert files.claim(now=NOW + 2 * MINUTE, until=NOW + 9 * MINUTE) is None
    files.release([theirs], now=NOW)
    assert not files.keep(theirs, until=NOW + MINUTE)
    again = files.claim(now=NOW, until=NOW + MINUTE)
    assert again
    files.settle([again])
    assert files.claim(now=NOW + 9 * MINUTE, until=NOW + 10 * MINUTE) is None


def test_a_file_waits_once_for_each_who_added_it(files: AwaitedFiles):
    wait(files, "F1")

    assert [one.file.id for one in wait(files, "F1", "F2")] == ["F2"]
    assert [one.file.id for one in wait(files, "F1", by=Actor("U0BELA", "bela"))] == ["F1"]


def test_many_who_claim_at_once_claim_it_once(files: AwaitedFiles):
    wait(files, "F1")
    found: list[Awaited | None] = []
    late = NOW + MINUTE
    threads = [
        threading.Thread(target=lambda: found.append(files.claim(now=late, until=late + MINUTE)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len([one for one in found if one]) == 1


def test_who_is_forgotten_waits_for_nothing(clips: Clips, files: AwaitedFiles):
    [mine] = wait(files, "F1")
    [theirs] = wait(files, "F1", by=Actor("U0BELA", "bela"))

    clips.forget("T1", ANNA, now=NOW)

    assert not files.keep(mine, until=NOW + MINUTE)
    assert files.keep(theirs, until=NOW + MINUTE)


@pytest.fixture
def apart() -> Iterator[Apart]:
    with Apart() as made:
        yield made


def test_a_file_is_a_document_with_its_pages_its_name_and_where_it_was_said(
    clips: Clips, library: Library, config: Config, apart: Apart
):
    made = article(1, Look())
    file = Attached("F1", "harbour.pdf", "harbour.pdf", ".pdf", len(made.data))
    reading, left = reading_of(made.data, file, 10**7, apart)
    draft = draft_of_file(reading, file, SAID, Ingest(library, config), url="https://slack.example/p1")

    clip, is_new = clips.add(draft, SAID.place, ANNA, offer_id="", now=NOW)

    assert (is_new, left) == (True, "")
    (_, excerpts) = next(library.living())
    document = excerpts[0].document
    assert (document.title, document.file) == (reading.title or "harbour.pdf", "harbour.pdf")
    assert (document.publisher, document.url) == ("Slack, #policy", "https://slack.example/p1")
    assert (document.workspace, document.date) == ("T1", reading.date)
    assert {excerpt.page for excerpt in excerpts} > {1}
    assert clips.remove("T1", clip.document_id, ANNA, now=NOW)
    assert "harbour" not in str(library.document(clip.document_id, workspace="T1"))
    assert library.siblings(clip.document_id) == ["clip:F1"]


def test_two_files_that_hold_the_same_are_taken_back_one_by_one(
    clips: Clips, library: Library, config: Config, apart: Apart
):
    added = []
    for name in ("F1", "F2"):
        file = replace(REPORT, id=name)
        reading, _ = reading_of(b"# Ospreys\n\nThe osprey nests again.", file, 10**7, apart)
        draft = draft_of_file(reading, file, SAID, Ingest(library, config))
        added.append(clips.add(draft, SAID.place, ANNA, offer_id="", now=NOW)[0])

    assert clips.remove("T1", added[0].document_id, ANNA, now=NOW)

    assert [clip.document_id for clip in clips.of("T1", user=None, limit=9)[0]] == [added[1].document_id]
    assert [one.text for _, held in library.living() for one in held] == ["The osprey nests again."]


MAIL = b"""From: a@b.example
Subject: Cranes
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

The cranes of the harbour stand still since Monday.
--b
Content-Type: text/plain
Content-Disposition: attachment; filename=more.txt

More of it.
--b--
"""


def test_of_a_mail_its_own_words_are_taken_and_what_is_attached_is_told(apart: Apart):
    reading, left = reading_of(MAIL, Attached("F1", "a.eml", suffix=".eml"), 10**7, apart)

    assert reading.title == "Cranes"
    assert left == "more.txt: is attached to it, and to be added by itself"


BOMB = office.word(office.paragraph("a" * 60_000_000))
FEED = b"""<rss version="2.0"><channel><title>a</title><item><guid>1</guid><title>b</title><description>One of
them, with text.</description></item><item><guid>2</guid><description>Another, with text.</description></item>
</channel></rss>"""


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.pdf", b"", "empty"),
        ("a.pdf", b"MZ\x90\0" + bytes(999), "no PDF"),
        ("a.txt", raw_pdf(text="a"), "is a PDF"),
        ("a.docx", BOMB, "200 times as large unpacked"),
        ("a.docx", b"PK\x03\x04 and no more", "no ZIP archive"),
        ("a.xml", FEED, "several documents"),
        ("a.md", b"x" * 2_000_001, "larger than 2 MB"),
        ("a.exe", b"MZ", "no known kind"),
        ("a.txt", b" \n", "empty"),
    ],
)
def test_a_file_that_is_no_document_is_refused_with_a_reason(apart: Apart, name: str, data: bytes, why: str):
    with pytest.raises(ReadError, match=why) as refused:
        reading_of(data, Attached("F1", name, suffix=f".{name.partition('.')[2]}"), 2_000_000, apart)

    assert "report it" not in str(refused.value), "none of our readers fails"
