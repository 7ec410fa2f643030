"""Ingest: idempotent, whole or not at all, and one file's fault is nobody else's."""

import datetime
import itertools
import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from articles import BLOG, MARKDOWN, PULL_QUOTES
from conftest import NOW, Write

from bot.app import Briefbot
from bot.config import Boilerplate, Config, LibraryConfig, Topic
from bot.document import Excerpt
from bot.errors import ConfigError, ReadError
from bot.library import load
from bot.library.files import File
from bot.library.ingest import Ingest, Summary, explain, remove
from bot.library.marking import mark_again
from bot.library.reading import Block, Kind, Left, Reading
from bot.library.topics import Topics
from bot.source import Source
from bot.store.library import Library
from bot.store.records import Draft

IngestPaths = Callable[..., Summary]


def living(briefbot: Briefbot) -> dict[str, Excerpt]:
    return {e.id: e for change in briefbot.library.changes(0, limit=9999) for e in change.excerpts}


@pytest.fixture
def folder(write: Write) -> Path:
    write("blog.txt", BLOG)
    write("vault/vault.md", MARKDOWN)
    return write("lamps.txt", PULL_QUOTES).parent


def test_a_folder_is_read_with_its_folders(folder: Path, ingest: IngestPaths, briefbot: Briefbot):
    summary = ingest(folder)

    assert summary.counts == {"new": 3}
    assert {e.document.file for e in living(briefbot).values()} == {
        "blog.txt",
        "lamps.txt",
        "vault/vault.md",
    }


def test_the_same_folder_again_changes_nothing(folder: Path, ingest: IngestPaths, briefbot: Briefbot):
    ingest(folder)
    before = briefbot.library.state()

    assert ingest(folder).counts == {"unchanged": 3}
    assert briefbot.library.state() == before


def test_an_edited_paragraph_keeps_the_other_ids(folder: Path, ingest: IngestPaths, briefbot: Briefbot):
    ingest(folder)
    before = living(briefbot)
    vault = folder / "vault/vault.md"
    vault.write_text(vault.read_text().replace("eleven metres", "twelve metres"))

    assert ingest(folder).counts == {"changed": 1, "unchanged": 2}

    after = living(briefbot)
    assert {e.text for i, e in before.items() if i not in after} == {
        "In 2016 meltwater ran eleven metres into the tunnel and froze; nothing was lost, but the door was"
        " moved."
    }


def test_a_moved_file_keeps_its_ids(folder: Path, ingest: IngestPaths, briefbot: Briefbot):
    ingest(folder)
    before = living(briefbot)
    shutil.move(folder / "blog.txt", folder / "vault/tides.txt")

    assert ingest(folder).counts == {"moved": 1, "unchanged": 2}

    after = living(briefbot)
    assert after.keys() == before.keys()
    assert {e.document.file for e in after.values()} == {"vault/tides.txt", "lamps.txt", "vault/vault.md"}


def test_a_file_that_is_gone_is_removed_and_keeps_its_ids_when_it_returns(
    folder: Path, ingest: IngestPaths, briefbot: Briefbot
):
    ingest(folder)
    before = living(briefbot)
    (folder / "blog.txt").unlink()
    assert ingest(folder).counts == {"removed": 1, "unchanged": 2}

    (folder / "blog.txt").write_text(BLOG)

    assert ingest(folder).counts == {"new": 1, "unchanged": 2}
    assert living(briefbot).keys() == before.keys()


def test_a_folder_that_is_not_there_or_empty_removes_nothing(
    folder: Path, ingest: IngestPaths, briefbot: Briefbot
):
    ingest(folder)
    shutil.rmtree(folder)
    with pytest.raises(ReadError, match="cannot be read"):
        ingest(folder)
    folder.mkdir()
    with pytest.raises(ReadError, match="nothing was removed"):
        ingest(folder)

    assert len({e.document.id for e in living(briefbot).values()}) == 3


def test_one_path_removes_nothing_of_another(folder: Path, ingest: IngestPaths, briefbot: Briefbot):
    ingest(folder)

    assert ingest(folder / "vault").counts == {"unchanged": 1}
    assert len({e.document.id for e in living(briefbot).values()}) == 3


def test_a_file_that_cannot_be_read_stops_no_other_and_loses_nothing(
    folder: Path, ingest: IngestPaths, briefbot: Briefbot
):
    ingest(folder)
    before = living(briefbot)
    (folder / "blog.txt").write_bytes(bytes(range(256)) * 10)
    (folder / "empty.md").write_text("")
    (folder / "new.md").write_text("# New\n\nA new pier.\n")

    summary = ingest(folder)

    assert summary.refused == [
        "blog.txt: is no text: it holds binary data",
        "empty.md: is empty: there is nothing to read",
    ]
    assert summary.counts == {"new": 1, "unchanged": 2}
    assert living(briefbot).keys() > before.keys()


def test_what_is_no_file_is_refused(write: Write, ingest: IngestPaths):
    fifo = write("a.txt", "A pier.").parent / "pipe.txt"
    os.mkfifo(fifo)

    assert ingest(fifo.parent).refused == ["pipe.txt: is no file; name the files in it or its folder"]


def test_a_link_to_nowhere_stops_no_other(write: Write, ingest: IngestPaths):
    folder = write("a.txt", "A pier.").parent
    (folder / "b.txt").symlink_to(folder / "nowhere.txt")

    summary = ingest(folder)

    assert summary.counts == {"new": 1}
    assert summary.refused == ["b.txt: is no file; name the files in it or its folder"]


def test_a_file_may_be_named_by_any_bytes(write: Write, ingest: IngestPaths, briefbot: Briefbot):
    folder = write("a.txt", "A pier.").parent
    (folder / os.fsdecode(b"caf\xe9\x1b[31m#1.txt")).write_text("A boat.")

    assert ingest(folder).counts == {"new": 2}
    assert ingest(folder).counts == {"unchanged": 2}
    assert "caf�\ufffd[31m#1.txt" in {e.document.file for e in living(briefbot).values()}


def test_a_line_that_leaves_a_jsonl_file_is_removed(write: Write, ingest: IngestPaths):
    lines = [json.dumps({"id": n, "title": f"Boat {n}", "text": f"Boat {n} is blue."}) for n in "abc"]
    path = write("boats.jsonl", "\n".join(lines))
    assert ingest(path).counts == {"new": 3}

    path.write_text("\n".join(lines[:2]))

    assert ingest(path).counts == {"unchanged": 2, "removed": 1}


def test_a_line_that_takes_another_id_moves_and_keeps_its_passages(
    write: Write, ingest: IngestPaths, briefbot: Briefbot
):
    path = write("boats.jsonl", json.dumps({"id": "a", "text": "Boat 1 is blue."}))
    ingest(path)
    before = living(briefbot)

    path.write_text(json.dumps({"id": "b", "text": "Boat 1 is blue."}))

    assert ingest(path).counts == {"copy": 1}
    assert living(briefbot).keys() == before.keys()
    assert briefbot.library.keys("", path.as_uri()) == [f"{path.as_uri()}#b"]


def test_an_ingest_that_was_cut_short_goes_on_where_it_was(
    write: Write, ingest: IngestPaths, briefbot: Briefbot, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(load, "DOCUMENTS", 10)
    lines = [json.dumps({"id": n, "text": f"Boat {n} is blue."}) for n in range(35)]
    path = write("boats.jsonl", "\n".join(lines))

    def cut_short(_file: File, position: int) -> None:
        if position >= path.stat().st_size and len(living(briefbot)) >= 30:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Ingest(briefbot.library, briefbot.config).run([path], now=lambda: NOW, progress=cut_short)

    assert ingest(path).counts == {"unchanged": 30, "new": 5}


def test_a_batch_is_stored_once_its_first_document_has_waited_long(
    write: Write, briefbot: Briefbot, monkeypatch: pytest.MonkeyPatch
):
    stored: list[int] = []
    put_all = Library.put_all

    def noted(library: Library, drafts: Sequence[Draft], *, now: datetime.datetime) -> object:
        stored.append(len(drafts))
        return put_all(library, drafts, now=now)

    monkeypatch.setattr(Library, "put_all", noted)
    path = write("boats.jsonl", "\n".join(json.dumps({"id": n, "text": f"Boat {n}."}) for n in range(10)))
    clock = (NOW + n * load.WAIT / 6 for n in itertools.count())

    Ingest(briefbot.library, briefbot.config).run([path], now=lambda: next(clock))

    assert sum(stored) == 10
    assert max(stored) <= 6


def test_of_many_refusals_the_first_are_told_and_all_are_counted(write: Write, ingest: IngestPaths):
    path = write("boats.jsonl", "\n".join("no JSON" for _ in range(load.KEPT + 5)))

    summary = ingest(path)

    assert summary.refusals == load.KEPT + 5
    assert len(summary.refused) == load.KEPT
    assert summary.refused[0] == "boats.jsonl, line 1: is not JSON"


def test_the_content_hash_of_a_reading_stays_what_it_was(briefbot: Briefbot):
    blocks = (Block(Kind.HEADING, "Piers", 0), Block(Kind.ITEM, "One – “pier”.", 1, 2, page=3))
    reading = Reading(blocks, "k", title="Piers", date=NOW.date(), topics=("sea",))

    told = Ingest(briefbot.library, briefbot.config).content_hash(reading)

    assert told == "4978566473c480429fd05929e39b56dc5ebfa0d488c72f30990231a27e1da853"


def test_an_id_in_a_jsonl_file_that_begins_another_is_not_taken_for_it(write: Write, ingest: IngestPaths):
    lines = [json.dumps({"id": n, "text": f"Boat {n} is blue."}) for n in ("1", "10")]
    path = write("boats.jsonl", "\n".join(lines))
    ingest(path)

    path.write_text(lines[1])

    assert ingest(path).counts == {"unchanged": 1, "removed": 1}


def test_removing_by_id_or_path(folder: Path, ingest: IngestPaths, briefbot: Briefbot):
    ingest(folder)
    blog = next(e.document.id for e in living(briefbot).values() if e.document.file == "blog.txt")

    assert remove(briefbot.library, blog, now=NOW) == 1
    assert remove(briefbot.library, str(folder), now=NOW) == 2
    assert living(briefbot) == {}


def test_removing_what_is_not_there_says_so(folder: Path, ingest: IngestPaths, briefbot: Briefbot):
    ingest(folder)
    passage = next(iter(living(briefbot).values()))

    with pytest.raises(ReadError, match="no document with this id or path"):
        remove(briefbot.library, "nonsense", now=NOW)
    with pytest.raises(ReadError, match=f"is a passage of {passage.document.id}"):
        remove(briefbot.library, passage.id, now=NOW)


def test_boilerplate_is_explained_with_its_rule(folder: Path, config: Config):
    told = {
        file.name: [b.rule for b in cleaned if isinstance(b, Left)]
        for file, cleaned in explain([folder], config)
        if not isinstance(cleaned, str)
    }

    assert told["lamps.txt"] == ["pull quote", "disclaimer"]


def test_boilerplate_rules_are_added_and_switched_off(folder: Path, briefbot: Briefbot):
    rules = Boilerplate(drop={"horn": "fog horn"}, keep=("disclaimer",))
    config = Config(library=LibraryConfig(boilerplate=rules), data=briefbot.config.data)

    Ingest(briefbot.library, config).run([folder / "lamps.txt"], now=lambda: NOW)

    told = " ".join(e.text for e in living(briefbot).values())
    assert "fog horn" not in told
    assert "Disclaimer: The opinions" in told


def test_a_rule_that_is_none_is_told(briefbot: Briefbot):
    config = Config(library=LibraryConfig(boilerplate=Boilerplate(keep=("disclamer",))))

    with pytest.raises(ConfigError, match="'disclamer' is no built-in rule; there are byline"):
        Ingest(briefbot.library, config)


def test_a_passage_bears_the_topics_whose_words_it_has():
    topics = Topics(
        {
            "boats": Topic(keywords=("trawler", "rowing boat"), aliases=("渔船",)),
            "power": Topic(keywords=("turbine",)),
        }
    )

    assert topics.of("Two Trawlers and a turbine.") == ("boats", "power")
    assert topics.of("A rowing boat.") == ("boats",)
    assert topics.of("Rowing is hard.", beside=("这艘渔船很新。",)) == ("boats",)
    assert topics.of("Boatswain") == ()


def test_topics_that_a_document_declares_are_kept(folder: Path, ingest: IngestPaths, briefbot: Briefbot):
    ingest(folder / "vault")

    assert all("talent" in e.topics for e in living(briefbot).values())


def test_changed_topics_mark_all_passages_again(folder: Path, ingest: IngestPaths, briefbot: Briefbot):
    ingest(folder)
    changed = Config(topics={"lamps": Topic(keywords=("lighthouse",))}, data=briefbot.config.data)

    assert mark_again(briefbot.library, changed) > 0
    assert mark_again(briefbot.library, changed) == 0

    assert {e.document.file for e in living(briefbot).values() if "lamps" in e.topics} == {"lamps.txt"}


def test_what_a_source_states_holds_however_its_folder_is_named(
    folder: Path, briefbot: Briefbot, monkeypatch: pytest.MonkeyPatch
):
    sources = (Source(folder=str(folder), name="The archive", language="en"),)
    library = replace(briefbot.config.library, sources=sources)
    ingest = Ingest(briefbot.library, replace(briefbot.config, library=library))
    monkeypatch.chdir(folder.parent)

    ingest.run([Path(folder.name)], now=lambda: NOW)

    told = {(one.publisher, one.language) for one, _ in briefbot.library.added("", limit=9)}
    assert ("The archive", "en") in told
    assert ingest.run([folder], now=lambda: NOW).counts == {"unchanged": 3}
