"""An index as one file: a new process begins with it, and with nothing else."""

import shutil
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import NOW, Run, Write

from bot.app import Briefbot, open_briefbot
from bot.config import Config
from bot.errors import StoreError
from bot.library.ingest import Summary, remove
from bot.search.index import Index

IngestPaths = Callable[..., Summary]


@pytest.fixture
def packed(briefbot: Briefbot, write: Write, ingest: IngestPaths, tmp_path: Path) -> Path:
    """The index of a library of two documents."""
    ingest(
        write("kelp.md", "# Kelp\n\nKelp is cut in June.\n"), write("oats.md", "# Oats\n\nOats ripen late.\n")
    )
    briefbot.index.pack(tmp_path / "index.tar", told=lambda _: None)
    return tmp_path / "index.tar"


def begun(config: Config, packed: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Briefbot, list[int]]:
    """Open the store without an index; return after which revisions documents were read for one."""
    shutil.rmtree(config.data / "index")
    read: list[int] = []
    changes = (
        Briefbot.__annotations__ and __import__("bot.store.library", fromlist=["Library"]).Library.changes
    )

    def noted(library: object, after: int, **limit: int) -> object:
        read.append(after)
        return changes(library, after, **limit)

    monkeypatch.setattr("bot.store.library.Library.changes", noted)
    return open_briefbot(replace(config, snapshot=packed)), read


def test_a_new_process_begins_with_the_packed_index_and_reads_what_came_since(
    briefbot: Briefbot,
    config: Config,
    packed: Path,
    write: Write,
    ingest: IngestPaths,
    monkeypatch: pytest.MonkeyPatch,
):
    revision = briefbot.index.revision
    ingest(write("rye.md", "# Rye\n\nRye is sown in autumn.\n"))

    other, read = begun(config, packed, monkeypatch)

    assert min(read) == revision
    for word in ("kelp", "oats", "rye"):
        assert other.searcher.search(word, today=NOW.date()).total == 1
    assert other.index.check(other.library)
    other.close()


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "text", "away", "path", "link"])
def test_a_file_that_is_no_whole_index_is_passed_over(
    briefbot: Briefbot, config: Config, packed: Path, damage: str, monkeypatch: pytest.MonkeyPatch
):
    data = packed.read_bytes()
    with tarfile.open(packed) as archive:
        place = archive.getmember("terms.forward").offset_data + 5
    if damage == "away":
        packed.unlink()
    elif damage in {"path", "link"}:
        with tarfile.open(packed, "w") as archive:
            hostile = tarfile.TarInfo("../outside" if damage == "path" else "meta.json")
            if damage == "link":
                hostile.type, hostile.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(hostile)
    else:
        spoilt = {
            "cut": data[: len(data) // 2],
            "changed": data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :],
            "empty": b"",
            "text": b"x" * 10_000,
        }
        packed.write_bytes(spoilt[damage])

    other, read = begun(config, packed, monkeypatch)

    assert min(read) == 0, "it is built from the store"
    assert other.searcher.search("kelp", today=NOW.date()).total == 1
    assert sorted(path.name for path in config.data.parent.iterdir() if "outside" in path.name) == []
    other.close()


def test_an_index_of_another_store_is_built_anew(
    config: Config, packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    other = open_briefbot(replace(config, data=tmp_path / "other", snapshot=packed))

    assert other.searcher.search("kelp", today=NOW.date()).total == 0
    other.close()


def test_who_follows_the_store_goes_on_while_the_index_is_packed(
    briefbot: Briefbot, config: Config, write: Write, ingest: IngestPaths, packed: Path, tmp_path: Path
):
    running, held = Index(config.data / "index"), briefbot.index.revision
    arrivals = iter(range(1000))

    def meanwhile(_bytes: int) -> None:
        ingest(write("rye.md", f"# Rye\n\nRye is sown in autumn, {next(arrivals)} acres of it.\n"))
        assert running.follow(briefbot.library)

    briefbot.index.pack(packed, told=meanwhile)

    assert running.revision > held
    (tmp_path / "elsewhere").mkdir()
    other = Index(tmp_path / "elsewhere" / "index", start=packed)
    assert other.revision == held
    assert other.check(briefbot.library)


def test_an_index_that_is_there_is_kept(briefbot: Briefbot, config: Config, packed: Path):
    document = briefbot.searcher.search("kelp", today=NOW.date()).hits[0].excerpt.document
    remove(briefbot.library, document.id, now=NOW)
    briefbot.index.follow(briefbot.library)

    other = open_briefbot(replace(config, snapshot=packed))

    assert other.searcher.search("kelp", today=NOW.date()).total == 0
    other.close()


def test_a_place_that_cannot_be_written_is_told_and_nothing_is_left(briefbot: Briefbot, tmp_path: Path):
    with pytest.raises(StoreError, match="cannot be written"):
        briefbot.index.pack(tmp_path / "nowhere" / "index.tar", told=lambda _: None)


@pytest.mark.parametrize("place", ["data/briefbot.db", "data/index/index.tar", "data"])
def test_nothing_but_an_earlier_one_is_replaced(run: Run, tmp_path: Path, place: str):
    assert run("migrate").returncode == 0
    assert run("snapshot", tmp_path / "index.tar").returncode == 0

    refused = run("snapshot", tmp_path / place)

    assert refused.returncode == 1
    assert f"{tmp_path / place}: is " in refused.stderr
    assert run("snapshot", tmp_path / "index.tar").returncode == 0
    assert run("search", "kelp").returncode == 0


def test_the_command_line_packs_and_begins(run: Run, write: Write, tmp_path: Path):
    assert run("ingest", write("kelp.md", "# Kelp\n\nKelp is cut in June.\n")).returncode == 0

    told = run("snapshot", tmp_path / "index.tar")

    assert told.stdout.startswith(f"{tmp_path / 'index.tar'}: the index at revision 1, ")
    shutil.rmtree(tmp_path / "data" / "index")
    answer = run("search", "kelp", environment={"BRIEFBOT_SNAPSHOT": str(tmp_path / "index.tar")})
    assert "*Kelp* is cut in June." in answer.stdout
