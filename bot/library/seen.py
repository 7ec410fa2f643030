"""Which of very many names came: on the disk, so that memory stays flat."""

import sqlite3


class Seen:
    """A set of names, in a file without a name that is gone with it; a small one stays in memory."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.execute("CREATE TABLE seen (name BLOB PRIMARY KEY) WITHOUT ROWID")
        self._file.execute("BEGIN")  # Never ended: nothing has to be kept.
        self._do = self._file.cursor().execute

    def add(self, name: str) -> bool:
        """Add *name*; tell whether it was not there."""
        return bool(self._do("INSERT OR IGNORE INTO seen VALUES (?)", (_told(name),)).rowcount)

    def __contains__(self, name: str) -> bool:
        return self._do("SELECT 1 FROM seen WHERE name = ?", (_told(name),)).fetchone() is not None


def _told(name: str) -> bytes:
    return name.encode("utf-8", "surrogatepass")
