"""Hostile formats are read in a process of their own: what becomes of it is nobody else's loss."""

import datetime
import os
import re
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile import VERBS, Told

from bot.config import ROOT
from bot.errors import ReadError
from bot.library.apart import Apart
from bot.library.frames import Limits
from bot.library.reading import Block, Kind, Reading, Unreadable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the limits are Linux's")

HOSTILE = {".x": "tests.hostile"}
LIMITS = Limits(seconds=20, cpu_seconds=1, memory_mb=300, answer_mb=1, held_mb=100)
MOST = 1_000_000


@pytest.fixture
def apart() -> Iterator[Apart]:
    with Apart(limits=LIMITS, readers=HOSTILE) as opened:
        yield opened


def ask(apart: Apart, words: str) -> str:
    """Return the one text that the hostile reader makes of *words*."""
    [reading] = apart.read(".x", words.encode(), MOST)
    assert isinstance(reading, Reading)
    return reading.blocks[0].text


def why(apart: Apart, words: str) -> str:
    """Return why *words* are refused."""
    with pytest.raises(ReadError) as refused:
        apart.read(".x", words.encode(), MOST)
    return str(refused.value)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_what_a_reader_makes_comes_back_as_it_was():
    with Apart() as apart:
        told = apart.read(".md", b"---\ndate: 2024-05-09\ntitle: Piers\n---\n# Ports\n\nA pier.\n", MOST)

    assert told == [
        Reading(
            (Block(Kind.HEADING, "Ports", 0), Block(Kind.PARAGRAPH, "A pier.", 1)),
            title="Piers",
            date=datetime.date(2024, 5, 9),
        )
    ]


def test_what_is_no_document_comes_back_with_its_reason(apart: Apart):
    assert apart.read(".x", b"told has no id", MOST) == [Unreadable("line 1", "has no id")]
    assert why(apart, "refuses is encrypted; remove the password") == "is encrypted; remove the password"


def test_a_process_reads_one_document_after_another(apart: Apart):
    assert ask(apart, "pid") == ask(apart, "pid") != str(os.getpid())


def test_a_process_starts_when_it_is_needed_and_not_before():
    before = Path(f"/proc/self/task/{os.getpid()}/children").read_text()

    with Apart():
        assert Path(f"/proc/self/task/{os.getpid()}/children").read_text() == before


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("eats", "needs more than 300 MB of memory to read; split it or leave it out"),
        ("eats-natively", "made its reader crash (SIGABRT); leave it out"),
        ("spins", "took more than 1 s of computing to read; split it or leave it out"),
        ("recurses", "is nested too deeply to be read"),
        ("overflows", "made its reader crash (SIGSEGV); leave it out"),
        ("segfaults", "made its reader crash (SIGSEGV); leave it out"),
        ("exits", "made its reader crash (code 0); leave it out"),
        ("lies", "holds more than 1 MB of text; split it or leave it out"),
        ("floods 1000000", "holds more than 1 MB of text; split it or leave it out"),
        ("dies SIGKILL", "its reader was killed, as where a machine is short of memory; try it alone"),
    ],
)
def test_a_document_that_breaks_its_reader_is_refused_and_the_next_one_read(
    apart: Apart, words: str, reason: str
):
    assert why(apart, words) == reason
    assert ask(apart, "says good morning") == "good morning"


def test_a_document_that_takes_longer_than_it_may_is_refused_and_the_next_one_read():
    with Apart(limits=Limits(seconds=1), readers=HOSTILE) as apart:
        assert why(apart, "sleeps") == "took longer than 1 s to read; split it or leave it out"
        assert ask(apart, "says good morning") == "good morning"


def test_a_bug_of_a_reader_is_told_with_its_place_and_without_the_text(apart: Apart):
    reason = why(apart, "raises the secret of the document")

    assert reason.startswith("its reader failed (ValueError in hostile.py, line ")
    assert "secret" not in reason


def test_a_reader_that_is_missing_says_what_to_install():
    with Apart(readers={".x": "tests.nowhere"}) as apart, pytest.raises(ReadError) as refused:
        apart.read(".x", b"", MOST)

    assert str(refused.value) == (
        "its reader cannot start (No module named 'tests.nowhere'); run pip install -r requirements.txt"
    )


def test_what_a_library_prints_is_no_answer(apart: Apart):
    assert ask(apart, "prints 1234") == "1234"
    assert ask(apart, "says good morning") == "good morning"


def test_nothing_but_the_calls_that_are_named_can_be_called(apart: Apart):
    with pytest.raises(ReadError, match="its reader failed"):
        apart.call("os:getcwd", str, b"")
    with pytest.raises(ReadError, match="its reader failed"):
        apart.read(".y", b"says good morning", MOST)


def test_a_call_gives_what_it_promises_or_an_error():
    with Apart(calls={"told": "tests.hostile:told"}) as apart:
        assert apart.call("told", Told, b"1234", address="https://example.org") == Told(
            4, "https://example.org"
        )
        with pytest.raises(ReadError, match="its reader gave no answer that can be understood"):
            apart.call("told", list[int], b"1234", address="https://example.org")


def test_what_no_store_takes_is_taken_out_whoever_answered(apart: Apart):
    assert ask(apart, "says a\x00b\x1b[31m") == "a b [31m"
    assert why(apart, "refuses a\x1b[31m\nb" + "c" * 1000) == f"a [31m b{'c' * 1000}"[:500]
    assert apart.read(".x", b"told \x1b[31m", MOST) == [Unreadable("line 1", "[31m")]


def test_a_process_knows_no_secret_and_is_nowhere(apart: Apart, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p@h/d")
    monkeypatch.setenv("BRIEFBOT_KEY", "k")

    names = ask(apart, "environment").split()

    assert "PYTHONPATH" in names
    assert not {"SLACK_BOT_TOKEN", "DATABASE_URL", "BRIEFBOT_KEY"} & {*names}
    assert ask(apart, "folder") == "/"


def test_a_reader_that_is_taken_over_writes_and_deletes_no_file(apart: Apart, tmp_path: Path):
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    old.write_text("A pier.")

    for words in (f"writes {new}", f"writes {old}", f"deletes {old}"):
        assert "its reader failed (PermissionError" in why(apart, words)

    assert old.read_text() == "A pier."
    assert not new.exists()


def test_a_reader_that_is_taken_over_reaches_no_network(apart: Apart):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        assert "its reader failed (PermissionError" in why(apart, f"dials {server.getsockname()[1]}")

        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_reader_that_is_taken_over_starts_and_kills_no_process(apart: Apart):
    with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE) as other:
        for words in ("forks", "runs a program", f"kills {other.pid}"):
            assert "its reader failed (PermissionError" in why(apart, words)

        assert other.poll() is None


def test_a_process_is_replaced_after_so_many_documents():
    with Apart(limits=Limits(documents=3), readers=HOSTILE) as apart:
        pids = [ask(apart, "pid") for _ in range(7)]

    assert [len(set(pids[at : at + 3])) for at in (0, 3, 6)] == [1, 1, 1]
    assert len(set(pids)) == 3


def test_a_process_that_grows_is_replaced(apart: Apart):
    first = ask(apart, "pid")

    assert ask(apart, "holds 90000000") == first
    assert ask(apart, "pid") != first


def test_a_process_that_died_while_nobody_looked_is_replaced(apart: Apart):
    pid = int(ask(apart, "pid"))
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)

    assert ask(apart, "pid") != str(pid)


def test_two_threads_read_one_after_the_other(apart: Apart):
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(ask(apart, f"says {n}"))) for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {*answers} == {str(n) for n in range(20)}


def test_a_reading_that_is_broken_off_ends_at_once(apart: Apart):
    ask(apart, "says hello")
    told: list[str] = []
    thread = threading.Thread(target=lambda: told.append(why(apart, "sleeps")))
    thread.start()

    while thread.is_alive():  # It may not have begun the first time.
        apart.break_off()
        thread.join(0.05)

    assert "its reader was killed" in told[0]
    assert ask(apart, "says hello") == "hello"
    apart.close()
    apart.break_off()


def test_closing_ends_the_process_and_another_document_starts_one(apart: Apart):
    pid = int(ask(apart, "pid"))

    apart.close()

    assert not is_running(pid)
    assert ask(apart, "says good morning") == "good morning"


@pytest.mark.parametrize("words", ["says good morning", "sleeps"])
def test_a_process_does_not_outlive_who_asked_it(words: str, tmp_path: Path):
    script = f"""
import sys
from bot.library.apart import Apart
apart = Apart(readers={HOSTILE!r})
print(apart.read(".x", b"pid", 1000)[0].blocks[0].text, flush=True)
apart.read(".x", {words!r}.encode(), 1000)
sys.stdin.read()
"""
    asking = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with asking:
        assert asking.stdout is not None
        pid = int(asking.stdout.readline())
        watched = os.pidfd_open(pid)
        until = time.monotonic() + 10
        while words == "sleeps" and name_of(pid) != "asleep" and time.monotonic() < until:
            os.sched_yield()
        asking.kill()

    has_gone = has_ended(watched)
    os.close(watched)

    assert has_gone
    assert not is_running(pid)


def name_of(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()


def has_ended(descriptor: int) -> bool:
    """Wait until the process behind *descriptor* has ended, ten seconds at most."""
    return bool(select.select([descriptor], [], [], 10)[0])


def test_every_verb_of_the_hostile_reader_is_tried():
    source = Path(__file__).read_text()

    for verb in VERBS:
        assert re.search(rf'"{verb}[ "]', source), verb
