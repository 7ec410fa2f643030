"""Whoever clicks whatever there is to click, over HTTP and Socket Mode, on both engines, is answered."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Run
from test_serve import eventually, serving
from walk import ANNA, TYPED, Payloads, Walk

from bot.loading import load
from bot.local_slack.files import share
from bot.local_slack.people import People, by_http, by_socket
from bot.local_slack.server import Server
from bot.local_slack.state import Workspace
from bot.slack.manifest import FEATURES, manifest

HERE = "C0POLICY"


@pytest.fixture
def slack() -> Iterator[Server]:
    workspace = Workspace(rates=False)
    anna = workspace.add_user("anna")
    workspace.add_channel("policy", anna, workspace.bot)
    workspace.add_channel("outside", anna)
    workspace.create_app(manifest("/brief", features=FEATURES))
    with Server(workspace).running() as server:
        yield server


@pytest.mark.parametrize(("way", "engine"), [("http", "postgresql"), ("socket", "sqlite")])
def test_whatever_can_be_clicked_is_answered_and_taken_by_slack(
    slack: Server, run: Run, tmp_path: Path, request: pytest.FixtureRequest, way: str, engine: str
):
    workspace = slack.workspace
    store = {} if engine == "sqlite" else {"DATABASE_URL": request.getfixturevalue("empty_postgresql")}
    assert run("ingest", environment=store).returncode == 0
    text = "The chips of Ystad arrived. https://example.org/chips"
    said = share(workspace, HERE, ANNA, "chips.md", b"# Chips\n\nThose of Lund did not.", text=text)
    shortcuts = manifest(load({}).command)["features"]["shortcuts"]
    secret, token = workspace.signing_secret, workspace.app_token
    told = {"SLACK_SIGNING_SECRET": secret} if way == "http" else {"SLACK_APP_TOKEN": token}

    with serving(slack, tmp_path / "data", **store, **told) as (address, _):
        eventually(lambda: way == "http" or bool(slack.sockets))
        bring = by_http(workspace, f"{address}/slack/events") if way == "http" else by_socket(slack)
        people = People(workspace, bring, address=slack.address)
        walk = Walk(slack, Payloads(slack, people), people, here=HERE, elsewhere="C0OUTSIDE")
        walk.everything(TYPED, shortcuts, said)

    assert walk.faults == []
    assert workspace.calls["files.info"] >= 2, "a file was looked at, and read"
    assert len(set(walk.clicked)) > 100
