"""Metrics: what they say, to whom, whatever the database does; and that nothing people type is in them."""

import asyncio
import json
import re
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from articles import MARKDOWN
from conftest import NOW, Run, Write
from once import READER
from outage import hanging
from prometheus_client.parser import text_string_to_metric_families
from served import Answer, ask
from served import serving as in_process
from starlette.applications import Starlette
from starlette.routing import Route
from test_serve import FORM, HIDDEN, eventually, request, serving
from world import opened

from bot import figures
from bot.app import Briefbot, collector_of, open_briefbot, sending_of, utc_now
from bot.config import ROOT, Config
from bot.errors import ConfigError, QueryError
from bot.library.ingest import Ingest
from bot.loading import load
from bot.local_slack.people import People, by_http, by_socket
from bot.local_slack.server import Fault, Server
from bot.local_slack.state import Workspace
from bot.measure import OUTCOMES, Measures
from bot.search.index import Index
from bot.serve import web_app
from bot.slack.blocks import Message
from bot.slack.command import Ask, Nothing, Verb, answered
from bot.web.metrics import Meter, Metrics
from digests.standing import STATES

TOKEN = "canary-metrics-token-0123"  # noqa: S105 - of these tests alone
ALLOWED = {"Authorization": f"Bearer {TOKEN}"}
OURS = {"outcome", "state", "le"}
"""The labels that there are; the values of all of them are ours."""

Numbers = dict[tuple[str, str], float]


def numbers(answer: Answer) -> Numbers:
    """Return each number by its name and the value of its label, '' where it has none."""
    assert answer.status == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, " ".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def read(address: str) -> Numbers:
    return numbers(ask(address, "/metrics", ALLOWED))


@pytest.fixture
def with_token(config: Config, database_url: str) -> Iterator[Briefbot]:
    briefbot = open_briefbot(replace(config, database_url=database_url, metrics_token=TOKEN))
    yield briefbot
    briefbot.close()


@pytest.fixture
def slack() -> Iterator[Server]:
    workspace = Workspace()
    workspace.add_channel("policy", workspace.add_user("anna"), workspace.bot)
    with Server(workspace).running() as server:
        yield server


@pytest.fixture
def data(write: Write, run: Run, tmp_path: Path) -> Path:
    assert run("ingest", write("vault.md", MARKDOWN)).returncode == 0
    return tmp_path / "data"


def test_without_a_token_there_are_no_metrics_and_nothing_of_them_is_loaded(briefbot: Briefbot):
    with in_process(web_app(briefbot)) as address:
        assert ask(address, "/metrics").status == 404
        assert ask(address, "/metrics", ALLOWED).status == 404

    loaded = "import sys, bot.serve; print('prometheus_client' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    "given",
    ["", TOKEN, "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", "é"],
)
def test_who_does_not_know_the_token_reads_nothing(config: Config, given: str):
    briefbot = open_briefbot(replace(config, metrics_token=TOKEN))
    with in_process(web_app(briefbot)) as address:
        answer = ask(address, f"/metrics?token={TOKEN}", {"Authorization": given} if given else None)

        assert answer.status == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert "briefbot_" not in answer.text
        assert ask(address, "/metrics", ALLOWED, body=b"x").status == 405
    briefbot.close()


def test_a_token_that_could_be_guessed_is_refused():
    with pytest.raises(ConfigError, match="BRIEFBOT_METRICS_TOKEN: has 4 characters and could be guessed"):
        load({"BRIEFBOT_METRICS_TOKEN": "1234"})


def test_an_empty_bot_has_a_number_for_everything(with_token: Briefbot):
    with in_process(web_app(with_token)) as address:
        told = read(address)

    assert {told["briefbot_deliveries", state] for state in STATES} == {0}
    for name in (
        "briefbot_oldest_pending_seconds", "briefbot_deliveries_in_doubt", "briefbot_oldest_doubt_seconds",
        "briefbot_index_lag_revisions", "briefbot_documents", "briefbot_passages",
        "briefbot_sources_failing", "briefbot_slack_limited_total", "briefbot_delivery_lateness_seconds_count",
    ):  # fmt: skip
        assert told[name, ""] == 0, name
    assert told["briefbot_database_up", ""] == 1
    assert told["briefbot_sources", ""] == 1
    assert told["briefbot_answer_seconds_count", "found"] == 0
    assert ("briefbot_tick_age_seconds", "") not in told, "nothing is sent without a bot's token"
    assert told["process_resident_memory_bytes", ""] > 0


def test_two_apps_in_one_process_count_each_their_own(config: Config, tmp_path: Path):
    first = open_briefbot(replace(config, metrics_token=TOKEN))
    second = open_briefbot(replace(config, metrics_token=TOKEN, data=tmp_path / "other"))
    meters = Meter(), Meter()
    meters[0].measures.limited()

    with in_process(web_app(first)) as one, in_process(web_app(second)) as other:
        assert read(one)["briefbot_database_up", ""] == read(other)["briefbot_database_up", ""] == 1
    assert [meter.registry.get_sample_value("briefbot_slack_limited_total") for meter in meters] == [1, 0]
    first.close()
    second.close()


def ask_slack(slack: Server, people: People, text: str) -> None:
    assert slack.run(people.command(text, user="U0ANNA", channel="C0POLICY")).status == 200


def test_what_is_asked_and_sent_is_counted_by_what_became_of_it(
    slack: Server, data: Path, write: Write, run: Run
):
    settings = (ROOT / "config.yml").read_text().replace("tick_seconds: 30", "tick_seconds: 1")
    config = write(
        "quick.yml", settings.replace("start: 22:00", "start: 00:00").replace("end: 07:00", "end: 00:00")
    )
    environment = {
        "BRIEFBOT_CONFIG": str(config),
        "SLACK_SIGNING_SECRET": slack.workspace.signing_secret,
        "BRIEFBOT_METRICS_TOKEN": TOKEN,
    }
    with serving(slack, data, **environment) as (address, _):
        people = People(slack.workspace, by_http(slack.workspace, f"{address}/slack/events"))
        for text in (
            "barley",
            "barley",
            "zeppelins",
            "topics",
            "after:never barley",
            'subscribe "sailing barge"',
        ):
            ask_slack(slack, people, text)
        slack.faults.append(Fault("429", "chat.postMessage", seconds=1))
        barge = "# Barge\n\nThe last sailing barge of the river left on Monday with grain."
        run("ingest", write("barge.md", barge))
        eventually(lambda: len(slack.workspace.visible(slack.workspace.direct("U0ANNA").id)) == 1)
        eventually(lambda: read(address)["briefbot_deliveries", "sent"] == 1, seconds=40)
        told = read(address)

    counted = {
        outcome: told["briefbot_answer_seconds_count", outcome]
        for outcome in ("found", "nothing", "done", "failed")
    }
    assert counted["nothing"] == 1
    assert counted["failed"] == 0
    assert sum(counted.values()) + told["briefbot_answer_seconds_count", "refused"] == 6
    assert counted["found"] >= 2
    assert counted["done"] >= 2
    assert told["briefbot_slack_limited_total", ""] == 1
    assert told["briefbot_delivery_lateness_seconds_count", ""] == 1
    assert told["briefbot_oldest_pending_seconds", ""] == 0
    assert told["briefbot_documents", ""] == 6, "with the four that are shipped"
    assert told["briefbot_tick_age_seconds", ""] < 20
    assert told["briefbot_index_lag_revisions", ""] == 0


def finds(_ask: Ask) -> Message:
    return {}


def finds_nothing(_ask: Ask) -> Nothing:
    return Nothing({})


async def takes_its_time(_ask: Ask) -> Message:
    return {}


def refuses(_ask: Ask) -> Message:
    raise QueryError("ask otherwise")


def breaks(_ask: Ask) -> Message:
    raise ValueError(HIDDEN)


@pytest.mark.parametrize(
    ("typed", "act", "outcome"),
    [
        ("barley", finds, "found"),
        ("barley", finds_nothing, "nothing"),
        ("do", takes_its_time, "done"),
        ("do", refuses, "refused"),
        ("barley", breaks, "failed"),
    ],
)
def test_each_answer_has_one_outcome(typed: str, act: Callable[[Ask], Message], outcome: str):
    heard: list[str] = []
    verb, nobody = Verb(act, takes=re.compile("")), Ask(typed, "T1", "U1", "C1")
    measures = Measures(answered=lambda outcome, _seconds: heard.append(outcome))
    search = verb if typed == "barley" else Verb(finds, takes=re.compile(""))

    asyncio.run(answered(nobody, {"do": verb}, search, "/brief", measures=measures))

    assert heard == [outcome]
    assert outcome in OUTCOMES


def test_what_waited_for_the_morning_is_late_from_the_morning_on(briefbot: Briefbot, write: Write):
    late: list[float] = []
    evening = NOW.replace(hour=20, minute=59)  # In Berlin quiet hours begin in a minute.
    with opened(briefbot, write, evening) as world:
        world.sending = sending_of(world.briefbot, measures=Measures(sent=late.append))
        world.ledger = world.new_ledger()
        world.say("subscribe chips")
        world.arrive("The factory has shipped its new semiconductor chips to buyers abroad.")
        world.sending.chooser.look_again()
        world.ledger.plan_due()
        for _ in range(10 * 60):
            world.tick(minutes=1)

    [seconds] = late
    assert seconds <= 120


@contextmanager
def reading(briefbot: Briefbot, *, within: float) -> Iterator[str]:
    """Serve the metrics of *briefbot*, each time as they are then."""
    collector = collector_of(briefbot)
    metrics = Metrics(
        TOKEN,
        Meter(),
        lambda: figures.of_process(briefbot, None),
        lambda: figures.of_store(briefbot, collector, now=utc_now),
        within=within,
        kept=0,
    )
    with in_process(Starlette(routes=[Route("/metrics", metrics.answer)])) as address:
        yield address
    collector.close()


def test_a_database_that_fails_leaves_what_the_process_knows(with_token: Briefbot):
    with reading(with_token, within=9) as address:
        with with_token.database.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE library RENAME TO lost")

        told = read(address)

        assert told["briefbot_database_up", ""] == 0
        assert told["briefbot_passages", ""] == 0
        assert not [name for name, _ in told if name.startswith("briefbot_deliveries")], "old figures mislead"

        with with_token.database.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE lost RENAME TO library")
        assert read(address)["briefbot_database_up", ""] == 1


def test_a_database_that_hangs_is_told_in_time(config: Config, empty_postgresql: str):
    briefbot = open_briefbot(replace(config, database_url=empty_postgresql))
    with reading(briefbot, within=0.3) as address:
        assert read(address)["briefbot_database_up", ""] == 1
        with hanging(empty_postgresql):
            began = time.monotonic()
            told = [read(address) for _ in range(3)]
            took = time.monotonic() - began
            looks = [one for one in threading.enumerate() if one.name == "look"]

        assert {one["briefbot_database_up", ""] for one in told} == {0}
        assert {one["briefbot_index_writer", ""] for one in told} == {1}
        assert took < 5
        assert len(looks) == 1
        eventually(lambda: read(address)["briefbot_database_up", ""] == 1)
    briefbot.close()


def test_the_database_is_not_asked_anew_by_everyone_who_asks():
    asked: list[int] = []

    def of_store() -> list[figures.Figure]:
        asked.append(1)
        return []

    metrics = Metrics(TOKEN, Meter(), list, of_store)
    with in_process(Starlette(routes=[Route("/metrics", metrics.answer)])) as address:
        for _ in range(5):
            read(address)

    assert asked == [1]


def test_who_wrote_the_index_says_so_and_who_took_it_up_does_not(briefbot: Briefbot, write: Write):
    other = Index(briefbot.config.data / "index")
    with opened(briefbot, write, NOW) as world:
        world.arrive("The factory has shipped its new semiconductor chips to buyers abroad.")
    other.follow(briefbot.library)
    assert (briefbot.index.is_writer, other.is_writer) == (True, False)

    lag = {one.name: one.value for one in figures.of_process(briefbot, None)}
    assert lag["briefbot_index_writer"] == 1
    assert lag["briefbot_documents"] == 1


def test_an_index_that_is_behind_says_by_how_much(with_token: Briefbot, write: Write):
    collector = collector_of(with_token)

    paths = [
        write(f"{river}.md", f"# {river}\n\nThe {river} carried ice for the first time in years.")
        for river in ("Oder", "Elbe")
    ]
    Ingest(with_token.library, with_token.config, apart=READER).run(paths, now=lambda: NOW)

    told = {one.name: one.value for one in figures.of_store(with_token, collector, now=utc_now)}

    assert told["briefbot_index_lag_revisions"] == with_token.library.state().revision > 0
    collector.close()


def test_nothing_that_people_type_and_no_secret_is_in_metrics_or_in_a_log_of_json(
    slack: Server, data: Path, write: Write, run: Run
):
    workspace = slack.workspace
    workspace.add_channel(HIDDEN, workspace.users["U0ANNA"], workspace.bot)
    run("ingest", write(f"{HIDDEN}.md", f"# {HIDDEN}\n\nThe {HIDDEN} was opened on Monday in the harbour."))
    environment = {
        "SLACK_SIGNING_SECRET": workspace.signing_secret,
        "SLACK_APP_TOKEN": workspace.app_token,
        "BRIEFBOT_METRICS_TOKEN": TOKEN,
        "BRIEFBOT_OPERATORS_TOKEN": f"{TOKEN}-of-operators",
        "BRIEFBOT_LOG": "json",
    }
    with serving(slack, data, **environment) as (address, process):
        eventually(lambda: bool(slack.sockets))
        http = f"{address}/slack/events"
        for people in (People(workspace, by_socket(slack)), People(workspace, by_http(workspace, http))):
            for text in (
                HIDDEN,
                f'"{HIDDEN}" zeppelin',
                f"subscribe {HIDDEN}",
                f"show {HIDDEN}",
                f"topics {HIDDEN}",
            ):
                ask_slack(slack, people, text)
            slack.run(people.command(HIDDEN, user="U0ANNA", channel="C0POLICY", command="/unknown"))
            slack.run(people.event({"type": "message", "text": HIDDEN}, attempts=1))
            pressed = {"action_id": HIDDEN, "value": HIDDEN}
            slack.run(people.click(pressed, user="U0ANNA", channel="C0POLICY", ts="1"))
        body = urllib.parse.urlencode({"text": HIDDEN}).encode()
        forged = {**FORM, "x-slack-signature": "v0=0", "x-slack-request-timestamp": "1"}
        slack.run(request(http, body, forged))
        ask(address, "/metrics", {"Authorization": f"Bearer {HIDDEN}"})
        ask(address, f"/{HIDDEN}")
        told = ask(address, "/metrics", ALLOWED).text
        process.terminate()
        _, logged = process.communicate(timeout=20)

    secrets = (
        HIDDEN, TOKEN, workspace.signing_secret, workspace.app_token, workspace.bot_token, "U0ANNA", "C0POLICY",
    )  # fmt: skip
    for secret in secrets:
        assert secret not in told
        assert secret not in logged
    labels = {
        name
        for family in text_string_to_metric_families(told)
        if family.name.startswith("briefbot_")
        for sample in family.samples
        for name in sample.labels
    }
    assert labels == OURS
    records = [json.loads(line) for line in logged.splitlines()]
    assert {"time", "level", "logger", "message"} == set.union(*map(set, records))
    assert any(one["message"].startswith("listening on port") for one in records)


def test_the_readme_has_a_line_for_each_metric(with_token: Briefbot):
    readme = (ROOT / "README.md").read_text()
    with in_process(web_app(with_token)) as address:
        told = ask(address, "/metrics", ALLOWED).text

    named = set(re.findall(r"^\| `(briefbot_\w+)", readme, re.MULTILINE))
    families = {
        f"{one.name}_total" if one.type == "counter" else one.name
        for one in text_string_to_metric_families(told)
    }
    ours = {one for one in families if one.startswith("briefbot_") and not one.endswith("_created")}
    assert ours | {"briefbot_tick_age_seconds"} == named
