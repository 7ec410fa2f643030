"""A backup is the store as it was at one moment; a restore brings all of it back, or touches nothing."""

import datetime
import os
import pwd
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from articles import MARKDOWN
from conftest import Run, Write

from bot.config import ROOT
from bot.document import Document, Passage
from bot.errors import StoreError
from bot.store import restore
from bot.store.backup import back_up
from bot.store.beside import beside as put_aside
from bot.store.contents import contents, sqlite_copy, sqlite_read
from bot.store.database import Database, as_it_stands, open_database
from bot.store.library import Library
from bot.store.postgresql import Tools
from bot.store.records import Draft
from bot.store.schema import SCHEMA
from digests.restoration import LEAP, learn

NOW = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC)

Keep = Callable[..., None]


def quiet(_what: str, _done: int, _total: int) -> None:
    """Show no progress."""


def draft(text: str, *, key: str = "file:///a.md") -> Draft:
    document = Document("", title=f"About {text}")
    return Draft(document, key, (), (Passage(text),), f"hash of {text}", "1")


def texts(database: Database) -> set[str]:
    found = Library(database).changes(0, limit=9999)
    return {excerpt.text for change in found for excerpt in change.excerpts}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "briefbot.backup"


@pytest.fixture
def tools(postgresql_tools: str) -> Tools:
    return Tools(postgresql_tools)


@pytest.fixture
def keep(database: Database, file: Path, tools: Tools) -> Keep:
    """Back the store up."""

    def keep_(*, replaces: bool = False) -> None:
        file.parent.mkdir(exist_ok=True)
        back_up(database, file, replaces=replaces, tools=tools, progress=quiet)

    return keep_


@pytest.fixture
def bring_back(database_url: str, file: Path, tools: Tools, tmp_path: Path) -> Callable[..., Database]:
    """Restore the backup on another machine; return its store."""

    def bring_back_(*, replaces: bool = False, data: Path = tmp_path / "other") -> Database:
        if database_url and not replaces:
            wipe(database_url)
        with closing(as_it_stands(database_url, data)) as other:
            restore.restore(
                file,
                other,
                replaces=replaces,
                now=NOW,
                learn=lambda connection: learn(connection, now=NOW),
                tools=tools,
                progress=quiet,
            )
        return open_database(database_url, data)

    return bring_back_


def wipe(url: str) -> None:
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
    engine.dispose()


def beside(path: Path) -> set[str]:
    return {one.name for one in path.parent.iterdir()}


def test_a_restore_brings_back_what_the_backup_had(
    database: Database, keep: Keep, bring_back: Callable[..., Database]
):
    Library(database).put(draft("北 North 😀"), now=NOW)
    keep()
    Library(database).put(draft("South", key="file:///b.md"), now=NOW)

    restored = bring_back()

    assert texts(restored) == {"北 North 😀"}
    restored.close()


def test_a_restored_store_is_another_that_goes_on_with_numbers_that_nothing_had(
    database: Database, keep: Keep, bring_back: Callable[..., Database]
):
    Library(database).put(draft("North"), now=NOW)
    before = Library(database).state()
    keep()

    restored = bring_back()

    after = Library(restored).state()
    assert after.store_id != before.store_id
    assert after.revision >= before.revision + 1_000_000
    restored.close()


def test_a_backup_holds_one_moment_however_much_is_written_meanwhile(
    database: Database, keep: Keep, bring_back: Callable[..., Database]
):
    library, stop = Library(database), threading.Event()
    library.put(draft("First"), now=NOW)

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            library.put(draft(f"Route {number}", key=f"file:///{number}.md"), now=NOW)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(5):
            keep(replaces=True)
    finally:
        stop.set()
        writer.join()

    restored = bring_back()
    with restored.reading() as connection:
        held = contents(connection, name="it")
        passages = connection.scalar(sa.text("SELECT count(*) FROM excerpt"))
        newest = connection.scalar(sa.text("SELECT max(revision) FROM document"))
    assert held.documents == passages == newest == held.revision - LEAP > 1
    restored.close()


def test_what_is_copied_stands_still_while_others_write(tmp_path: Path):
    database = open_database("", tmp_path)
    Library(database).put(draft("North"), now=NOW)

    with sqlite_read(tmp_path / "briefbot.db") as source:
        Library(database).put(draft("South", key="file:///b.md"), now=NOW)
        sqlite_copy(source, tmp_path / "copy", quiet)

    with closing(sqlite3.connect(tmp_path / "copy")) as copied:
        assert copied.execute("SELECT count(*) FROM document").fetchone() == (1,)
    database.close()


def test_a_backup_while_another_process_ingests_is_whole(run: Run, write: Write, tmp_path: Path, file: Path):
    write("vault.md", MARKDOWN)
    assert run("ingest", tmp_path / "documents").returncode == 0
    for number in range(300):
        write(f"{number}.md", f"# Harbour {number}\n\n{'Boats come and go here. ' * 20}")
    file.parent.mkdir()
    ingest = subprocess.Popen(
        [sys.executable, "-m", "bot", "ingest", str(tmp_path / "documents")],
        cwd=ROOT,
        env={**os.environ, "BRIEFBOT_DATA": str(tmp_path / "data")},
        stderr=subprocess.DEVNULL,
    )

    done = run("backup", file)
    assert ingest.wait(60) == 0

    assert done.returncode == 0
    assert re.search(rf"bytes, \d+ documents?, schema {SCHEMA}, revision \d+$", done.stderr.strip())
    with closing(sqlite3.connect(file)) as kept:
        assert kept.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_backup_replaces_nothing_unless_it_is_told_to(database: Database, keep: Keep, file: Path):
    file.parent.mkdir()
    file.write_text("a diary")

    with pytest.raises(StoreError, match="--force"):
        keep()
    assert file.read_text() == "a diary"

    keep(replaces=True)
    assert restore.kind_of(file) == ("SQLite" if database.path else "PostgreSQL")
    assert beside(file) == {file.name}


def test_a_backup_is_for_its_owner_alone(keep: Keep, file: Path):
    keep()

    assert file.stat().st_mode & 0o077 == 0


def test_a_disk_that_is_full_is_told_by_the_name_of_the_file(file: Path):
    file.parent.mkdir()

    with (
        pytest.raises(StoreError, match=r"briefbot.backup: cannot be written \(No space left"),
        put_aside(file),
        Path("/dev/full").open("w") as full,
    ):
        full.write("all of it")

    assert beside(file) == set()


def test_the_store_itself_is_no_place_for_a_backup(tmp_path: Path, tools: Tools):
    database = open_database("", tmp_path)

    with pytest.raises(StoreError, match="is the store itself"):
        back_up(database, tmp_path / "briefbot.db", replaces=True, tools=tools, progress=quiet)
    database.close()


def test_there_is_no_backup_of_a_store_that_is_not_there(tmp_path: Path, tools: Tools, file: Path):
    with pytest.raises(StoreError, match="there is no store"):
        back_up(as_it_stands("", tmp_path / "none"), file, replaces=False, tools=tools, progress=quiet)
    assert not (tmp_path / "none").exists()


def test_a_backup_that_comes_out_damaged_is_not_put_in_place(tmp_path: Path, file: Path, tools: Tools):
    database = open_database("", tmp_path)
    for number in range(200):
        Library(database).put(draft(f"Route {number}", key=f"file:///{number}.md"), now=NOW)
    database.close()
    file.parent.mkdir()
    damage(tmp_path / "briefbot.db")

    with pytest.raises(StoreError, match="damaged"):
        back_up(as_it_stands("", tmp_path), file, replaces=False, tools=tools, progress=quiet)
    assert beside(file) == set()


def damage(path: Path) -> None:
    """Write over a stretch in the middle of a file."""
    size = path.stat().st_size
    with path.open("r+b") as opened:
        opened.seek(size // 2 // 4096 * 4096)
        opened.write(b"\xff" * min(8192, size // 4))


def cut(path: Path) -> None:
    """Cut a file off in its middle."""
    os.truncate(path, path.stat().st_size // 2)


def foreign_sqlite(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE library (id integer, revision integer)")


def foreign(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7\n")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def only_head(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20])


@pytest.mark.parametrize("spoil", [damage, cut, foreign_sqlite, foreign, empty, only_head])
def test_what_is_damaged_or_foreign_is_refused_before_anything_is_touched(
    database: Database,
    keep: Keep,
    file: Path,
    bring_back: Callable[..., Database],
    spoil: Callable[[Path], None],
    tmp_path: Path,
):
    for number in range(200):
        Library(database).put(draft(f"Route {number}", key=f"file:///{number}.md"), now=NOW)
    keep()
    spoil(file)

    with pytest.raises(StoreError, match=r"damaged|is no |pg_restore|malformed"):
        bring_back()

    assert not (tmp_path / "other").exists()
    if not database.path:
        with database.reading() as connection:
            assert sa.inspect(connection).get_table_names() == []


def test_a_backup_of_a_newer_version_is_refused(
    database: Database, keep: Keep, bring_back: Callable[..., Database], tmp_path: Path
):
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    keep()

    with pytest.raises(StoreError, match="newer Briefbot"):
        bring_back()
    assert not list((tmp_path / "other").glob("*"))


def test_a_backup_of_the_first_version_is_migrated(tmp_path: Path, file: Path, run: Run):
    file.parent.mkdir()
    with closing(sqlite3.connect(file)) as old:
        old.executescript((Path(__file__).parent / "store-0001.sql").read_text())

    done = run("restore", file)

    assert done.returncode == 0, done.stderr
    assert "schema 0001" in done.stderr
    database = open_database("", tmp_path / "data")
    assert texts(database) == {"The north route runs daily."}
    database.close()


def test_a_store_that_is_not_empty_is_not_filled(
    database: Database, keep: Keep, bring_back: Callable[..., Database], tmp_path: Path, database_url: str
):
    Library(database).put(draft("North"), now=NOW)
    keep()
    Library(database).put(draft("South", key="file:///b.md"), now=NOW)
    data = tmp_path / "data"
    if database.path:
        database.close()

    with pytest.raises(StoreError, match="not empty"):
        refuse(bring_back, data, database_url)

    assert texts(database) == {"North", "South"}


def refuse(bring_back: Callable[..., Database], data: Path, url: str) -> None:
    """Restore where something is, on PostgreSQL even if it is told to replace that."""
    bring_back(data=data, replaces=bool(url))


def test_with_force_what_was_there_is_kept_beside(tmp_path: Path, write: Write, run: Run, file: Path):
    file.parent.mkdir()
    run("ingest", write("a.md", MARKDOWN))
    run("backup", file)
    run("ingest", write("b.md", "# Ports\n\nThe harbour is open to boats of all kinds in summer."))

    done = run("restore", "--force", file)

    assert done.returncode == 0, done.stderr
    [kept] = (tmp_path / "data").glob("briefbot.db.before-*")
    assert str(kept) in done.stderr
    with closing(sqlite3.connect(kept)) as before:
        assert before.execute("SELECT count(*) FROM document").fetchone() == (2,)
    assert "1 document," in done.stderr
    assert run("search", "harbour").stdout != run("search", "vault").stdout


def test_a_store_that_is_in_use_is_not_replaced(tmp_path: Path, write: Write, run: Run, file: Path):
    file.parent.mkdir()
    run("ingest", write("a.md", MARKDOWN))
    run("backup", file)
    serving = open_database("", tmp_path / "data")
    with serving.reading() as connection:
        connection.execute(sa.text("SELECT 1 FROM library"))

    done = run("restore", "--force", file)

    assert done.returncode == 1
    assert "is in use; stop Briefbot first" in done.stderr
    assert texts(serving)
    serving.close()


def test_a_log_that_a_dead_process_left_does_not_spoil_what_is_restored(
    tmp_path: Path, write: Write, run: Run, file: Path
):
    file.parent.mkdir()
    run("ingest", write("a.md", MARKDOWN))
    run("backup", file)
    data = tmp_path / "data"
    database = open_database("", data)
    Library(database).put(draft("South", key="file:///b.md"), now=NOW)
    shutil.copy(data / "briefbot.db-wal", tmp_path / "left")
    database.close()
    (data / "briefbot.db").unlink()
    shutil.copy(tmp_path / "left", data / "briefbot.db-wal")

    assert run("restore", "--force", file).returncode == 0

    database = open_database("", data)
    assert "South" not in texts(database)
    database.close()


def test_a_backup_of_the_other_engine_says_how_to_go_over(
    tmp_path: Path, run: Run, file: Path, empty_postgresql: str, postgresql_tools: str, write: Write
):
    file.parent.mkdir()
    run("ingest", write("a.md", MARKDOWN))
    run("backup", file)

    done = run("restore", file, environment={"DATABASE_URL": empty_postgresql})

    assert done.returncode == 1
    assert "`export` and `import`" in done.stderr


def test_without_a_fitting_pg_dump_it_says_what_is_missing(
    tmp_path: Path, run: Run, file: Path, empty_postgresql: str
):
    file.parent.mkdir()
    folder = tmp_path / "bin"
    folder.mkdir()
    there = {"DATABASE_URL": empty_postgresql, "BRIEFBOT_PG_BIN": str(folder)}
    run("migrate", environment=there)

    missing = run("backup", file, environment=there)
    (folder / "pg_dump").write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 12.3'\n")
    (folder / "pg_dump").chmod(0o755)
    old = run("backup", file, environment=there)

    assert missing.returncode == old.returncode == 1
    assert "set BRIEFBOT_PG_BIN" in missing.stderr
    assert re.search(r"pg_dump is of 12, the server is PostgreSQL \d\d; set BRIEFBOT_PG_BIN", old.stderr)
    assert beside(file) == set()


def test_a_password_stands_in_no_command_line(tmp_path: Path, postgresql_tools: str):
    seen = tmp_path / "seen"
    tool = tmp_path / "pg_dump"
    tool.write_text(f'#!/bin/sh\necho "$@" > {seen}\necho "$PGPASSWORD $PGUSER $PGHOST" >> {seen}\n')
    tool.chmod(0o755)
    database = Database("postgresql+psycopg://bot:hush%40hush@db.internal:5433/team")

    from bot.store.postgresql import run_tool  # noqa: PLC0415

    run_tool([tool, "--format=custom"], database)

    arguments, environment = seen.read_text().splitlines()
    assert "hush" not in arguments
    assert environment == "hush@hush bot db.internal"


@pytest.fixture
def somebody(tmp_path: Path) -> list[str]:
    """The start of a command that another user runs, who may read here and write nothing."""
    if os.getuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("only root can be somebody else")
    nobody = pwd.getpwnam("nobody")
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.getuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    return ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]


def test_who_may_write_nothing_is_told_so_and_may_back_up_elsewhere(
    tmp_path: Path, write: Write, run: Run, somebody: list[str]
):
    run("ingest", write("a.md", MARKDOWN))
    data, own = tmp_path / "data", tmp_path / "own"
    data.chmod(0o755)
    own.mkdir()
    own.chmod(0o777)
    environment = {**os.environ, "BRIEFBOT_DATA": str(data), "HOME": str(own), "PYTHONDONTWRITEBYTECODE": "1"}

    def by_somebody(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [*somebody, sys.executable, "-m", "bot", *map(str, arguments)]
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
        )

    elsewhere = by_somebody("backup", own / "kept")
    here = by_somebody("backup", data / "kept")
    back = by_somebody("restore", "--force", own / "kept")

    assert elsewhere.returncode == 0, elsewhere.stderr
    assert here.returncode == back.returncode == 1
    assert "cannot be written" in here.stderr
    assert "cannot be written" in back.stderr
    assert not list(data.glob("*before*"))


KILLED_AT = ("copy", "check")


@pytest.mark.parametrize("stage", KILLED_AT)
@pytest.mark.parametrize("verb", ["backup", "restore"])
@pytest.mark.parametrize("database_url", [""])
def test_killed_in_the_middle_leaves_nothing_half(
    tmp_path: Path, file: Path, keep: Keep, database: Database, verb: str, stage: str
):
    for number in range(50):
        Library(database).put(draft(f"Route {number}", key=f"file:///{number}.md"), now=NOW)
    if verb == "restore":
        keep()
    file.parent.mkdir(exist_ok=True)
    database.close()
    data = tmp_path / ("data" if verb == "backup" else "other")

    killed = kill_at(stage, verb, file, {"BRIEFBOT_DATA": str(data)})

    assert killed == -signal.SIGKILL
    assert not (file if verb == "backup" else data / "briefbot.db").exists()
    again = subprocess.run(
        [sys.executable, "-m", "bot", verb, str(file)],
        cwd=ROOT,
        env={**os.environ, "BRIEFBOT_DATA": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 0, again.stderr
    assert "50 documents" in again.stderr


def kill_at(stage: str, verb: str, file: Path, environment: dict[str, str]) -> int:
    """Run a verb that kills itself when it comes to a stage; return how it ended."""
    program = (
        "import os, signal, sys, bot.keeping\n"
        "from contextlib import contextmanager\n"
        "def progress(what, done, total):\n"
        f"    if what == {stage!r}: os.kill(os.getpid(), signal.SIGKILL)\n"
        "@contextmanager\n"
        "def bar(): yield progress\n"
        "bot.keeping._bar = bar\n"
        "from bot.__main__ import main\n"
        f"sys.exit(main([{verb!r}, {str(file)!r}]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env={**os.environ, **environment}, check=False
    )
    return done.returncode


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_restore_into_postgresql_that_was_killed_keeps_others_away_until_it_is_run_again(
    database: Database, keep: Keep, file: Path, run: Run, postgresql_url: str, postgresql_tools: str
):
    Library(database).put(draft("North"), now=NOW)
    keep()
    wipe(postgresql_url)
    there = {"DATABASE_URL": postgresql_url, "BRIEFBOT_PG_BIN": postgresql_tools}
    first = once_filling(file, postgresql_tools, f'"{postgresql_tools}/pg_restore" "$@"; kill -9 $PPID')

    killed = run("restore", file, environment={**there, "BRIEFBOT_PG_BIN": first})
    kept_away = run("migrate", environment=there)
    again = run("restore", file, environment=there)

    assert killed.returncode == -signal.SIGKILL
    assert kept_away.returncode == 1
    assert "a restore has begun there and not ended; run it again" in kept_away.stderr
    assert again.returncode == 0, again.stderr
    assert texts(database) == {"North"}
    assert run("migrate", environment=there).returncode == 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_an_address_that_names_no_database_means_the_users(
    database: Database, keep: Keep, file: Path, run: Run, postgresql_url: str, postgresql_tools: str
):
    Library(database).put(draft("North"), now=NOW)
    keep()
    wipe(postgresql_url)
    unnamed = postgresql_url.replace("/postgres?", "?")

    done = run("restore", file, environment={"DATABASE_URL": unnamed, "BRIEFBOT_PG_BIN": postgresql_tools})

    assert done.returncode == 0, done.stderr
    assert texts(database) == {"North"}


def once_filling(file: Path, tools: str, command: str) -> str:
    """Return a folder with a pg_restore that runs a shell's *command* before it fills the database."""
    tool = file.with_name("pg_restore")
    case = f'case "$*" in *single-transaction*) {command};; esac'
    tool.write_text(f'#!/bin/sh\n{case}\nexec "{tools}/pg_restore" "$@"\n')
    tool.chmod(0o755)
    return str(file.parent)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_of_two_restores_at_once_the_second_is_told_to_wait(
    database: Database, keep: Keep, file: Path, run: Run, postgresql_url: str, postgresql_tools: str
):
    keep()
    wipe(postgresql_url)
    told = file.with_name("told")
    other = f'BRIEFBOT_PG_BIN="{postgresql_tools}" "{sys.executable}" -m bot restore "{file}" 2>"{told}"'
    first = once_filling(file, postgresql_tools, other)

    done = run("restore", file, environment={"DATABASE_URL": postgresql_url, "BRIEFBOT_PG_BIN": first})

    assert "another restore is under way there" in told.read_text()
    assert done.returncode == 0, done.stderr
    assert Library(database).state().revision == LEAP


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_a_killed_restore_left_at_work_is_not_taken_for_a_store(
    database: Database, keep: Keep, file: Path, run: Run, postgresql_url: str, postgresql_tools: str
):
    keep()
    wipe(postgresql_url)
    there = {"DATABASE_URL": postgresql_url, "BRIEFBOT_PG_BIN": postgresql_tools}
    left = once_filling(file, postgresql_tools, f'"{postgresql_tools}/pg_restore" "$@"')

    meanwhile = run("restore", file, environment={**there, "BRIEFBOT_PG_BIN": left})
    kept_away = run("migrate", environment=there)
    again = run("restore", file, environment=there)

    assert "a restore that was killed was still at work there; run this one again" in meanwhile.stderr
    assert "a restore has begun there and not ended" in kept_away.stderr
    assert again.returncode == 0, again.stderr
    assert Library(database).state().revision == LEAP


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_restore_that_fails_leaves_postgresql_empty(
    database: Database, keep: Keep, file: Path, run: Run, postgresql_url: str, postgresql_tools: str
):
    keep()
    wipe(postgresql_url)
    failing = once_filling(file, postgresql_tools, 'echo "pg_restore: error: disk full" >&2; exit 1')
    there = {"DATABASE_URL": postgresql_url, "BRIEFBOT_PG_BIN": failing}

    failed = run("restore", file, environment=there)

    assert failed.returncode == 1
    with database.reading() as connection:
        assert sa.inspect(connection).get_table_names() == []
