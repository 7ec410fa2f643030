"""Who may do what concerns others, as Slack and `config.yml` tell."""

import asyncio
from collections.abc import Iterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.local_slack.server import Fault, Server
from bot.local_slack.state import Workspace
from bot.slack.installed import OwnToken
from bot.slack.members import KEPT_SECONDS, Members


class Clock:
    """Seconds that pass when they are told to."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def slack() -> Iterator[Server]:
    workspace = Workspace(scopes=("commands", "users:read"))
    workspace.add_user("anna", is_admin=True)
    workspace.add_user("bela", is_owner=True)
    workspace.add_user("cleo")
    with Server(workspace).running() as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def members(slack: Server, clock: Clock) -> Members:
    client = AsyncWebClient(slack.workspace.bot_token, base_url=slack.api_url, retry_handlers=[])
    return Members(client, OwnToken(client.token or ""), ["U0DORA"], now=clock)


def may(members: Members, user: str, workspace: str = "T0LOCAL") -> bool:
    return asyncio.run(members.is_operator(workspace, user))


def test_admins_owners_and_those_named_are_operators(members: Members):
    assert [may(members, user) for user in ("U0ANNA", "U0BELA", "U0CLEO", "U0DORA", "U0ELSE", "")] == [
        True, True, False, True, False, False,
    ]  # fmt: skip


def test_an_admin_of_another_workspace_is_none_here(members: Members):
    assert not may(members, "U0ANNA", workspace="T0OTHER")


def test_who_is_no_admin_any_more_is_none_after_some_minutes(slack: Server, members: Members, clock: Clock):
    assert may(members, "U0ANNA")
    slack.workspace.users["U0ANNA"].is_admin = False

    clock.seconds = KEPT_SECONDS - 1
    assert may(members, "U0ANNA")
    clock.seconds = KEPT_SECONDS + 1
    assert not may(members, "U0ANNA")


def test_without_the_scope_slack_is_asked_once_in_some_minutes(slack: Server, members: Members, clock: Clock):
    slack.workspace.scopes.clear()
    assert not may(members, "U0ANNA")
    slack.workspace.scopes.add("users:read")

    assert not may(members, "U0ANNA"), "what Slack said holds"
    clock.seconds = KEPT_SECONDS + 1
    assert may(members, "U0ANNA")


@pytest.mark.parametrize("kind", ["500", "429"])
def test_a_slack_that_does_not_answer_makes_nobody_an_operator(slack: Server, members: Members, kind: str):
    slack.faults.append(Fault(kind, "users.info"))

    assert not may(members, "U0ANNA")
    assert may(members, "U0ANNA"), "and is asked again"
