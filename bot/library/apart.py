"""Documents of hostile formats are read apart: in a process that may be killed, by nobody's loss.

It has limits of memory and time, none of our secrets, and answers in MessagePack of known types, never in
code. A document that overtaxes or breaks it is refused with a reason; the next one gets a fresh process.
"""

import contextlib
import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, cast

import msgspec

from bot.errors import ReadError
from bot.library.child import OUT_OF_MEMORY, READ, Parts
from bot.library.decode import storable
from bot.library.frames import LONGEST_HEAD, Head, Limits, Request, Terms, put, take
from bot.library.readers import APART
from bot.library.reading import Reading, Unreadable

T = TypeVar("T")

CALLS: Mapping[str, str] = {
    "html": "bot.library.readers.html:reading_of_html",
    "feed": "bot.library.readers.feed:feed_of",
    "sitemap": "bot.library.readers.sitemap:sitemap_of",
    "discovered": "bot.library.readers.discovery:discovered",
    "opml": "bot.library.readers.opml:outlines_of",
}
"""What else can be called apart, as `module:function`; each takes bytes first."""

USUAL = Limits()

KEPT = ("HOME", "PYTHONHOME", "LD_LIBRARY_PATH", "SYSTEMROOT", "WINDIR", "APPDATA", "LOCALAPPDATA")
"""What of our environment the process gets: what finds Python and its packages, and no secret."""

NO_ANSWER = "its reader gave no answer that can be understood; report it"

LONGEST_REASON = 500
"""Characters of a reason; a hundred are usual."""

DYING = 5.0
"""Seconds that a process which was killed may take to be gone."""


class Apart:
    """Reads documents in a process of its own, which starts when first one is there; one at a time."""

    def __init__(
        self,
        *,
        limits: Limits = USUAL,
        readers: Mapping[str, str] = APART,
        calls: Mapping[str, str] = CALLS,
    ) -> None:
        self._terms = Terms(readers, calls, limits)
        self._lock = threading.Lock()
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, if there is one; the next document starts another."""
        with self._lock:
            self._end()

    def break_off(self) -> None:
        """End the process whatever it is reading; who waits for that hears that its reader was killed."""
        child = self._child  # Without the lock, which is held by who waits.
        if child is not None and child.is_living:
            child.kill()

    def reads(self, suffix: str) -> bool:
        """Tell whether files with the end *suffix* of their names are read here."""
        return suffix in self._terms.readers

    def read(self, suffix: str, data: bytes, most: int) -> list[Reading | Unreadable]:
        """Return what the reader for *suffix* makes of *data*.

        Raises ReadError, with a reason for people, whatever happens to the process.
        """
        parts = self._ask(Request(READ, {"suffix": suffix, "most": most}), data, Parts)
        return [_storable(part) for pair in parts for part in pair if part is not None]

    def call(self, name: str, gives: type[T], data: bytes, **arguments: str | int | None) -> T:
        """Return what the call *name* of CALLS makes of *data*, of the type *gives*. Raises ReadError."""
        return self._ask(Request(name, arguments), data, gives)

    def _ask(self, request: Request, data: bytes, gives: type[T]) -> T:
        with self._lock:
            if self._child is None or not self._child.is_living:
                self._end()
                self._child = _Child(self._terms)
            child = self._child
            try:
                head, body = child.answer(request, data)
            except BaseException:
                self._end()
                raise
            if child.answered >= self._terms.limits.documents or head.held_mb > self._terms.limits.held_mb:
                self._end()
        if head.failure is not None:
            raise ReadError(_told(head.failure))
        try:
            return msgspec.msgpack.decode(body, type=gives)
        except msgspec.MsgspecError as error:
            raise ReadError(NO_ANSWER) from error

    def _end(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None


class _Child:
    """The process, from its start to its end."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self.answered = 0
        root = str(Path(__file__).resolve().parents[2])
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        try:
            self._process = subprocess.Popen(
                # Nothing is found beside the working folder, and nothing written beside the modules.
                [sys.executable, "-P", "-B", "-m", "bot.library.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                cwd=Path(sys.executable).anchor,
                env=kept | {"PYTHONPATH": root},
                start_new_session=True,  # A Ctrl-C is for us; and what it starts ends with it.
            )
        except OSError as error:
            raise ReadError(f"no process could be started to read it ({error.strerror})") from error
        self._exchange: threading.Thread | None = None

    @property
    def is_living(self) -> bool:
        return self._process.poll() is None

    def answer(self, request: Request, data: bytes) -> tuple[Head, bytearray]:
        """Return the answer's two frames. Raises ReadError where none comes: then this has to end."""
        limits = self._terms.limits
        came: list[tuple[Head, bytearray] | Exception] = []

        def exchange() -> None:
            try:
                came.append(self._exchanged(request, data))
            except Exception as error:
                came.append(error)

        # Writing to and reading from a process may block: here in a thread, which can be waited for.
        self._exchange = threading.Thread(target=exchange, daemon=True)
        self._exchange.start()
        self._exchange.join(limits.seconds)
        if not came:
            raise ReadError(f"took longer than {limits.seconds:g} s to read; split it or leave it out")
        [answer] = came
        self.answered += 1
        if isinstance(answer, EOFError | OSError):
            raise ReadError(self._reason()) from answer
        if isinstance(answer, Exception):
            raise answer
        return answer

    def end(self) -> None:
        """Kill the process and what it started; wait until it is gone."""
        self.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(DYING)
        if self._exchange is not None:
            self._exchange.join(DYING)
            if self._exchange.is_alive():
                return  # Somebody else holds the pipe: the thread is left to wait, its files to it.
        for pipe in self._pipes():
            pipe.close()

    def _exchanged(self, request: Request, data: bytes) -> tuple[Head, bytearray]:
        questions, answers = self._pipes()
        terms = () if self.answered else (_encode(self._terms),)
        put(questions, *terms, _encode(request), data)
        most = self._terms.limits.answer_mb
        try:
            head = msgspec.msgpack.decode(take(answers, LONGEST_HEAD), type=Head)
            return head, take(answers, most * 1_000_000)
        except ValueError as error:
            raise ReadError(f"holds more than {most} MB of text; split it or leave it out") from error
        except msgspec.MsgspecError as error:
            raise ReadError(NO_ANSWER) from error

    def _pipes(self) -> tuple[io.FileIO, io.FileIO]:
        return cast("io.FileIO", self._process.stdin), cast("io.FileIO", self._process.stdout)

    def kill(self) -> None:
        """Kill the process and what it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)

    def _reason(self) -> str:
        """Return why the process is gone that was to read a document."""
        limits = self._terms.limits
        try:
            code = self._process.wait(DYING)
        except subprocess.TimeoutExpired:
            return NO_ANSWER
        if code == OUT_OF_MEMORY:
            return f"needs more than {limits.memory_mb:,} MB of memory to read; split it or leave it out"
        signals = {-one: one.name for one in signal.Signals}
        if signals.get(code) == "SIGXCPU":
            return f"took more than {limits.cpu_seconds} s of computing to read; split it or leave it out"
        if signals.get(code) == "SIGKILL":
            return "its reader was killed, as where a machine is short of memory; try it alone"
        return f"made its reader crash ({signals.get(code, f'code {code}')}); leave it out"


def _storable(part: Reading | Unreadable) -> Reading | Unreadable:
    """Return *part* in characters that any store takes: who answered may not be our reader any more."""
    if isinstance(part, Unreadable):
        return Unreadable(_told(part.where), _told(part.why))
    blocks = tuple(
        block if storable(block.text) == block.text else replace(block, text=storable(block.text))
        for block in part.blocks
    )
    texts: dict[str, Any] = {
        field.name: storable(value)
        for field in fields(part)
        if isinstance(value := getattr(part, field.name), str)
    }
    front, topics = (tuple(map(storable, told)) for told in (part.front, part.topics))
    return replace(part, blocks=blocks, front=front, topics=topics, **texts)


def _told(reason: str) -> str:
    """Return *reason* as a line for a terminal; it may quote the document."""
    return " ".join(storable(reason).split())[:LONGEST_REASON]


_encode = msgspec.msgpack.Encoder().encode
