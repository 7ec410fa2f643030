"""The command line, run as a user runs it: what it promises, and what it says when it cannot."""

import ctypes
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from articles import BLOG, MARKDOWN
from conftest import Run, Write

from bot.config import ROOT
from bot.store.database import open_database
from bot.store.schema import SCHEMA

CHINESE = "中国的人工智能产业规模超过五千亿元，港口城市的潮汐能发展很快。"


@pytest.fixture
def folder(write: Write, run: Run) -> Path:
    """Two articles, ingested."""
    write("blog.txt", BLOG)
    folder = write("vault.md", MARKDOWN).parent
    assert run("ingest", folder).returncode == 0
    return folder


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one line on standard error with which something was refused."""
    assert done.returncode == 1, done
    [line] = done.stderr.splitlines()
    assert line.startswith("briefbot: ")
    return line


def test_ingest_tells_what_it_did(write: Write, run: Run):
    done = run("ingest", write("blog.txt", BLOG))

    assert done.returncode == 0
    assert done.stdout == ""
    assert "1 new, 0 changed, 0 unchanged, 0 removed, 0 refused" in done.stderr


def test_a_long_ingest_into_a_file_writes_a_line_and_no_bar(write: Write, run: Run):
    lines = (json.dumps({"id": n, "text": f"Harbour {n}: {'boats come and go. ' * 12}"}) for n in range(4000))

    done = run("ingest", write("harbours.jsonl", "\n".join(lines)))

    assert done.stderr.startswith(
        "4000 new, 0 changed, 0 unchanged, 0 removed, 0 refused; 4,000 passages written in "
    )
    assert done.stderr.endswith(" a second\n")
    assert len(done.stderr.splitlines()) == 1


def test_search_answers_in_the_terminal(folder: Path, run: Run):
    done = run("search", "barley", "samples")

    assert done.returncode == 0
    assert "┃ The vault at Greyfell keeps 41,000 *samples* of *barley*" in done.stdout


def test_search_answers_in_json(folder: Path, run: Run):
    told = json.loads(run("search", "--json", "--limit", "1", "barely barley samples").stdout)

    assert set(told) == {
        "query", "total", "total_is_exact", "took_ms", "corrected", "notes", "nearest", "hits"
    }  # fmt: skip
    [hit] = told["hits"]
    assert set(hit) == {
        "id", "text", "context", "score", "topics", "document", "section", "page", "paragraph", "also_in",
    }  # fmt: skip
    assert set(hit["document"]) == {"id", "title", "publisher", "based_on", "url", "date", "file"}
    assert hit["document"]["date"] == "2024-05-09"


def test_search_answers_a_question_a_line(folder: Path, run: Run):
    done = run("search", "-", typed="barley\n\nturbnies\ntopic:nonsense\n")

    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["query"] for one in told] == ["barley", "", "turbnies", "topic:nonsense"]
    assert [one["total"] > 0 for one in told] == [True, False, True, False]
    assert told[2]["corrected"] == [{"from": "turbnies", "to": "turbines"}]
    assert "There is no topic" in told[3]["error"]


def test_a_search_never_ingests(run: Run):
    done = run("search", "chips")

    assert done.returncode == 0
    assert "Nothing on *chips* in 0 documents." in done.stdout


def test_console_fills_an_empty_store_and_ends_with_its_input(run: Run):
    done = run("console", typed="chips\n/brief topics\nnonsense words\n")

    assert done.returncode == 0
    assert "4 documents" in done.stdout
    assert "passages on *chips*" in done.stdout
    assert "*export controls*" in done.stdout


def test_console_leaves_a_filled_store_alone(folder: Path, run: Run):
    assert "2 documents" in run("console").stdout


def test_console_sees_what_is_ingested_elsewhere_within_two_seconds(folder: Path, write: Write, run: Run):
    environment = {**os.environ, "BRIEFBOT_DATA": str(folder.parent / "data"), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "console"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as console:
        assert console.stdin
        assert console.stdout
        assert "2 documents" in console.stdout.readline()
        run("ingest", write("kelp.md", "# Kelp\n\nKelp is cut in June.\n"))
        ingested = time.monotonic()
        found = False
        while not found and time.monotonic() - ingested < 30:
            console.stdin.write("kelp\n")
            console.stdin.flush()
            line = ""
            while not line.startswith(("1 passage", "Nothing on")):
                line = console.stdout.readline()
            found = line.startswith("1 passage")
        assert found
        console.stdin.close()
        assert console.wait(20) == 0


def test_explain_shows_what_is_left_out_and_stores_nothing(write: Write, run: Run):
    done = run("ingest", "--explain", write("blog.txt", BLOG))

    assert "photo credit, at the top: Photo by Anna Vogel on Unsplash" in done.stdout
    assert "Nothing on" in run("search", "turbines").stdout


def test_remove_by_path(folder: Path, run: Run):
    assert run("remove", folder / "vault.md").stderr == "1 document removed\n"
    assert "Nothing on" in run("search", "barley").stdout


def test_migrate_says_where_the_store_stands(run: Run, tmp_path: Path):
    made = run("migrate").stderr
    database = open_database("", tmp_path / "data")
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()

    assert f"schema {SCHEMA}" in made
    assert "schema 9999" in run("migrate").stderr, "a newer Briefbot was here"


def test_an_empty_name_removes_nothing(folder: Path, run: Run):
    assert run("remove", "").returncode == 2
    assert run("ingest", "").returncode == 2
    assert "1 passage" in run("search", "barley").stdout


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["search"], ["search", "x", "--limit", "0"]])
def test_wrong_usage_exits_with_2(run: Run, arguments: list[str]):
    assert run(*arguments).returncode == 2


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("a: [", "is not YAML"),
        ("topics: {chips: {aliasses: [x]}}", "topics.chips.aliasses: unknown key; did you mean 'aliases'?"),
        ("command: /brief\ncommand: /b", "command: stands twice (again in line 2)"),
        ("command: brief", "command: 'brief' is no command"),
        ("search: {results: many}", "search.results: 'many' is no whole number"),
        (
            "retention: {deliveries: 0}",
            "retention.deliveries: '0' is no whole number above 0; write one, as 5",
        ),
        ("retention: {audit: -1}", "retention.audit: '-1' is no whole number above 0"),
        ("retention: {questions: a year}", "retention.questions: 'a year' is no whole number above 0"),
        ("retention: {audit: 36501}", "retention.audit: 36501 days are over a century; at most 36500"),
        ("retention: {delivery: 9}", "retention.delivery: unknown key; did you mean 'deliveries'?"),
        ("topics: {chips: {keywords: chip}}", "topics.chips.keywords: 'chip' is no list; write [chip]"),
        ("- a", "holds no settings"),
        ("a: &x 1\nb: *x", "refers to another place"),
        ("library: {boilerplate: {drop: {bad: '('}}}", "library.boilerplate.drop.bad: '(' is no pattern"),
    ],
)
def test_wrong_settings_say_key_value_and_fix(write: Write, run: Run, settings: str, told: str):
    path = write("config.yml", settings)

    assert told in refused(run("search", "x", environment={"BRIEFBOT_CONFIG": str(path)}))


def test_settings_that_are_no_file_say_so(tmp_path: Path, run: Run):
    assert "set BRIEFBOT_CONFIG" in refused(
        run("search", "x", environment={"BRIEFBOT_CONFIG": str(tmp_path)})
    )


def test_words_and_times_of_the_settings_stay_what_they_are(write: Write, run: Run):
    path = write("config.yml", "topics: {norway: {keywords: [NO, 09:00, 1e3, null]}}")
    text = write("a.txt", "The boat leaves NO harbour at 09:00.")
    environment = {"BRIEFBOT_CONFIG": str(path)}
    run("ingest", text, environment=environment)

    told = json.loads(run("search", "--json", "boat", environment=environment).stdout)

    assert told["hits"][0]["topics"] == ["norway"]


@pytest.mark.parametrize("encoding", ["latin-1", "gb18030", "utf-16"])
def test_files_in_other_encodings_are_read(write: Write, run: Run, encoding: str):
    text = "Die Hafenstädte zahlen für Größe: naïve Fischer am Café." if encoding == "latin-1" else CHINESE
    assert run("ingest", write("a.txt", text.encode(encoding))).returncode == 0

    word = "hafenstädte" if encoding == "latin-1" else "潮汐"
    assert json.loads(run("search", "--json", word).stdout)["hits"][0]["text"] == text


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.txt", b"", "empty.txt: is empty: there is nothing to read"),
        ("large.txt", b"word " * 10_000_000, "large.txt: is larger than 20 MB"),
        ("binary.txt", bytes(range(256)) * 100, "binary.txt: is no text"),
        ("odd.xyz", b"text", "odd.xyz: is of no known kind"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_and_the_others_are_kept(
    folder: Path, write: Write, run: Run, name: str, content: bytes, told: str
):
    done = run("ingest", write(name, content), folder / "vault.md")

    assert done.returncode == 1
    assert f"refused {told}" in done.stderr
    assert "1 refused" in done.stderr
    assert "Traceback" not in done.stderr
    assert "1 passage" in run("search", "barley").stdout


def test_a_path_that_is_not_there_is_refused(folder: Path, run: Run):
    assert "No such file" in refused(run("ingest", folder / "nowhere"))


def test_a_folder_where_the_store_should_be_is_refused(tmp_path: Path, run: Run):
    (tmp_path / "data" / "briefbot.db").mkdir(parents=True)

    assert "is a folder" in refused(run("search", "x"))


def test_a_file_where_the_data_folder_should_be_is_refused(write: Write, run: Run):
    path = write("file", "x")

    assert "set BRIEFBOT_DATA" in refused(run("search", "x", environment={"BRIEFBOT_DATA": str(path)}))


@pytest.mark.parametrize("harm", ["header", "page", "half"])
def test_a_damaged_store_is_refused_and_left_as_it_is(folder: Path, run: Run, tmp_path: Path, harm: str):
    path = tmp_path / "data" / "briefbot.db"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    data = bytearray(path.read_bytes())
    if harm == "header":
        data[:100] = b"x" * 100
    elif harm == "page":
        data[4096 * 2 : 4096 * 6] = os.urandom(4096 * 4)
    path.write_bytes(bytes(data[: len(data) // 2] if harm == "half" else data))
    before = path.read_bytes()

    for arguments in (["ingest", folder], ["search", "barley"], ["console"]):
        assert "is damaged" in refused(run(*arguments))
    assert path.read_bytes() == before


def without_roots_rights() -> None:
    """Let this process, root or not, be refused what permissions forbid."""
    libc = ctypes.CDLL(None, use_errno=True)
    drop_from_bounding_set, override, read_search = 24, 1, 2
    for capability in (override, read_search):
        libc.prctl(drop_from_bounding_set, capability, 0, 0, 0)


@pytest.fixture
def forbidden(tmp_path: Path) -> Iterator[Path]:
    """A folder that may not be written, nor by root without root's rights."""
    folder = tmp_path / "forbidden"
    folder.mkdir()
    if os.geteuid() == 0:
        os.chown(folder, 65534, 65534)
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)


def as_another(data: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "BRIEFBOT_DATA": str(data)},
        capture_output=True,
        text=True,
        preexec_fn=without_roots_rights,
        check=False,
    )


def test_a_folder_that_may_not_be_written_is_refused(forbidden: Path, write: Write):
    for data in (forbidden, forbidden / "data"):
        told = refused(as_another(data, "ingest", write("a.txt", "A pier.")))
        assert "Permission denied" in told or "cannot be written" in told


def test_a_store_that_may_not_be_written_is_refused_and_kept(folder: Path, forbidden: Path, write: Write):
    data = forbidden / "data"
    forbidden.chmod(0o755)
    shutil.copytree(folder.parent / "data", data)
    for path in [*data.rglob("*"), data]:
        path.chmod(0o555 if path.is_dir() else 0o444)
        if os.geteuid() == 0:
            os.chown(path, 65534, 65534)

    told = refused(as_another(data, "ingest", write("a.txt", "A pier.")))

    assert "cannot be written" in told
    data.chmod(0o755)


def test_a_file_that_may_not_be_read_is_refused_and_the_others_kept(folder: Path, write: Write):
    secret = write("secret.txt", "A secret pier.")
    if os.geteuid() == 0:
        os.chown(secret, 65534, 65534)
    secret.chmod(0o000)

    done = as_another(folder.parent / "data", "ingest", folder)

    assert done.returncode == 1
    assert "refused secret.txt: cannot be read (Permission denied)" in done.stderr
    assert "2 unchanged" in done.stderr


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], check=False)
    if done.returncode and not os.environ.get("CI"):
        pytest.skip("only root can mount a small disk")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_full_disk_is_told_and_loses_nothing(small_disk: Path, write: Write, run: Run):
    environment = {"BRIEFBOT_DATA": str(small_disk)}
    assert run("ingest", write("vault.md", MARKDOWN), environment=environment).returncode == 0
    lines = [
        json.dumps({"id": n, "title": f"Boat {n}", "text": f"Boat {n} is blue. " * 50}) for n in range(2000)
    ]

    done = run("ingest", write("boats.jsonl", "\n".join(lines)), environment=environment)

    assert "the disk is full" in refused(done)
    told = json.loads(run("search", "--json", "barley", environment=environment).stdout)
    assert told["total"] == 1


def in_shell(command: str, data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        f"{sys.executable} -m bot {command}",
        shell=True,
        cwd=ROOT,
        env={**os.environ, "BRIEFBOT_DATA": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_output_that_nobody_reads_on_is_no_error(folder: Path, tmp_path: Path):
    assert in_shell("search barley | head -c 1", tmp_path / "data").stderr == ""


def test_an_output_that_is_full_is_told(folder: Path, tmp_path: Path):
    done = in_shell("search barley > /dev/full", tmp_path / "data")

    assert done.returncode == 1
    assert done.stderr == "briefbot: the output: No space left on device\n"


def test_a_terminal_that_lacks_characters_is_no_error(folder: Path, run: Run):
    done = run("search", "barley", environment={"PYTHONIOENCODING": "ascii"})

    assert done.returncode == 0
    assert "barley" in done.stdout


def test_no_secret_stands_in_what_is_told(run: Run):
    done = run("search", "x", environment={"DATABASE_URL": "postgres://bot:hush-hush@127.0.0.1:1/x"})

    assert "hush-hush" not in done.stderr
    assert "cannot be reached" in refused(done)
