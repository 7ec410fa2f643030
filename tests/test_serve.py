"""`serve` as a process of its own, against the local Slack over HTTP and Socket Mode."""

import asyncio
import datetime
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import served
from articles import MARKDOWN
from conftest import Run, Write
from limits import check
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import ROOT
from bot.local_slack.files import share
from bot.local_slack.people import Outcome, People, by_http, by_socket, request, sign
from bot.local_slack.server import Fault, Server
from bot.local_slack.state import Workspace
from bot.local_slack.viewing import Viewing
from bot.serve import _port
from bot.slack.dispatch import Dispatch
from bot.slack.once import Once
from bot.slack.socket import Socket
from bot.store.clips import OFFERED, Clips, Said
from bot.store.database import open_database
from bot.store.tables import awaited, offer

HIDDEN = "canary-tender-offer"


@pytest.fixture
def slack() -> Iterator[Server]:
    workspace = Workspace()
    anna = workspace.add_user("anna")
    workspace.add_channel("policy", anna)
    with Server(workspace).running() as server:
        yield server


@pytest.fixture
def data(write: Write, run: Run, tmp_path: Path) -> Path:
    """A data folder with one article."""
    assert run("ingest", write("vault.md", MARKDOWN)).returncode == 0
    return tmp_path / "data"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(slack: Server, data: Path, **environment: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run `serve`; yield its address and process once it is up."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve"],
        cwd=ROOT,
        env={
            **os.environ,
            "BRIEFBOT_DATA": str(data),
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": slack.workspace.bot_token,
            "PORT": str(port),
            **environment,
        },
        stderr=subprocess.PIPE,
        text=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: healthy(address))
        yield address, process
    finally:
        process.terminate()
        process.communicate(timeout=20)


def eventually(holds: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until *holds*, which the other process brings about."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


def healthy(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=1) as answer:  # noqa: S310
            return answer.status == 200
    except OSError:
        return False


@pytest.fixture(params=["http", "socket"])
def people(request: pytest.FixtureRequest, slack: Server, data: Path) -> Iterator[People]:
    """The people of the workspace, their commands brought one way or the other."""
    workspace = slack.workspace
    if request.param == "http":
        with serving(slack, data, SLACK_SIGNING_SECRET=workspace.signing_secret) as (address, _):
            yield People(workspace, by_http(workspace, f"{address}/slack/events"), address=slack.address)
    else:
        with serving(slack, data, SLACK_APP_TOKEN=workspace.app_token):
            eventually(lambda: bool(slack.sockets))
            yield People(workspace, by_socket(slack), address=slack.address)


def ask(slack: Server, people: People, text: str) -> Outcome:
    return slack.run(people.command(text, user="U0ANNA", channel="C0POLICY"))


def test_a_question_is_answered_over_http_and_socket_mode(slack: Server, people: People):
    outcome = ask(slack, people, "barley")

    assert outcome.status == 200
    check(outcome.answer)
    [seen] = slack.workspace.visible("C0POLICY", user="U0ANNA")
    assert seen.text.startswith("1 passage on barley")
    assert slack.workspace.visible("C0POLICY", user="U0OTHER") == []


@pytest.fixture
def http(slack: Server, data: Path) -> Iterator[str]:
    with serving(slack, data, SLACK_SIGNING_SECRET=slack.workspace.signing_secret) as (address, _):
        yield f"{address}/slack/events"


BODY = urllib.parse.urlencode({"command": "/brief", "text": "barley", "team_id": "T1"}).encode()
FORM = {"content-type": "application/x-www-form-urlencoded"}


def test_what_is_not_slacks_or_not_new_is_refused(slack: Server, http: str):
    workspace = slack.workspace
    now = workspace.now()
    forged = {**sign(workspace, BODY), "x-slack-signature": "v0=" + "0" * 64}
    signed = sign(workspace, BODY)
    for headers in (
        {},
        forged,
        sign(workspace, BODY, at=now - 301),
        sign(workspace, BODY, at=now + 310),
        {**signed, "x-slack-request-timestamp": "abc"},
        {**signed, "x-slack-request-timestamp": "1e9"},
        {**signed, "x-slack-request-timestamp": "９" * 10},
        {**signed, "x-slack-signature": "é"},
        {**signed, "x-slack-signature": ""},
    ):
        assert slack.run(request(http, BODY, {**FORM, **headers})).status == 401, headers

    assert slack.run(request(http, BODY, {**FORM, **signed})).status == 200
    assert slack.run(request(http, BODY, {**FORM, **signed})).status == 401, "a replay"


def test_who_types_the_same_twice_in_a_second_has_suggestions_twice(slack: Server, http: str):
    asked = {"type": "block_suggestion", "action_id": "form_picked", "value": "bar", "team": {"id": "T1"}}
    body = urllib.parse.urlencode({"payload": json.dumps(asked)}).encode()
    signed = {**FORM, **sign(slack.workspace, body)}

    for _ in range(2):
        outcome = slack.run(request(http, body, signed))
        assert outcome.status == 200
        assert "barley" in str(outcome.answer)


@pytest.mark.parametrize("body", [b"\xff\xfe", b"", b"payload=%7B", b"{", b"[]", b"x" * 100_000])
def test_malformed_requests_are_answered_without_a_traceback(slack: Server, http: str, body: bytes):
    for content_type in (FORM, {"content-type": "application/json"}):
        outcome = slack.run(request(http, body, {**content_type, **sign(slack.workspace, body)}))
        assert 400 <= outcome.status < 500 or outcome.status == 200
        assert "Traceback" not in str(outcome.answer)


def test_the_address_is_verified(slack: Server, http: str):
    people = People(slack.workspace, by_http(slack.workspace, http))

    assert slack.run(people.verify_url("say this")).answer == {"challenge": "say this"}


def test_a_request_that_is_too_large_is_refused(slack: Server, http: str):
    body = b"x" * 1_000_001

    assert slack.run(request(http, body, {**FORM, **sign(slack.workspace, body)})).status == 413


def test_without_any_way_from_slack_it_says_what_to_set(run: Run):
    done = run("serve")

    assert done.returncode == 1
    assert "SLACK_SIGNING_SECRET" in done.stderr
    assert "SLACK_APP_TOKEN" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "eighty"), ("SLACK_API_URL", "slack"), ("SLACK_APP_TOKEN", "xoxb-1"), ("SLACK_BOT_TOKEN", "1")],
)
def test_wrong_surroundings_say_which_and_how(run: Run, name: str, value: str):
    done = run("serve", environment={name: value})

    assert done.returncode == 1
    assert name in done.stderr
    assert "xoxb-1" not in done.stderr


def test_socket_mode_outlives_refreshes_and_drops_and_answers_nothing_twice(slack: Server, data: Path):
    with serving(slack, data, SLACK_APP_TOKEN=slack.workspace.app_token):
        eventually(lambda: bool(slack.sockets))
        people = People(slack.workspace, by_socket(slack))
        for _ in range(3):
            slack.run(slack.sockets.refresh())
            eventually(lambda: len(slack.sockets) == 1)
            assert ask(slack, people, "barley").status == 200
        for _ in range(3):
            opened = slack.sockets.opened
            slack.run(slack.sockets.drop())
            eventually(lambda before=opened: slack.sockets.opened > before and len(slack.sockets) == 1)
            assert ask(slack, people, "barley").status == 200

    assert len(slack.workspace.visible("C0POLICY", user="U0ANNA")) == 6


def test_socket_mode_outlives_a_slack_that_is_away(slack: Server, data: Path):
    with serving(slack, data, SLACK_APP_TOKEN=slack.workspace.app_token):
        eventually(lambda: bool(slack.sockets))
        slack.is_away = True
        slack.run(slack.sockets.drop())
        eventually(lambda: slack.refused >= 2)
        slack.is_away = False

        eventually(lambda: bool(slack.sockets))
        assert ask(slack, People(slack.workspace, by_socket(slack)), "barley").status == 200


def test_an_envelope_that_is_brought_twice_has_one_answer(slack: Server, data: Path):
    with serving(slack, data, SLACK_APP_TOKEN=slack.workspace.app_token):
        eventually(lambda: bool(slack.sockets))
        payload = {"command": "/brief", "text": "barley", "team_id": "T1"}

        answer = slack.run(slack.sockets.envelope("slash_commands", payload, times=3))

        assert answer is not None
        assert answer["text"].startswith("1 passage on barley")


def test_what_was_taken_is_answered_and_the_process_ends_soon(slack: Server, data: Path):
    workspace = slack.workspace
    with serving(slack, data, SLACK_SIGNING_SECRET=workspace.signing_secret) as (address, process):
        people = People(workspace, by_http(workspace, f"{address}/slack/events"))

        async def load() -> list[int]:
            asked = [people.command(f"barley {n}", user="U0ANNA", channel="C0POLICY") for n in range(40)]
            tasks = [asyncio.ensure_future(one) for one in asked]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            process.send_signal(signal.SIGTERM)
            return [outcome.status for outcome in await asyncio.gather(*tasks)]

        statuses = slack.run(load())

        assert process.wait(10) == 0
        # Whoever was connected is answered; who was not is turned away, never left waiting.
        assert set(statuses) <= {0, 200}
        assert statuses.count(200) >= 1


def test_who_is_stopped_before_it_listens_ends_all_the_same(data: Path):
    told = (
        "import os, signal; from bot import serve; from bot.__main__ import main; begin = serve.web_app\n"
        "def stopped(*given, **how): os.kill(os.getpid(), signal.SIGTERM); return begin(*given, **how)\n"
        "serve.web_app = stopped; raise SystemExit(main(['serve']))"
    )
    own = {"BRIEFBOT_DATA": str(data), "PORT": str(free_port()), "SLACK_SIGNING_SECRET": "8f742231b10e8888ab"}
    command = [sys.executable, "-c", told]

    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **own}, capture_output=True, timeout=20, check=False
    )

    assert done.returncode == 0
    assert b"Traceback" not in done.stderr


def test_a_stop_does_not_wait_for_a_slack_that_does_not_answer(slack: Server, data: Path):
    workspace = slack.workspace
    workspace.rates = None
    workspace.channels["C0POLICY"].members.add(workspace.bot.id)
    ways = {"SLACK_SIGNING_SECRET": workspace.signing_secret, "SLACK_APP_TOKEN": workspace.app_token}
    with serving(slack, data, **ways) as (address, process):
        eventually(lambda: bool(slack.sockets))
        slack.faults.extend([Fault("slow", "chat.postMessage", seconds=60)] * 40)
        by_each = [by_socket(slack), by_http(workspace, f"{address}/slack/events")]
        asked = []
        for people in (People(workspace, bring) for bring in by_each):
            for n in range(20):
                told = {"type": "app_mention", "channel": "C0POLICY", "text": "barley", "ts": f"{n}.1"}
                asked.append(people.event(told, attempts=1))
                asked.append(people.command(f"barley {n}", user="U0ANNA", channel="C0POLICY"))

        async def load() -> None:
            await asyncio.gather(*asked)

        loading = asyncio.run_coroutine_threadsafe(load(), slack.loop)
        eventually(lambda: not slack.faults)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, logged = process.communicate(timeout=20)
        loading.result()

    assert process.returncode == 0
    assert time.monotonic() - began < 10
    assert "Traceback" not in logged
    assert "CancelledError" not in logged


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGKILL])
def test_a_file_that_is_being_read_as_it_stops_is_read_by_the_next(
    slack: Server, data: Path, stop: signal.Signals
):
    workspace = slack.workspace
    workspace.scopes |= {"files:read"}
    workspace.invite("C0POLICY")
    message = share(workspace, "C0POLICY", "U0ANNA", "cranes.md", b"# Cranes\n\nThe cranes of Ystad are new.")
    ways = {"SLACK_SIGNING_SECRET": workspace.signing_secret}
    slack.faults.append(Fault("slow", "download", seconds=60))
    with serving(slack, data, **ways) as (address, process):
        bring = by_http(workspace, f"{address}/slack/events")
        people = People(workspace, bring)
        slack.run(people.shortcut("add_to_library", user="U0ANNA", channel="C0POLICY", ts=message.ts))
        [view] = workspace.views.values()
        slack.run(Viewing(workspace, bring).submit(view, {}, user="U0ANNA"))
        assert "is being read" in json.dumps(view.view)
        began = time.monotonic()
        process.send_signal(stop)
        _, logged = process.communicate(timeout=20)
        assert time.monotonic() - began < 10
        assert "Traceback" not in logged
    if stop == signal.SIGKILL:
        _let_go(data)

    with serving(slack, data, **ways):
        eventually(lambda: "is in the library" in json.dumps([one.blocks for one in workspace.messages]))


def _let_go(data: Path) -> None:
    """Let the time be over for which what a killed process read is its own."""
    database = open_database("", data)
    with database.writing() as connection:
        connection.execute(awaited.update().values(claimed_until=datetime.datetime.now(datetime.UTC)))
    database.close()


def test_no_log_holds_what_people_typed_or_a_secret(slack: Server, data: Path):
    workspace = slack.workspace
    secrets = {"SLACK_SIGNING_SECRET": workspace.signing_secret, "SLACK_APP_TOKEN": workspace.app_token}
    with serving(slack, data, **secrets) as (address, process):
        eventually(lambda: bool(slack.sockets))
        http = f"{address}/slack/events"
        for people in (People(workspace, by_socket(slack)), People(workspace, by_http(workspace, http))):
            ask(slack, people, HIDDEN)
            slack.run(people.command(HIDDEN, user="U0ANNA", channel="C0POLICY", command="/unknown"))
            slack.run(people.event({"type": "message", "text": HIDDEN}, attempts=1))
            slack.run(
                people.click(
                    {"action_id": HIDDEN, "value": HIDDEN}, user="U0ANNA", channel="C0POLICY", ts="1"
                )
            )
        body = f"text={HIDDEN}".encode()
        slack.run(
            request(http, body, {**FORM, "x-slack-signature": "v0=0", "x-slack-request-timestamp": "1"})
        )
        process.terminate()
        _, logged = process.communicate(timeout=20)

    assert "listening on port" in logged
    for secret in (HIDDEN, workspace.signing_secret, workspace.app_token, workspace.bot_token):
        assert secret not in logged
    assert "Traceback" not in logged


def test_a_mention_is_answered_in_its_thread_and_a_direct_message_where_it_is(slack: Server, people: People):
    workspace = slack.workspace
    workspace.channels["C0POLICY"].members.add(workspace.bot.id)
    direct = workspace.direct("U0ANNA").id
    asked = {"user": "U0ANNA", "text": f"<@{workspace.bot.id}> barley", "ts": "1700000000.000100"}

    for event in (
        {**asked, "type": "app_mention", "channel": "C0POLICY"},
        {**asked, "type": "app_mention", "channel": "C0POLICY", "thread_ts": "1600000000.000100"},
        {**asked, "type": "message", "channel": direct, "channel_type": "im", "text": "barley"},
        {**asked, "type": "message", "channel": direct, "channel_type": "im", "subtype": "message_changed"},
        {**asked, "type": "message", "channel": "C0POLICY", "channel_type": "channel"},
        {**asked, "type": "app_mention", "channel": "C0POLICY", "text": f"<@{workspace.bot.id}>"},
    ):
        assert slack.run(people.event(event)).status == 200

    assert [(m.thread_ts, m.text[:19]) for m in workspace.visible("C0POLICY")] == [
        ("1700000000.000100", "1 passage on barley"),
        ("1600000000.000100", "1 passage on barley"),
        ("1700000000.000100", "Ask for a few words"),
    ]
    assert [m.thread_ts for m in workspace.visible(direct)] == [None]


def test_an_event_that_slack_brings_again_is_answered_once(slack: Server, http: str):
    workspace = slack.workspace
    workspace.channels["C0POLICY"].members.add(workspace.bot.id)
    bring = by_http(workspace, http)
    event = {"type": "app_mention", "channel": "C0POLICY", "user": "U0ANNA", "text": "barley", "ts": "1.1"}
    body = {"type": "event_callback", "team_id": "T1", "event_id": "Ev9", "event": event}

    statuses = [slack.run(bring("events_api", {**body, "event_time": n}, {})).status for n in range(3)]

    assert statuses == [200, 200, 200]
    assert len(workspace.visible("C0POLICY")) == 1


def test_an_answer_that_slack_did_not_take_is_sent_when_the_event_comes_again(slack: Server, people: People):
    workspace = slack.workspace
    workspace.channels["C0POLICY"].members.add(workspace.bot.id)
    slack.faults.append(Fault("429", "chat.postMessage"))
    bring = people._bring
    event = {"type": "app_mention", "channel": "C0POLICY", "user": "U0ANNA", "text": "barley", "ts": "1.1"}
    body = {"type": "event_callback", "team_id": "T1", "event_id": "Ev9", "event": event}

    statuses = [slack.run(bring("events_api", body, {})).status for _ in range(2)]

    assert statuses[0] != 200
    assert statuses[1] == 200
    assert [m.text[:19] for m in workspace.visible("C0POLICY")] == ["1 passage on barley"]


def test_socket_mode_outlives_an_answer_that_is_none(slack: Server, data: Path):
    with serving(slack, data, SLACK_APP_TOKEN=slack.workspace.app_token):
        eventually(lambda: bool(slack.sockets))
        slack.faults.append(Fault("500", "apps.connections.open"))
        opened = slack.sockets.opened
        slack.run(slack.sockets.drop())

        eventually(lambda: slack.sockets.opened > opened and bool(slack.sockets))
        assert ask(slack, People(slack.workspace, by_socket(slack)), "barley").status == 200


UNKNOWN = [
    ("events_api", {"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1}),
    ("events_api", {"type": "event_callback", "event_id": "E1", "event": {"type": "app_uninstalled"}}),
    (
        "events_api",
        {"type": "event_callback", "event_id": "E2", "event": {"type": "tokens_revoked", "tokens": {}}},
    ),
    (
        "events_api",
        {"type": "event_callback", "event_id": "E3", "event": {"type": "channel_rename", "channel": {}}},
    ),
    ("interactive", {"type": "block_actions", "trigger_id": "1", "actions": [{"action_id": "a"}]}),
    (
        "interactive",
        {"type": "view_submission", "trigger_id": "2", "view": {"type": "modal", "callback_id": "v"}},
    ),
    ("interactive", {"type": "shortcut", "trigger_id": "3", "callback_id": "s"}),
    ("slash_commands", {"ssl_check": "1", "token": "t"}),
]


def test_what_nobody_handles_is_acknowledged(slack: Server, people: People):
    for kind, body in UNKNOWN:
        outcome = slack.run(people._bring(kind, body, {}))
        assert (outcome.status, outcome.answer) == (200, {}), body

    suggestion = {"type": "block_suggestion", "action_id": "a", "block_id": "b", "value": "v"}
    assert slack.run(people._bring("interactive", suggestion, {})).answer == {"options": []}
    unknown = slack.run(people.command("x", user="U0ANNA", channel="C0POLICY", command="/unknown"))
    check(unknown.answer)
    assert unknown.answer["response_type"] == "ephemeral"
    assert ask(slack, people, "barley").status == 200


def test_a_port_that_is_taken_is_told(run: Run):
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))  # noqa: S104
        taken.listen()
        port = str(taken.getsockname()[1])

        done = run("serve", environment={"PORT": port, "SLACK_SIGNING_SECRET": "s"})

    assert done.returncode == 1
    assert done.stderr.endswith(
        f"briefbot: PORT: {port} cannot be listened on (Address already in use); set another\n"
    )


@pytest.mark.parametrize("body", [b"5", b"[]", b"null", b'"x"', b"[" * 50_000])
def test_json_that_is_no_object_is_refused(slack: Server, http: str, body: bytes):
    headers = {"content-type": "application/json", **sign(slack.workspace, body)}

    assert slack.run(request(http, body, headers)).status == 400


def test_from_the_manifest_and_three_variables_to_the_first_answer(slack: Server, data: Path, run: Run):
    manifest = json.loads(run("manifest").stdout)
    variables = slack.workspace.create_app(manifest)
    assert set(variables) == {"SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"}

    with serving(slack, data, **variables):
        eventually(lambda: bool(slack.sockets))
        people = People(slack.workspace, by_socket(slack))
        assert ask(slack, people, "barley").status == 200

    assert slack.workspace.visible("C0POLICY", user="U0ANNA")[0].text.startswith("1 passage on barley")


def test_socket_mode_waits_longer_and_longer_for_a_slack_that_is_away_for_ten_minutes(slack: Server):
    waits: list[float] = []

    async def away() -> int:
        workspace = slack.workspace
        slack.is_away = True

        async def sleep(seconds: float) -> None:
            waits.append(seconds)
            if sum(waits) >= 600:
                slack.is_away = False
            await asyncio.sleep(0)

        client = AsyncWebClient(base_url=slack.api_url, retry_handlers=[])
        link = Socket(Dispatch(AsyncApp(authorize=nobody), Once()), client, workspace.app_token, sleep=sleep)
        link.start()
        while not slack.sockets:
            await asyncio.sleep(0.01)
        await link.stop()
        return slack.sockets.opened

    assert asyncio.run(away()) == 1
    assert waits[:6] == [1, 2, 4, 8, 16, 30]
    assert max(waits) == 30


def test_socket_mode_waits_as_long_as_slack_asks_for(slack: Server):
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async def limited() -> None:
        slack.faults.append(Fault("429", "apps.connections.open", seconds=47))
        client = AsyncWebClient(base_url=slack.api_url, retry_handlers=[])
        dispatch = Dispatch(AsyncApp(authorize=nobody), Once())
        link = Socket(dispatch, client, slack.workspace.app_token, sleep=sleep)
        link.start()
        while not slack.sockets:
            await asyncio.sleep(0.01)
        await link.stop()

    asyncio.run(limited())

    assert waits == [47]


async def nobody() -> None:
    """Authorize no one."""


def test_what_is_due_is_sent_while_it_serves(slack: Server, data: Path, write: Write, run: Run):
    workspace = slack.workspace
    workspace.channels["C0POLICY"].members.add(workspace.bot.id)
    settings = (ROOT / "config.yml").read_text().replace("tick_seconds: 30", "tick_seconds: 1")
    config = write(
        "quick.yml", settings.replace("start: 22:00", "start: 00:00").replace("end: 07:00", "end: 00:00")
    )
    environment = {"BRIEFBOT_CONFIG": str(config), "SLACK_SIGNING_SECRET": workspace.signing_secret}
    with serving(slack, data, **environment) as (address, _):
        people = People(workspace, by_http(workspace, f"{address}/slack/events"), address=slack.address)
        ask(slack, people, 'subscribe "sailing barge"')
        outcome = slack.run(people.command("digest", user="U0ANNA", channel="C0POLICY"))
        button = outcome.answer["blocks"][-1]["elements"][0]
        action = {"action_id": button["action_id"], "value": button["value"]}
        slack.run(people.click(action, user="U0ANNA", channel="C0POLICY", ts="1.1"))
        run(
            "ingest",
            write("barge.md", "# Barge\n\nThe last sailing barge of the river left on Monday with grain."),
        )
        eventually(lambda: len(workspace.visible(workspace.direct("U0ANNA").id)) == 1)
        eventually(lambda: len(workspace.visible("C0POLICY")) >= 1)
        eventually(lambda: any("stands in this channel" in m.text for m in workspace.messages))

    [alert] = workspace.visible(workspace.direct("U0ANNA").id)
    assert "1 new passage on" in alert.text


def test_an_answer_does_not_wait_for_the_receipt_of_its_head():
    with _port(free_port()) as listening:
        assert listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_message_is_added_found_and_taken_back(slack: Server, people: People):
    workspace = slack.workspace
    message = workspace.post("C0POLICY", "U0ANNA", "The osprey nests on the harbour crane again.")
    chosen = people.shortcut("add_to_library", user="U0ANNA", channel="C0POLICY", ts=message.ts)
    assert slack.run(chosen).status == 200
    [view] = workspace.views.values()
    viewing = Viewing(workspace, people._bring)
    eventually(lambda: "in the library" in str(slack.run(viewing.submit(view, {}, user="U0ANNA")).answer))
    eventually(lambda: "1 passage on osprey" in str(ask(slack, people, "osprey").answer["text"]))

    listed = ask(slack, people, "clips").answer
    [button] = [one for block in listed["blocks"] if block["type"] == "actions" for one in block["elements"]]
    seen = workspace.visible("C0POLICY", user="U0ANNA")[-1]
    pressed = {"action_id": button["action_id"], "value": button["value"]}
    slack.run(people.click(pressed, user="U0ANNA", channel="C0POLICY", ts=seen.ts))

    assert "Nothing on" in str(ask(slack, people, "osprey").answer["text"])


def test_what_nobody_confirmed_is_forgotten_while_it_serves(slack: Server, data: Path):
    database = open_database("", data)
    clips, now = Clips(database), datetime.datetime.now(datetime.UTC)
    said = Said("T0LOCAL", "C0POLICY", "1772441999.000100", HIDDEN, "U0ANNA", "", "#policy", False)
    clips.offer(said, "U0ANNA", offer_id="new", now=now)
    with database.writing() as connection:
        old = {"workspace": "T0LOCAL", "user": "U0ANNA", "said": {}, "made_at": now - OFFERED}
        connection.execute(offer.insert().values(id="old", **old))

    def waiting() -> list[str]:
        with database.reading() as connection:
            return [row.id for row in connection.execute(offer.select())]

    with serving(slack, data, SLACK_SIGNING_SECRET=slack.workspace.signing_secret):
        eventually(lambda: waiting() == ["new"])
    database.close()


OPERATORS_TOKEN = "sixteen-or-more-of-them"  # noqa: S105 - of these tests alone


def test_serve_has_the_page_where_there_is_a_token_and_logs_no_token(slack: Server, data: Path):
    environment = {"SLACK_SIGNING_SECRET": slack.workspace.signing_secret}
    with serving(slack, data, **environment) as (address, _):
        assert served.ask(address, "/operators").status == 404

    with serving(slack, data, **environment, BRIEFBOT_OPERATORS_TOKEN=OPERATORS_TOKEN) as (address, running):
        led = served.ask(address, f"/operators?token={OPERATORS_TOKEN}")
        assert (
            "Nothing was to be delivered yet"
            in served.ask(address, "/operators", {"Cookie": led.cookie}).text
        )
        running.terminate()
        _, logged = running.communicate(timeout=20)

    assert OPERATORS_TOKEN not in logged
    assert "the operators' page is at /operators" in logged
