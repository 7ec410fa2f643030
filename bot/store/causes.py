"""Why a database failed, in plain words that say what to do."""

import re

from bot.errors import StoreError

BUSY_SECONDS = 30
"""How long a writer waits for another before it gives up."""

DAMAGED = (
    "is damaged; move it away with the files beside it, then restore a backup or run "
    "`python -m bot ingest` again"
)
"""What is to be done about a damaged file of SQLite's."""


def explained(name: str, cause: str) -> StoreError:
    """Return in plain words what a database says, which is called *name*."""
    for pattern, advice in _FAULTS:
        if re.search(pattern, cause, re.IGNORECASE):
            return StoreError(f"{name}: {advice}")
    # The first line only: what follows may quote the statement's parameters.
    return StoreError(f"{name}: {_without_secrets(next(iter(cause.splitlines()), 'no reason is given'))}")


def _without_secrets(cause: str) -> str:
    return re.sub(r"(://[^:/@\s]*):[^@\s]*@", r"\1:...@", cause)


_FAULTS = (
    (r"malformed|not a database|file is encrypted", DAMAGED),
    (
        r"database or disk is full|No space left",
        "the disk is full; nothing was half-written; free some space",
    ),
    (
        r"in a read-only transaction",
        "takes no writes, as a standby does; let DATABASE_URL name the primary",
    ),
    (
        r"permission denied for|must be owner|no schema has been selected",
        "the user lacks rights there; let it own the database",
    ),
    (
        r"canceling statement due to \w+ timeout",
        "ended what took too long; raise its statement_timeout or lock_timeout",
    ),
    (
        r"readonly database|read-only|unable to open",
        "cannot be written; check the folder's permissions",
    ),
    (r"disk I/O error", "the disk does not answer; check it, nothing was half-written"),
    (
        r"database is locked",
        f"is held by another process for over {BUSY_SECONDS} seconds; try again",
    ),
    (r"authentication|password|role .* does not exist", "refuses the user or the password"),
    (
        r"refused|could not translate|No such file|timeout|timed out|resolve",
        "cannot be reached; is it running?",
    ),
    (r"database .* does not exist", "has no such database; create it"),
)
