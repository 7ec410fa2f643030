"""Who is ready: where the database answers, the schema is the program's and the index keeps up."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from conftest import NOW, Write
from once import READER
from outage import Server as OwnServer
from outage import hanging
from served import Answer, ask
from served import serving as in_process
from starlette.applications import Starlette
from starlette.routing import Route
from test_serve import eventually, serving

from bot.app import Briefbot, open_briefbot
from bot.config import Config
from bot.library.ingest import Ingest
from bot.local_slack.server import Server
from bot.local_slack.state import Workspace
from bot.serve import web_app
from bot.store.database import Database
from bot.store.schema import SCHEMA
from bot.web.health import LEEWAY, Pursuit, Readiness, Ready, healthz

WITHIN = 0.3
"""Seconds that a database may take in these tests."""


@pytest.fixture
def opened(config: Config, database_url: str) -> Iterator[Briefbot]:
    briefbot = open_briefbot(replace(config, database_url=database_url))
    yield briefbot
    briefbot.close()


class Clock:
    """Seconds that a test lets pass."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def answering(briefbot: Briefbot, clock: Callable[[], float] = time.monotonic) -> Iterator[str]:
    """Serve the two answers over an index that nothing brings on."""
    ready = Ready(briefbot.database, briefbot.library, briefbot.index, Pursuit(), clock)
    readiness = Readiness(ready.lacks, within=WITHIN, kept=0)
    with in_process(Starlette(routes=[Route("/readyz", readiness.readyz), Route("/healthz", healthz)])) as at:
        yield at


def arrive(briefbot: Briefbot, write: Write, name: str) -> None:
    path = write(
        f"{name}.md", f"# {name}\n\nThe last sailing barge of the river {name} left on Monday with grain."
    )
    Ingest(briefbot.library, briefbot.config, apart=READER).run([path], now=lambda: NOW)


def change(briefbot: Briefbot, statement: str, **values: str) -> None:
    with briefbot.database.writing() as connection:
        connection.execute(sa.text(statement), values)


def test_a_process_is_ready_as_it_runs_and_stays_so_while_documents_arrive(opened: Briefbot, write: Write):
    with in_process(web_app(opened)) as address:
        answers = [ask(address, "/readyz")]
        for river in ("Oder", "Elbe", "Maas"):
            arrive(opened, write, river)
            answers.append(ask(address, "/readyz"))

    assert [(one.status, one.text) for one in answers] == [(200, "ready\n")] * 4


def test_an_index_that_is_left_behind_for_two_minutes_is_not_ready_until_it_is_there(
    opened: Briefbot, write: Write
):
    clock = Clock()
    with answering(opened, clock) as address:
        assert ask(address, "/readyz").status == 200
        arrive(opened, write, "Oder")
        assert ask(address, "/readyz").status == 200
        clock.now += LEEWAY + 1

        late = ask(address, "/readyz")
        opened.index.follow(opened.library)

        assert (late.status, late.text) == (503, "index: answers are of revision 0, the store is at 1\n")
        assert ask(address, "/readyz").status == 200


def test_who_is_always_behind_and_always_comes_on_is_ready():
    pursuit = Pursuit()

    assert all(pursuit.keeps_up(n, n + 1 if n else n, now=n * 30.0) for n in range(1000))


def test_who_comes_on_too_slowly_is_not():
    pursuit = Pursuit()
    assert pursuit.keeps_up(0, 0, now=0)
    assert pursuit.keeps_up(0, 100, now=1)

    assert not pursuit.keeps_up(99, 500, now=LEEWAY + 2)
    assert pursuit.keeps_up(100, 500, now=LEEWAY + 3)


def test_at_its_start_a_process_must_be_where_the_store_is():
    pursuit = Pursuit()

    assert not pursuit.keeps_up(4, 5, now=0)
    assert pursuit.keeps_up(6, 6, now=1)
    assert pursuit.keeps_up(6, 7, now=2)


def test_who_starts_while_documents_arrive_without_a_pause_is_ready():
    pursuit = Pursuit()

    assert not pursuit.keeps_up(4, 500, now=0)
    assert not pursuit.keeps_up(499, 520, now=1)
    assert pursuit.keeps_up(530, 540, now=2)


def test_a_store_that_was_put_back_to_an_earlier_state_is_reached_where_it_is():
    pursuit = Pursuit()
    assert pursuit.keeps_up(50, 100, now=0) is False
    assert pursuit.keeps_up(100, 100, now=0)

    assert pursuit.keeps_up(-1, 60, now=1)
    assert not pursuit.keeps_up(59, 60, now=LEEWAY + 1)
    assert pursuit.keeps_up(60, 60, now=LEEWAY + 2)


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ("0001", f"schema: 0001, and this process needs {SCHEMA}; run python -m bot migrate\n"),
        ("9999", f"schema: 9999, and this process knows {SCHEMA}; start it anew with the newer Briefbot\n"),
    ],
)
def test_a_schema_that_is_not_the_programs_is_not_ready(opened: Briefbot, version: str, told: str):
    with answering(opened) as address:
        change(opened, "UPDATE alembic_version SET version_num = :version", version=version)
        change(opened, "UPDATE library SET oldest = :version", version=version)

        answer = ask(address, "/readyz")

    assert (answer.status, answer.text) == (503, told)


def test_who_runs_on_while_a_newer_generation_expands_the_schema_is_ready(opened: Briefbot):
    with answering(opened) as address:
        change(opened, "UPDATE alembic_version SET version_num = '9999'")

        assert ask(address, "/readyz").status == 200


def test_a_store_that_fails_is_not_ready_and_nobody_reads_where_it_is(opened: Briefbot):
    with answering(opened) as address:
        change(opened, "ALTER TABLE library RENAME TO lost")

        answer = ask(address, "/readyz")

        assert answer.status == 503
        assert answer.text == "database: cannot be read; the log has the reason\n"
        assert ask(address, "/healthz").status == 200


def test_who_was_not_ready_is_not_without_the_database_either(opened: Briefbot, write: Write):
    clock = Clock()
    with answering(opened, clock) as address:
        assert ask(address, "/readyz").status == 200
        arrive(opened, write, "Oder")
        assert ask(address, "/readyz").status == 200
        clock.now += LEEWAY + 1
        assert ask(address, "/readyz").status == 503
        change(opened, "ALTER TABLE library RENAME TO lost")

        answer = ask(address, "/readyz")

    assert (answer.status, answer.text) == (503, "database: cannot be read; the log has the reason\n")


def test_a_database_that_hangs_is_told_in_time_to_all_who_ask_and_holds_one_thread(
    config: Config, empty_postgresql: str
):
    briefbot = open_briefbot(replace(config, database_url=empty_postgresql))
    with answering(briefbot) as address:
        assert ask(address, "/readyz").status == 200
        with hanging(empty_postgresql):
            began = time.monotonic()
            answers: list[Answer] = []
            asking = [
                threading.Thread(target=lambda: answers.append(ask(address, "/readyz"))) for _ in range(9)
            ]
            for one in asking:
                one.start()
            lives = ask(address, "/healthz")
            for one in asking:
                one.join()
            took = time.monotonic() - began
            looks = [one for one in threading.enumerate() if one.name == "look"]

        assert {(one.status, one.text) for one in answers} == {
            (200, "ready to answer from the index; database: has not answered for 0.3 s\n")
        }
        assert len(answers) == 9
        assert took < 5
        assert lives.status == 200
        assert len(looks) == 1
        eventually(lambda: ask(address, "/readyz").status == 200)
    briefbot.close()


@pytest.fixture
def own_postgresql(postgresql_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnServer]:
    server = OwnServer(tmp_path_factory.mktemp("own") / "data")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def slack() -> Iterator[Server]:
    with Server(Workspace()).running() as server:
        yield server


def test_a_database_that_is_stopped_is_told_and_found_again_by_the_same_process(
    own_postgresql: OwnServer, slack: Server, tmp_path: Path
):
    secrets = {"SLACK_SIGNING_SECRET": slack.workspace.signing_secret, "DATABASE_URL": own_postgresql.url}
    with serving(slack, tmp_path / "data", **secrets) as (address, process):
        eventually(lambda: ask(address, "/readyz").status == 200)
        own_postgresql.stop()
        eventually(
            lambda: ask(address, "/readyz").text.startswith("ready to answer from the index; database: ")
        )
        assert ask(address, "/readyz").status == 200
        assert ask(address, "/healthz").status == 200
        own_postgresql.start()

        eventually(lambda: ask(address, "/readyz").text == "ready\n")
        process.terminate()
        _, logged = process.communicate(timeout=20)

    assert "the database cannot be read: the PostgreSQL of DATABASE_URL: " in logged


def test_a_process_whose_database_hangs_lives_and_stays_ready(
    empty_postgresql: str, slack: Server, tmp_path: Path
):
    secrets = {"SLACK_SIGNING_SECRET": slack.workspace.signing_secret, "DATABASE_URL": empty_postgresql}
    with serving(slack, tmp_path / "data", **secrets) as (address, _):
        eventually(lambda: ask(address, "/readyz").status == 200)
        with hanging(empty_postgresql):
            eventually(lambda: ask(address, "/readyz").text != "ready\n")
            told = ask(address, "/readyz")
            assert told.text == "ready to answer from the index; database: has not answered for 2 s\n"
            assert told.status == 200
            assert ask(address, "/healthz").status == 200

        eventually(lambda: ask(address, "/readyz").text == "ready\n")


def test_a_server_that_is_gone_without_a_word_is_given_up_unless_the_address_says_otherwise(
    empty_postgresql: str,
):
    joint = "&" if "?" in empty_postgresql else "?"
    told = []
    for url in (empty_postgresql, f"{empty_postgresql}{joint}connect_timeout=7"):
        database = Database(url.replace("postgresql://", "postgresql+psycopg://", 1))
        with database.reading() as connection:
            told.append(connection.connection.driver_connection.info.get_parameters())
        database.close()

    assert [one["connect_timeout"] for one in told] == ["10", "7"]
    assert [one["tcp_user_timeout"] for one in told] == ["30000", "30000"]
