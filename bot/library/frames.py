"""What passes between who wants a document read and the process that reads it: frames of MessagePack.

A frame is its length in four bytes, the highest first, and as many bytes. The terms come once; then for
each document a request and its bytes, which are answered by a head and, unless it tells a failure, a body.
"""

import io
import struct
from collections.abc import Mapping
from dataclasses import dataclass

_LENGTH = struct.Struct(">I")

LONGEST_HEAD = 1_000_000
"""Bytes of a frame that holds no document and no answer; a few hundred are usual."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a process that reads may use; past `documents` or `held_mb` it makes room for a fresh one.

    `seconds` go by the clock, `cpu_seconds` by the processor, both for one document. `memory_mb` is
    address space: the readers' libraries take 100, a web page of 20 MB and usual mark-up 300, and one
    that is nothing but tags 900. `answer_mb` is more than the text of any file of the usual size.
    """

    seconds: float = 60
    cpu_seconds: int = 30
    memory_mb: int = 1000
    answer_mb: int = 64
    documents: int = 1000
    held_mb: int = 300


@dataclass(frozen=True, slots=True)
class Terms:
    """All that a process that reads will do: for an end of a name a module, for a call `module:function`."""

    readers: Mapping[str, str]
    calls: Mapping[str, str]
    limits: Limits


@dataclass(frozen=True, slots=True)
class Request:
    """What to do with the bytes that follow."""

    call: str
    arguments: dict[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Head:
    """Why there is no answer, if there is none; and the MB that the process holds by now."""

    failure: str | None
    held_mb: int


def put(file: io.FileIO, *frames: bytes) -> None:
    """Write *frames* whole. Raises OSError where nobody reads them."""
    _write(file, b"".join(_framed(frame) for frame in frames[:-1]) + _LENGTH.pack(len(frames[-1])))
    _write(file, frames[-1])


def take(file: io.FileIO, most: int) -> bytearray:
    """Return the next frame. Raises EOFError where none comes whole, ValueError for a longer one."""
    (size,) = _LENGTH.unpack(_read(file, _LENGTH.size))
    if size > most:
        raise ValueError(f"a frame of {size} bytes, where {most} are the most")
    return _read(file, size)


def _framed(frame: bytes) -> bytes:
    return _LENGTH.pack(len(frame)) + frame


def _write(file: io.FileIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def _read(file: io.FileIO, size: int) -> bytearray:
    data = bytearray(size)
    rest = memoryview(data)
    while rest:
        count = file.readinto(rest)
        if not count:
            raise EOFError
        rest = rest[count:]
    return data
