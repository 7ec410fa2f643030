"""The command line in processes that need not import it: each is forked from one that has, and is a process like any.

Most of what a verb takes, a second of computing, is importing. `python tests/forked.py` waits for what is to
be run, one connection for each, and is told its arguments and environment, and given its files 0 to 2.
"""

import atexit
import gc
import json
import os
import runpy
import socket
import subprocess
import sys
import threading
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent

IMPORTED = (
    "alembic.command", "bot.doctor.examine", "bot.playing", "bot.filling", "bot.keeping", "bot.searching",
    "digests.report", "psycopg", "sqlalchemy.dialects.sqlite", "sqlalchemy.dialects.postgresql",
)  # fmt: skip
"""What verbs import late, and all that it stands on."""


class Forks:
    """Runs `python -m bot` for one test process."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory()
        self._address = str(Path(self._folder.name) / "socket")
        self._process = subprocess.Popen(
            [sys.executable, __file__, self._address], cwd=ROOT, stdout=subprocess.PIPE
        )
        assert self._process.stdout
        assert self._process.stdout.readline() == b"ready\n"

    def run(
        self, arguments: list[str], environment: dict[str, str], typed: str, seconds: float
    ) -> subprocess.CompletedProcess[str]:
        """Return what came of it; raises TimeoutError where that takes longer than *seconds*."""
        if any(
            name.startswith("PYTHON") and os.environ.get(name) != environment[name] for name in environment
        ):
            return self._started(arguments, environment, typed, seconds)
        told = json.dumps({"arguments": arguments, "environment": environment}).encode()
        with (
            socket.socket(socket.AF_UNIX) as asked,
            TemporaryFile() as given,
            TemporaryFile() as output,
            TemporaryFile() as errors,
        ):
            given.write(typed.encode())
            given.seek(0)
            asked.settimeout(seconds)
            asked.connect(self._address)
            files = [one.fileno() for one in (given, output, errors)]
            socket.send_fds(asked, [len(told).to_bytes(4, "big")], files)
            asked.sendall(told)
            code = int(asked.recv(20))
            for one in (output, errors):
                one.seek(0)
            read = [one.read().decode().replace("\r\n", "\n") for one in (output, errors)]
        return subprocess.CompletedProcess(["python", "-m", "bot", *arguments], code, *read)

    def _started(
        self, arguments: list[str], environment: dict[str, str], typed: str, seconds: float
    ) -> subprocess.CompletedProcess[str]:
        """Do the same in a process of its own: what Python itself is told is read when it starts."""
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=ROOT,
            env=environment,
            input=typed,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def close(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.communicate()
        self._folder.cleanup()


def serve(address: str) -> None:
    """Fork for whatever is asked at *address*; return in the process that is to run it."""
    for name in IMPORTED:
        __import__(name)
    gc.freeze()  # What is shared stays so.
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(address)
    listening.listen()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        asked, _ = listening.accept()
        if os.fork() == 0:  # Who waits for it; the first goes on at once.
            if os.fork() == 0:
                listening.close()
                become(asked)
                return
            answer(asked)
        asked.close()
        reap()


def reap() -> None:
    """Let go of those that have answered."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def answer(asked: socket.socket) -> None:
    """Tell the exit code of the process that runs it; end with it."""
    _, status = os.wait()
    asked.sendall(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def become(asked: socket.socket) -> None:
    """Take up what was asked for: files, environment, arguments."""
    size, files, *_ = socket.recv_fds(asked, 4, 3)
    with asked.makefile("rb") as read:
        told = json.loads(read.read(int.from_bytes(size, "big")))
    for at, file in enumerate(files):
        os.dup2(file, at)
        os.close(file)
    asked.close()
    os.environ.clear()
    os.environ.update(told["environment"])
    sys.argv[1:] = told["arguments"]


def run() -> int:
    """Return the exit code of what `python -m bot` does."""
    try:
        runpy.run_module("bot", run_name="__main__", alter_sys=True)
    except SystemExit as exit_:
        if isinstance(exit_.code, str):
            sys.stderr.write(f"{exit_.code}\n")
        return exit_.code if isinstance(exit_.code, int) else int(exit_.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def end(code: int) -> NoReturn:
    """End as an interpreter does, without taking apart what was imported: that takes a third of a second."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


if __name__ == "__main__":
    sys.path[0] = str(ROOT)
    serve(sys.argv[1])
    end(run())
