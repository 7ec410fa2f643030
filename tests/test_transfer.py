"""An export holds all of a store, and an import makes the same of it on either engine, or nothing."""

import datetime
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from conftest import NOW, Run, Write
from world import opened

from bot.app import Briefbot
from bot.config import ROOT
from bot.errors import StoreError
from bot.keeping import TABLES
from bot.store.database import Database, open_database
from bot.store.install_tables import installation
from bot.store.tables import audit, library
from bot.store.transfer import export, import_
from digests.restoration import learn
from digests.tables import recalled, restored

STRANGE = "% _ \\ ' \" 船 😀 \u202e \ufffd ‘’ \u2028 \x7f"
CHANGED = {library.name, restored.name, recalled.name}
"""What is another in a store that was filled from an export."""


def quiet(_what: str, _done: int, _total: int) -> None:
    """Show no progress."""


@pytest.fixture
def lived(briefbot: Briefbot, write: Write) -> Database:
    """A store with something in each kind of table that people and documents fill."""
    with opened(briefbot, write, NOW) as world:
        world.say("subscribe chips daily 09:00")
        world.say("subscribe chips", user="U0BELA")
        world.say("digest here tuesday 10:00", channel="C0POLICY")
        world.arrive(
            "The factory has shipped its new semiconductor chips to buyers abroad.", title="船 😀 ‘Chips’"
        )
        world.run_until(NOW + datetime.timedelta(days=2), minutes=240)
        world.say("forget me", user="U0CLEO")
    token = {"sealed_token": "gAAAAsealed", "name": STRANGE, "bot_user": "U0BOT", "scopes": "commands"}
    made = {"owner": "T1", "installed_by": "U1", "installed_at": NOW}
    with briefbot.database.writing() as connection:
        connection.execute(installation.insert().values(**token, **made))
        connection.execute(
            audit.insert().values(workspace="T1", at=NOW, who="U1", name=STRANGE, what="x", on="")
        )
    return briefbot.database


def exported(database: Database, path: Path) -> list[str]:
    export(database, path, TABLES, replaces=True, progress=quiet)
    return [
        line
        for line in path.read_text(encoding="utf-8").split("\n")[1:]
        if line and json.loads(line)["table"] not in CHANGED
    ]


def imported(path: Path, database: Database) -> None:
    import_(path, database, TABLES, learn=lambda c: learn(c, now=NOW), progress=quiet)


def test_what_goes_from_one_engine_to_the_other_and_back_is_the_same(
    lived: Database, empty_postgresql: str, tmp_path: Path
):
    there, back = open_database(empty_postgresql, tmp_path), open_database("", tmp_path / "back")
    with closing(there), closing(back):
        before = exported(lived, tmp_path / "first")
        imported(tmp_path / "first", there)
        over_there = exported(there, tmp_path / "second")
        imported(tmp_path / "second", back)

        assert before == over_there == exported(back, tmp_path / "third")
        assert len({json.loads(line)["table"] for line in before}) >= 10
        with there.writing() as connection:  # Which takes the next number.
            connection.execute(audit.insert().values(workspace="T1", at=NOW, who="", name="", what="", on=""))


def test_an_empty_store_goes_over_as_well(database: Database, tmp_path: Path):
    with closing(open_database("", tmp_path / "empty")) as empty:
        assert exported(empty, tmp_path / "file") == []
    imported(tmp_path / "file", database)

    assert exported(database, tmp_path / "again") == []


def test_a_store_that_is_not_empty_is_not_filled(lived: Database, tmp_path: Path):
    before = exported(lived, tmp_path / "file")

    with pytest.raises(StoreError, match="not empty"):
        imported(tmp_path / "file", lived)
    assert exported(lived, tmp_path / "again") == before


def test_of_two_imports_at_once_the_second_finds_what_the_first_has_brought(
    lived: Database, database: Database, tmp_path: Path
):
    if database.path:
        database.close()
        database = open_database("", tmp_path / "other")
    lines = exported(lived, tmp_path / "file")
    begun: list[Future[None]] = []

    def meanwhile(_what: str, _done: int, _total: int) -> None:
        """Begin the second, and let it come as far as it comes."""
        if not begun:
            begun.append(threads.submit(imported, tmp_path / "file", database))
            wait(begun, timeout=1)

    with ThreadPoolExecutor() as threads:
        import_(tmp_path / "file", database, TABLES, learn=lambda c: learn(c, now=NOW), progress=meanwhile)

    assert "is not empty" in str(begun[0].exception())
    assert exported(database, tmp_path / "after") == lines
    database.close()


def last_line_gone(lines: list[str]) -> list[str]:
    return lines[:-1]


def cut_in_a_line(lines: list[str]) -> list[str]:
    return [*lines[:-1], lines[-1][: len(lines[-1]) // 2]]


def twice(lines: list[str]) -> list[str]:
    return [*lines, lines[-1]]


def with_nul(lines: list[str]) -> list[str]:
    return [lines[0], *(line.replace("semiconductor", "semi\\u0000conductor") for line in lines[1:])]


def with_another_table(lines: list[str]) -> list[str]:
    return [*lines, '{"table": "alembic_version", "version_num": "0001"}']


def with_another_column(lines: list[str]) -> list[str]:
    return [*lines[:-1], lines[-1].replace('{"table"', '{"extra": 1, "table"')]


def with_half_a_character(lines: list[str]) -> list[str]:
    return [lines[0], *(line.replace("semiconductor", "semi\\ud800conductor") for line in lines[1:])]


def with_a_number_that_is_none(lines: list[str]) -> list[str]:
    return [lines[0], *(re.sub(r'"paragraph": \d+', '"paragraph": "abc"', line) for line in lines[1:])]


def with_a_number_without_end(lines: list[str]) -> list[str]:
    return [lines[0], *(re.sub(r'"paragraph": \d+', f'"paragraph": 1{"0" * 30}', line) for line in lines[1:])]


def with_uncounted_rows(lines: list[str]) -> list[str]:
    return [json.dumps(json.loads(lines[0]) | {"rows": {"document": "one"}}), *lines[1:]]


def newer(lines: list[str]) -> list[str]:
    return [json.dumps(json.loads(lines[0]) | {"schema": "9999"}), *lines[1:]]


def of_another_format(lines: list[str]) -> list[str]:
    return [json.dumps(json.loads(lines[0]) | {"format": "briefbot 2"}), *lines[1:]]


def foreign(_lines: list[str]) -> list[str]:
    return ['{"name": "a list of pets"}']


def not_utf_8(lines: list[str]) -> list[str]:
    return [*lines[:-1], "\udcff"]


@pytest.mark.parametrize(
    "spoil",
    [
        last_line_gone, cut_in_a_line, twice, with_nul, with_another_table, with_another_column, newer,
        of_another_format, foreign, not_utf_8, with_half_a_character, with_a_number_that_is_none,
        with_a_number_without_end, with_uncounted_rows,
    ],
)  # fmt: skip
def test_what_is_not_whole_is_not_imported(
    lived: Database, database: Database, tmp_path: Path, spoil: Callable[[list[str]], list[str]]
):
    if database.path:
        database.close()
        database = open_database("", tmp_path / "other")
    exported(lived, tmp_path / "file")
    lines = spoil((tmp_path / "file").read_text(encoding="utf-8").rstrip("\n").split("\n"))
    (tmp_path / "file").write_text("\n".join(lines) + "\n", encoding="utf-8", errors="surrogateescape")

    with pytest.raises(StoreError):
        imported(tmp_path / "file", database)

    assert exported(database, tmp_path / "after") == []
    database.close()


def test_what_a_newer_version_has_changed_is_not_exported_by_an_older(lived: Database, tmp_path: Path):
    with lived.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(StoreError, match="newer Briefbot"):
        exported(lived, tmp_path / "file")


def test_a_nul_is_named_with_its_line(lived: Database, tmp_path: Path):
    exported(lived, tmp_path / "file")
    lines = with_nul((tmp_path / "file").read_text(encoding="utf-8").split("\n"))
    number = next(at for at, line in enumerate(lines, start=1) if "\\u0000" in line)
    (tmp_path / "file").write_text("\n".join(lines), encoding="utf-8")

    with (
        closing(open_database("", tmp_path / "other")) as other,
        pytest.raises(StoreError, match=f"line {number} holds the character NUL"),
    ):
        imported(tmp_path / "file", other)


@pytest.mark.sqlite  # Where it goes is another folder.
def test_a_killed_import_leaves_nothing_and_is_run_again(lived: Database, run: Run, tmp_path: Path):
    exported(lived, tmp_path / "file")
    there = {"BRIEFBOT_DATA": str(tmp_path / "other")}
    program = (
        "import os, signal, sys, bot.store.transfer as transfer\n"
        "transfer._check = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from bot.__main__ import main\n"
        f"sys.exit(main(['import', {str(tmp_path / 'file')!r}]))\n"
    )

    killed = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env={**os.environ, **there}, check=False
    )
    again = run("import", tmp_path / "file", environment=there)

    assert killed.returncode == -signal.SIGKILL
    assert again.returncode == 0, again.stderr
    assert "imported, 1 document, schema" in again.stderr
    with closing(open_database("", tmp_path / "other")) as other, other.reading() as connection:
        assert connection.scalar(sa.select(restored.c.id)) == 1


@pytest.mark.sqlite  # Where it goes is another folder.
def test_a_backup_is_told_from_an_export(lived: Database, run: Run, tmp_path: Path):
    exported(lived, tmp_path / "export")
    assert run("backup", tmp_path / "backup").returncode == 0
    there = {"BRIEFBOT_DATA": str(tmp_path / "other")}

    assert "`python -m bot import`" in run("restore", tmp_path / "export", environment=there).stderr
    assert "`python -m bot restore`" in run("import", tmp_path / "backup", environment=there).stderr
