"""PostgreSQL's own tools, pg_dump and pg_restore: found, fitting the server, told no password aloud."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from bot.errors import StoreError
from bot.store.causes import explained
from bot.store.database import Database

LOOK_SECONDS = 0.2
"""From one look at how far a tool has come to the next."""

PACKAGED = "/usr/lib/postgresql"
"""Where Debian has the tools of each version, one of which its PATH leads to."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The tools in a *folder*; '' for those of the PATH."""

    folder: str = ""

    def find(self, name: str, *, server: int) -> str:
        """Return the path of a tool that is no older than a *server* of this major version.

        Raises StoreError where there is none.
        """
        told = []
        for path in self._candidates(name, server):
            version = _major(path)
            if version >= server:
                return path
            told.append(f"{path} is of {version}" if version else f"{path} does not run")
        wanted = f"set BRIEFBOT_PG_BIN to the folder of {name} {server} or newer"
        if told:
            raise StoreError(f"{name}: {'; '.join(told)}, the server is PostgreSQL {server}; {wanted}")
        raise StoreError(f"{name}: is not there; install PostgreSQL's client, or {wanted}")

    def _candidates(self, name: str, server: int) -> list[str]:
        if self.folder:
            found = [shutil.which(name, path=self.folder)]
        else:
            found = [shutil.which(name), shutil.which(name, path=f"{PACKAGED}/{server}/bin")]
        return [path for path in found if path]


def server_of(connection: sa.Connection) -> int:
    """Return the server's major version."""
    return int(connection.scalar(sa.text("SHOW server_version_num")) or 0) // 10_000


def run_tool(
    command: Sequence[str | Path],
    database: Database | None = None,
    *,
    look: Callable[[], None] = lambda: None,
) -> str:
    """Run a tool on *database*, which it learns of by its environment; return what it prints.

    Raises StoreError with the tool's last words where it fails. *look* is called while it runs.
    """
    environment = {
        **os.environ,
        **(_told(database) if database else {}),
        "LC_ALL": "C",
        "PGCONNECT_TIMEOUT": "30",
    }
    process = subprocess.Popen(  # noqa: S603 - a tool that was looked for, no shell
        [*map(str, command)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    try:
        while True:
            try:
                out, err = process.communicate(timeout=LOOK_SECONDS)
                break
            except subprocess.TimeoutExpired:
                look()
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    if process.returncode:
        name = Path(command[0]).name
        words = [line for line in err.splitlines() if "error" in line] or err.splitlines() or ["failed"]
        raise explained(name, words[0].removeprefix(f"{name}: "))
    return out


def _told(database: Database) -> dict[str, str]:
    """Return the variables by which PostgreSQL's tools learn what the address says, its password included."""
    from psycopg import pq  # noqa: PLC0415 - PostgreSQL alone

    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    options = pq.Conninfo.parse(url.encode())
    return {one.envvar.decode(): one.val.decode() for one in options if one.envvar and one.val is not None}


def _major(path: str) -> int:
    """Return a tool's major version, 0 where it does not say."""
    try:
        told = subprocess.run(  # noqa: S603 - a tool that was looked for, no shell
            [path, "--version"], capture_output=True, text=True, timeout=30, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r"\(PostgreSQL\) (\d+)", told)
    return int(found[1]) if found else 0
