"""What doctor finds of a bot that has run for long: each thing with what to do, and always an end."""

import datetime
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from conftest import NOW, Run
from filelock import FileLock
from outage import hanging
from test_manifest import environment
from test_standing import doubt, owe

from bot.config import ROOT, Config, Weekly
from bot.doctor import channels, index
from bot.doctor.examine import examine
from bot.doctor.finding import Finding, bounded
from bot.errors import StoreError
from bot.local_slack.server import Fault, Server
from bot.local_slack.state import Workspace
from bot.store.database import Database, open_database
from bot.store.schema import SCHEMA
from bot.store.tables import awaited, visit
from digests.recollection import recollect
from digests.restoration import learn
from digests.tables import schedule


@pytest.fixture
def here(config: Config, database_url: str) -> Config:
    """A bot without a token, on each engine."""
    return replace(config, database_url=database_url)


@pytest.fixture
def database(here: Config) -> Iterator[Database]:
    opened = open_database(here.database_url, here.data)
    yield opened
    opened.close()


@pytest.fixture
def ledger(database: Database) -> Database:
    """A store with a schedule that sends to a channel."""
    schedules(database, "C1")
    return database


@pytest.fixture
def slack() -> Iterator[Server]:
    with Server(Workspace()).running() as server:
        yield server


def schedules(database: Database, *audiences: str, workspace: str = "T0LOCAL") -> None:
    values = {
        "kind": "digest", "cadence": "weekly", "zone": "UTC", "topics": [], "created_by": "U1",
        "created_name": "anna", "created_at": NOW, "covered_to": 0, "covered_at": NOW,
    }  # fmt: skip
    with database.writing() as connection:
        for audience in audiences:
            key = "s" if audience == "C1" else audience
            row = {"id": key, "workspace": workspace, "audience": audience, **values}
            connection.execute(schedule.insert().values(**row))


def found(config: Config, what: str, *, now: datetime.datetime = NOW) -> Finding:
    [one] = [one for one in examine(lambda: config, now=lambda: now) if one.what == what]
    return one


def test_a_schema_that_is_older_is_told_and_left_as_it_is(here: Config, database: Database):
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0008'"))

    told = list(examine(lambda: here))

    assert told[1].what == "schema"
    assert told[1].told == f"0008, and this Briefbot needs {SCHEMA}"
    assert "python -m bot migrate" in told[1].advice
    assert told[2].what == "ways from Slack", "nothing more is done there"
    assert database.schema().version == "0008"


def test_a_schema_that_newer_programs_have_changed_asks_for_the_newer_briefbot(
    here: Config, database: Database
):
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    beside = found(here, "schema")
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE library SET oldest = '9999'"))

    assert beside.told == f"9999, with which this Briefbot ({SCHEMA}) works"
    assert not beside.advice
    assert found(here, "schema").advice == "upgrade Briefbot"


def test_a_clock_that_is_off_is_told_with_what_comes_of_it(config: Config, empty_postgresql: str):
    here, now = replace(config, database_url=empty_postgresql), datetime.datetime.now(datetime.UTC)

    ahead = found(here, "database clock", now=now + datetime.timedelta(minutes=5))

    assert ahead.told.startswith(("+300", "+299", "+298"))
    assert "NTP" in ahead.advice
    assert "takes deliveries out of another's hands" in ahead.advice
    [right] = [one for one in examine(lambda: here) if one.what == "database clock"]
    assert (right.told.removesuffix(" s beside the database's"), right.advice) in {("+0", ""), ("-0", "")}


def test_sqlite_has_this_machines_clock(config: Config):
    assert found(config, "database clock") == Finding("database clock", "this machine's own")


def test_nothing_is_stuck_where_all_is_of_now(here: Config, ledger: Database):
    owe(ledger, "due", "due", due=NOW - datetime.timedelta(minutes=59))
    owe(ledger, "taken", "sending", due=NOW, lease_until=NOW)
    doubt(ledger, "due", 1, NOW - datetime.timedelta(minutes=14))

    assert found(here, "waiting") == Finding("waiting", "nothing for long")
    assert found(here, "reading") == Finding("reading", "nothing is left lying")


def test_whoever_waits_to_be_looked_up_after_a_restore_is_told(here: Config, ledger: Database):
    with ledger.writing() as connection:
        learn(connection, now=NOW)
    waiting = found(here, "waiting")
    recollect(ledger, "T0LOCAL", "C1", [])

    assert waiting.told == "1 channels and people to be looked up after a restore"
    assert waiting.advice == "start serve: it asks Slack what they were sent, and its log says what keeps it"
    assert found(here, "waiting").told == "nothing for long"


def test_what_is_stuck_is_told_each_with_what_to_do(here: Config, ledger: Database):
    owe(ledger, "due", "due", due=NOW - datetime.timedelta(minutes=135))
    owe(ledger, "taken", "sending", due=NOW, lease_until=NOW - datetime.timedelta(minutes=11))
    doubt(ledger, "due", 1, NOW - datetime.timedelta(minutes=16))

    stuck = found(here, "waiting")

    assert stuck.told == (
        "a delivery has been due for 2 h 15 min, 1 in doubt, one for 16 min, 1 claimed by a process that is no more"
    )
    assert len(stuck.advice.split("; ")) == 3


def test_files_and_sources_that_nobody_reads_are_told(here: Config, database: Database):
    long_ago = NOW - datetime.timedelta(minutes=11)
    key = {"workspace": "T1", "key": "k", "added_by": "U1", "added_name": "anna", "file": {}, "said": {}}
    with database.writing() as connection:
        connection.execute(awaited.insert().values(**key, tries=0, claim="c", claimed_until=long_ago))
        row = {"workspace": "", "address": "seeds", "due_at": NOW, "failures": 0}
        connection.execute(visit.insert().values(**row, claimed_until=long_ago))

    told = found(here, "reading")

    assert told.told == "1 files and 1 sources that a process claimed and did not read"
    assert told.advice == "start serve"


def test_the_index_says_how_large_it_is_what_is_free_and_who_is_at_it(
    config: Config, monkeypatch: pytest.MonkeyPatch
):
    free = found(config, "index files")
    assert free.told.endswith("are free, nobody is writing them")
    assert free.advice == ""

    with FileLock(f"{config.data / 'index'}.lock"):
        assert "writing them" in (told := index._files(config.data / "index").told)
        assert "nobody" not in told
    monkeypatch.setattr(index, "SPARE_BYTES", 10**18)
    assert "free some space" in found(config, "index files").advice


@pytest.fixture
def tokened(here: Config, slack: Server) -> Config:
    own = replace(here.slack, bot_token=slack.workspace.bot_token, api_url=slack.api_url)
    return replace(here, slack=own)


def test_scopes_that_a_feature_needs_and_the_token_lacks_are_told(tokened: Config, slack: Server):
    slack.workspace.scopes = {"commands", "chat:write", "channels:history"}
    wanting = replace(tokened, features=("files", "zones"))

    told = found(wanting, "scopes")

    assert told.told == "lacks files:read, users:read, which features of config.yml need: files, zones"
    assert "install again" in told.advice
    assert found(tokened, "scopes").advice == ""


def test_channels_without_briefbot_are_told(tokened: Config, slack: Server, database: Database):
    workspace = slack.workspace
    workspace.scopes |= {"channels:read", "groups:read"}
    anna = workspace.add_user("anna")
    for name, people in (("policy", [anna, workspace.bot]), ("chips", [anna]), ("old", [workspace.bot])):
        workspace.add_channel(name, *people)
    workspace.channels["C0OLD"].is_archived = True
    schedules(database, "C0POLICY", "U0ANNA", workspace=workspace.team)
    assert found(tokened, "channels") == Finding("channels", "1; Briefbot is in all of them")

    schedules(database, "C0CHIPS", "C0OLD", "C0GONE", workspace=workspace.team)
    weekly = replace(tokened.digests, weekly=Weekly(channels=("C0NAMED", "C0CHIPS")))
    told = found(replace(tokened, digests=weekly), "channels")

    assert told.told == "5; Briefbot cannot post in C0NAMED, C0CHIPS, C0GONE, C0OLD"
    assert "/invite @Briefbot" in told.advice


def test_of_many_channels_some_are_asked_for_and_it_says_so(
    tokened: Config, slack: Server, database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(channels, "MOST", 2)
    slack.workspace.scopes |= {"channels:read"}
    for name in ("a", "b", "c"):
        slack.workspace.add_channel(name, slack.workspace.bot)
    schedules(database, "C0A", "C0B", "C0C", workspace=slack.workspace.team)

    told = found(tokened, "channels")

    assert told.told == "3, of which the first 2 were looked at; Briefbot is in all of them"
    assert slack.workspace.calls["conversations.info"] == 2


def test_what_slack_does_not_tell_of_channels_is_no_fault_without_the_scope_and_one_otherwise(
    tokened: Config, slack: Server, database: Database
):
    schedules(database, "C0CHIPS", workspace=slack.workspace.team)
    told = found(tokened, "channels")
    assert told.told == "1; whether Briefbot is in them is known with `manifest --with joining` alone"
    assert told.advice == ""

    slack.workspace.scopes |= {"channels:read"}
    slack.faults.append(Fault("429", "conversations.info"))
    assert found(tokened, "channels").told == "1; Slack does not tell of them (ratelimited)"


def test_a_database_that_hangs_ends_its_part_in_time(config: Config, empty_postgresql: str):
    here = replace(config, database_url=empty_postgresql)
    list(examine(lambda: here))
    with hanging(empty_postgresql):
        began = time.monotonic()
        told = list(examine(lambda: here, within=0.5))
        took = time.monotonic() - began
    for left in [one for one in threading.enumerate() if one.name.startswith("doctor")]:
        left.join()  # The next test has the database for itself.

    assert took < 10
    [store] = [one for one in told if one.what == "store"]
    assert store.told == "does not come to an end: it was left after 0.5 s"
    assert store.advice
    assert [one.what for one in told][-1] == "token", "the other parts are looked at"


def test_the_process_ends_as_well_while_the_database_hangs(
    config: Config, empty_postgresql: str, slack: Server
):
    looks = """
from bot.doctor.examine import examine
for one in examine(within=1.0):
    print(one.what, flush=True)
"""
    variables = {**environment(slack), "DATABASE_URL": empty_postgresql, "BRIEFBOT_DATA": str(config.data)}
    open_database(empty_postgresql, config.data).close()
    with (
        hanging(empty_postgresql),
        subprocess.Popen(
            [sys.executable, "-c", looks],
            cwd=ROOT,
            env={**os.environ, **variables},
            stdout=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        assert process.stdout
        lines = iter(process.stdout.readline, "Slack\n")
        assert "store\n" in list(lines)
        assert process.wait(5) == 0, "it waits for what hangs"


def test_a_database_that_is_not_there_is_told(run: Run, tmp_path: Path):
    done = run("doctor", environment={"DATABASE_URL": f"postgresql://nobody@/none?host={tmp_path}"})

    assert done.returncode == 1
    assert "!!  store: the PostgreSQL of DATABASE_URL: cannot be reached; is it running?" in done.stdout
    assert "ways from Slack" in done.stdout


def test_a_part_says_what_it_found_before_it_failed_and_raises_bugs():
    def fails() -> Iterator[Finding]:
        yield Finding("first", "well")
        raise StoreError("the disk is full")

    def breaks() -> Iterator[Finding]:
        yield Finding("first", "well")
        raise KeyError("a bug")

    told = list(bounded(fails, what="store", seconds=9, advice=""))
    assert [(one.what, one.told) for one in told] == [("first", "well"), ("store", "the disk is full")]
    with pytest.raises(KeyError):
        list(bounded(breaks, what="store", seconds=9, advice=""))


def test_doctor_ends_well_where_all_is_well(slack: Server, run: Run):
    assert run("ingest").returncode == 0

    assert run("doctor", environment=environment(slack)).returncode == 0
