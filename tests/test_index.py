"""The index derives from the store: lost, damaged or foreign, it is built anew."""

import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from articles import BLOG, MARKDOWN
from conftest import NOW, Write

from bot.app import Briefbot, open_briefbot
from bot.config import Config
from bot.library.ingest import Ingest, Summary, remove
from bot.search import checksums, index
from bot.search.follow import following
from bot.search.index import Index
from bot.store.library import Library
from bot.store.records import Change

IngestPaths = Callable[..., Summary]


@pytest.fixture
def filled(write: Write, ingest: IngestPaths, briefbot: Briefbot) -> Briefbot:
    write("blog.txt", BLOG)
    ingest(write("vault.md", MARKDOWN).parent)
    return briefbot


def ids(briefbot: Briefbot) -> list[str]:
    answer = briefbot.searcher.search("crowns vault turbines", limit=50, today=NOW.date())
    return [hit.excerpt.id for hit in answer.hits]


def reopened(config: Config) -> list[str]:
    briefbot = open_briefbot(config)
    found = ids(briefbot)
    briefbot.close()
    return found


def test_a_lost_index_is_built_anew(filled: Briefbot, config: Config):
    before = ids(filled)
    shutil.rmtree(config.data / "index")

    assert reopened(config) == before


def index_files(folder: Path) -> list[str]:
    return sorted({path.suffix or path.name for path in folder.iterdir() if path.is_file()})


@pytest.mark.parametrize("harm", ["emptied", "halved", "changed", "removed"])
def test_damage_to_any_file_is_noticed_and_mended(
    filled: Briefbot, config: Config, tmp_path: Path, harm: str
):
    before = ids(filled)
    for at, kind in enumerate(index_files(config.data / "index")):
        # A copy that nobody has opened: files that are mapped into memory must not shrink.
        copy = tmp_path / f"copy-{at}"
        shutil.copytree(config.data, copy)
        for path in (copy / "index").iterdir():
            if path.is_file() and (path.suffix or path.name) == kind:
                damage(path, harm)

        assert reopened(replace(config, data=copy)) == before, kind


def damage(path: Path, harm: str) -> None:
    data = path.read_bytes()
    if harm == "removed":
        path.unlink()
    elif harm == "changed" and data:
        middle = len(data) // 2
        path.write_bytes(data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :])
    else:
        path.write_bytes(b"" if harm == "emptied" else data[: len(data) // 2])


def test_an_index_of_another_store_is_built_anew(filled: Briefbot, config: Config, write: Write):
    shutil.copytree(config.data / "index", config.data.parent / "kept")
    (config.data / "briefbot.db").unlink()
    filled.close()

    fresh = open_briefbot(config)
    fresh.close()

    assert ids(fresh) == []


def test_an_index_ahead_of_a_restored_store_is_built_anew(
    filled: Briefbot, config: Config, write: Write, ingest: IngestPaths
):
    filled.database.close()
    shutil.copy(config.data / "briefbot.db", config.data / "backup.db")
    before = ids(filled)
    ingest(write("more.md", "# More crowns\n\nThe vault has more crowns.\n"))
    filled.database.close()
    for name in ("briefbot.db-wal", "briefbot.db-shm"):
        (config.data / name).unlink(missing_ok=True)
    (config.data / "backup.db").replace(config.data / "briefbot.db")

    assert reopened(config) == before


def test_two_processes_follow_one_store(filled: Briefbot, config: Config, write: Write, ingest: IngestPaths):
    other = open_briefbot(config)
    before = ids(other)

    ingest(write("kelp.md", "# Kelp\n\nThe vault of kelp costs nine crowns.\n"))
    assert ids(other) == before

    assert other.index.follow(other.library)
    assert ids(other) == ids(filled) != before
    other.close()


def test_a_follower_sees_what_others_add_change_and_remove(
    filled: Briefbot, config: Config, write: Write, ingest: IngestPaths
):
    other = open_briefbot(config)
    seen = threading.Event()
    follow = other.index.follow

    def followed(library: object) -> bool:
        done = follow(library)  # type: ignore[arg-type]
        if other.searcher.search("kelp", today=NOW.date()).total:
            seen.set()
        return done

    other.index.follow = followed  # type: ignore[method-assign, assignment]
    with following(other.index, other.library, interval=0.01):
        ingest(write("kelp.md", "# Kelp\n\nKelp is cut in June.\n"))
        assert seen.wait(10)
    other.close()


def test_who_does_not_get_the_lock_reloads(filled: Briefbot, config: Config):
    other = open_briefbot(config)
    remove(filled.library, filled.library.changes(0)[0].document_id, now=NOW)
    assert other.index.follow(other.library)
    before = ids(filled)

    with other.index._lock:
        assert filled.index.follow(filled.library)
        assert ids(filled) == ids(other) != before
        remove(filled.library, filled.library.changes(0)[0].document_id, now=NOW)
        assert not filled.index.follow(filled.library)
    other.close()


def test_removed_documents_leave_the_index(filled: Briefbot):
    document = filled.searcher.search("barley", today=NOW.date()).hits[0].excerpt.document
    remove(filled.library, document.id, now=NOW)
    filled.index.follow(filled.library)

    assert filled.searcher.search("barley", today=NOW.date()).total == 0


def test_damage_to_a_running_index_is_noticed_and_mended(filled: Briefbot, config: Config):
    before = ids(filled)
    assert filled.index.check(filled.library)
    for kind in index_files(config.data / "index"):
        # A rebuilt index has files of other names, and of the same kinds.
        path = next(p for p in (config.data / "index").iterdir() if (p.suffix or p.name) == kind)
        if path.name.startswith(("checksums", ".")) or path.suffix == ".lock" or not path.stat().st_size:
            continue
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0x01
        copy = path.with_name(f"{path.name}.copy")
        copy.write_bytes(data)
        copy.replace(path)  # The mapped file stays as it is for who reads it now.

        is_right = filled.index.check(filled.library)

        assert is_right == (path.suffix == ".base"), path.name
        assert ids(filled) == before, path.name
        assert filled.index.check(filled.library), path.name


def test_a_check_reads_only_what_has_changed(filled: Briefbot, monkeypatch: pytest.MonkeyPatch):
    filled.index.check(filled.library)
    read: list[Path] = []
    monkeypatch.setattr(checksums, "_is_right", lambda path, *_told, **_how: read.append(path) or True)

    filled.index.check(filled.library)
    assert read == []

    filled.index.suspect()
    filled.index.check(filled.library)
    assert len(read) > 5


def test_who_answers_goes_on_while_a_damaged_index_is_built_anew(
    filled: Briefbot, config: Config, monkeypatch: pytest.MonkeyPatch
):
    before = ids(filled)
    seen: list[list[str]] = []
    monkeypatch.setattr(index, "COMMITS", (1, 1))
    commit = Index._commit

    def committed(self: Index, *told: Any) -> None:
        commit(self, *told)
        seen.append(ids(filled))

    monkeypatch.setattr(Index, "_commit", committed)
    (config.data / "index" / "terms.forward").unlink()

    assert not filled.index.check(filled.library)

    assert seen
    assert all(answered == before for answered in [*seen, ids(filled)])


def test_what_a_crash_left_behind_the_last_commit_is_not_read(filled: Briefbot, config: Config, write: Write):
    before = ids(filled)
    filled.close()
    for name in ("terms.forward", "passages.forward", "words.txt"):
        with (config.data / "index" / name).open("ab") as file:
            file.write(b"half of something")

    assert reopened(config) == before


def test_another_process_s_rebuilt_index_is_taken_up(filled: Briefbot, config: Config):
    other = open_briefbot(config)
    before = other.index.snapshot
    filled.index.rebuild(filled.library)

    other.index._reload()

    assert other.index.snapshot is not before
    assert ids(other) == ids(filled)
    other.close()


def test_who_waits_for_the_index_sees_how_far_it_has_read_before_a_commit(
    briefbot: Briefbot, config: Config, write: Write, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(index, "BATCH", 1)
    files = [write(f"{n}.txt", f"{BLOG}\n\nNumber {n}.") for n in range(4)]
    Ingest(briefbot.library, config).run(files, now=lambda: NOW)
    revisions = [change.revision for change in briefbot.library.changes(0)]
    watched = Watched(briefbot)

    briefbot.index.follow(watched)

    assert watched.seen == [(at, 0) for at in (0, *revisions)]


class Watched(Library):
    """A library that notes how far the index has read and committed whenever it asks for changes."""

    def __init__(self, briefbot: Briefbot) -> None:
        super().__init__(briefbot.database)
        self.seen: list[tuple[int, int]] = []
        self._index = briefbot.index

    def changes(self, after: int, *, limit: int = 200) -> list[Change]:
        self.seen.append((self._index.read_upto, self._index.revision))
        return super().changes(after, limit=limit)
