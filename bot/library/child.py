"""The process that reads hostile formats apart, as bot/library/apart.py starts it.

It reads one document at a time from standard input and answers on standard output, within limits, and
can do nothing but what the terms name that came first. Its readers are imported when one is needed.
"""

import contextlib
import importlib
import io
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from bot.errors import ReadError
from bot.library.confine import begin, confine, finish, held_mb
from bot.library.frames import LONGEST_HEAD, Head, Request, Terms, put, take
from bot.library.reading import Reading, Unreadable

OUT_OF_MEMORY = 86
"""How the process ends where memory does not suffice; no other program's code of old."""

READ = "read"
"""The call that reads a file by the end of its name; the others are named in the terms."""

Parts = list[tuple[Reading | None, Unreadable | None]]
"""What READ answers: readings and what is none, in the order of the file."""

_encode = msgspec.msgpack.Encoder().encode


def main() -> None:
    """Answer until nobody asks any more."""
    questions = io.FileIO(os.dup(0))
    answers = io.FileIO(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)  # What a library prints is no answer.
    with contextlib.suppress(EOFError, BrokenPipeError):
        terms = msgspec.msgpack.decode(take(questions, LONGEST_HEAD), type=Terms)
        confine(terms.limits.memory_mb)
        while True:
            _serve(questions, answers, terms)


def _serve(questions: io.FileIO, answers: io.FileIO, terms: Terms) -> None:
    request = msgspec.msgpack.decode(take(questions, LONGEST_HEAD), type=Request)
    data = bytes(take(questions, sys.maxsize))
    limits = terms.limits
    begin(questions.fileno(), cpu_seconds=limits.cpu_seconds, seconds=limits.seconds)
    failure, body = _answered(request, data, terms)
    finish(questions.fileno())
    put(answers, _encode(Head(failure, held_mb())), body)


def _answered(request: Request, data: bytes, terms: Terms) -> tuple[str | None, bytes]:
    """Return why there is no answer, or the answer."""
    try:
        return None, _encode(_function(request, terms)(data, **request.arguments))
    except ReadError as error:
        return str(error), b""
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # Here even a word more could be too much.
    except RecursionError:
        return "is nested too deeply to be read", b""
    except ImportError as error:
        return f"its reader cannot start ({error}); run pip install -r requirements.txt", b""
    except Exception as error:  # A bug of a reader is told, too, and the next document read.
        return _told(error), b""


def _function(request: Request, terms: Terms) -> Callable[..., Any]:
    if request.call == READ:
        return lambda data, suffix, most: _read(terms.readers[suffix], data, most)
    module, _, name = terms.calls[request.call].partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function


def _read(module: str, data: bytes, most: int) -> Parts:
    return [
        (part, None) if isinstance(part, Reading) else (None, part)
        for part in importlib.import_module(module).read(io.BytesIO(data), most)
    ]


def _told(error: Exception) -> str:
    """Return the kind of *error* and where it arose; its text may be anything."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(last.filename).name}, line {last.lineno}"
    return f"its reader failed ({type(error).__name__} in {where}); report it, with the file if you may"


if __name__ == "__main__":
    main()
