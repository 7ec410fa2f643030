"""Feeds readers with files that were damaged at random: `python tests/fuzz.py --minutes 10 .html .pdf`.

A reader may give readings, parts that are none, or a ReadError; never another error, no crash, no hang, no
character that a store refuses, and no memory that grows. Each reader runs in a forked process with limits,
so that whatever happens is told with what reproduces it: the seed, the case's number, and its bytes in a file.
"""

import argparse
import contextlib
import importlib
import io
import mmap
import os
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

from fuzz_seeds import SEEDS, WORDS, zipped  # noqa: E402 - found by the line above

from bot.errors import ReadError  # noqa: E402
from bot.library.decode import storable  # noqa: E402
from bot.library.readers import APART, READERS, Reader  # noqa: E402
from bot.library.reading import Reading, Unreadable  # noqa: E402

MOST = 1_000_000
"""Bytes of a damaged file."""

CASE_SECONDS = 5
"""Computing that one case may take: thousands of times what a file of its size usually does."""

CASE_WAIT = 60
"""Seconds by the clock that one case may take on a busy machine."""

MEMORY_MB = 1500
"""Address space of the process that runs cases."""

WARM, GROWTH_MB = 300, 60
"""After so many cases all caches are full; from there on a process may grow by so much in a few thousand."""

REPORTED = 10
"""After so many different findings a reader is left alone."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a reader must not do, in which case, and where the case's bytes are kept."""

    suffix: str
    seed: int
    case: int
    what: str
    path: Path

    def __str__(self) -> str:
        return f"{self.suffix}: case {self.case} of seed {self.seed}: {self.what}; {self.path}"


def case_of(suffix: str, seed: int, number: int, seeds: Sequence[bytes]) -> bytes:
    """Return the bytes of a case, the same each time."""
    chance = random.Random(f"{suffix} {seed} {number}")  # noqa: S311 - no secret hangs on it
    data = chance.choice(seeds)
    if data.startswith(b"PK\x03\x04") and chance.random() < 0.8:
        return _damaged_inside(data, chance)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        data = _damaged(data, chance, seeds)
    return data[:MOST]


def _damaged_inside(archive: bytes, chance: random.Random) -> bytes:
    """Damage one member: a damaged archive is mostly no archive any more."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    name = chance.choice(sorted(members))
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        members[name] = _damaged(members[name], chance, [*members.values()])
    return zipped(members)


def _damaged(data: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    at = chance.randrange(len(data) + 1)
    until = min(at + chance.choice((1, 2, 8, 64, 512)), len(data))
    other = chance.choice(others)
    begin = chance.randrange(len(other) + 1)
    between: Callable[[], bytes] = chance.choice((
        lambda: b"",
        lambda: data[at:until] * chance.choice((2, 3, 10, 100)),
        lambda: bytes(byte ^ 1 << chance.randrange(8) for byte in data[at:until][:8]),
        lambda: chance.randbytes(until - at),
        lambda: chance.choice(WORDS),
        lambda: chance.choice(WORDS) * chance.choice((1, 10, 300)) + data[at:until],
        lambda: other[begin : begin + chance.choice((8, 64, 512))],
    ))  # fmt: skip
    if chance.random() < 0.05:
        return data[:at]
    return data[:at] + between() + data[until:]


def fuzz(suffix: str, *, seed: int, seconds: float, read: Reader | None = None) -> tuple[int, list[Found]]:
    """Return how many cases were tried in *seconds*, and what was found."""
    read = read or importlib.import_module((READERS | APART)[suffix]).read
    seeds = SEEDS[suffix]()
    until = time.monotonic() + seconds
    shared = mmap.mmap(-1, 16)  # The case that is being tried; the number of those that were.
    found: dict[str, Found] = {}
    number = 0
    while time.monotonic() < until and len(found) < REPORTED:
        what = _watched(lambda: _cases(suffix, seed, number, until, read, seeds, shared), shared)  # noqa: B023
        number = int.from_bytes(shared[:8], "little")
        if what:
            found.setdefault(_kind(what), _kept(suffix, seed, number, what, seeds))
            number += 1
    return number, [*found.values()]


def _kind(what: str) -> str:
    return what.partition(" MB")[0].rstrip("0123456789") if "grew" in what else what


def _kept(suffix: str, seed: int, number: int, what: str, seeds: Sequence[bytes]) -> Found:
    folder = Path(tempfile.gettempdir(), "briefbot-fuzz")
    folder.mkdir(exist_ok=True)
    path = folder / f"{seed}-{number}{suffix}"
    path.write_bytes(case_of(suffix, seed, number, seeds))
    return Found(suffix, seed, number, what, path)


def _watched(run: Callable[[], str], shared: mmap.mmap) -> str:
    """Return what *run* tells from a process of its own, or how that ended."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        with contextlib.suppress(BaseException):
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MB * 1_000_000,) * 2)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            os.write(writing, run().encode("utf-8", "replace")[:60_000])
            os._exit(0)
        os._exit(1)
    os.close(writing)
    with open(reading, "rb") as told:  # noqa: PTH123 - a descriptor
        what = told.read().decode()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code in {-signal.SIGVTALRM, -signal.SIGALRM}:
        return f"took more than {CASE_SECONDS} s"
    return what or (f"ended its process with {code}" if code else "")


def _cases(
    suffix: str, seed: int, first: int, until: float, read: Reader, seeds: Sequence[bytes], shared: mmap.mmap
) -> str:
    """Try cases until there is no more time, or something is found."""
    begun = held = 0
    number = first
    while time.monotonic() < until:
        shared[:8] = number.to_bytes(8, "little")
        data = case_of(suffix, seed, number, seeds)
        signal.setitimer(signal.ITIMER_VIRTUAL, CASE_SECONDS)
        signal.setitimer(signal.ITIMER_REAL, CASE_WAIT)
        if wrong := _tried(read, data):
            return wrong
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        begun += 1
        number += 1
        if begun == WARM:
            held = _held_mb()
        elif begun > WARM and _held_mb() - held > GROWTH_MB:
            return f"grew by {_held_mb() - held} MB in {begun - WARM} cases"
    shared[:8] = number.to_bytes(8, "little")
    return ""


def _tried(read: Reader, data: bytes) -> str:
    """Return what is wrong with what *read* makes of *data*."""
    try:
        for part in read(io.BytesIO(data), MOST):
            for text in _texts(part):
                if text != storable(text):
                    return f"gave a character that no store takes: {text[:60]!a}"
    except ReadError as error:
        if not str(error):
            return "refused without a reason"
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"raised {type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"
    return ""


def _texts(part: Reading | Unreadable) -> Iterator[str]:
    if isinstance(part, Reading):
        yield from (block.text for block in part.blocks)
        yield from (*part.front, *part.topics)
    values = (getattr(part, field.name) for field in fields(part))
    yield from (value for value in values if isinstance(value, str))


def _held_mb() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1_000_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz the readers that are named, or all; return 1 if something was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("suffixes", nargs="*", default=[*SEEDS], metavar="SUFFIX", help="ends of names")
    parser.add_argument("--minutes", type=float, default=1, help="for each of them (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the first case (default: now)")
    options = parser.parse_args(arguments)
    is_found = False
    for suffix in options.suffixes:
        tried, found = fuzz(suffix, seed=options.seed, seconds=60 * options.minutes)
        print(f"{suffix}: {tried} cases of seed {options.seed}, {len(found)} findings", flush=True)
        for one in found:
            is_found = True
            print(f"  {one}", flush=True)
    return int(is_found)


if __name__ == "__main__":
    sys.exit(main())
