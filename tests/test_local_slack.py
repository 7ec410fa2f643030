"""The local Slack keeps state, refuses and fails as Slack does, spoken to by slack-sdk."""

import asyncio
import contextlib
import http.client
import random
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.local_slack import files, methods
from bot.local_slack.limits import message_fault, update_fault, view_fault
from bot.local_slack.people import Outcome, People, by_socket
from bot.local_slack.rates import Limited
from bot.local_slack.server import Fault, Server
from bot.local_slack.state import Workspace
from bot.local_slack.values import Refused
from bot.local_slack.viewing import Viewing

Call = Callable[..., Any]


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.seconds = 1_700_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def workspace(clock: Clock) -> Workspace:
    made = Workspace(
        now=clock, scopes=("commands", "chat:write", "channels:history", "users:read", "im:write")
    )
    anna = made.add_user("anna", tz="America/New_York")
    made.add_channel("open", anna, made.bot)
    made.add_channel("other", anna)
    made.add_channel("secret", anna, is_private=True)
    made.add_channel("old", made.bot, is_archived=True)
    return made


@pytest.fixture
def slack(workspace: Workspace) -> Iterator[Server]:
    with Server(workspace).running() as server:
        yield server


@pytest.fixture
def call(slack: Server) -> Call:
    """Call a method as the app; raises SlackApiError where Slack refuses."""

    def call_(method: str, *, token: str = "", **arguments: Any) -> Any:
        async def calling() -> Any:
            client = AsyncWebClient(
                token or slack.workspace.bot_token, base_url=slack.api_url, retry_handlers=[]
            )
            return (await client.api_call(method, json=arguments)).data

        return asyncio.run(calling())

    return call_


def client_of(slack: Server) -> AsyncWebClient:
    return AsyncWebClient(slack.workspace.bot_token, base_url=slack.api_url, retry_handlers=[])


def error(call: Call, method: str, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(method, **arguments)
    code: str = caught.value.response["error"]
    return code


def test_what_is_posted_stands_in_the_channel_and_can_be_changed_and_deleted(
    call: Call, workspace: Workspace
):
    ts = call("chat.postMessage", channel="C0OPEN", text="first")["ts"]
    call("chat.update", channel="C0OPEN", ts=ts, text="second")
    assert [m.text for m in workspace.visible("C0OPEN")] == ["second"]

    call("chat.delete", channel="C0OPEN", ts=ts)
    assert workspace.visible("C0OPEN") == []
    assert error(call, "chat.delete", channel="C0OPEN", ts=ts) == "message_not_found"


@pytest.mark.parametrize(
    ("channel", "code"),
    [("C0NONE", "channel_not_found"), ("C0SECRET", "channel_not_found"), ("C0OTHER", "not_in_channel"),
     ("C0OLD", "is_archived")],
)  # fmt: skip
def test_a_post_where_the_bot_may_not_is_refused(call: Call, channel: str, code: str):
    assert error(call, "chat.postMessage", channel=channel, text="x") == code


def test_a_scope_that_is_not_granted_is_named(call: Call, workspace: Workspace):
    workspace.scopes = {"commands"}

    with pytest.raises(SlackApiError) as caught:
        call("chat.postMessage", channel="C0OPEN", text="x")

    assert caught.value.response["error"] == "missing_scope"
    assert caught.value.response["needed"] == "chat:write"


def test_tokens_are_looked_at(call: Call, workspace: Workspace):
    assert call("auth.test")["team_id"] == workspace.team
    assert error(call, "auth.test", token="xoxb-wrong") == "invalid_auth"  # noqa: S106
    workspace.is_installed = False
    assert error(call, "auth.test") == "account_inactive"


def test_history_tells_metadata_whole_only_where_it_is_asked_for(call: Call):
    metadata = {"event_type": "digest", "event_payload": {"key": "k1"}}
    for n in range(3):
        call("chat.postMessage", channel="C0OPEN", text=str(n), metadata=metadata)

    page = call("conversations.history", channel="C0OPEN", limit=2)
    assert [m["text"] for m in page["messages"]] == ["2", "1"]
    assert "event_payload" not in page["messages"][0]["metadata"]
    cursor = page["response_metadata"]["next_cursor"]
    rest = call("conversations.history", channel="C0OPEN", cursor=cursor, include_all_metadata=True)
    assert [m["metadata"] for m in rest["messages"]] == [metadata]
    assert error(call, "conversations.history", channel="C0OTHER") == "not_in_channel"


def test_a_thread_stands_apart_from_its_channel(call: Call):
    ts = call("chat.postMessage", channel="C0OPEN", text="parent")["ts"]
    call("chat.postMessage", channel="C0OPEN", text="reply", thread_ts=ts)

    history = call("conversations.history", channel="C0OPEN")["messages"]
    replies = call("conversations.replies", channel="C0OPEN", ts=ts)["messages"]
    assert [m["text"] for m in history] == ["parent"]
    assert [m["text"] for m in replies] == ["parent", "reply"]


def test_an_ephemeral_message_is_seen_by_one(call: Call, workspace: Workspace):
    call("chat.postEphemeral", channel="C0OPEN", user="U0ANNA", text="psst")

    assert [m.text for m in workspace.visible("C0OPEN", user="U0ANNA")] == ["psst"]
    assert workspace.visible("C0OPEN") == []
    assert (
        error(call, "chat.postEphemeral", channel="C0OPEN", user="U0ELSE", text="x") == "user_not_in_channel"
    )


def test_people_have_zones_and_direct_messages(call: Call):
    assert call("users.info", user="U0ANNA")["user"]["tz"] == "America/New_York"
    direct = call("conversations.open", users="U0ANNA")["channel"]["id"]
    assert call("chat.postMessage", channel=direct, text="hello")["channel"] == direct


def test_a_home_that_has_changed_meanwhile_is_not_overwritten(call: Call):
    view = {"type": "home", "blocks": []}
    first = call("views.publish", user_id="U0ANNA", view=view)["view"]["hash"]
    call("views.publish", user_id="U0ANNA", view=view, hash=first)

    assert error(call, "views.publish", user_id="U0ANNA", view=view, hash=first) == "hash_conflict"


def test_a_trigger_is_good_once_and_for_three_seconds(call: Call, workspace: Workspace, clock: Clock):
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Hi"}, "blocks": []}
    trigger = workspace.new_trigger()
    call("views.open", trigger_id=trigger, view=view)
    assert error(call, "views.open", trigger_id=trigger, view=view) == "exchanged_trigger_id"

    late = workspace.new_trigger()
    clock.seconds += 3.1
    assert error(call, "views.open", trigger_id=late, view=view) == "expired_trigger_id"


def test_three_modals_may_lie_upon_each_other(call: Call, workspace: Workspace):
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Hi"}, "blocks": []}
    first = call("views.open", trigger_id=workspace.new_trigger(), view=view)["view"]["id"]
    assert error(call, "views.push", trigger_id=workspace.new_trigger(), view=view) == "invalid_trigger_id"

    second = call("views.push", trigger_id=workspace.new_trigger(view=first), view=view)["view"]["id"]
    third = call("views.push", trigger_id=workspace.new_trigger(view=second), view=view)["view"]["id"]

    fourth = workspace.new_trigger(view=third)
    assert error(call, "views.push", trigger_id=fourth, view=view) == "push_limit_reached"


def scheduled(call: Call) -> list[tuple[str, int]]:
    listed = call("chat.scheduledMessages.list")["scheduled_messages"]
    return [(message["text"], message["post_at"]) for message in listed]


def test_a_scheduled_message_is_posted_when_its_time_has_come(call: Call, workspace: Workspace, clock: Clock):
    at = int(clock.seconds) + 3600
    for text in ("kept", "taken back"):
        told = call("chat.scheduleMessage", channel="C0OPEN", text=text, post_at=at)
    assert scheduled(call) == [("kept", at), ("taken back", at)]
    taken_back = {"channel": "C0OPEN", "scheduled_message_id": told["scheduled_message_id"]}
    call("chat.deleteScheduledMessage", **taken_back)
    assert error(call, "chat.deleteScheduledMessage", **taken_back) == "invalid_scheduled_message_id"
    clock.seconds += 3599
    assert workspace.visible("C0OPEN") == []

    clock.seconds += 10

    assert [(m.text, m.ts) for m in workspace.visible("C0OPEN")] == [("kept", f"{at}.000000")]
    assert scheduled(call) == []


def test_a_scheduled_message_with_metadata_is_never_posted(call: Call, workspace: Workspace, clock: Clock):
    metadata = {"event_type": "digest", "event_payload": {}}
    told = {"channel": "C0OPEN", "text": "x", "post_at": int(clock.seconds) + 60, "metadata": metadata}
    call("chat.scheduleMessage", **told)

    clock.seconds += 61

    assert workspace.visible("C0OPEN") == []
    assert scheduled(call) == []


@pytest.mark.parametrize(
    ("seconds", "code"), [(0, "time_in_past"), (120 * 86_400 + 1, "time_too_far"), (None, "time_in_past")]
)
def test_a_message_is_scheduled_for_the_next_120_days(
    call: Call, clock: Clock, seconds: int | None, code: str
):
    post_at = None if seconds is None else int(clock.seconds) + seconds

    assert error(call, "chat.scheduleMessage", channel="C0OPEN", text="x", post_at=post_at) == code


def test_thirty_messages_are_scheduled_for_the_same_minutes(workspace: Workspace, clock: Clock):
    told = {"channel": "C0OPEN", "text": "x", "post_at": int(clock.seconds) + 600}

    codes = [
        methods.call(workspace, "chat.scheduleMessage", workspace.bot_token, told).get("error")
        for _ in range(31)
    ]

    assert codes == [None] * 30 + ["restricted_too_many"]


def test_a_file_is_seen_when_its_upload_is_complete(slack: Server, workspace: Workspace):
    async def upload() -> None:
        client = client_of(slack)
        await client.files_upload_v2(
            channel="C0OPEN", filename="a.txt", title="Counts", content="one two", initial_comment="the week"
        )

    with pytest.raises(SlackApiError, match="missing_scope"):
        asyncio.run(upload())
    workspace.scopes |= {"files:write"}
    asyncio.run(upload())

    [message] = workspace.visible("C0OPEN")
    assert message.text == "the week"
    assert [(file["name"], file["title"]) for file in message.files] == [("a.txt", "Counts")]
    [file] = workspace.files.values()
    assert file.content == b"one two"


def test_a_file_that_was_not_uploaded_cannot_be_shared(call: Call, workspace: Workspace):
    workspace.scopes |= {"files:write"}
    file = call("files.getUploadURLExternal", filename="a.txt", length=3)["file_id"]

    shared = {"files": [{"id": file}], "channel_id": "C0OPEN"}
    assert error(call, "files.completeUploadExternal", **shared) == "file_not_found"
    assert workspace.visible("C0OPEN") == []


def shows(file_id: str) -> list[dict[str, Any]]:
    return [{"type": "image", "slack_file": {"id": file_id}, "alt_text": "a"}]


def test_a_message_shows_a_file_when_it_is_complete_and_looked_through(
    call: Call, slack: Server, clock: Clock
):
    slack.workspace.scopes |= {"files:write"}
    slack.workspace.file_seconds = 2
    content = b"\x89PNG\r\n\x1a\n..."

    def post(file_id: str) -> str:
        return error(call, "chat.postMessage", channel="C0OPEN", text="x", blocks=shows(file_id))

    assert post("F0NONE") == "invalid_blocks"
    made = call("files.getUploadURLExternal", filename="a.png", length=len(content))
    assert post(made["file_id"]) == "invalid_blocks"
    assert filled(made["upload_url"], content, authorization="Bearer xoxb") == 400
    assert filled(made["upload_url"], content) == 200
    assert post(made["file_id"]) == "invalid_blocks"
    call("files.completeUploadExternal", files=[{"id": made["file_id"]}])
    assert post(made["file_id"]) == "invalid_blocks"
    clock.seconds += 2

    assert call("chat.postMessage", channel="C0OPEN", text="x", blocks=shows(made["file_id"]))["ok"]
    both = [
        {**shows(made["file_id"])[0], "slack_file": {"id": made["file_id"], "url": "https://example.org"}}
    ]
    with pytest.raises(SlackApiError, match="json-pointer:/blocks/0/slack_file"):
        call("chat.postMessage", channel="C0OPEN", text="x", blocks=both)


def test_what_is_no_picture_is_not_shown(call: Call, workspace: Workspace):
    workspace.scopes |= {"files:write"}
    made = call("files.getUploadURLExternal", filename="a.png", length=3)
    assert filled(made["upload_url"], b"txt") == 200
    call("files.completeUploadExternal", files=[{"id": made["file_id"]}])

    assert (
        error(call, "chat.postMessage", channel="C0OPEN", text="x", blocks=shows(made["file_id"]))
        == "invalid_blocks"
    )


@pytest.mark.parametrize(
    ("kind", "is_there"), [("drop", False), ("500", False), ("429", False), ("drop_after", True)]
)
def test_an_upload_has_faults_as_methods_have(call: Call, slack: Server, kind: str, is_there: bool):
    slack.workspace.scopes |= {"files:write"}
    made = call("files.getUploadURLExternal", filename="a.png", length=3)
    slack.faults.append(Fault(kind, "upload"))

    with contextlib.suppress(OSError):
        assert filled(made["upload_url"], b"txt") in {500, 429}

    assert (slack.workspace.files[made["file_id"]].content is not None) is is_there


def test_a_file_is_told_of_where_the_bot_is_a_member(call: Call, workspace: Workspace):
    seen = files.share(workspace, "C0OPEN", "U0ANNA", "a b.pdf", b"%PDF", text="look").files[0]
    unseen = files.share(workspace, "C0SECRET", "U0ANNA", "a.pdf", b"%PDF").files[0]

    assert error(call, "files.info", file=seen["id"]) == "missing_scope"
    workspace.scopes |= {"files:read"}
    told = call("files.info", file=seen["id"])["file"]
    assert (told["name"], told["size"], told["filetype"]) == ("a b.pdf", 4, "pdf")
    assert error(call, "files.info", file=unseen["id"]) == "file_not_found"
    files.delete(workspace, seen["id"])
    assert error(call, "files.info", file=seen["id"]) == "file_not_found"
    assert workspace.visible("C0OPEN")[0].files == [{"id": seen["id"], "mode": "tombstone"}]


def test_a_file_is_handed_to_who_may_read_it_and_others_are_to_log_in(slack: Server, workspace: Workspace):
    shared = files.share(workspace, "C0OPEN", "U0ANNA", "a.txt", b"one two").files[0]
    address, right = shared["url_private_download"], f"Bearer {workspace.bot_token}"

    assert b"Sign in" in fetched(address, authorization=right)
    workspace.scopes |= {"files:read"}
    assert fetched(address, authorization=right) == b"one two"
    assert b"Sign in" in fetched(address, authorization="Bearer xoxb-other")
    assert b"Sign in" in fetched(address)
    slack.faults.append(Fault("cut", "download"))
    with pytest.raises(http.client.IncompleteRead):
        fetched(address, authorization=right)


def fetched(url: str, *, authorization: str = "") -> bytes:
    """Return what stands at an address."""
    headers = {"Authorization": authorization} if authorization else {}
    asked = urllib.request.Request(url, headers=headers)  # noqa: S310 - the local Slack's own
    with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310
        content: bytes = answer.read()
        return content


def filled(url: str, content: bytes, *, authorization: str = "") -> int:
    """Send a file's bytes to its address, and return the status of the answer."""
    headers = {"Authorization": authorization} if authorization else {}
    request = urllib.request.Request(url, data=content, headers=headers, method="POST")  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - the local Slack's own
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_people_and_the_bots_channels_are_listed(call: Call, workspace: Workspace):
    workspace.scopes |= {"channels:read"}
    first = call("users.list", limit=1)
    rest = call("users.list", cursor=first["response_metadata"]["next_cursor"])
    listed = [member["id"] for member in first["members"] + rest["members"]]
    assert listed == list(workspace.users)

    def channels(**asked: Any) -> list[str]:
        return [channel["id"] for channel in call("users.conversations", **asked)["channels"]]

    assert channels() == ["C0OPEN", "C0OLD"]
    assert channels(exclude_archived=True) == ["C0OPEN"]
    assert channels(types="private_channel") == []
    workspace.invite("C0SECRET")
    assert channels(types="private_channel") == ["C0SECRET"]


def test_a_message_has_an_address(call: Call):
    parent = call("chat.postMessage", channel="C0OPEN", text="parent")["ts"]
    reply = call("chat.postMessage", channel="C0OPEN", text="reply", thread_ts=parent)["ts"]

    def link(ts: str) -> str:
        found: str = call("chat.getPermalink", channel="C0OPEN", message_ts=ts)["permalink"]
        return found

    assert link(parent).endswith(f"/archives/C0OPEN/p{parent.replace('.', '')}")
    assert link(reply).endswith(f"?thread_ts={parent}&cid=C0OPEN")
    assert error(call, "chat.getPermalink", channel="C0OPEN", message_ts="1.1") == "message_not_found"


def test_who_is_put_out_archived_or_uninstalled_comes_back(workspace: Workspace):
    workspace.rates = None

    def post() -> str | None:
        told = {"channel": "C0OPEN", "text": "x"}
        return methods.call(workspace, "chat.postMessage", workspace.bot_token, told).get("error")

    for take, give, code in (
        (lambda: workspace.kick("C0OPEN"), lambda: workspace.invite("C0OPEN"), "not_in_channel"),
        (lambda: workspace.archive("C0OPEN"), lambda: workspace.unarchive("C0OPEN"), "is_archived"),
        (workspace.uninstall, workspace.reinstall, "account_inactive"),
    ):
        take()
        assert post() == code
        give()
        assert post() is None


def test_a_response_url_is_good_five_times_and_for_half_an_hour(workspace: Workspace, clock: Clock):
    key = workspace.new_response_url("U0ANNA", "C0OTHER")
    for _ in range(5):
        workspace.use_response_url(key)
    with pytest.raises(Refused, match="used_url"):
        workspace.use_response_url(key)

    late = workspace.new_response_url("U0ANNA", "C0OTHER")
    clock.seconds += 1801
    with pytest.raises(Refused, match="expired_url"):
        workspace.use_response_url(late)


def test_an_answer_by_response_url_needs_no_membership(slack: Server, workspace: Workspace):
    key = workspace.new_response_url("U0ANNA", "C0SECRET")

    async def answer() -> int:
        async with aiohttp.ClientSession() as session:
            told = {"text": "shared", "response_type": "in_channel"}
            async with session.post(f"{slack.address}/respond/{key}", json=told) as response:
                return response.status

    assert asyncio.run(answer()) == 200
    assert [m.text for m in workspace.visible("C0SECRET")] == ["shared"]


def posted(call: Call, text: str) -> None:
    call("chat.postMessage", channel="C0OPEN", text=text)


def test_faults_happen_once_and_as_asked(call: Call, slack: Server, workspace: Workspace):
    slack.faults.append(Fault("429", "chat.postMessage", seconds=7))
    with pytest.raises(SlackApiError) as caught:
        posted(call, "limited")
    assert caught.value.response.headers["Retry-After"] == "7"

    for kind in ("500", "drop", "drop_after"):
        slack.faults.append(Fault(kind, "chat.postMessage"))
        with pytest.raises((SlackApiError, aiohttp.ClientError)):
            posted(call, kind)

    posted(call, "well")
    assert [m.text for m in workspace.visible("C0OPEN")] == ["drop_after", "well"]


def test_a_late_call_acts_after_its_caller_has_given_up(workspace: Workspace):
    let_pass = threading.Event()
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)
        await asyncio.to_thread(let_pass.wait)

    with Server(workspace, pause=pause).running() as server:
        server.faults.append(Fault("late", "chat.postMessage", seconds=20))
        with pytest.raises(aiohttp.ClientError):
            asyncio.run(client_of(server).chat_postMessage(channel="C0OPEN", text="late"))
        assert workspace.visible("C0OPEN") == []

        let_pass.set()
        server.run(server.late_calls())

    assert waited == [20]
    assert [m.text for m in workspace.visible("C0OPEN")] == ["late"]


def limited(call: Call, method: str, **arguments: Any) -> str:
    """Return for how many seconds Slack lets nobody in."""
    with pytest.raises(SlackApiError) as caught:
        call(method, **arguments)
    assert caught.value.response.status_code == 429
    assert caught.value.response["error"] == "ratelimited"
    retry_after: str = caught.value.response.headers["Retry-After"]
    return retry_after


def test_a_channel_takes_a_short_burst_and_then_a_message_a_second(
    call: Call, workspace: Workspace, clock: Clock
):
    workspace.direct("U0ANNA")
    for _ in range(4):
        posted(call, "x")

    assert limited(call, "chat.postMessage", channel="C0OPEN", text="x") == "1"
    call("chat.postMessage", channel="D0ANNA", text="another channel")
    clock.seconds += 1
    posted(call, "x")
    assert limited(call, "chat.postMessage", channel="C0OPEN", text="x") == "1"
    assert len(workspace.visible("C0OPEN")) == 5


def test_each_method_has_its_tier(workspace: Workspace, clock: Clock):
    token = workspace.bot_token
    for method, a_minute, wait in (("users.list", 20, 3), ("chat.update", 50, 2), ("users.info", 100, 1)):
        for _ in range(a_minute):
            methods.call(workspace, method, token, {})
        with pytest.raises(Limited) as caught:
            methods.call(workspace, method, token, {})

        assert caught.value.retry_after == wait
        clock.seconds += wait
        methods.call(workspace, method, token, {})


def test_a_benchmark_may_call_as_often_as_it_likes(clock: Clock):
    workspace = Workspace(now=clock, rates=False)

    for _ in range(1000):
        assert methods.call(workspace, "auth.test", workspace.bot_token, {})["ok"]


def test_opening_a_connection_is_looked_at_like_any_call(call: Call, workspace: Workspace):
    assert error(call, "apps.connections.open", token=workspace.bot_token) == "invalid_auth"
    workspace.is_installed = False
    assert error(call, "apps.connections.open", token=workspace.app_token) == "account_inactive"


def text_block(text: str, kind: str = "plain_text") -> dict[str, Any]:
    return {"type": kind, "text": text}


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": text_block(text)}


def button(**stated: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": "a", "text": text_block("b"), **stated}


IMAGE = {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "a"}


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ({}, "no_text"),
        ({"text": "x", "attachments": [{}] * 101}, "too_many_attachments"),
        ({"blocks": [{"type": "markdown", "text": "m" * 12_001}]}, "msg_blocks_too_long"),
        ({"blocks": [{"type": "table", "rows": [[]] * 101}]}, "invalid_blocks"),
        ({"blocks": [{"type": "table", "rows": [[{}] * 21]}]}, "invalid_blocks"),
        ({"text": "x", "blocks": [section("y")] * 51}, "msg_blocks_too_many"),
        ({"blocks": [section("y" * 3001)]}, "invalid_blocks"),
        ({"blocks": [section("")]}, "invalid_blocks"),
        ({"blocks": [{"type": "section"}]}, "invalid_blocks"),
        ({"blocks": [{"type": "nonsense"}]}, "invalid_blocks"),
        ({"blocks": [{"type": "header", "text": text_block("h" * 151)}]}, "invalid_blocks"),
        ({"blocks": [{"type": "context", "elements": [text_block("c")] * 11}]}, "invalid_blocks"),
        ({"blocks": [{"type": "context", "elements": [text_block("c" * 3001)]}]}, "invalid_blocks"),
        ({"blocks": [{"type": "actions", "elements": [button()] * 26}]}, "invalid_blocks"),
        ({"blocks": [{"type": "actions", "elements": [button(text=text_block("b" * 76))]}]}, "invalid_blocks"),
        ({"blocks": [{"type": "actions", "elements": [button(value="v" * 2001)]}]}, "invalid_blocks"),
        ({"blocks": [{"type": "actions", "elements": [button(), button()]}]}, "invalid_blocks"),
        ({"blocks": [{"type": "image", "image_url": "https://example.org/a.png"}]}, "invalid_blocks"),
        ({"blocks": [{**section("a"), "block_id": "same"}, {**section("b"), "block_id": "same"}]}, "invalid_blocks"),
        ({"blocks": [section("y" * 3000)] * 5}, "msg_blocks_too_long"),
        ({"blocks": "no list"}, "invalid_blocks_format"),
        ({"text": "x", "metadata": {"event_type": "digest"}}, "invalid_metadata_format"),
        ({"blocks": [{**IMAGE, "slack_file": {"id": "F1"}}]}, "invalid_blocks"),
        ({"blocks": [{"type": "header", "text": text_block("h", "mrkdwn")}]}, "invalid_blocks"),
        ({"blocks": [{"type": "header", "text": "h"}]}, "invalid_blocks"),
        ({"blocks": [{"type": "actions", "elements": [{"type": "nonsense"}]}]}, "invalid_blocks"),
        ({"blocks": [{"type": "actions", "elements": [{"type": "plain_text_input"}]}]}, "invalid_blocks"),
        ({"blocks": [{"type": "context", "elements": [button()]}]}, "invalid_blocks"),
        ({"blocks": [{**section("s"), "accessory": {"type": "nonsense"}}]}, "invalid_blocks"),
        ({"blocks": [{"type": "input", "label": text_block("l"), "element": button()}]}, "invalid_blocks"),
        ({"blocks": [{"type": "alert", "text": text_block("a" * 201)}]}, "invalid_blocks"),
        ({"blocks": [{"type": "card", "title": text_block("t" * 151)}]}, "invalid_blocks"),
        ({"blocks": [{"type": "card", "body": text_block("b" * 201)}]}, "invalid_blocks"),
        ({"blocks": [{"type": "container", "child_blocks": [section("s")] * 11}]}, "invalid_blocks"),
        ({"blocks": [{"type": "container", "child_blocks": [section("")]}]}, "invalid_blocks"),
        ({"blocks": [{"type": "carousel", "elements": [{"type": "card", "body": text_block("b")}] * 11}]}, "invalid_blocks"),
        ({"blocks": [{"type": "carousel", "elements": [section("s")]}]}, "invalid_blocks"),
        ({"blocks": [{"type": "data_table", "caption": "c", "rows": [[]]}]}, "invalid_blocks"),
        ({"blocks": [{"type": "data_table", "caption": "c", "rows": [[]] * 102}]}, "invalid_blocks"),
        ({"blocks": [{"type": "data_table", "rows": [[]] * 2, "page_size": 101}]}, "invalid_blocks"),
        ({"blocks": [IMAGE]}, None),
        ({"blocks": [{**section("s"), "accessory": IMAGE}]}, None),
        ({"blocks": [{"type": "markdown", "text": "m" * 12_000}]}, None),
        ({"blocks": [{"type": "alert", "text": text_block("a" * 200)}]}, None),
        ({"blocks": [{"type": "container", "child_blocks": [section("s")] * 10}]}, None),
        ({"blocks": [{"type": "carousel", "elements": [{"type": "card", "body": text_block("b" * 200)}] * 10}]}, None),
        ({"blocks": [{"type": "data_table", "caption": "c", "rows": [[]] * 101, "page_size": 100}]}, None),
        ({"blocks": [{"type": "plan", "title": "p", "tasks": [{"type": "task_card", "task_id": "1"}]}]}, None),
        ({"text": "x", "blocks": [section("y" * 3000)]}, None),
        ({"blocks": [{"type": "actions", "elements": [button(value="v" * 2000)]}]}, None),
    ],
)  # fmt: skip
def test_messages_over_a_limit_are_refused_as_slack_refuses_them(message: dict[str, Any], fault: str | None):
    assert message_fault(message) == fault


def test_a_changed_message_is_counted_in_bytes():
    assert update_fault({"text": "é" * 2000}) is None
    assert update_fault({"text": "é" * 2001}) == "msg_too_long"
    assert update_fault({"text": "<" * 1001}) == "msg_too_long"


def test_views_over_a_limit_are_refused():
    title = text_block("t")
    field = {
        "type": "input",
        "label": text_block("l"),
        "element": {"type": "plain_text_input", "action_id": "a"},
    }
    assert view_fault({"type": "modal", "title": title, "blocks": [section("s")]}) is None
    assert view_fault({"type": "modal", "title": text_block("t" * 25), "blocks": []})
    assert view_fault({"type": "modal", "title": title, "blocks": [field]})
    assert view_fault({"type": "home", "blocks": [section("s")] * 101})
    assert view_fault({"type": "home", "blocks": [{"type": "markdown", "text": "m"}]})
    container = {"type": "container", "child_blocks": [section("s")]}
    assert view_fault({"type": "modal", "title": title, "blocks": [container]})


@pytest.mark.parametrize(
    ("broken", "code"),
    [({"blocks": "[{"}, "invalid_blocks_format"), ({"metadata": "{"}, "invalid_metadata_format")],
)
def test_broken_json_is_refused_and_not_dropped(
    slack: Server, workspace: Workspace, broken: dict[str, str], code: str
):
    async def post(**form: str) -> Any:
        told = {"channel": "C0OPEN", "text": "x", "token": workspace.bot_token, **form}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{slack.api_url}chat.postMessage", data=told) as answer,
        ):
            return await answer.json()

    assert asyncio.run(post(**broken)) == {"ok": False, "error": code}
    assert asyncio.run(post(blocks='[{"type": "divider"}]'))["message"]["blocks"] == [{"type": "divider"}]


def test_no_more_than_ten_connections_and_each_address_once(slack: Server, workspace: Workspace, call: Call):
    async def opened() -> list[int]:
        statuses = []
        client = AsyncWebClient(workspace.app_token, base_url=slack.api_url)
        async with aiohttp.ClientSession() as session:
            held = []
            for _ in range(11):
                url = (await client.apps_connections_open(app_token=workspace.app_token))["url"]
                for address in (url, url):
                    try:
                        held.append(await session.ws_connect(address))
                        statuses.append(101)
                    except aiohttp.WSServerHandshakeError as refusal:
                        statuses.append(refusal.status)
            for connection in held:
                await connection.close()
        return statuses

    assert asyncio.run(opened()) == [101, 403] * 10 + [403, 403]


def test_consent_brings_back_a_code_that_is_good_once(slack: Server, workspace: Workspace, call: Call):
    workspace.is_installed = False
    home = "https://app.example/oauth"

    async def consent(**asked: str) -> tuple[int, str]:
        async with aiohttp.ClientSession() as session:
            address = f"{slack.address}/oauth/v2/authorize"
            async with session.get(address, params=asked, allow_redirects=False) as answer:
                return answer.status, answer.headers.get("location", "")

    status, location = asyncio.run(consent(client_id=workspace.client_id, redirect_uri=home, state="s1"))
    assert (status, location.partition("?")[0]) == (302, home)
    code = parse_qs(urlsplit(location).query)["code"][0]
    assert parse_qs(urlsplit(location).query)["state"] == ["s1"]
    asked = {"client_id": workspace.client_id, "code": code, "redirect_uri": home}

    assert error(call, "oauth.v2.access", **asked, client_secret="wrong") == "bad_client_secret"  # noqa: S106
    granted = call("oauth.v2.access", **asked, client_secret=workspace.client_secret)
    assert granted["access_token"] == workspace.bot_token
    assert error(call, "oauth.v2.access", **asked, client_secret=workspace.client_secret) == "invalid_code"
    assert asyncio.run(consent(client_id="nobody", redirect_uri=home))[0] == 400


def test_a_code_is_good_for_ten_minutes_and_for_what_was_consented_to(
    workspace: Workspace, clock: Clock, call: Call
):
    workspace.uninstall()
    asked = {"client_id": workspace.client_id, "client_secret": workspace.client_secret}
    late = workspace.new_code("")
    clock.seconds += 601
    assert error(call, "oauth.v2.access", **asked, code=late) == "invalid_code"

    code = workspace.new_code("", scopes=frozenset({"commands"}), user="U0ANNA")
    granted = call("oauth.v2.access", **asked, code=code)

    assert (granted["scope"], granted["authed_user"]["id"]) == ("commands", "U0ANNA")
    assert granted["access_token"] != "xoxb-local-token"  # noqa: S105
    assert error(call, "auth.test", token="xoxb-local-token") == "account_inactive"  # noqa: S106


def test_a_token_is_good_in_its_own_workspace(workspace: Workspace):
    other = workspace.beside("T0OTHER", token="xoxb-other")  # noqa: S106
    other.add_channel("open", other.bot)
    other.enterprise, other.is_org_wide = "E0ORG", True

    async def calls(slack: Server, token: str) -> str:
        client = AsyncWebClient(token, base_url=slack.api_url, retry_handlers=[])
        await client.chat_postMessage(channel="C0OPEN", text=token)
        return str((await client.auth_test())["team_id"])

    with Server(workspace, other).running() as slack:
        assert asyncio.run(calls(slack, workspace.bot_token)) == workspace.team
        assert asyncio.run(calls(slack, "xoxb-other")) == "T0OTHER"

    for one in (workspace, other):
        assert [message.text for message in one.visible("C0OPEN")] == [one.bot_token]


def test_who_denies_is_sent_back_with_that(slack: Server, workspace: Workspace):
    workspace.redirect_urls, workspace.consents = [f"{slack.address}/home"], False

    async def denied() -> str:
        asked = {"client_id": workspace.client_id, "state": "s1"}
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{slack.address}/oauth/v2/authorize", params=asked, allow_redirects=False) as answer,
        ):
            return answer.headers["location"]

    assert asyncio.run(denied()) == f"{slack.address}/home?state=s1&error=access_denied"


def test_an_envelope_goes_to_any_of_the_connections_with_what_was_tried_before(workspace: Workspace):
    async def connected(slack: Server) -> list[list[dict[str, Any]]]:
        brought: list[list[dict[str, Any]]] = [[], [], []]
        client = AsyncWebClient(workspace.app_token, base_url=slack.api_url)

        async def answer(connection: aiohttp.ClientWebSocketResponse, own: list[dict[str, Any]]) -> None:
            async for frame in connection:
                told = frame.json()
                if "envelope_id" in told:
                    own.append(told)
                    await connection.send_json({"envelope_id": told["envelope_id"]})

        async with aiohttp.ClientSession() as session:
            tasks = []
            for own in brought:
                url = (await client.apps_connections_open(app_token=workspace.app_token))["url"]
                tasks.append(asyncio.create_task(answer(await session.ws_connect(url), own)))
            bring = by_socket(slack)
            again = {"x-slack-retry-num": "2", "x-slack-retry-reason": "timeout"}
            for _ in range(20):
                bringing = bring("events_api", {"event_id": "Ev1"}, again)
                assert (await asyncio.to_thread(slack.run, bringing)).status == 200
            for task in tasks:
                task.cancel()
        return brought

    with Server(workspace, rng=random.Random(7)).running() as slack:  # noqa: S311
        brought = asyncio.run(connected(slack))

    assert all(brought)
    for told in (told for own in brought for told in own):
        assert (told["retry_attempt"], told["retry_reason"]) == (2, "timeout")


@pytest.mark.parametrize(
    ("outcomes", "pauses", "reasons"),
    [
        ([Outcome(500, {})] * 4, [0, 60, 300], ["", "http_error", "http_error", "http_error"]),
        ([Outcome(0, {}, reason="http_timeout"), Outcome(200, {})], [0], ["", "http_timeout"]),
        ([Outcome(500, {}, {"x-slack-no-retry": "1"})], [], [""]),
    ],
)
def test_an_event_is_brought_again_at_once_after_a_minute_and_after_five(
    workspace: Workspace, outcomes: list[Outcome], pauses: list[float], reasons: list[str]
):
    paused: list[float] = []
    brought: list[dict[str, str]] = []

    async def pause(seconds: float) -> None:
        paused.append(seconds)

    async def bring(kind: str, body: dict[str, Any], headers: Mapping[str, str]) -> Outcome:
        brought.append(dict(headers))
        return outcomes[len(brought) - 1]

    outcome = asyncio.run(People(workspace, bring, pause=pause).event({"type": "app_mention"}))

    assert outcome == outcomes[-1]
    assert paused == pauses
    assert [headers.get("x-slack-retry-reason", "") for headers in brought] == reasons
    assert [headers.get("x-slack-retry-num", "0") for headers in brought] == [
        str(n) for n in range(len(reasons))
    ]


BOX = {"type": "checkboxes", "action_id": "b", "options": [{"text": text_block("Yes"), "value": "yes"}]}
ASKING = {
    "type": "modal",
    "callback_id": "asking",
    "title": text_block("Hi"),
    "submit": text_block("Send"),
    "notify_on_close": True,
    "blocks": [{"type": "input", "block_id": "box", "label": text_block("Sure?"), "element": BOX}],
}


def people_of(workspace: Workspace, *answers: dict[str, Any]) -> tuple[People, list[dict[str, Any]]]:
    """People whose app answers with *answers*, in order, and what it was brought."""
    brought: list[dict[str, Any]] = []

    async def bring(kind: str, body: dict[str, Any], headers: Mapping[str, str]) -> Outcome:
        brought.append(body)
        return Outcome(200, answers[len(brought) - 1] if len(brought) <= len(answers) else {})

    return People(workspace, bring), brought


@pytest.mark.parametrize(
    ("channel", "name"), [("C0OPEN", "open"), ("C0SECRET", "privategroup"), ("D0ANNA", "directmessage")]
)
def test_a_shortcut_tells_its_message_and_no_private_name(workspace: Workspace, channel: str, name: str):
    workspace.direct("U0ANNA")
    message = workspace.post(channel, "U0ANNA", "hello")
    people, brought = people_of(workspace)

    asyncio.run(people.shortcut("keep", user="U0ANNA", channel=channel, ts=message.ts))

    [body] = brought
    assert (body["type"], body["callback_id"]) == ("message_action", "keep")
    assert body["channel"] == {"id": channel, "name": name}
    assert body["message"]["text"] == "hello"


def test_an_app_hears_of_a_modal_that_is_closed_if_it_asked_to(call: Call, workspace: Workspace):
    people, brought = people_of(workspace)
    viewing = Viewing(workspace, people._bring)
    for modal in (ASKING, {**ASKING, "notify_on_close": False}):
        view = call("views.open", trigger_id=workspace.new_trigger(), view=modal)["view"]["id"]
        asyncio.run(viewing.close(workspace.views[view], user="U0ANNA"))

    assert [body["type"] for body in brought] == ["view_closed"]
    assert workspace.views == {}
