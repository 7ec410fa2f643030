"""Whatever bytes a file has, its reader reads or refuses it: no crash, no hang, no growth."""

import subprocess
import sys

import pytest
from fuzz import CASE_SECONDS, case_of
from fuzz_seeds import SEEDS

from bot.config import ROOT
from bot.library.readers import APART, READERS

SECONDS = 1
"""For each reader: with all of them not quite a minute. `python tests/fuzz.py --minutes 10` takes longer."""

BROKEN = {
    "raise KeyError(1)": "raised KeyError in ",
    "os.kill(os.getpid(), 11)": "ended its process with -11",
    "while True: pass": f"took more than {CASE_SECONDS} s",
    "yield Unreadable('', '\\0')": "gave a character that no store takes: '\\x00'",
    "raise ReadError('')": "refused without a reason",
    "kept.append(b'x' * 1_000_000)": "grew by ",
}
"""What a broken reader does, and what is told of it."""


def fuzzed(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.mark.parametrize("suffix", SEEDS)
def test_no_damaged_file_breaks_its_reader(suffix: str):
    done = fuzzed("tests/fuzz.py", "--seed", "8", "--minutes", str(SECONDS / 60), suffix)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("does", BROKEN)
def test_what_a_broken_reader_does_is_found(does: str):
    script = f"""
import os, sys
sys.path[:0] = ["tests"]
from fuzz import ReadError, Unreadable, fuzz
kept = []
def read(file, most):
    {does}
    yield from ()
tried, found = fuzz(".txt", seed=8, seconds={CASE_SECONDS - 1}, read=read)
print(found[0].what)
"""

    assert fuzzed("-c", script).stdout.startswith(BROKEN[does])


def test_a_case_is_the_same_each_time():
    seeds = SEEDS[".epub"]()

    assert case_of(".epub", 1, 2, seeds) == case_of(".epub", 1, 2, seeds)
    assert case_of(".epub", 1, 2, seeds) != case_of(".epub", 1, 3, seeds)


def test_every_reader_is_fuzzed():
    assert {(READERS | APART)[suffix] for suffix in SEEDS} == {*READERS.values(), *APART.values()}
