"""A reader that does what the file asks for, as one that was taken over would; read apart in tests."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bot.errors import ReadError
from bot.library.reading import Block, Kind, Reading, Unreadable


def read(file: BinaryIO, most: int) -> Iterator[Reading | Unreadable]:
    """Do what the first word of *file* says, with the rest of it."""
    verb, _, rest = file.read().decode().partition(" ")
    told = VERBS[verb](rest)
    yield Unreadable("line 1", told) if verb == "told" else _reading(str(told))


@dataclass(frozen=True, slots=True)
class Told:
    """What a call gives."""

    size: int
    address: str


def told(data: bytes, address: str) -> Told:
    """Return a value of a type of its own, as what is called apart may."""
    return Told(len(data), address)


def _reading(text: str) -> Reading:
    return Reading((Block(Kind.PARAGRAPH, text, 1),))


def _eats(_rest: str) -> None:
    hoard = []
    while True:
        hoard.append(bytearray(10_000_000))


def _eats_natively(_rest: str) -> None:
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    while block := libc.malloc(10_000_000):
        ctypes.memset(block, 1, 10_000_000)
    libc.abort()


def _spins(_rest: str) -> None:
    while True:
        pass


def _sleeps(_rest: str) -> None:
    """Sleep under a name by which it shows that the process does."""
    set_name = 15  # PR_SET_NAME, linux/prctl.h
    ctypes.CDLL(None).prctl(set_name, b"asleep", 0, 0, 0)
    time.sleep(3600)


def _recurses(rest: str) -> None:
    _recurses(rest)


def _overflows(_rest: str) -> None:
    """Use up the stack without Python's knowledge."""
    callback = ctypes.CFUNCTYPE(None)

    @callback
    def again() -> None:
        again()

    sys.setrecursionlimit(1_000_000_000)
    again()


def _segfaults(_rest: str) -> None:
    ctypes.string_at(1)


def _forks(_rest: str) -> None:
    """Leave a process behind that holds the pipes, and never answer."""
    os.fork()
    time.sleep(3600)


def _runs(rest: str) -> str:
    return subprocess.run(["/bin/echo", rest], capture_output=True, check=True, text=True).stdout


def _writes(rest: str) -> str:
    with Path(rest).open("w") as file:
        file.write("taken over")
    return "written"


def _dials(rest: str) -> str:
    with socket.create_connection(("127.0.0.1", int(rest)), timeout=5) as connection:
        connection.sendall(b"secret")
    return "sent"


def _deletes(rest: str) -> str:
    Path(rest).unlink()
    return "deleted"


def _kills(rest: str) -> str:
    os.kill(int(rest), signal.SIGKILL)
    return "killed"


def _prints(rest: str) -> str:
    sys.stdout.write(rest)
    sys.stdout.flush()
    return rest


def _raises(rest: str) -> None:
    raise ValueError(rest)


def _refuses(rest: str) -> None:
    raise ReadError(rest)


def _exits(_rest: str) -> None:
    sys.exit(0)


def _lies(_rest: str) -> None:
    """Answer by oneself: a frame of four gigabytes."""
    for number in range(3, 64):
        try:
            os.write(number, b"\xff\xff\xff\xff" + b"A" * 1000)
        except OSError:
            continue
    time.sleep(3600)


VERBS: dict[str, Callable[[str], object]] = {
    "says": lambda rest: rest,
    "told": lambda rest: rest,
    "floods": lambda rest: "a " * int(rest),
    "prints": _prints,
    "pid": lambda _rest: os.getpid(),
    "environment": lambda _rest: " ".join(sorted(os.environ)),
    "folder": lambda _rest: str(Path.cwd()),
    "holds": lambda rest: KEPT.append(b"x" * int(rest)) or os.getpid(),
    "dies": lambda rest: os.kill(os.getpid(), signal.Signals[rest]),
    "eats": _eats,
    "eats-natively": _eats_natively,
    "spins": _spins,
    "sleeps": _sleeps,
    "recurses": _recurses,
    "overflows": _overflows,
    "segfaults": _segfaults,
    "forks": _forks,
    "runs": _runs,
    "writes": _writes,
    "dials": _dials,
    "deletes": _deletes,
    "kills": _kills,
    "raises": _raises,
    "refuses": _refuses,
    "exits": _exits,
    "lies": _lies,
}
"""What a file may ask for."""

KEPT: list[bytes] = []
"""What leaks from a document to the next."""
