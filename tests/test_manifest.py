"""What Slack is asked to allow, and what stands in the way."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from articles import MARKDOWN
from conftest import Run, Write

from bot.local_slack.server import Fault, Server
from bot.local_slack.state import Workspace


def test_the_core_asks_for_two_scopes_and_says_why(run: Run):
    done = run("manifest")

    told = json.loads(done.stdout)
    assert told["oauth_config"]["scopes"]["bot"] == ["chat:write", "commands"]
    assert told["settings"]["socket_mode_enabled"] is True
    assert told["features"]["slash_commands"][0]["command"] == "/brief"
    assert "url" not in told["features"]["slash_commands"][0]
    assert told["features"]["app_home"]["home_tab_enabled"] is True
    assert told["settings"]["event_subscriptions"] == {"bot_events": ["app_home_opened"]}
    assert [line.partition(": ")[0] for line in done.stderr.splitlines()] == ["commands", "chat:write"]


def test_an_address_takes_the_place_of_socket_mode(run: Run):
    told = json.loads(run("manifest", "--url", "https://brief.example.org/").stdout)

    url = "https://brief.example.org/slack/events"
    assert told["settings"]["socket_mode_enabled"] is False
    assert told["settings"]["interactivity"]["request_url"] == url
    assert told["settings"]["event_subscriptions"]["request_url"] == url
    assert told["features"]["slash_commands"][0]["url"] == url
    assert told["settings"]["event_subscriptions"] == {
        "bot_events": ["app_home_opened", "app_uninstalled", "team_access_revoked", "tokens_revoked"],
        "request_url": url,
    }
    assert told["oauth_config"]["redirect_urls"] == ["https://brief.example.org/slack/oauth_redirect"]


def test_the_manifest_has_the_features_that_are_set(run: Run, write: Write):
    settings = {"BRIEFBOT_CONFIG": str(write("config.yml", "features: [zones]"))}

    assert "users:read" in run("manifest", environment=settings).stdout
    assert "users:read" not in run("manifest", "--with", "charts", environment=settings).stdout


def test_features_add_their_scopes_each_with_its_reason(run: Run):
    done = run("manifest", "--with", "exact-delivery,zones")

    scopes = json.loads(done.stdout)["oauth_config"]["scopes"]["bot"]
    assert scopes == [
        "channels:history", "chat:write", "commands", "groups:history", "im:history", "im:write", "users:read",
    ]  # fmt: skip
    assert all(f"{scope}: " in done.stderr for scope in scopes)


def test_files_are_read_by_one_scope_that_says_whose(run: Run):
    done = run("manifest", "--with", "files")

    assert json.loads(done.stdout)["oauth_config"]["scopes"]["bot"] == [
        "chat:write",
        "commands",
        "files:read",
    ]
    assert "files:read: to read the files of a message that someone adds" in done.stderr


def test_it_hears_that_it_joined_a_channel_by_two_scopes(run: Run):
    told = json.loads(run("manifest", "--with", "joining").stdout)

    assert told["oauth_config"]["scopes"]["bot"] == ["channels:read", "chat:write", "commands", "groups:read"]
    assert "member_joined_channel" in told["settings"]["event_subscriptions"]["bot_events"]


@pytest.mark.parametrize(
    "features", ["", "mentions,direct-messages,joining,exact-delivery,files,charts,zones,roles"]
)
@pytest.mark.parametrize("url", [(), ("--url", "https://a.example")])
def test_the_manifest_keeps_slacks_limits(run: Run, features: str, url: tuple[str, ...]):
    told = json.loads(run("manifest", "--with", features, *url).stdout)

    display, command = told["display_information"], told["features"]["slash_commands"][0]
    assert len(display["name"]) <= 35
    assert len(display["description"]) <= 140
    assert len(told["features"]["bot_user"]["display_name"]) <= 80
    assert len(command["command"]) <= 32
    assert len(command["description"]) <= 2000
    assert len(command["usage_hint"]) <= 1000
    assert [one["type"] for one in told["features"]["shortcuts"]] == ["global", "message"]
    for shortcut in told["features"]["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
        assert len(shortcut["callback_id"]) <= 255


@pytest.mark.parametrize("arguments", [("--with", "telepathy"), ("--url", "http://plain.example")])
def test_what_slack_would_refuse_says_so(run: Run, arguments: tuple[str, str]):
    done = run("manifest", *arguments)

    assert done.returncode == 1
    assert arguments[1] in done.stderr


@pytest.fixture
def slack() -> Iterator[Server]:
    with Server(Workspace()).running() as server:
        yield server


def environment(slack: Server, **other: str) -> dict[str, str]:
    workspace = slack.workspace
    return {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_APP_TOKEN": workspace.app_token,
        **other,
    }


def test_doctor_finds_all_well(slack: Server, run: Run):
    run("ingest")

    done = run("doctor", environment=environment(slack))

    assert done.returncode == 0, done.stdout
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == [
        "ok  configuration", "ok  schema", "ok  store", "ok  database clock", "ok  index", "ok  index files",
        "ok  topics", "ok  sources", "ok  deliveries", "ok  waiting", "ok  reading", "ok  ways from Slack",
        "ok  operators' page", "ok  metrics", "ok  token", "ok  scopes", "ok  channels",
        "ok  deliveries in doubt", "ok  clock",
    ]  # fmt: skip
    assert slack.workspace.bot_token not in done.stdout + done.stderr


def test_doctor_says_which_topics_nothing_is_about(slack: Server, run: Run, write: Write):
    run("ingest", write("vault.md", MARKDOWN))

    done = run("doctor", environment=environment(slack))

    (line,) = (line for line in done.stdout.splitlines() if "topics: " in line)
    assert line.startswith("!!  topics: 10 declared, nothing is about chips, export controls, models")
    assert "talent" not in line
    assert line.endswith("python -m bot topics says which keywords would serve")


def test_doctor_says_what_to_do(slack: Server, run: Run, tmp_path: Path):
    slack.workspace.scopes = {"commands"}
    told = run("doctor", environment=environment(slack)).stdout
    assert "!!  store: " in told
    assert "python -m bot ingest" in told
    assert "!!  scopes: lacks chat:write" in told

    slack.workspace.is_installed = False
    assert "Slack says account_inactive" in run("doctor", environment=environment(slack)).stdout

    slack.faults.extend([Fault("drop")] * 9)
    assert "Slack does not answer" in run("doctor", environment=environment(slack)).stdout


def test_doctor_looks_at_a_wrong_configuration_too(run: Run, write: Write):
    path = write("config.yml", "nonsense: 1")

    done = run("doctor", environment={"BRIEFBOT_CONFIG": str(path)})

    assert done.returncode == 1
    assert done.stdout.startswith("!!  configuration: config.yml: nonsense: unknown key")


def test_doctor_says_that_sources_fail(slack: Server, run: Run, write: Write):
    config = write("config.yml", "library:\n  sources: [nowhere/at/all, {feed: 'http://10.0.0.7/feed'}]\n")
    variables = {**environment(slack), "BRIEFBOT_CONFIG": str(config)}

    done = run("ingest", environment=variables)

    assert done.returncode == 1
    assert "nowhere/at/all: cannot be read" in done.stderr
    assert "10.0.0.7: leads inside a network" in done.stderr
    told = run("doctor", environment=variables).stdout
    assert "!!  sources: 2, 1 that fail  -> python -m bot sources shows why" in told
